/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_WALK_H
#define TARDIGREY_TOOLS_WALK_H

#include <stdbool.h>

#include "decide/store.h"

/* walk: visits records of the store, a slice at a time, in no order. */

/* Called for each record; false ends the walk. It may use the store. */
typedef bool walk_fn(const struct store_row *row, void *arg);

/* Visit the records of a client, of all kinds (NULL: of all clients), each at
 * least once. Returns 0, or -1 after a complaint. Ends early when standard
 * output has failed. */
int walk_rows(struct store *store, const char *client, walk_fn *visit,
    void *arg);

#endif
