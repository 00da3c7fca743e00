/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/arrival_table.h"

#include <stdbool.h>
#include <stdlib.h>

/* Return the id with these low bits. */
static int64_t
id_of_slot(int64_t first, uint32_t slot)
{
	return first + (uint32_t)(slot - (uint32_t)first);
}

static size_t
home_of(const struct arrival_table *table, uint32_t key_hash)
{
	/* Mix the bits: similar hashes must get distant slots. */
	return (key_hash * 0x9e3779b1U ^ key_hash >> 16) & (table->slots_n - 1);
}

/* These bits have the least influence on home_of(). */
static uint8_t
tag_of(uint32_t key_hash)
{
	return (uint8_t)(0x80 | key_hash >> 25);
}

int
arrival_table_make(struct arrival_table *table, size_t slots_n)
{
	uint32_t *slots = calloc(slots_n, sizeof(*slots) + 1);

	if (slots == NULL)
		return -1;
	*table = (struct arrival_table){
	    .slots = slots,
	    .tags = (uint8_t *)(slots + slots_n),
	    .slots_n = slots_n,
	};
	return 0;
}

void
arrival_table_free(struct arrival_table *table)
{
	free(table->slots);
	*table = (struct arrival_table){.slots = NULL};
}

void
arrival_table_put(struct arrival_table *table, uint32_t key_hash, int64_t id)
{
	size_t mask = table->slots_n - 1, at = home_of(table, key_hash);

	while (table->tags[at] != 0)
		at = (at + 1) & mask;
	table->slots[at] = (uint32_t)id;
	table->tags[at] = tag_of(key_hash);
	table->used_n++;
}

/* Free a slot: move later ids of the same run forward if their own slots allow
 * it, so that arrival_table_find() finds them. */
static void
close_gap(struct arrival_table *table, const struct arrival_ring *ring,
    int64_t first, size_t gap)
{
	size_t mask = table->slots_n - 1, at = gap;

	for (;;) {
		size_t home;

		at = (at + 1) & mask;
		if (table->tags[at] == 0)
			break;
		home = home_of(table,
		    arrival_ring_at(ring, id_of_slot(first, table->slots[at]))
			.key);
		if (((at - home) & mask) < ((at - gap) & mask))
			continue;
		table->slots[gap] = table->slots[at];
		table->tags[gap] = table->tags[at];
		gap = at;
	}
	table->tags[gap] = 0;
	table->used_n--;
}

void
arrival_table_remove(struct arrival_table *table,
    const struct arrival_ring *ring, int64_t first, uint32_t key_hash,
    int64_t id)
{
	size_t mask = table->slots_n - 1, at = home_of(table, key_hash);
	uint8_t tag = tag_of(key_hash);

	if (table->slots == NULL)
		return;
	for (; table->tags[at] != 0; at = (at + 1) & mask)
		if (table->tags[at] == tag &&
		    table->slots[at] == (uint32_t)id) {
			close_gap(table, ring, first, at);
			return;
		}
}

void
arrival_table_prefetch(const struct arrival_table *table, uint32_t key_hash)
{
	size_t at = home_of(table, key_hash);

	__builtin_prefetch(table->tags + at);
	__builtin_prefetch(table->slots + at);
}

size_t
arrival_table_find(const struct arrival_table *table,
    const struct arrival_ring *ring, int64_t first, uint32_t key_hash,
    int64_t *ids, size_t n, size_t max)
{
	size_t mask = table->slots_n - 1, at = home_of(table, key_hash);
	size_t before_n = n;
	uint8_t tag = tag_of(key_hash);

	if (table->slots == NULL)
		return n;
	for (; table->tags[at] != 0 && n < max; at = (at + 1) & mask) {
		int64_t id;
		bool is_new;

		if (table->tags[at] != tag)
			continue;
		id = id_of_slot(first, table->slots[at]);
		is_new = arrival_ring_at(ring, id).key == key_hash;
		for (size_t i = 0; is_new && i < before_n; i++)
			is_new = ids[i] != id;
		if (is_new)
			ids[n++] = id;
	}
	return n;
}
