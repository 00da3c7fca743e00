/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/store_open.h"

#include <stdio.h>
#include <string.h>

#include "base/uri.h"

#include "store/fallback/store_fallback.h"
#include "store/memory/store_memory.h"
#ifdef HAVE_HIREDIS
#include "store/redis/store_redis.h"
#endif
#include "store/sqlite/store_sqlite.h"

#define URI_SIZE 4200

static const struct store_scheme *const schemes[] = {
    &store_sqlite_scheme,
    &store_memory_scheme,
#ifdef HAVE_HIREDIS
    &store_redis_scheme,
    &store_redis_unix_scheme,
    &store_redis_sentinel_scheme,
    &store_redis_cluster_scheme,
#endif
#ifdef HAVE_REDIS_TLS
    &store_rediss_scheme,
    &store_rediss_sentinel_scheme,
    &store_rediss_cluster_scheme,
#endif
};
#define SCHEMES (sizeof(schemes) / sizeof(schemes[0]))

/* Find the scheme of a URI, and the part after the colon. Returns NULL if no
 * adapter has the scheme. */
static const struct store_scheme *
find_scheme(const char *uri, const char **where)
{
	size_t n = strcspn(uri, ":");

	if (uri[n] != ':')
		return NULL;
	*where = uri + n + 1;
	for (size_t i = 0; i < SCHEMES; i++)
		if (strlen(schemes[i]->name) == n &&
		    strncmp(schemes[i]->name, uri, n) == 0)
			return schemes[i];
	return NULL;
}

/* List the forms of URIs, for a message: "sqlite:/PATH or memory:". */
static void
list_forms(char *out, size_t size)
{
	out[0] = '\0';
	for (size_t i = 0; i < SCHEMES; i++) {
		const char *comma = i == 0 ? ""
		    : i + 1 < SCHEMES      ? ", "
					   : " or ";

		strncat(out, comma, size - strlen(out) - 1);
		strncat(out, schemes[i]->form, size - strlen(out) - 1);
	}
}

bool
store_uri_has_tls(const char *uri)
{
	return strncmp(uri, "rediss:", 7) == 0 ||
	    strncmp(uri, "rediss+", 7) == 0;
}

/* Find the scheme of a URI, and check the part after the colon. Returns NULL
 * and sets *err if either fails. */
static const struct store_scheme *
resolve(const char *uri, const char **where, struct err *err)
{
	const struct store_scheme *scheme = find_scheme(uri, where);
	char forms[300], shown[200];

	if (scheme == NULL && store_uri_has_tls(uri)) {
		err_set(err,
		    "tardigrey was built without TLS (let stunnel connect to "
		    "the server, and write redis://127.0.0.1:PORT)");
		return NULL;
	}
	if (scheme == NULL) {
		list_forms(forms, sizeof(forms));
		uri_mask_password(uri, shown, sizeof(shown));
		err_set(err, "unknown form: \"%s\" (write %s)", shown, forms);
		return NULL;
	}
	return scheme->check(*where, err) == 0 ? scheme : NULL;
}

int
store_uri_check(const char *uri, struct err *err)
{
	const char *where;

	return resolve(uri, &where, err) != NULL ? 0 : -1;
}

int
store_uri_check_files(const char *uri, const struct store_options *options,
    struct err *err)
{
	const char *where;
	const struct store_scheme *scheme = find_scheme(uri, &where);

	if (scheme == NULL || scheme->check_files == NULL)
		return 0;
	return scheme->check_files(options, err);
}

bool
store_uri_is_private(const char *uri)
{
	const char *where;
	const struct store_scheme *scheme = find_scheme(uri, &where);

	return scheme != NULL && scheme->is_private;
}

bool
store_uri_is_remote(const char *uri)
{
	const char *where;
	const struct store_scheme *scheme = find_scheme(uri, &where);

	return scheme != NULL && scheme->is_remote;
}

const char *
store_uri_path(const char *uri)
{
	const char *where;
	const struct store_scheme *scheme = find_scheme(uri, &where);

	return scheme != NULL && scheme->is_file ? where : NULL;
}

struct store *
store_open(const char *uri, const struct store_options *options,
    struct err *err)
{
	const char *where;
	const struct store_scheme *scheme = resolve(uri, &where, err);

	return scheme != NULL ? scheme->open(where, options, err) : NULL;
}

/* ---- With a fallback ---- */

/* The unmerged records are few, and each is read once. */
static struct store *
open_unmerged(const char *fallback, const struct store_options *options,
    struct err *err)
{
	struct store_options few = *options;
	char uri[URI_SIZE];

	few.record_cache_octets = 0;
	snprintf(uri, sizeof(uri), "%s-unmerged", fallback);
	return store_open(uri, &few, err);
}

/* Owns the database, also if this fails. */
static struct store *
open_around(struct store *database, const char *fallback,
    const struct store_options *options, struct err *err)
{
	struct store *copies = store_open(fallback, options, err);
	struct store *unmerged = NULL, *store = NULL;

	if (copies != NULL)
		unmerged = open_unmerged(fallback, options, err);
	if (unmerged != NULL) {
		store = store_fallback_new(database, copies, unmerged);
		if (store == NULL)
			err_no_memory(err);
	}
	if (store != NULL)
		return store;
	store_close(database);
	store_close(copies);
	store_close(unmerged);
	return NULL;
}

struct store *
store_open_with_fallback(const char *uri, const char *fallback,
    const struct store_options *options, struct err *err)
{
	struct store *database = store_open(uri, options, err);

	return database != NULL ? open_around(database, fallback, options, err)
				: NULL;
}

struct store *
store_open_only_fallback(const char *fallback,
    const struct store_options *options, struct err *err)
{
	return open_around(NULL, fallback, options, err);
}

/* ---- Calls ---- */

void
store_close(struct store *store)
{
	if (store != NULL)
		store->ops->close(store);
}
