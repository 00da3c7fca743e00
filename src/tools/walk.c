/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/walk.h"

#include <stdio.h>
#include <stdlib.h>

#include "tools/complain.h"
#include "tools/memory.h"
#include "tools/progress.h"

#define SLICE_ROWS 500

static int
fail(const struct err *err)
{
	progress_end();
	complain("%s; run the command again later", err->text);
	return -1;
}

static int
visit_all(struct store *store, struct record_walk *walk, walk_fn *visit,
    void *arg)
{
	struct store_row *rows = memory_alloc(SLICE_ROWS, sizeof(*rows));
	bool going = true;
	struct err err;
	size_t n;

	while (going && !walk->done && !ferror(stdout)) {
		if (store->records->walk_next(store, walk, SLICE_ROWS, rows, &n,
			&err) != STORE_OK) {
			free(rows);
			return fail(&err);
		}
		for (size_t i = 0; going && i < n; i++)
			going = visit(&rows[i], arg);
	}
	free(rows);
	return 0;
}

int
walk_rows(struct store *store, walk_fn *visit, void *arg)
{
	struct err err;
	struct record_walk *walk = store->records->walk_all(store, &err);
	int rc;

	if (walk == NULL)
		return fail(&err);
	rc = visit_all(store, walk, visit, arg);
	store->records->walk_free(walk);
	return rc;
}
