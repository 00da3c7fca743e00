/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_SORTED_ROWS_H
#define TARDIGREY_TOOLS_SORTED_ROWS_H

#include "decide/record_store.h"

/*
 * sorted_rows: rows of the store in an order. A walk over the store has no
 * order, and there can be millions of rows. So sort them in several rounds:
 *
 *   do walk over all rows, with sorted_rows_add()
 *   while (sorted_rows_each())
 *
 * Each round visits the next rows in the order, about as many as memory allows.
 * If a row changes its place between two rounds, it may be visited twice, or
 * not at all.
 */

enum sorted_by {
	SORTED_BY_LAST_SEEN, /* the newest first */
	SORTED_BY_FIRST_SEEN,
	SORTED_BY_CLIENT,
};

/* A good number of rows for a round: 25 MB of memory. */
#define SORTED_ROWS_ROUND 100000

struct sorted_rows;

/* Sort up to limit_n rows in all, up to round_n (> 0) of them in a round. At
 * most about twice as many are in memory. The caller frees the result with
 * sorted_rows_free(). */
struct sorted_rows *sorted_rows_new(enum sorted_by by, int64_t limit_n,
    size_t round_n);
void sorted_rows_free(struct sorted_rows *rows);

/* Keep a copy of the row, unless an earlier round has visited it. */
void sorted_rows_add(struct sorted_rows *rows, const struct store_row *row);

/* Visit the rows of this round in their order. The row is valid only during the
 * call. Returns true if another round is necessary. */
typedef void sorted_rows_fn(const struct store_row *row, void *arg);
bool sorted_rows_each(struct sorted_rows *rows, sorted_rows_fn *visit,
    void *arg);

#endif
