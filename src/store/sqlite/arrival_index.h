/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_ARRIVAL_INDEX_H
#define TARDIGREY_STORE_SQLITE_ARRIVAL_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/sqlite/arrival_ring.h"

/*
 * arrival_index: finds waiting records by key and counts them by address, in
 * memory. It does not use SQLite.
 *
 * Records have ids in the order of their arrival. For each id the index holds
 * two hashes of 32 bits: one of the key, and one of the address that sent the
 * first attempt. A table with open addressing finds an id by the hash of its
 * key. Several keys can have the same hash, and a record may have been deleted,
 * so the caller must verify what the index finds.
 *
 * With a table, the index takes 8 MiB, and 14 to 20 octets for each record. It
 * takes up to 26 while the table grows.
 *
 * The table is built on request. Without it, a lookup compares every hash,
 * which takes 0.3 ms for a million records. A program that looks up a few keys
 * needs no table. Each call moves a few ids to a new table when the table
 * grows, so no call takes long.
 */

struct arrival_index;

/* Create an empty index without a table. Its first id will be "next". Returns
 * an index that the caller frees, or NULL when memory is short. */
struct arrival_index *arrival_index_new(int64_t next);
/* Free an index. It may be NULL. */
void arrival_index_free(struct arrival_index *index);

/* Build the table unless it exists. It takes 100 ms for a million records.
 * Returns 0, or -1 when memory is short; then the index does not change. */
int arrival_index_build_table(struct arrival_index *index);
/* The same in steps: each arrival_index_find() and arrival_index_add() does an
 * eighth of the rest of the work, so some 40 of them build the table for a
 * million records. */
int arrival_index_begin_table(struct arrival_index *index);
/* Return true if the table exists, or is being built. */
bool arrival_index_has_table(const struct arrival_index *index);

/* Return the range of ids that the index covers, first <= id < next, and the
 * number n of ids in it that have a record. */
int64_t arrival_index_first(const struct arrival_index *index);
int64_t arrival_index_next(const struct arrival_index *index);
int64_t arrival_index_n(const struct arrival_index *index);

/* Add the record of an id. The id must be next or higher. Skipped ids have no
 * record. If the hash of the key is ARRIVAL_GONE, it is stored as 1, and
 * arrival_index_find() searches for 1. Returns 0. Returns -1 and adds nothing
 * when memory is short, or when the id is 2^31 or more above the first one. */
int arrival_index_add(struct arrival_index *index, int64_t id,
    struct arrival arrival);

/* Add a chunk of ids that begins with the id "first", which must be next or
 * higher. An element with ARRIVAL_GONE has no record. The table must not exist
 * yet. Returns as arrival_index_add(). */
int arrival_index_add_chunk(struct arrival_index *index, int64_t first,
    const struct arrival arrivals[ARRIVAL_CHUNK]);

/* Remove the record of an id, if the index has it. */
void arrival_index_remove(struct arrival_index *index, int64_t id);

/* Remove all records below an id. The index covers ids from this one on. */
void arrival_index_remove_below(struct arrival_index *index, int64_t id);

/* Begin to load what arrival_index_find() needs. Call this for several hashes
 * before it, so that it need not wait for each. */
void arrival_index_prefetch(const struct arrival_index *index,
    uint32_t key_hash);

/* The same for arrival_index_address_n() and arrival_index_add(). */
void arrival_index_prefetch_address(const struct arrival_index *index,
    uint32_t address_hash);

/* Find the ids with this hash of the key, at most "max" of them. Stores them in
 * ids[] in any order. Returns their number. */
size_t arrival_index_find(struct arrival_index *index, uint32_t key_hash,
    int64_t *ids, size_t max);

/* Return the hashes of an id that the index covers. */
struct arrival arrival_index_get(const struct arrival_index *index, int64_t id);

/* Return the number of records of an address. With the table it is an estimate,
 * see address_counts.h. */
int64_t arrival_index_address_n(const struct arrival_index *index,
    uint32_t address_hash);

/*
 * Choose the record to evict next: the oldest record of the addresses that have
 * the most records, to within a factor of two. If no address has
 * ARRIVAL_FAIR_SHARE records, choose the oldest record of all. Looks at no more
 * than steps_max ids. Returns the id, or -1 if it has found none yet; then call
 * it again. Without the table, or before it is complete, it returns -1.
 */
#define ARRIVAL_FAIR_SHARE 64
int64_t arrival_index_victim(struct arrival_index *index, size_t steps_max);

#endif
