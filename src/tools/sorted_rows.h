/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_SORTED_ROWS_H
#define TARDIGREY_TOOLS_SORTED_ROWS_H

#include "decide/record_store.h"

/*
 * sorted_rows: rows of the store in an order. A walk over the store has no
 * order. Each row takes as much memory as its texts need. With a limit, only
 * about twice as many rows are in memory.
 */

enum sorted_by {
	SORTED_BY_LAST_SEEN, /* the newest first */
	SORTED_BY_FIRST_SEEN,
	SORTED_BY_CLIENT,
};

struct sorted_rows;

/* The caller frees it with sorted_rows_free(). */
struct sorted_rows *sorted_rows_new(enum sorted_by by, int64_t limit_n);
void sorted_rows_free(struct sorted_rows *rows);

/* Keep a copy of the row. */
void sorted_rows_add(struct sorted_rows *rows, const struct store_row *row);

/* Visit the rows in their order, at most limit_n. The row is valid only during
 * the call. */
typedef void sorted_rows_fn(const struct store_row *row, void *arg);
void sorted_rows_each(struct sorted_rows *rows, sorted_rows_fn *visit,
    void *arg);

#endif
