/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/store_open.h"

#include <string.h>

static const struct {
	const struct store_ops *ops;
	bool takes_path;
} backends[] = {
    {&store_sqlite_ops, true},
    {&store_memory_ops, false},
};
#define BACKENDS (sizeof(backends) / sizeof(backends[0]))

/* The backend of a URI and where it points, or -1 and what was expected. */
static int
resolve(const char *uri, const struct store_ops **ops, const char **where,
    struct err *err)
{
	size_t scheme_n = strcspn(uri, ":");

	for (size_t i = 0; i < BACKENDS; i++) {
		const char *scheme = backends[i].ops->scheme;

		if (strlen(scheme) != scheme_n || uri[scheme_n] != ':' ||
		    strncmp(scheme, uri, scheme_n) != 0)
			continue;
		*ops = backends[i].ops;
		*where = uri + scheme_n + 1;
		if (backends[i].takes_path && **where != '/')
			return err_set(err,
			    "expected an absolute path after %s:", scheme);
		if (!backends[i].takes_path && **where != '\0')
			return err_set(err,
			    "expected nothing after %s:", scheme);
		return 0;
	}
	return err_set(err, "expected sqlite:/PATH or memory:, got \"%s\"",
	    uri);
}

int
store_uri_check(const char *uri, struct err *err)
{
	const struct store_ops *ops;
	const char *where;

	return resolve(uri, &ops, &where, err);
}

struct store *
store_open(const char *uri, const struct store_options *options,
    struct err *err)
{
	const struct store_ops *ops;
	const char *where;

	if (resolve(uri, &ops, &where, err) != 0)
		return NULL;
	return ops->open(where, options, err);
}

void
store_close(struct store *store)
{
	if (store != NULL)
		store->ops->close(store);
}
