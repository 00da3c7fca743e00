/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/pool.h"

#include <libpsl.h>
#include <string.h>

#include "base/lowercase.h"
#include "mail/client_class.h"
#include "mail/host_name.h"

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

bool
pool_of(const struct request *request, char out[POOL_SIZE])
{
	return client_class_of(request) == CLASS_NAMED &&
	    pool_of_domain(request->client_name, out);
}
