/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_FILTER_H
#define TARDIGREY_STORE_SQLITE_SQLITE_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "store/sqlite/sqlite_handle.h"

/*
 * sqlite_filter: reads the table "record" in slices. It fills the filter of the
 * cache with the keys, and offers records to the cache.
 *
 * The filter must have the key of each row. This process adds the keys that it
 * writes. If another process commits something, the filter is useless. A new
 * one is begun when no other process has committed anything for ten seconds.
 */

/* True if sqlite_filter_slice() has work to do. */
bool sqlite_filter_is_needed(struct sqlite *sqlite, int64_t now_s);

/* Read a slice of the table. It is a transaction of its own. Returns 0, or -1
 * and leaves the error in the handle. */
int sqlite_filter_slice(struct sqlite *sqlite, int64_t now_s);

#endif
