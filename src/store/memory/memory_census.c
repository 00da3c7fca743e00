/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include <string.h>

#include "store/memory/memory.h"

static bool
is_waiting(const struct memory_record *record)
{
	return record->record.passed_s == 0 && record->record.deferred_n <= 1 &&
	    key_kind_is_triplet(record->kind);
}

static void
count(const struct memory_record *record, struct record_census *census)
{
	const struct record *times = &record->record;

	if (!is_waiting(record)) {
		census->records_n[record->kind]++;
		return;
	}
	census->waiting_n++;
	if (census->oldest_waiting_s == 0 ||
	    times->first_seen_s < census->oldest_waiting_s)
		census->oldest_waiting_s = times->first_seen_s;
}

enum store_rc
memory_census(struct store *store, struct record_census *census,
    struct err *err)
{
	const struct memory *memory = (const struct memory *)store;

	(void)err;
	*census = (struct record_census){.waiting_n = 0};
	for (size_t i = 0; i < memory->buckets_n; i++)
		for (const struct memory_record *at = memory->buckets[i];
		     at != NULL; at = at->next)
			count(at, census);
	return STORE_OK;
}

/* Insert in the order of first_seen_s, the newest first. */
static void
insert_row(const struct memory_record *record, size_t n_max,
    struct store_row *rows, size_t *n)
{
	size_t at = *n;

	while (at > 0 &&
	    rows[at - 1].record.first_seen_s < record->record.first_seen_s)
		at--;
	if (at == n_max)
		return;
	if (*n < n_max)
		++*n;
	memmove(&rows[at + 1], &rows[at], (*n - at - 1) * sizeof(*rows));
	memory_copy_key(record, &rows[at].key);
	rows[at].record = record->record;
}

enum store_rc
memory_newest_waiting(struct store *store, size_t n_max, struct store_row *rows,
    size_t *n_out, struct err *err)
{
	const struct memory *memory = (const struct memory *)store;

	(void)err;
	*n_out = 0;
	for (size_t i = 0; i < memory->buckets_n; i++)
		for (const struct memory_record *at = memory->buckets[i];
		     at != NULL; at = at->next)
			if (is_waiting(at))
				insert_row(at, n_max, rows, n_out);
	return STORE_OK;
}
