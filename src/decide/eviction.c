/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/eviction.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* ---- A sweep ---- */

void
eviction_begin(struct eviction_sweep *sweep, enum key_kind kind,
    const char *client, const struct eviction_bounds *bounds)
{
	sweep->kind = kind;
	strcpy(sweep->client, client);
	sweep->bounds = *bounds;
	sweep->evicts = false;
	sweep->waiting_n = sweep->evicted_n = sweep->excess_n = 0;
	sweep->sample_n = 0;
	sweep->stride = 1;
}

/* Keep one in "stride"; when there is no room for more, one in twice as
 * many. */
static void
take_sample(struct eviction_sweep *sweep, int64_t first_seen_s)
{
	if (sweep->waiting_n % sweep->stride != 0)
		return;
	if (sweep->sample_n == EVICTION_SAMPLE) {
		for (size_t i = 0; i < EVICTION_SAMPLE / 2; i++)
			sweep->sample[i] = sweep->sample[2 * i];
		sweep->sample_n = EVICTION_SAMPLE / 2;
		sweep->stride *= 2;
		if (sweep->waiting_n % sweep->stride != 0)
			return;
	}
	sweep->sample[sweep->sample_n++] = first_seen_s;
}

static void
count(struct eviction_sweep *sweep, const struct record *record)
{
	take_sample(sweep, record->first_seen_s);
	sweep->waiting_n++;
}

static void
evict(struct eviction_sweep *sweep, const struct store_row *row,
    struct store_change *changes, size_t *changes_n)
{
	if (sweep->excess_n == 0 || row->record.first_seen_s > sweep->cutoff_s)
		return;
	changes[*changes_n] = (struct store_change){
	    .key = &row->key,
	    .change = {.how = CHANGE_EVICT, .read = row->record},
	};
	(*changes_n)++;
	sweep->excess_n--;
	sweep->waiting_n--;
	sweep->evicted_n++;
}

static int
compare_times(const void *a, const void *b)
{
	const int64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* How old one must be to go. The sample is right to a few in a hundred: a
 * little more are old enough than have to go. */
static void
choose_cutoff(struct eviction_sweep *sweep)
{
	double share = (double)sweep->excess_n / (double)sweep->waiting_n;
	size_t at =
	    (size_t)(share * (double)sweep->sample_n) + EVICTION_SAMPLE / 32;

	qsort(sweep->sample, sweep->sample_n, sizeof(sweep->sample[0]),
	    compare_times);
	sweep->cutoff_s =
	    sweep->sample[at < sweep->sample_n ? at : sweep->sample_n - 1];
}

/* All rows were seen. Returns whether they are to be seen once more. */
static bool
begin_to_evict(struct eviction_sweep *sweep)
{
	if (sweep->evicts || sweep->waiting_n <= sweep->bounds.above_n)
		return false;
	sweep->excess_n = sweep->waiting_n - sweep->bounds.down_to_n;
	choose_cutoff(sweep);
	sweep->evicts = true;
	return true;
}

static bool
is_inside(const struct eviction_sweep *sweep, const struct key *key)
{
	return sweep->client[0] == '\0' ||
	    (sweep->kind == key->kind &&
		strcmp(sweep->client, key->client) == 0);
}

bool
eviction_take(struct eviction_sweep *sweep, const struct store_row *rows,
    size_t n, bool is_last, struct store_change *changes, size_t *changes_n)
{
	*changes_n = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_inside(sweep, &rows[i].key) ||
		    rows[i].record.passed_s != 0)
			continue;
		if (sweep->evicts)
			evict(sweep, &rows[i], changes, changes_n);
		else
			count(sweep, &rows[i].record);
	}
	if (is_last || (sweep->evicts && sweep->excess_n == 0))
		return begin_to_evict(sweep);
	return true;
}

/* ---- Who has many ---- */

static uint64_t
hash_client(const char *client)
{
	uint64_t hash = hash_text(HASH_BEGIN, client);

	return hash ^ hash >> 32;
}

/* Others in its place wear a count down (Misra and Gries, 1982). */
bool
eviction_note(struct crowd_clients *clients, const char *client, int64_t limit)
{
	uint64_t hash = hash_client(client);
	size_t at = hash & (EVICTION_CLIENTS - 1);

	if (clients->places[at].hash != hash) {
		if (clients->places[at].n > 0) {
			clients->places[at].n--;
			return false;
		}
		clients->places[at].hash = hash;
	}
	if (++clients->places[at].n < limit)
		return false;
	clients->places[at].n = 0;
	return true;
}
