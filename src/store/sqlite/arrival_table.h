/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_ARRIVAL_TABLE_H
#define TARDIGREY_STORE_SQLITE_ARRIVAL_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "store/sqlite/arrival_ring.h"

/*
 * arrival_table: finds ids of a ring by the hashes of their keys, with open
 * addressing.
 *
 * A slot holds the low 32 bits of an id. The hash of the key determines the
 * first slot to search. "first" is the lowest id of the ring; all ids are less
 * than 2^32 above it.
 *
 * Each slot has a tag with seven bits of the hash. A search reads the tags,
 * which are next to each other, and the hash of an id only if its tag matches:
 * each hash is in another part of memory.
 */

struct arrival_table {
	uint32_t *slots; /* owned; NULL: no table */
	uint8_t *tags;   /* behind the slots; 0: the slot is free */
	size_t slots_n;  /* a power of two */
	size_t used_n;
};

/* Make an empty table. Returns 0. Returns -1 and does not change *table when
 * memory is short. */
int arrival_table_make(struct arrival_table *table, size_t slots_n);
/* Free the slots, if there are any. */
void arrival_table_free(struct arrival_table *table);

/* Add an id. There must be a free slot. */
void arrival_table_put(struct arrival_table *table, uint32_t key_hash,
    int64_t id);

/* Remove an id, if the table has it. */
void arrival_table_remove(struct arrival_table *table,
    const struct arrival_ring *ring, int64_t first, uint32_t key_hash,
    int64_t id);

/* Begin to load the first slot of a hash from main memory. */
void arrival_table_prefetch(const struct arrival_table *table,
    uint32_t key_hash);

/* Find the ids with this hash. ids[] has n ids already, and room for "max".
 * Adds each id that it does not have. Returns the new number. */
size_t arrival_table_find(const struct arrival_table *table,
    const struct arrival_ring *ring, int64_t first, uint32_t key_hash,
    int64_t *ids, size_t n, size_t max);

#endif
