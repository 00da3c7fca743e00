/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Walks go over the database. If there is none, they go over the local stores:
 * first the unmerged records, then the copies. */
#include <stdlib.h>

#include "store/fallback/fallback.h"

#define STORES_MAX 2

struct fallback_walk {
	struct record_walk walk;
	struct store *stores[STORES_MAX];      /* borrowed */
	struct record_walk *walks[STORES_MAX]; /* owned; or NULL */
	size_t n, at;
};

void
fallback_walk_free(struct record_walk *base)
{
	struct fallback_walk *walk = (struct fallback_walk *)base;

	if (walk == NULL)
		return;
	for (size_t i = 0; i < walk->n; i++)
		walk->stores[i]->records->walk_free(walk->walks[i]);
	free(walk);
}

/* client: NULL: all. */
static struct record_walk *
begin_walk(struct fallback *fallback, const char *client, struct err *err)
{
	struct fallback_walk *walk = calloc(1, sizeof(*walk));

	if (walk == NULL) {
		err_no_memory(err);
		return NULL;
	}
	if (fallback->database != NULL) {
		walk->stores[walk->n++] = fallback->database;
	} else {
		walk->stores[walk->n++] = fallback->unmerged;
		walk->stores[walk->n++] = fallback->copies;
	}
	for (size_t i = 0; i < walk->n; i++) {
		struct store *store = walk->stores[i];

		walk->walks[i] = client != NULL
		    ? store->records->walk_client(store, client, err)
		    : store->records->walk_all(store, err);
		if (walk->walks[i] == NULL) {
			fallback_walk_free(&walk->walk);
			return NULL;
		}
	}
	return &walk->walk;
}

struct record_walk *
fallback_walk_all(struct store *store, struct err *err)
{
	return begin_walk((struct fallback *)store, NULL, err);
}

struct record_walk *
fallback_walk_client(struct store *store, const char *client, struct err *err)
{
	return begin_walk((struct fallback *)store, client, err);
}

/* Go to the next store if the walk over this one is done. */
static void
move_on(struct fallback_walk *walk)
{
	while (walk->at < walk->n && walk->walks[walk->at]->done)
		walk->at++;
	walk->walk.done = walk->at == walk->n;
}

/* An unmerged record was already visited: leave out its copy. */
static enum store_rc
leave_out_copies(struct fallback *fallback, struct store_row *rows, size_t *n,
    struct err *err)
{
	struct store *unmerged = fallback->unmerged;
	struct store_answer answer;
	size_t kept_n = 0;

	for (size_t i = 0; i < *n; i++) {
		if (unmerged->records->lookup(unmerged, &rows[i].key, 1,
			&answer, err) != STORE_OK)
			return STORE_FAILED;
		if (!answer.found)
			rows[kept_n++] = rows[i];
	}
	*n = kept_n;
	return STORE_OK;
}

enum store_rc
fallback_walk_next(struct store *store, struct record_walk *base, size_t n_max,
    struct store_row *rows, size_t *n_out, struct err *err)
{
	struct fallback_walk *walk = (struct fallback_walk *)base;
	struct fallback *fallback = (struct fallback *)store;
	struct store *inner;
	enum store_rc rc;

	*n_out = 0;
	move_on(walk);
	if (walk->walk.done)
		return STORE_OK;
	inner = walk->stores[walk->at];
	rc = inner->records->walk_next(inner, walk->walks[walk->at], n_max,
	    rows, n_out, err);
	if (rc == STORE_OK && inner == fallback->copies)
		rc = leave_out_copies(fallback, rows, n_out, err);
	move_on(walk);
	return rc;
}

enum store_rc
fallback_expire_next(struct store *store, struct record_walk *base,
    int64_t now_s, size_t n_max, struct expiry_counts *counts, struct err *err)
{
	struct fallback_walk *walk = (struct fallback_walk *)base;
	struct store *inner;
	enum store_rc rc;

	(void)store;
	move_on(walk);
	if (walk->walk.done)
		return STORE_OK;
	inner = walk->stores[walk->at];
	rc = inner->records->expire_next(inner, walk->walks[walk->at], now_s,
	    n_max, counts, err);
	move_on(walk);
	return rc;
}
