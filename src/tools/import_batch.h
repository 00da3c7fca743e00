/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_IMPORT_BATCH_H
#define TARDIGREY_TOOLS_IMPORT_BATCH_H

#include <stdint.h>

#include "decide/store.h"

/* import_batch: merges records into a store, some hundred at a time. Merging
 * the same records again changes nothing, not even the counters. */

struct import_batch;

/* The caller frees the batch before it closes the store. */
struct import_batch *import_batch_new(struct store *store);
void import_batch_free(struct import_batch *batch);

/* Add a record, which is copied. Returns 0, or -1 after a complaint. */
int import_batch_add(struct import_batch *batch, const struct store_row *row);

/* Write the records that were added. Returns 0, or -1 after a complaint. */
int import_batch_flush(struct import_batch *batch);

/* The number of records that were new or have changed, and of those that the
 * store had already, since the batch was made. */
int64_t import_batch_added_n(const struct import_batch *batch);
int64_t import_batch_unchanged_n(const struct import_batch *batch);

#endif
