/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_RECORD_CACHE_H
#define TARDIGREY_STORE_SQLITE_RECORD_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/keyed_hash.h"
#include "decide/record.h"
#include "decide/record_store.h"
#include "store/sqlite/record_filter.h"

/*
 * record_cache: answers of the table "record", in memory of a fixed size. It
 * does not use SQLite.
 *
 * The cache begins empty. It holds records, and also keys that have no record.
 * If it is full, the answers that were used least recently are replaced. Keys
 * without a record replace at most half of the other answers: a flood of
 * unknown clients must not displace those that are known.
 *
 * A filter with the hashes of all keys of the table tells for most keys without
 * a record that they have none. sqlite_filter.c reads the table: it fills the
 * filter, and offers the records to the cache.
 *
 * The cache does not store keys, but 54 bits of a keyed hash. A cache of 8 MiB
 * has 2^15 sets of eight answers, and seven of the 54 bits are the same in a
 * set. So the wrong record is found with a probability of 2^-44 for each lookup
 * of a key that is not in the cache, if the filter does not exclude it.
 */

struct record_cache_set;

struct record_cache {
	void *memory;                  /* owned; NULL: the cache is off */
	struct record_cache_set *sets; /* in memory, aligned */
	size_t octets, sets_n;
	uint8_t secret[KEYED_HASH_SECRET_SIZE];
	uint8_t epoch;  /* the number of clears */
	bool is_filled; /* all records were offered since the last clear */
	unsigned kinds; /* bits 1 << kind; see record_cache_note_kind() */
	struct record_filter
	    filter;                /* of all keys of the table, if it exists */
	struct record_filter next; /* being filled, if it exists */
};

/* Set the secret of the hashes. Call this before the cache has answers. */
void record_cache_init(struct record_cache *cache,
    const uint8_t secret[KEYED_HASH_SECRET_SIZE]);

/* Set the size. If it changes, the cache becomes empty. 0 switches the cache
 * off. If memory is short, the cache is off. */
void record_cache_resize(struct record_cache *cache, size_t octets);
void record_cache_free(struct record_cache *cache);

bool record_cache_is_on(const struct record_cache *cache);

/* Return the hash of a key, for the functions below. The cache must be on. */
uint64_t record_cache_hash(const struct record_cache *cache,
    const struct key *key);

/* Begin to fill a filter with room for n keys. Any other that is being filled
 * is freed. Returns 0, or -1 if memory is short. From now on, the filter also
 * gets each key that is passed to record_cache_forget(). */
int record_cache_begin_filter(struct record_cache *cache, size_t n);
/* The new filter has the keys of all rows: use it. All records were offered. */
void record_cache_end_filter(struct record_cache *cache);
/* Free the filter that is being filled. */
void record_cache_give_up_filter(struct record_cache *cache);

/* Begin to load the answer for a key from main memory. Call it for several keys
 * before the next function, so that it need not wait for each. */
void record_cache_prefetch(const struct record_cache *cache, uint64_t hash);

/* Find the answer for a key. Returns false if it is not in the cache. */
bool record_cache_get(struct record_cache *cache, uint64_t hash,
    struct store_answer *answer);

/* Store the answer for a key that is not in the cache. A record with a number
 * that 32 bits cannot hold is not stored. */
void record_cache_put(struct record_cache *cache, uint64_t hash,
    const struct store_answer *answer);

/* Store a record that nobody has looked up yet. If the cache has an answer for
 * the key, that one stays. If there is no room, the record replaces an answer
 * that was not used lately. If all records were offered since the last clear,
 * nothing is stored: what was used is better. */
void record_cache_offer(struct record_cache *cache, uint64_t hash,
    const struct record *record);

/* Remove the answer for a key, if the cache has it. */
void record_cache_drop(struct record_cache *cache, uint64_t hash);

/* Note that the table has a key of this kind. */
void record_cache_note_kind(struct record_cache *cache, enum key_kind kind);
/* Return false if the table has no key of this kind: no such key need be looked
 * up. Many databases have none of some kinds. This is known while there is a
 * filter. */
bool record_cache_may_have_kind(const struct record_cache *cache,
    enum key_kind kind);

/* Remove what the cache has about a key, because its row is changed, inserted
 * or deleted. The cache may be off. */
void record_cache_forget(struct record_cache *cache, const struct key *key);

/* Remove all answers and the filters. It takes no time: the answers remain in
 * memory, but are not found any more. */
void record_cache_clear(struct record_cache *cache);

#endif
