/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/batch_records.h"

#include <stdlib.h>

/* A row's key is in triplets, its record in answers, at the same index. */
struct item {
	uint64_t hash;
	bool unwritten; /* what a deferral rests on is not in the store yet */
	bool added;     /* the batch has made the record, which waits */
};

struct batch_records {
	struct store *store;          /* borrowed */
	struct item *items;           /* owned, as all below */
	struct key *triplets;         /* as the port wants them */
	struct store_answer *answers; /* as the batch has changed them so far */
	size_t n, looked_up_n;
	size_t *slots; /* hash table of items: index + 1 */
	size_t slots_n;
	struct store_change *changes;
	size_t changes_n;
};

struct batch_records *
batch_records_new(struct store *store, size_t n_max)
{
	struct batch_records *rows = calloc(1, sizeof(*rows));

	if (rows == NULL)
		return NULL;
	rows->store = store;
	rows->slots_n = 16;
	while (rows->slots_n < 2 * n_max)
		rows->slots_n *= 2;
	rows->items = calloc(n_max, sizeof(*rows->items));
	rows->triplets = calloc(n_max, sizeof(*rows->triplets));
	rows->answers = calloc(n_max, sizeof(*rows->answers));
	rows->slots = calloc(rows->slots_n, sizeof(*rows->slots));
	rows->changes = calloc(n_max, sizeof(*rows->changes));
	if (rows->items != NULL && rows->triplets != NULL &&
	    rows->answers != NULL && rows->slots != NULL &&
	    rows->changes != NULL)
		return rows;
	batch_records_free(rows);
	return NULL;
}

void
batch_records_free(struct batch_records *rows)
{
	if (rows == NULL)
		return;
	free(rows->items);
	free(rows->triplets);
	free(rows->answers);
	free(rows->slots);
	free(rows->changes);
	free(rows);
}

void
batch_records_begin(struct batch_records *rows)
{
	size_t mask = rows->slots_n - 1;

	for (size_t i = 0; i < rows->n; i++) {
		size_t at = rows->items[i].hash & mask;

		/* Those behind it in the same run go too. */
		for (; rows->slots[at] != 0; at = (at + 1) & mask)
			rows->slots[at] = 0;
	}
	rows->n = rows->looked_up_n = rows->changes_n = 0;
}

size_t
batch_records_add(struct batch_records *rows, const struct key *key)
{
	uint64_t hash = key_hash(key);
	size_t mask = rows->slots_n - 1, at = hash & mask, row;

	for (; rows->slots[at] != 0; at = (at + 1) & mask) {
		row = rows->slots[at] - 1;
		if (rows->items[row].hash == hash &&
		    key_equal(&rows->triplets[row], key))
			return row;
	}
	row = rows->n++;
	rows->slots[at] = row + 1;
	rows->items[row] = (struct item){.hash = hash};
	key_copy(&rows->triplets[row], key);
	return row;
}

enum store_rc
batch_records_look_up(struct batch_records *rows, struct err *err)
{
	size_t first = rows->looked_up_n;

	rows->looked_up_n = rows->n;
	if (rows->n == first)
		return STORE_OK;
	return rows->store->records->lookup(rows->store, rows->triplets + first,
	    rows->n - first, rows->answers + first, err);
}

const struct record *
batch_records_known(const struct batch_records *rows, size_t row)
{
	const struct store_answer *answer = &rows->answers[row];

	return answer->found ? &answer->record : NULL;
}

const struct key *
batch_records_key(const struct batch_records *rows, size_t row)
{
	return &rows->triplets[row];
}

void
batch_records_change(struct batch_records *rows, size_t row,
    const struct change *change)
{
	struct store_answer *answer = &rows->answers[row];
	struct item *item = &rows->items[row];

	if (change->how == CHANGE_NONE)
		return;
	if (!answer->found || change->how == CHANGE_RESTART ||
	    change->record.first_seen_s < answer->record.first_seen_s)
		item->unwritten = true;
	if (!answer->found && change->record.passed_s == 0)
		item->added = true;
	rows->changes[rows->changes_n++] =
	    (struct store_change){&rows->triplets[row], *change};
	record_apply(&answer->record, &answer->found, change);
}

bool
batch_records_is_unwritten(const struct batch_records *rows, size_t row)
{
	return rows->items[row].unwritten;
}

bool
batch_records_changed(const struct batch_records *rows)
{
	return rows->changes_n > 0;
}

enum store_rc
batch_records_apply(struct batch_records *rows, struct err *err)
{
	if (rows->changes_n == 0)
		return STORE_OK;
	return rows->store->records->apply(rows->store, rows->changes,
	    rows->changes_n, err);
}

void
batch_records_each_added(const struct batch_records *rows,
    batch_records_added_fn *visit, void *arg)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->items[i].added)
			visit(arg, &rows->triplets[i]);
}
