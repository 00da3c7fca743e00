/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_WALK_H
#define TARDIGREY_TOOLS_WALK_H

#include <stdbool.h>

#include "decide/store.h"

/* walk: every row of the store, in the order of keys, without holding more
 * than a slice of them. */

/* Called for each row; false ends the walk. It may use the store. */
typedef bool walk_fn(const struct store_row *row, void *arg);

/* Visit the rows after a key (NULL: all). Returns 0, or -1 after a
 * complaint. Ends early when standard output has failed. */
int walk_rows(struct store *store, const struct key *after, walk_fn *visit,
    void *arg);

#endif
