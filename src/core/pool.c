/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "core/pool.h"

#include <libpsl.h>
#include <string.h>

#include "core/fold.h"
#include "core/generic_name.h"

#define NAME_MAX_N  253
#define LABEL_MAX_N 63

#define PLAIN "abcdefghijklmnopqrstuvwxyz0123456789-_"

/* Strangers choose their names: nothing odd reaches the library. */
static bool
is_plain(const char *name)
{
	if (strlen(name) > NAME_MAX_N)
		return false;
	for (;;) {
		size_t n = strspn(name, PLAIN);

		if (n == 0 || n > LABEL_MAX_N)
			return false;
		name += n;
		if (*name == '\0')
			return true;
		if (*name++ != '.')
			return false;
	}
}

/* Under a top-level domain that nobody has heard of, every name would be
 * registrable. */
static bool
is_listed(const psl_ctx_t *psl, const char *domain)
{
	const char *suffix = strchr(domain, '.');

	return suffix != NULL &&
	    psl_is_public_suffix2(psl, suffix + 1,
		PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) == 1;
}

bool
pool_of(const struct request *request, char out[POOL_SIZE])
{
	const psl_ctx_t *psl = psl_builtin();
	char name[sizeof(request->client_name)];
	const char *domain;

	if (!request->client_name_confirmed || psl == NULL)
		return false;
	fold(request->client_name, name);
	if (!is_plain(name))
		return false;
	domain = psl_registrable_domain(psl, name);
	if (domain == NULL || !is_listed(psl, domain) ||
	    generic_name(name, (size_t)(domain - name), &request->client))
		return false;
	strcpy(out, domain);
	return true;
}
