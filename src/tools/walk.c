/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/walk.h"

#include <stdio.h>
#include <stdlib.h>

#include "tools/ctl.h"
#include "tools/progress.h"

#define SLICE_ROWS 500

static int
complain(const struct err *err)
{
	progress_end();
	ctl_complain("%s; run it again later", err->text);
	return -1;
}

static int
visit_all(struct store *store, struct record_walk *walk, walk_fn *visit,
    void *arg)
{
	struct store_row *rows = ctl_alloc(SLICE_ROWS, sizeof(*rows));
	bool going = true;
	struct err err;
	size_t n;

	while (going && !walk->done && !ferror(stdout)) {
		if (store->records->walk_next(store, walk, SLICE_ROWS, rows, &n,
			&err) != STORE_OK) {
			free(rows);
			return complain(&err);
		}
		for (size_t i = 0; going && i < n; i++)
			going = visit(&rows[i], arg);
	}
	free(rows);
	return 0;
}

int
walk_rows(struct store *store, const char *client, walk_fn *visit, void *arg)
{
	struct err err;
	struct record_walk *walk = client != NULL
	    ? store->records->walk_client(store, client, &err)
	    : store->records->walk_all(store, &err);
	int rc;

	if (walk == NULL)
		return complain(&err);
	rc = visit_all(store, walk, visit, arg);
	store->records->walk_free(walk);
	return rc;
}
