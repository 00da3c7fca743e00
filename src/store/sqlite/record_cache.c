/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/record_cache.h"

#include <stdlib.h>
#include <string.h>

/* A record with small numbers. */
struct small_record {
	uint32_t first_seen_s, last_seen_s, passed_s, expires_s, delay_s;
	uint16_t deferred_n, passed_n;
};

/* The hash of a key chooses its set. The answers of a set are in the order of
 * their last use, the last one first. Only a record that was looked up enters
 * at the first way. A set takes four cache lines. Most lookups read one or two
 * of them. */
#define WAYS       8
#define SECOND_WAY (WAYS / 2) /* where the other answers enter */

struct record_cache_set {
	uint64_t tags[WAYS]; /* 0: free */
	struct small_record records[WAYS];
};

#define LINE 64
_Static_assert(sizeof(struct record_cache_set) % LINE == 0,
    "all sets are aligned");

/* A tag is a hash with these bits. The epoch is the number of clears. It takes
 * the place of the highest bits, because all hashes of a set have the same ones
 * there, if there are 256 sets or more. */
#define TAG_USED      UINT64_C(1)
#define TAG_ABSENT    UINT64_C(2)         /* the key has no record */
#define TAG_EPOCH_BIT (UINT64_C(1) << 56) /* the lowest of eight bits */
#define TAG_EPOCH     (UINT64_C(255) * TAG_EPOCH_BIT)

void
record_cache_init(struct record_cache *cache,
    const uint8_t secret[KEYED_HASH_SECRET_SIZE])
{
	memcpy(cache->secret, secret, sizeof(cache->secret));
}

static void
free_filters(struct record_cache *cache)
{
	record_filter_free(&cache->filter);
	record_filter_free(&cache->next);
}

void
record_cache_free(struct record_cache *cache)
{
	free_filters(cache);
	free(cache->memory);
	cache->memory = NULL;
	cache->octets = cache->sets_n = 0;
	cache->is_filled = false;
}

void
record_cache_resize(struct record_cache *cache, size_t octets)
{
	size_t sets_n = octets / sizeof(struct record_cache_set);
	uintptr_t at;

	if (octets == cache->octets)
		return;
	record_cache_free(cache);
	if (sets_n == 0)
		return;
	cache->memory = calloc(sets_n + 1, sizeof(struct record_cache_set));
	if (cache->memory == NULL)
		return;
	at = ((uintptr_t)cache->memory + LINE - 1) / LINE * LINE;
	cache->sets = (struct record_cache_set *)at;
	cache->sets_n = sets_n;
	cache->octets = octets;
}

bool
record_cache_is_on(const struct record_cache *cache)
{
	return cache->memory != NULL;
}

uint64_t
record_cache_hash(const struct record_cache *cache, const struct key *key)
{
	return key_keyed_hash(cache->secret, key);
}

static struct record_cache_set *
set_of(const struct record_cache *cache, uint64_t hash)
{
	return &cache->sets[(hash >> 32) * cache->sets_n >> 32];
}

static uint64_t
bits_of(const struct record_cache *cache)
{
	return cache->epoch * TAG_EPOCH_BIT | TAG_USED;
}

static uint64_t
tag_of(const struct record_cache *cache, uint64_t hash)
{
	return (hash & ~(TAG_EPOCH | TAG_ABSENT | TAG_USED)) | bits_of(cache);
}

/* The way of a tag, or WAYS. */
static size_t
find(const struct record_cache_set *set, uint64_t tag)
{
	size_t way = 0;

	while (way < WAYS && (set->tags[way] & ~TAG_ABSENT) != tag)
		way++;
	return way;
}

/* Answers of another epoch are free. */
static bool
is_used(const struct record_cache *cache, uint64_t tag)
{
	return (tag & (TAG_EPOCH | TAG_USED)) == bits_of(cache);
}

/* The first free way from "way" on, or the last way. */
static size_t
free_way(const struct record_cache *cache, const struct record_cache_set *set,
    size_t way)
{
	while (way < WAYS - 1 && is_used(cache, set->tags[way]))
		way++;
	return way;
}

/* Move the answers from "to" on one way back, over the answer of "from". */
static void
make_room(struct record_cache_set *set, size_t to, size_t from)
{
	memmove(&set->tags[to + 1], &set->tags[to],
	    (from - to) * sizeof(set->tags[0]));
	memmove(&set->records[to + 1], &set->records[to],
	    (from - to) * sizeof(set->records[0]));
}

/* Make an answer the one that was used last. */
static void
renew(struct record_cache_set *set, size_t way)
{
	uint64_t tag = set->tags[way];
	size_t to = (tag & TAG_ABSENT) != 0 ? SECOND_WAY : 0;
	struct small_record record;

	if (way <= to)
		return;
	record = set->records[way];
	make_room(set, to, way);
	set->tags[to] = tag;
	set->records[to] = record;
}

/* ---- Answers ---- */

static bool
is_small(const struct record *record)
{
	return record->first_seen_s >= 0 &&
	    record->first_seen_s <= UINT32_MAX && record->last_seen_s >= 0 &&
	    record->last_seen_s <= UINT32_MAX && record->passed_s >= 0 &&
	    record->passed_s <= UINT32_MAX && record->expires_s >= 0 &&
	    record->expires_s <= UINT32_MAX && record->delay_s >= 0 &&
	    record->delay_s <= UINT32_MAX && record->deferred_n >= 0 &&
	    record->deferred_n <= UINT16_MAX && record->passed_n >= 0 &&
	    record->passed_n <= UINT16_MAX;
}

static struct small_record
shrink(const struct record *record)
{
	return (struct small_record){
	    .first_seen_s = (uint32_t)record->first_seen_s,
	    .last_seen_s = (uint32_t)record->last_seen_s,
	    .passed_s = (uint32_t)record->passed_s,
	    .expires_s = (uint32_t)record->expires_s,
	    .delay_s = (uint32_t)record->delay_s,
	    .deferred_n = (uint16_t)record->deferred_n,
	    .passed_n = (uint16_t)record->passed_n,
	};
}

static struct record
grow(const struct small_record *record)
{
	return (struct record){
	    .first_seen_s = record->first_seen_s,
	    .last_seen_s = record->last_seen_s,
	    .passed_s = record->passed_s,
	    .expires_s = record->expires_s,
	    .delay_s = record->delay_s,
	    .deferred_n = record->deferred_n,
	    .passed_n = record->passed_n,
	};
}

/* Load the tags and the records that were used last. */
void
record_cache_prefetch(const struct record_cache *cache, uint64_t hash)
{
	const struct record_cache_set *set = set_of(cache, hash);

	if (record_filter_exists(&cache->filter))
		record_filter_prefetch(&cache->filter, hash);
	__builtin_prefetch(set->tags);
	__builtin_prefetch(set->records);
}

bool
record_cache_get(struct record_cache *cache, uint64_t hash,
    struct store_answer *answer)
{
	struct record_cache_set *set = set_of(cache, hash);
	size_t way;

	if (record_filter_exists(&cache->filter) &&
	    !record_filter_may_have(&cache->filter, hash)) {
		answer->found = false;
		return true;
	}
	way = find(set, tag_of(cache, hash));
	if (way == WAYS)
		return false;
	answer->found = (set->tags[way] & TAG_ABSENT) == 0;
	if (answer->found)
		answer->record = grow(&set->records[way]);
	renew(set, way);
	return true;
}

void
record_cache_put(struct record_cache *cache, uint64_t hash,
    const struct store_answer *answer)
{
	struct record_cache_set *set = set_of(cache, hash);
	size_t to = answer->found ? 0 : SECOND_WAY;

	if (answer->found && !is_small(&answer->record))
		return;
	make_room(set, to, free_way(cache, set, to));
	set->tags[to] = tag_of(cache, hash) | (answer->found ? 0 : TAG_ABSENT);
	if (answer->found)
		set->records[to] = shrink(&answer->record);
}

void
record_cache_offer(struct record_cache *cache, uint64_t hash,
    const struct record *record)
{
	struct record_cache_set *set = set_of(cache, hash);
	size_t to = free_way(cache, set, 0);

	if (cache->is_filled || !is_small(record) ||
	    find(set, tag_of(cache, hash)) < WAYS)
		return;
	if (is_used(cache, set->tags[to])) {
		make_room(set, SECOND_WAY, to);
		to = SECOND_WAY;
	}
	set->tags[to] = tag_of(cache, hash);
	set->records[to] = shrink(record);
}

void
record_cache_drop(struct record_cache *cache, uint64_t hash)
{
	struct record_cache_set *set = set_of(cache, hash);
	size_t way = find(set, tag_of(cache, hash));

	if (way < WAYS)
		set->tags[way] = 0;
}

void
record_cache_forget(struct record_cache *cache, const struct key *key)
{
	uint64_t hash;

	if (!record_cache_is_on(cache))
		return;
	hash = record_cache_hash(cache, key);
	record_cache_drop(cache, hash);
	if (record_filter_exists(&cache->filter))
		record_filter_add(&cache->filter, hash);
	if (record_filter_exists(&cache->next))
		record_filter_add(&cache->next, hash);
	record_cache_note_kind(cache, key->kind);
}

void
record_cache_note_kind(struct record_cache *cache, enum key_kind kind)
{
	cache->kinds |= 1U << kind;
}

bool
record_cache_may_have_kind(const struct record_cache *cache, enum key_kind kind)
{
	return !record_filter_exists(&cache->filter) ||
	    (cache->kinds & 1U << kind) != 0;
}

/* With another secret, all keys have other hashes. With another epoch, the room
 * of the old answers is free. After 256 clears, old answers take room again,
 * but are still not found. */
void
record_cache_clear(struct record_cache *cache)
{
	size_t i = 0;

	while (i < sizeof(cache->secret) && ++cache->secret[i] == 0)
		i++;
	cache->epoch++;
	cache->is_filled = false;
	free_filters(cache);
	cache->kinds = 0;
}

/* ---- The filter ---- */

int
record_cache_begin_filter(struct record_cache *cache, size_t n)
{
	record_cache_give_up_filter(cache);
	return record_filter_make(&cache->next, n);
}

void
record_cache_give_up_filter(struct record_cache *cache)
{
	record_filter_free(&cache->next);
}

void
record_cache_end_filter(struct record_cache *cache)
{
	record_filter_free(&cache->filter);
	cache->filter = cache->next;
	cache->next = (struct record_filter){.memory = NULL};
	cache->is_filled = true;
}
