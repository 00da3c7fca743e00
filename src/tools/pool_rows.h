/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_POOL_ROWS_H
#define TARDIGREY_TOOLS_POOL_ROWS_H

#include "decide/engine_rules.h"
#include "decide/store.h"
#include "tools/walk.h"

/*
 * pool_rows: finds the rows of a network and of a pool that belong to one
 * message.
 *
 * A triplet of a client with a pool has a row for the pool, and a row for each
 * network from which it was tried. The reply names the row of the pool. Rows of
 * one message have the same sender, recipient and first attempt
 * (greylist_decide_any()).
 */

/* ---- For a listing of all rows ---- */

struct pool_rows;

/* Read the rows of pools, except expired ones. Each takes 24 octets of memory.
 * Returns NULL after a complaint. The caller frees the result. */
struct pool_rows *pool_rows_read(struct store *store,
    const struct engine_rules *rules, int64_t now_s);
void pool_rows_free(struct pool_rows *rows);

/* Set the reference of a triplet: that of the row of its pool, else its own. */
void pool_rows_reference(const struct pool_rows *rows,
    const struct store_row *row, char out[REFERENCE_SIZE]);

/* True if the row is that of a network, and the row of its pool shows the same
 * or more: that the triplet has passed. */
bool pool_rows_cover(const struct pool_rows *rows, const struct store_row *row);

/* ---- For one row ---- */

/* Visit the rows of the message to which a triplet belongs, including its own
 * row. Returns 0, or -1 after a complaint. */
int pool_rows_of_mail(struct store *store, const struct store_row *row,
    walk_fn *visit, void *arg);

#endif
