/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/arrival_index.h"

#include <stdlib.h>

#include "store/sqlite/address_counts.h"
#include "store/sqlite/arrival_ring.h"
#include "store/sqlite/arrival_table.h"

#define SLOTS_FIRST 4096

/* For each call, ids to look at in the old table, and ids to move from it. Only
 * few are moved, because at first almost each of them touches another new page
 * of memory. With these numbers, the old table is empty before the new one must
 * grow: its ids are at most seven eighths of its slots, and there are at most
 * 2 * ids + 65536 others, see sqlite_maintain.c. */
#define MOVE_LOOKS 64
#define MOVE_IDS   2

/* Ids to look at while the first table is built: this number, or an eighth of
 * the ids that are left. Until the table is complete, each search also compares
 * the hashes of the ids that are left. So all searches together compare each
 * hash eight times at most, however many ids there are. */
#define BUILD_LOOKS 4096
#define BUILD_PART  8

struct arrival_index {
	int64_t first, next, n;
	struct arrival_ring ring;
	struct arrival_table table;
	struct arrival_table
	    old; /* being replaced; holds the ids below old_end */
	int64_t moved, old_end; /* ids from "moved" on are not moved yet */
	bool is_building; /* these are in no table, and not in the counts */
	struct address_counts *addresses; /* owned */
	/* For arrival_index_victim(): the id to look at next, the id of the
	 * last victim, and the id below which no record is left. */
	int64_t hand, hand_began, oldest;
};

static struct arrival
ring_at(const struct arrival_index *index, int64_t id)
{
	return arrival_ring_at(&index->ring, id);
}

/* ---- Growing and shrinking ---- */

/* Begin to move all ids to a table of another size. If memory is short, the old
 * table stays in use and becomes slower. */
static int
begin_move(struct arrival_index *index, size_t slots_n)
{
	struct arrival_table table;

	if (arrival_table_make(&table, slots_n) != 0)
		return -1;
	index->old = index->table;
	index->table = table;
	index->moved = index->first;
	index->old_end = index->next;
	return 0;
}

static void
move_ids(struct arrival_index *index, int64_t looks_max, int64_t moves_max)
{
	if (index->moved < index->first)
		index->moved = index->first;
	for (; looks_max > 0 && moves_max > 0 && index->moved < index->old_end;
	     looks_max--, index->moved++) {
		struct arrival arrival = ring_at(index, index->moved);

		if (arrival.key == ARRIVAL_GONE)
			continue;
		arrival_table_put(&index->table, arrival.key, index->moved);
		if (index->is_building)
			address_counts_add(index->addresses, arrival.address,
			    1);
		moves_max--;
	}
}

static int64_t
build_looks(const struct arrival_index *index)
{
	int64_t part = (index->old_end - index->moved) / BUILD_PART;

	return part > BUILD_LOOKS ? part : BUILD_LOOKS;
}

static void
move_some(struct arrival_index *index)
{
	if (index->is_building)
		move_ids(index, build_looks(index), INT64_MAX);
	else if (index->old.slots != NULL)
		move_ids(index, MOVE_LOOKS, MOVE_IDS);
	if (index->moved < index->old_end)
		return;
	arrival_table_free(&index->old);
	index->is_building = false;
}

/* True if the id is in no table yet. */
static bool
is_unmoved(const struct arrival_index *index, int64_t id)
{
	return index->is_building && id >= index->moved && id < index->old_end;
}

/* Make room for one more id in the table. arrival_index_add() calls this for
 * each record. */
static int
make_room(struct arrival_index *index)
{
	struct arrival_table *table = &index->table;

	move_some(index);
	if (table->slots == NULL || index->old.slots != NULL ||
	    index->is_building)
		return 0;
	if (table->used_n >= table->slots_n / 8 * 7) {
		if (begin_move(index, 2 * table->slots_n) != 0 &&
		    table->used_n + 1 == table->slots_n)
			return -1;
	} else if (table->used_n < table->slots_n / 16 &&
	    table->slots_n > SLOTS_FIRST) {
		begin_move(index, table->slots_n / 2);
	}
	return 0;
}

/* ---- The index ---- */

struct arrival_index *
arrival_index_new(int64_t next)
{
	struct arrival_index *index = calloc(1, sizeof(*index));

	if (index == NULL)
		return NULL;
	index->first = index->next = index->hand = next;
	index->ring.first_chunk = next / ARRIVAL_CHUNK;
	return index;
}

bool
arrival_index_has_table(const struct arrival_index *index)
{
	return index->table.slots != NULL;
}

int
arrival_index_begin_table(struct arrival_index *index)
{
	size_t slots_n = SLOTS_FIRST;

	if (arrival_index_has_table(index))
		return 0;
	while (slots_n / 4 * 3 < (size_t)index->n)
		slots_n *= 2;
	index->addresses = address_counts_new();
	if (index->addresses == NULL ||
	    arrival_table_make(&index->table, slots_n) != 0) {
		address_counts_free(index->addresses);
		index->addresses = NULL;
		return -1;
	}
	index->moved = index->first;
	index->old_end = index->next;
	index->is_building = true;
	return 0;
}

int
arrival_index_build_table(struct arrival_index *index)
{
	if (arrival_index_begin_table(index) != 0)
		return -1;
	while (index->is_building)
		move_some(index);
	return 0;
}

void
arrival_index_free(struct arrival_index *index)
{
	if (index == NULL)
		return;
	arrival_ring_free(&index->ring);
	arrival_table_free(&index->table);
	arrival_table_free(&index->old);
	address_counts_free(index->addresses);
	free(index);
}

int64_t
arrival_index_first(const struct arrival_index *index)
{
	return index->first;
}

int64_t
arrival_index_next(const struct arrival_index *index)
{
	return index->next;
}

int64_t
arrival_index_n(const struct arrival_index *index)
{
	return index->n;
}

struct arrival
arrival_index_get(const struct arrival_index *index, int64_t id)
{
	return ring_at(index, id);
}

static uint32_t
usable(uint32_t key_hash)
{
	return key_hash == ARRIVAL_GONE ? 1 : key_hash;
}

int
arrival_index_add(struct arrival_index *index, int64_t id,
    struct arrival arrival)
{
	arrival.key = usable(arrival.key);
	if (make_room(index) != 0 ||
	    arrival_ring_set(&index->ring, id, arrival) != 0)
		return -1;
	index->next = id + 1;
	index->n++;
	if (!arrival_index_has_table(index))
		return 0;
	arrival_table_put(&index->table, arrival.key, id);
	address_counts_add(index->addresses, arrival.address, 1);
	return 0;
}

int
arrival_index_add_chunk(struct arrival_index *index, int64_t first,
    const struct arrival arrivals[ARRIVAL_CHUNK])
{
	if (arrival_ring_set_chunk(&index->ring, first, arrivals) != 0)
		return -1;
	for (int i = 0; i < ARRIVAL_CHUNK; i++)
		index->n += arrivals[i].key != ARRIVAL_GONE;
	index->next = first + ARRIVAL_CHUNK;
	return 0;
}

void
arrival_index_remove(struct arrival_index *index, int64_t id)
{
	struct arrival arrival;

	if (id < index->first || id >= index->next)
		return;
	arrival = ring_at(index, id);
	if (arrival.key == ARRIVAL_GONE)
		return;
	arrival_table_remove(&index->table, &index->ring, index->first,
	    arrival.key, id);
	if (id < index->old_end)
		arrival_table_remove(&index->old, &index->ring, index->first,
		    arrival.key, id);
	if (index->addresses != NULL && !is_unmoved(index, id))
		address_counts_add(index->addresses, arrival.address, -1);
	arrival.key = ARRIVAL_GONE;
	arrival_ring_set(&index->ring, id, arrival); /* the chunk exists */
	index->n--;
}

void
arrival_index_remove_below(struct arrival_index *index, int64_t id)
{
	int64_t end = id < index->next ? id : index->next;

	for (int64_t each = index->first; each < end; each++)
		arrival_index_remove(index, each);
	if (id <= index->first)
		return;
	index->first = id;
	if (index->next < id)
		index->next = id;
	arrival_ring_drop_below(&index->ring, id);
}

void
arrival_index_prefetch(const struct arrival_index *index, uint32_t key_hash)
{
	if (arrival_index_has_table(index))
		arrival_table_prefetch(&index->table, usable(key_hash));
}

void
arrival_index_prefetch_address(const struct arrival_index *index,
    uint32_t address_hash)
{
	if (index->addresses != NULL)
		address_counts_prefetch(index->addresses, address_hash);
}

size_t
arrival_index_find(struct arrival_index *index, uint32_t key_hash, int64_t *ids,
    size_t max)
{
	size_t n;

	move_some(index);
	key_hash = usable(key_hash);
	if (!arrival_index_has_table(index))
		return arrival_ring_scan(&index->ring, index->first,
		    index->next, key_hash, ids, max);
	n = arrival_table_find(&index->table, &index->ring, index->first,
	    key_hash, ids, 0, max);
	if (!index->is_building)
		return arrival_table_find(&index->old, &index->ring,
		    index->first, key_hash, ids, n, max);
	return n +
	    arrival_ring_scan(&index->ring, index->moved, index->old_end,
		key_hash, ids + n, max - n);
}

int64_t
arrival_index_address_n(const struct arrival_index *index,
    uint32_t address_hash)
{
	int64_t n = 0, id = index->first, end = index->next;

	if (index->addresses != NULL) {
		n = address_counts_n(index->addresses, address_hash);
		id = index->moved;
		end = index->is_building ? index->old_end : id;
	}
	for (; id < end; id++)
		n += ring_at(index, id).key != ARRIVAL_GONE &&
		    ring_at(index, id).address == address_hash;
	return n;
}

/* ---- Eviction ---- */

static int64_t
oldest(struct arrival_index *index, size_t steps_max)
{
	if (index->oldest < index->first)
		index->oldest = index->first;
	for (; index->oldest < index->next && steps_max > 0;
	     index->oldest++, steps_max--)
		if (ring_at(index, index->oldest).key != ARRIVAL_GONE)
			return index->oldest;
	return -1;
}

/* The hand visits all ids in turn. If it finds no record in a whole round, the
 * mass was too high, because addresses share counters. */
int64_t
arrival_index_victim(struct arrival_index *index, size_t steps_max)
{
	int mass;

	if (!arrival_index_has_table(index) || index->is_building)
		return -1;
	mass = address_counts_heaviest(index->addresses);
	if (1LL << mass < ARRIVAL_FAIR_SHARE)
		return oldest(index, steps_max);
	for (; steps_max > 0; steps_max--) {
		struct arrival arrival;

		if (index->hand < index->first || index->hand >= index->next)
			index->hand = index->first;
		arrival = ring_at(index, index->hand);
		if (arrival.key != ARRIVAL_GONE &&
		    address_counts_n(index->addresses, arrival.address) >= 1LL
			    << mass) {
			index->hand_began = index->hand;
			return index->hand;
		}
		index->hand++;
		if (index->hand == index->hand_began ||
		    (index->hand == index->next &&
			index->hand_began < index->first)) {
			address_counts_none_in(index->addresses, mass);
			return -1;
		}
	}
	return -1;
}
