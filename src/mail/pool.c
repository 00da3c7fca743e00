/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/pool.h"

#include <libpsl.h>
#include <string.h>

#include "base/lowercase.h"
#include "mail/generic_name.h"

#define LABEL_MAX_N 63 /* RFC 1035 2.3.4 */

_Static_assert(POOL_SIZE > REQUEST_TEXT_MAX, "a pool holds any client_name");

static bool
is_label_octet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	    c == '_';
}

/* True for labels with dots between. The last label has a letter: 192.0.2.1 is
 * not a host name. */
static bool
is_host_name(const char *name)
{
	size_t label_n = 0;
	bool letter = false;

	for (; *name != '\0'; name++) {
		if (*name == '.') {
			if (label_n == 0)
				return false;
			label_n = 0;
			letter = false;
			continue;
		}
		if (!is_label_octet(*name) || ++label_n > LABEL_MAX_N)
			return false;
		letter = letter || (*name >= 'a' && *name <= 'z');
	}
	return letter;
}

static bool
registrable_domain(const char *name, char out[POOL_SIZE])
{
	/* Returns a part of the name. It allocates only for names that are not
	 * ASCII. */
	const char *domain = psl_registrable_domain(psl_builtin(), name);

	if (domain == NULL)
		return false;
	strcpy(out, domain);
	return true;
}

bool
pool_of(const struct request *request, char out[POOL_SIZE])
{
	char name[POOL_SIZE];

	if (!request->client_name_confirmed)
		return false;
	lowercase(request->client_name, name);
	/* generic_name() is true for a name that is too long. */
	return is_host_name(name) && !generic_name(name, &request->client) &&
	    registrable_domain(name, out);
}

bool
pool_of_domain(const char *domain, char out[POOL_SIZE])
{
	char name[POOL_SIZE];

	if (strlen(domain) >= sizeof(name))
		return false;
	lowercase(domain, name);
	return is_host_name(name) && registrable_domain(name, out);
}
