/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/arrival_index.h"

#include <stdlib.h>
#include <string.h>

/* ---- The hashes, by id ---- */

/* Chunks of consecutive ids; chunks[i] holds the ids from
 * (first_chunk + i) * ARRIVAL_CHUNK on. */
struct ring {
	struct arrival **chunks; /* owned, and each of them */
	size_t chunks_n, chunks_max;
	int64_t first_chunk;
};

/* ---- The table ---- */

/* Slots hold the low 32 bits of ids, 0 for a free slot; an id with these bits
 * 0 is never used. A key's slot follows from its hash. */
struct table {
	uint32_t *slots; /* owned; NULL: no table */
	size_t slots_n;  /* a power of two */
	size_t used_n;
};

#define SLOTS_FIRST 4096
#define MOVE_IDS    64 /* from the old table to the new one, at each call */

/* ---- The addresses ---- */

/* Two rows of counters; the lower of an address's two counters is its count. A
 * counter that reached its end stays there. */
#define COUNTERS_BITS 20
#define COUNTERS      (1U << COUNTERS_BITS)
#define COUNTER_END   UINT16_MAX
#define MASSES        17

struct arrival_index {
	int64_t first, next, n;
	struct ring ring;
	struct table table;
	struct table old; /* being replaced; it has the ids below old_end */
	int64_t moved, old_end; /* ids from "moved" on must still be moved */
	uint16_t low[COUNTERS], high[COUNTERS];
	/* masses[i]: records of addresses that have 2^i to 2^(i+1) - 1. */
	int64_t masses[MASSES];
	/* Of arrival_index_victim(): where it looks next, and began; ids below
	 * "oldest" are gone. */
	int64_t hand, hand_began, oldest;
};

/* ---- The ring ---- */

static struct arrival *
ring_at(const struct arrival_index *index, int64_t id)
{
	const struct ring *ring = &index->ring;

	return &ring->chunks[id / ARRIVAL_CHUNK - ring->first_chunk]
			    [id % ARRIVAL_CHUNK];
}

static int
ring_reserve(struct ring *ring, size_t chunks_max)
{
	struct arrival **chunks;

	if (chunks_max <= ring->chunks_max)
		return 0;
	chunks_max = 2 * chunks_max;
	chunks = realloc(ring->chunks, chunks_max * sizeof(*chunks));
	if (chunks == NULL)
		return -1;
	ring->chunks = chunks;
	ring->chunks_max = chunks_max;
	return 0;
}

/* Make room for an id. */
static int
ring_extend(struct ring *ring, int64_t id)
{
	while (ring->first_chunk + (int64_t)ring->chunks_n <=
	    id / ARRIVAL_CHUNK) {
		struct arrival *chunk;

		if (ring_reserve(ring, ring->chunks_n + 1) != 0)
			return -1;
		chunk = calloc(ARRIVAL_CHUNK, sizeof(*chunk));
		if (chunk == NULL)
			return -1;
		ring->chunks[ring->chunks_n++] = chunk;
	}
	return 0;
}

static void
ring_drop_below(struct ring *ring, int64_t id)
{
	size_t n = 0;

	while (n < ring->chunks_n &&
	    ring->first_chunk + (int64_t)n < id / ARRIVAL_CHUNK)
		free(ring->chunks[n++]);
	memmove(ring->chunks, ring->chunks + n,
	    (ring->chunks_n - n) * sizeof(*ring->chunks));
	ring->chunks_n -= n;
	ring->first_chunk = id / ARRIVAL_CHUNK;
}

/* ---- The table ---- */

/* The id with these low bits: all ids are within 2^32 of the first one. */
static int64_t
id_of_slot(const struct arrival_index *index, uint32_t slot)
{
	return index->first + (uint32_t)(slot - (uint32_t)index->first);
}

static size_t
home_of(const struct table *table, uint32_t key_hash)
{
	/* Spread it: the slots are more than neighbours of a hash. */
	return (key_hash * 0x9e3779b1U ^ key_hash >> 16) & (table->slots_n - 1);
}

static void
table_put(struct table *table, uint32_t key_hash, int64_t id)
{
	size_t mask = table->slots_n - 1, at = home_of(table, key_hash);

	while (table->slots[at] != 0)
		at = (at + 1) & mask;
	table->slots[at] = (uint32_t)id;
	table->used_n++;
}

/* Close the gap at a slot: move back what stands behind it in the same run and
 * may stand there. */
static void
table_close_gap(const struct arrival_index *index, struct table *table,
    size_t gap)
{
	size_t mask = table->slots_n - 1, at = gap;

	for (;;) {
		size_t home;

		at = (at + 1) & mask;
		if (table->slots[at] == 0)
			break;
		home = home_of(table,
		    ring_at(index, id_of_slot(index, table->slots[at]))->key);
		if (((at - home) & mask) < ((at - gap) & mask))
			continue;
		table->slots[gap] = table->slots[at];
		gap = at;
	}
	table->slots[gap] = 0;
	table->used_n--;
}

static void
table_remove(const struct arrival_index *index, struct table *table,
    uint32_t key_hash, int64_t id)
{
	size_t mask = table->slots_n - 1, at = home_of(table, key_hash);

	if (table->slots == NULL)
		return;
	for (; table->slots[at] != 0; at = (at + 1) & mask)
		if (table->slots[at] == (uint32_t)id) {
			table_close_gap(index, table, at);
			return;
		}
}

static size_t
table_find(const struct arrival_index *index, const struct table *table,
    uint32_t key_hash, int64_t *ids, size_t n, size_t max)
{
	size_t mask = table->slots_n - 1, at = home_of(table, key_hash);
	size_t before_n = n;

	if (table->slots == NULL)
		return n;
	for (; table->slots[at] != 0 && n < max; at = (at + 1) & mask) {
		int64_t id = id_of_slot(index, table->slots[at]);
		bool is_new = ring_at(index, id)->key == key_hash;

		for (size_t i = 0; is_new && i < before_n; i++)
			is_new = ids[i] != id;
		if (is_new)
			ids[n++] = id;
	}
	return n;
}

/* ---- Growing and shrinking ---- */

/* Begin to move everything to a table of another size. Without memory the old
 * one goes on, slower. */
static int
begin_move(struct arrival_index *index, size_t slots_n)
{
	uint32_t *slots = calloc(slots_n, sizeof(*slots));

	if (slots == NULL)
		return -1;
	index->old = index->table;
	index->table = (struct table){.slots = slots, .slots_n = slots_n};
	index->moved = index->first;
	index->old_end = index->next;
	return 0;
}

static void
move_some(struct arrival_index *index)
{
	if (index->old.slots == NULL)
		return;
	if (index->moved < index->first)
		index->moved = index->first;
	for (int i = 0; i < MOVE_IDS && index->moved < index->old_end;
	     i++, index->moved++) {
		const struct arrival *arrival = ring_at(index, index->moved);

		if (arrival->key != ARRIVAL_GONE)
			table_put(&index->table, arrival->key, index->moved);
	}
	if (index->moved < index->old_end)
		return;
	free(index->old.slots);
	index->old = (struct table){.slots = NULL};
}

/* Called once for each record that comes. */
static int
make_room(struct arrival_index *index)
{
	struct table *table = &index->table;

	move_some(index);
	if (index->old.slots != NULL)
		return 0;
	if (table->used_n >= table->slots_n / 4 * 3) {
		if (begin_move(index, 2 * table->slots_n) != 0 &&
		    table->used_n + 1 == table->slots_n)
			return -1;
	} else if (table->used_n < table->slots_n / 16 &&
	    table->slots_n > SLOTS_FIRST) {
		begin_move(index, table->slots_n / 2);
	}
	return 0;
}

/* ---- Counting by address ---- */

static uint16_t *
low_counter(struct arrival_index *index, uint32_t address_hash)
{
	return &index->low[address_hash & (COUNTERS - 1)];
}

static uint16_t *
high_counter(struct arrival_index *index, uint32_t address_hash)
{
	return &index->high[address_hash >> (32 - COUNTERS_BITS)];
}

int64_t
arrival_index_address_n(const struct arrival_index *index,
    uint32_t address_hash)
{
	uint16_t low = index->low[address_hash & (COUNTERS - 1)];
	uint16_t high = index->high[address_hash >> (32 - COUNTERS_BITS)];

	return low < high ? low : high;
}

static int
mass_of(int64_t n)
{
	int i = 0;

	while (n >> (i + 1) != 0)
		i++;
	return i;
}

static void
move_mass(struct arrival_index *index, int64_t before_n, int64_t after_n)
{
	if (before_n > 0)
		index->masses[mass_of(before_n)] -= before_n;
	if (after_n > 0)
		index->masses[mass_of(after_n)] += after_n;
}

static void
count(struct arrival_index *index, uint32_t address_hash, int by)
{
	uint16_t *low = low_counter(index, address_hash);
	uint16_t *high = high_counter(index, address_hash);
	int64_t before_n = arrival_index_address_n(index, address_hash);

	if (*low != COUNTER_END)
		*low = (uint16_t)(*low + by);
	if (*high != COUNTER_END)
		*high = (uint16_t)(*high + by);
	move_mass(index, before_n,
	    arrival_index_address_n(index, address_hash));
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
	index->table.slots_n = SLOTS_FIRST;
	index->table.slots = calloc(SLOTS_FIRST, sizeof(uint32_t));
	if (index->table.slots == NULL) {
		arrival_index_free(index);
		return NULL;
	}
	return index;
}

void
arrival_index_free(struct arrival_index *index)
{
	if (index == NULL)
		return;
	for (size_t i = 0; i < index->ring.chunks_n; i++)
		free(index->ring.chunks[i]);
	free(index->ring.chunks);
	free(index->table.slots);
	free(index->old.slots);
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
	return *ring_at(index, id);
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
	if (ring_extend(&index->ring, id) != 0 || make_room(index) != 0)
		return -1;
	*ring_at(index, id) = arrival;
	index->next = id + 1;
	table_put(&index->table, arrival.key, id);
	count(index, arrival.address, 1);
	index->n++;
	return 0;
}

void
arrival_index_remove(struct arrival_index *index, int64_t id)
{
	struct arrival *arrival;

	if (id < index->first || id >= index->next)
		return;
	arrival = ring_at(index, id);
	if (arrival->key == ARRIVAL_GONE)
		return;
	table_remove(index, &index->table, arrival->key, id);
	if (id < index->old_end)
		table_remove(index, &index->old, arrival->key, id);
	count(index, arrival->address, -1);
	arrival->key = ARRIVAL_GONE;
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
	ring_drop_below(&index->ring, id);
}

size_t
arrival_index_find(struct arrival_index *index, uint32_t key_hash, int64_t *ids,
    size_t max)
{
	size_t n;

	move_some(index);
	key_hash = usable(key_hash);
	n = table_find(index, &index->table, key_hash, ids, 0, max);
	return table_find(index, &index->old, key_hash, ids, n, max);
}

/* ---- Eviction ---- */

static int64_t
oldest(struct arrival_index *index, size_t steps_max)
{
	if (index->oldest < index->first)
		index->oldest = index->first;
	for (; index->oldest < index->next && steps_max > 0;
	     index->oldest++, steps_max--)
		if (ring_at(index, index->oldest)->key != ARRIVAL_GONE)
			return index->oldest;
	return -1;
}

static int
heaviest(const struct arrival_index *index)
{
	int i = MASSES - 1;

	while (i > 0 && index->masses[i] <= 0)
		i--;
	return i;
}

/* The hand goes round. When it has gone all the way and found nobody, the mass
 * was wrong: addresses have shared counters. */
int64_t
arrival_index_victim(struct arrival_index *index, size_t steps_max)
{
	int mass = heaviest(index);

	if (1 << mass < ARRIVAL_FAIR_SHARE)
		return oldest(index, steps_max);
	for (; steps_max > 0; steps_max--) {
		const struct arrival *arrival;

		if (index->hand < index->first || index->hand >= index->next)
			index->hand = index->first;
		arrival = ring_at(index, index->hand);
		if (arrival->key != ARRIVAL_GONE &&
		    arrival_index_address_n(index, arrival->address) >= 1
			    << mass) {
			index->hand_began = index->hand;
			return index->hand;
		}
		index->hand++;
		if (index->hand == index->hand_began ||
		    (index->hand == index->next &&
			index->hand_began < index->first)) {
			index->masses[mass] = 0;
			return -1;
		}
	}
	return -1;
}
