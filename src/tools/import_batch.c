/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/import_batch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/complain.h"
#include "tools/memory.h"
#include "tools/progress.h"

#define BATCH_ROWS 500
#define SLOTS      1024

/* The number of tries before the command gives up on a busy database. */
#define TRIES 20

struct import_batch {
	struct store *store; /* borrowed */
	int64_t added_n, unchanged_n;
	struct key *keys; /* owned */
	struct record records[BATCH_ROWS];
	struct store_change changes[BATCH_ROWS];
	struct store_answer answers[BATCH_ROWS];
	size_t slots[SLOTS]; /* a hash table of the keys; index + 1, 0: none */
	size_t n;
};

struct import_batch *
import_batch_new(struct store *store)
{
	struct import_batch *batch = memory_alloc(1, sizeof(*batch));

	batch->store = store;
	batch->keys = memory_alloc(BATCH_ROWS, sizeof(*batch->keys));
	return batch;
}

void
import_batch_free(struct import_batch *batch)
{
	if (batch != NULL)
		free(batch->keys);
	free(batch);
}

int64_t
import_batch_added_n(const struct import_batch *batch)
{
	return batch->added_n;
}

int64_t
import_batch_unchanged_n(const struct import_batch *batch)
{
	return batch->unchanged_n;
}

/* The slot with the key, or the empty slot where it belongs. */
static size_t *
slot_of(struct import_batch *batch, const struct key *key)
{
	size_t i = key_hash(key) % SLOTS;

	while (batch->slots[i] != 0 &&
	    !key_equal(&batch->keys[batch->slots[i] - 1], key))
		i = (i + 1) % SLOTS;
	return &batch->slots[i];
}

/* Add the change that a record needs. A second import changes nothing. Returns
 * false if nothing changes. */
static bool
plan_change(struct import_batch *batch, size_t i, struct store_change *out)
{
	const struct store_answer *answer = &batch->answers[i];
	struct record record = batch->records[i];

	if (answer->found && !record_raise(&answer->record, &record))
		return false;
	*out = (struct store_change){
	    .key = &batch->keys[i],
	    .change = {.how = CHANGE_MERGE, .record = record},
	};
	return true;
}

static int
merge(struct import_batch *batch, size_t *changes_n, struct err *err)
{
	const struct record_store_ops *records = batch->store->records;
	size_t n = 0;

	if (records->lookup(batch->store, batch->keys, batch->n, batch->answers,
		err) != STORE_OK)
		return -1;
	for (size_t i = 0; i < batch->n; i++)
		n += plan_change(batch, i, &batch->changes[n]);
	*changes_n = n;
	return n == 0 ||
		records->apply(batch->store, batch->changes, n, err) == STORE_OK
	    ? 0
	    : -1;
}

int
import_batch_flush(struct import_batch *batch)
{
	size_t changes_n = 0;
	struct err err;

	for (int try = 1; batch->n > 0 && merge(batch, &changes_n, &err) != 0;
	     try++)
		if (try == TRIES) {
			progress_end();
			complain("%s", err.text);
			return -1;
		}
	batch->added_n += (int64_t)changes_n;
	batch->unchanged_n += (int64_t)(batch->n - changes_n);
	batch->n = 0;
	memset(batch->slots, 0, sizeof(batch->slots));
	progress_show("%" PRId64 " imported", batch->added_n);
	return 0;
}

int
import_batch_add(struct import_batch *batch, const struct store_row *row)
{
	size_t *slot;

	/* Two records with one key need two batches. */
	if (*slot_of(batch, &row->key) != 0 && import_batch_flush(batch) != 0)
		return -1;
	slot = slot_of(batch, &row->key);
	key_copy(&batch->keys[batch->n], &row->key);
	batch->records[batch->n] = row->record;
	*slot = ++batch->n;
	return batch->n == BATCH_ROWS ? import_batch_flush(batch) : 0;
}
