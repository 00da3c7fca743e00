/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/pool.h"

#include <libpsl.h>
#include <string.h>

#include "base/lowercase.h"
#include "mail/host_name.h"
#include "mail/spelled_address.h"

#define NAME_MAX_N 253 /* RFC 1035 2.3.4, without the dot at the end */

_Static_assert(POOL_SIZE > REQUEST_TEXT_MAX, "a pool holds any client_name");

bool
pool_of_domain(const char *domain, char out[POOL_SIZE])
{
	char name[POOL_SIZE];
	const char *pool;

	if (strlen(domain) >= sizeof(name) || !is_host_name(domain))
		return false;
	lowercase(domain, name);
	/* Returns a part of the name. It allocates only for names that are not
	 * ASCII. */
	pool = psl_registrable_domain(psl_builtin(), name);
	if (pool == NULL)
		return false;
	strcpy(out, pool);
	return true;
}

/* A host with a generic name is a pool of its own. */
static bool
pool_of_host(const struct request *request, char out[POOL_SIZE])
{
	char name[POOL_SIZE];

	if (!request->client_name_confirmed ||
	    !is_host_name(request->client_name) ||
	    strlen(request->client_name) > NAME_MAX_N)
		return false;
	lowercase(request->client_name, name);
	if (spelled_address(name, &request->client))
		return false;
	strcpy(out, name);
	return true;
}

bool
pool_sender_domain(const struct request *request, char out[POOL_SIZE])
{
	const char *at = strrchr(request->sender, '@');

	if (at == NULL || at == request->sender || strlen(at) >= POOL_SIZE)
		return false;
	lowercase(at + 1, out);
	return is_host_name(out);
}

static bool
pool_of_sender(const struct request *request, char out[POOL_SIZE])
{
	char domain[POOL_SIZE];

	if (!request->client_is_authorised ||
	    !pool_sender_domain(request, domain))
		return false;
	out[0] = POOL_BY_SENDER;
	strcpy(out + 1, domain);
	return true;
}

bool
pool_of_class(const struct request *request, enum client_class client_class,
    char out[POOL_SIZE])
{
	if (client_class == CLASS_NAMED)
		return pool_of_domain(request->client_name, out);
	return pool_of_sender(request, out) || pool_of_host(request, out);
}

bool
pool_of(const struct request *request, char out[POOL_SIZE])
{
	return pool_of_class(request, client_class_of(request), out);
}
