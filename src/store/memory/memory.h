/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_MEMORY_MEMORY_H
#define TARDIGREY_STORE_MEMORY_MEMORY_H

#include "decide/store.h"

/*
 * memory: the struct that the files of the memory store share.
 *
 * memory_records.c  the record store: a chained hash table
 * memory_census.c   counts and finds waiting records in it
 * memory_lists.c    the list store and the count store: sorted linked lists
 * memory_decisions.c  the decision store: a queue
 * store_memory.c    opens and closes the store
 */

/* A key and its record. */
struct memory_record {
	struct memory_record *next; /* owned */
	uint64_t hash;
	struct record record;
	enum key_kind kind;
	size_t texts_n;
	char texts[]; /* client, sender, recipient, each with its NUL */
};

struct entry_node;
struct hit_node;
struct count_node;
struct decision_node;

struct memory {
	struct store store;
	/* Owned; a record is in buckets[hash % buckets_n]. */
	struct memory_record **buckets;
	size_t buckets_n;
	size_t records_n;
	struct entry_node *entries; /* owned */
	struct hit_node *hits;      /* owned */
	struct count_node *counts;  /* owned */
	/* Owned; last_decision is defined if decisions is not NULL. */
	struct decision_node *decisions, *last_decision;
	int64_t decisions_n; /* added so far */
	int64_t generation;
};

/* ---- memory_records.c ---- */

extern const struct record_store_ops memory_record_ops;

/* Returns 0, or -1 when memory is short. */
int memory_records_init(struct memory *memory);
void memory_records_free(struct memory *memory);

void memory_copy_key(const struct memory_record *record, struct key *out);

/* ---- memory_census.c ---- */

enum store_rc memory_census(struct store *store, struct record_census *census,
    struct err *err);
enum store_rc memory_newest_waiting(struct store *store, size_t n_max,
    struct store_row *rows, size_t *n_out, struct err *err);

/* ---- memory_lists.c ---- */

extern const struct list_store_ops memory_list_ops;
extern const struct count_store_ops memory_count_ops;

void memory_lists_free(struct memory *memory);

/* ---- memory_decisions.c ---- */

extern const struct decision_store_ops memory_decision_ops;

void memory_decisions_free(struct memory *memory);

#endif
