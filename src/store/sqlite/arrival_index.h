/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_ARRIVAL_INDEX_H
#define TARDIGREY_STORE_SQLITE_ARRIVAL_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/sqlite/arrival_ring.h"

/*
 * arrival_index: finds waiting records by key, and counts them by address, in
 * memory. It knows nothing of SQLite.
 *
 * Records have ids in the order of their arrival. For each id the index holds
 * two hashes of 32 bits (of the key, and of the address that sent the first
 * attempt) and, in a table with open addressing, the id: 13 to 18 octets a
 * record. It is a hint: several keys share a hash, and a record may be gone, so
 * the caller verifies what it finds.
 *
 * The table is built on request. Without it the index looks at every hash, 0.3
 * ms for a million records: a program that looks up a few keys needs no table.
 * With it no call takes long: the table grows a little at each call.
 */

struct arrival_index;

/* An empty index without a table; the next id is "next". Returns NULL when
 * memory is short. */
struct arrival_index *arrival_index_new(int64_t next);
void arrival_index_free(struct arrival_index *index);

/* Build the table, if there is none: 50 ms for a million records. Returns 0, or
 * -1 when memory is short and the index is as before. */
int arrival_index_build_table(struct arrival_index *index);
bool arrival_index_has_table(const struct arrival_index *index);

/* The ids that the index covers: first <= id < next; and how many of them have
 * a record. */
int64_t arrival_index_first(const struct arrival_index *index);
int64_t arrival_index_next(const struct arrival_index *index);
int64_t arrival_index_n(const struct arrival_index *index);

/* Add the record of an id that is not below next; ids left out have no record.
 * A hash of the key that is ARRIVAL_GONE counts as 1, here and below. Returns
 * 0, or -1 when memory is short and nothing was added. */
int arrival_index_add(struct arrival_index *index, int64_t id,
    struct arrival arrival);

/* Add a whole chunk of ids, from "first" on, which is not below next; those
 * with ARRIVAL_GONE have no record. Only before the table is built. Returns as
 * above. */
int arrival_index_add_chunk(struct arrival_index *index, int64_t first,
    const struct arrival arrivals[ARRIVAL_CHUNK]);

/* Remove the record of an id, if the index has it. */
void arrival_index_remove(struct arrival_index *index, int64_t id);

/* Remove all records below an id; first becomes that id. */
void arrival_index_remove_below(struct arrival_index *index, int64_t id);

/* The ids with this hash of the key, at most "max"; the newest first unless the
 * table is growing. Returns how many. */
size_t arrival_index_find(struct arrival_index *index, uint32_t key_hash,
    int64_t *ids, size_t max);

/* The hashes of an id that is covered. */
struct arrival arrival_index_get(const struct arrival_index *index, int64_t id);

/* How many records an address has: see address_counts.h. */
int64_t arrival_index_address_n(const struct arrival_index *index,
    uint32_t address_hash);

/*
 * The record to evict next: the oldest record of the addresses that have the
 * most, to within a factor of two. Addresses with fewer than ARRIVAL_FAIR_SHARE
 * records are all alike. Looks at no more than steps_max ids; returns the id,
 * or -1 if it has found none yet: call again. Needs the table.
 */
#define ARRIVAL_FAIR_SHARE 64
int64_t arrival_index_victim(struct arrival_index *index, size_t steps_max);

#endif
