/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/batch_records.h"

#include <stdlib.h>

/* The key of a record is in keys, the record in answers, at the same index. */
struct item {
	uint64_t hash;
	bool unwritten;  /* see batch_records_is_unwritten() */
	bool is_unknown; /* then its answer is "not found" */
};

struct batch_records {
	struct store *store;          /* borrowed */
	struct item *items;           /* owned, as all below */
	struct key *keys;             /* an array, for the store's lookup */
	struct store_answer *answers; /* with the batch's changes so far */
	size_t n, looked_up_n;
	size_t *slots; /* hash table: index of the item + 1 */
	size_t slots_n;
	struct store_change *changes;
	size_t changes_n;
};

struct batch_records *
batch_records_new(struct store *store, size_t n_max)
{
	struct batch_records *records = calloc(1, sizeof(*records));

	if (records == NULL)
		return NULL;
	records->store = store;
	records->slots_n = 16;
	while (records->slots_n < 2 * n_max)
		records->slots_n *= 2;
	records->items = calloc(n_max, sizeof(*records->items));
	records->keys = calloc(n_max, sizeof(*records->keys));
	records->answers = calloc(n_max, sizeof(*records->answers));
	records->slots = calloc(records->slots_n, sizeof(*records->slots));
	records->changes = calloc(n_max, sizeof(*records->changes));
	if (records->items != NULL && records->keys != NULL &&
	    records->answers != NULL && records->slots != NULL &&
	    records->changes != NULL)
		return records;
	batch_records_free(records);
	return NULL;
}

void
batch_records_free(struct batch_records *records)
{
	if (records == NULL)
		return;
	free(records->items);
	free(records->keys);
	free(records->answers);
	free(records->slots);
	free(records->changes);
	free(records);
}

void
batch_records_begin(struct batch_records *records)
{
	size_t mask = records->slots_n - 1;

	for (size_t i = 0; i < records->n; i++) {
		size_t at = records->items[i].hash & mask;

		/* Clear all used slots up to the next free one. They all
		 * belong to this batch. */
		for (; records->slots[at] != 0; at = (at + 1) & mask)
			records->slots[at] = 0;
	}
	records->n = records->looked_up_n = records->changes_n = 0;
}

struct key *
batch_records_next(struct batch_records *records)
{
	return &records->keys[records->n];
}

size_t
batch_records_add(struct batch_records *records, const struct key *key)
{
	uint64_t hash = key_hash(key);
	size_t mask = records->slots_n - 1, at = hash & mask, place;

	for (; records->slots[at] != 0; at = (at + 1) & mask) {
		place = records->slots[at] - 1;
		if (records->items[place].hash == hash &&
		    key_equal(&records->keys[place], key))
			return place;
	}
	place = records->n++;
	records->slots[at] = place + 1;
	records->items[place] = (struct item){.hash = hash};
	if (key != &records->keys[place])
		key_copy(&records->keys[place], key);
	return place;
}

static void
mark_unknown(struct batch_records *records, size_t first)
{
	for (size_t i = first; i < records->n; i++)
		if (records->answers[i].is_unknown) {
			records->items[i].is_unknown = true;
			records->answers[i].found = false;
		}
}

enum store_rc
batch_records_look_up(struct batch_records *records, struct err *err)
{
	size_t first = records->looked_up_n;
	enum store_rc rc;

	records->looked_up_n = records->n;
	if (records->n == first)
		return STORE_OK;
	rc = records->store->records->lookup(records->store,
	    records->keys + first, records->n - first, records->answers + first,
	    err);
	if (rc == STORE_PARTLY)
		mark_unknown(records, first);
	return rc;
}

bool
batch_records_may_have(const struct batch_records *records, enum key_kind kind)
{
	const struct record_store_ops *ops = records->store->records;

	return ops->may_have == NULL || ops->may_have(records->store, kind);
}

size_t
batch_records_n(const struct batch_records *records)
{
	return records->n;
}

const struct record *
batch_records_known(const struct batch_records *records, size_t place)
{
	const struct store_answer *answer = &records->answers[place];

	return answer->found ? &answer->record : NULL;
}

bool
batch_records_is_unknown(const struct batch_records *records, size_t place)
{
	return records->items[place].is_unknown;
}

const struct key *
batch_records_key(const struct batch_records *records, size_t place)
{
	return &records->keys[place];
}

void
batch_records_change(struct batch_records *records, size_t place,
    const struct change *change, const struct store_client *client)
{
	struct store_answer *answer = &records->answers[place];
	struct item *item = &records->items[place];

	if (change->how == CHANGE_NONE || item->is_unknown)
		return;
	if (!answer->found || change->how == CHANGE_RESTART ||
	    change->record.first_seen_s < answer->record.first_seen_s)
		item->unwritten = true;
	records->changes[records->changes_n++] = (struct store_change){
	    .key = &records->keys[place],
	    .change = *change,
	    .client = *client,
	    .was_absent = !answer->found,
	};
	record_apply(&answer->record, &answer->found, change);
}

bool
batch_records_is_unwritten(const struct batch_records *records, size_t place)
{
	return records->items[place].unwritten;
}

bool
batch_records_changed(const struct batch_records *records)
{
	return records->changes_n > 0;
}

enum store_rc
batch_records_apply(struct batch_records *records, struct err *err)
{
	if (records->changes_n == 0)
		return STORE_OK;
	return records->store->records->apply(records->store, records->changes,
	    records->changes_n, err);
}
