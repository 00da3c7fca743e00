/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_MEMORY_MEMORY_H
#define TARDIGREY_STORE_MEMORY_MEMORY_H

#include "store/store_open.h"

/*
 * memory: what the files of the memory store share.
 *
 * store_memory.c     the store as others know it
 * memory_triplets.c  records: a chained hash table
 * memory_lists.c     entries, hits and counts: lists in the order of keys
 */

struct row; /* a triplet and its record */
struct entry_node;
struct hit_node;
struct count_node;

struct memory {
	struct store store;
	struct row **buckets; /* owned; a row is in buckets[hash % n] */
	size_t buckets_n;
	size_t rows_n;
	struct row **walked; /* owned; rows in the order of keys, or NULL */
	struct entry_node *entries; /* owned */
	struct hit_node *hits;      /* owned */
	struct count_node *counts;  /* owned */
	int64_t generation;
};

/* Returns 0, or -1 when memory is short. */
int memory_records_init(struct memory *memory);
void memory_records_free(struct memory *memory);
void memory_lists_free(struct memory *memory);

/* ---- The calls of the port, see decide/store.h ---- */

enum store_rc memory_lookup(struct store *store, const struct key *triplets,
    size_t n, struct store_answer *answers, struct err *err);
enum store_rc memory_apply(struct store *store,
    const struct store_change *changes, size_t n, struct err *err);
enum store_rc memory_expire(struct store *store, int64_t now_s, size_t rows_max,
    struct store_sweep *sweep, struct err *err);
enum store_rc memory_walk(struct store *store, const struct key *after,
    size_t n_max, struct store_row *rows, size_t *n_out, struct err *err);
enum store_rc memory_generation(struct store *store, int64_t *generation_out,
    struct err *err);
enum store_rc memory_entries(struct store *store, store_entry_fn *visit,
    void *arg, struct err *err);
enum store_rc memory_put_entry(struct store *store,
    const struct store_entry *entry, struct err *err);
enum store_rc memory_remove_entry(struct store *store, bool whitelists,
    enum list_kind kind, const char *pattern, bool *found_out, struct err *err);
enum store_rc memory_add_counts(struct store *store,
    const struct store_hit *hits, size_t hits_n,
    const struct hourly_stats_count *counts, size_t counts_n, struct err *err);
enum store_rc memory_hits(struct store *store, store_hit_fn *visit, void *arg,
    struct err *err);
enum store_rc memory_counts(struct store *store, int64_t from_s, int64_t to_s,
    store_count_fn *visit, void *arg, struct err *err);
enum store_rc memory_tidy(struct store *store, int64_t now_s,
    int64_t *entries_n_out, struct err *err);

#endif
