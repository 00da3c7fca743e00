/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/walk.h"

#include <stdio.h>
#include <stdlib.h>

#include "tools/complain.h"
#include "tools/memory.h"
#include "tools/progress.h"

#define SLICE_ROWS 500

int
walk_rows(struct store *store, walk_fn *visit, void *arg)
{
	struct store_row *rows = memory_alloc(SLICE_ROWS, sizeof(*rows));
	const struct key *after = NULL;
	struct key last;
	struct err err;
	size_t n = SLICE_ROWS;
	bool going = true;
	int rc = 0;

	while (rc == 0 && going && n == SLICE_ROWS && !ferror(stdout)) {
		if (store->records->walk(store, after, SLICE_ROWS, rows, &n,
			&err) != STORE_OK) {
			progress_end();
			complain("%s; run it again later", err.text);
			rc = -1;
			break;
		}
		for (size_t i = 0; going && i < n; i++)
			going = visit(&rows[i], arg);
		if (n > 0)
			last = rows[n - 1].key;
		after = &last;
	}
	free(rows);
	return rc;
}
