/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_WALK_H
#define TARDIGREY_TOOLS_WALK_H

#include <stdbool.h>

#include "decide/store.h"

/* walk: visits every record of the store. Only one slice of the records is in
 * memory at a time. */

/* Return false to end the walk. The function may use the store. */
typedef bool walk_fn(const struct store_row *row, void *arg);

/* Visit all records. The walk ends early if visit() returns false or if writing
 * to standard output has failed. Returns 0, or -1 after a complaint. */
int walk_rows(struct store *store, walk_fn *visit, void *arg);

#endif
