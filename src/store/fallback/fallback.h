/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_FALLBACK_FALLBACK_H
#define TARDIGREY_STORE_FALLBACK_FALLBACK_H

#include "decide/store.h"
#include "store/fallback/fallback_copies.h"

/*
 * fallback: the store of store_fallback.h, as its files see it.
 *
 *   fallback_copies.c   copies of the records of the database
 *   fallback_records.c  looks up and changes records
 *   fallback_walk.c     visits all records, for commands
 *   fallback_merge.c    merges the unmerged records into the database
 *   fallback.c          the other ports
 *   store_fallback.c    opens and closes it
 */

/* The rows of a slice of merging. */
#define FALLBACK_SLICE 256

struct fallback {
	struct store store;
	struct store *database;              /* owned; or NULL */
	struct store *copies, *unmerged;     /* owned */
	struct fallback_copies *new_copies;  /* owned */
	struct store_fallback_report report; /* says which store decides */
	struct key *changed_keys;            /* owned; of a local apply */
	struct store_answer *answers;        /* owned; of a local lookup */
	struct store_change *changes;        /* owned; of a local apply */
	size_t size; /* of changed_keys, and half of answers and changes */
	struct record_walk *walk;              /* owned; over unmerged */
	int64_t walked_n;                      /* rows of this walk */
	struct store_row rows[FALLBACK_SLICE]; /* of merging, as below */
	struct key keys[FALLBACK_SLICE];
	struct store_answer there[FALLBACK_SLICE];
	struct store_change slice[FALLBACK_SLICE];
};

/* A call of the database has failed: let the local stores decide. */
void fallback_begin(struct fallback *fallback, const struct err *why);

/* Set *err to a sentence that says that the database is away. */
enum store_rc fallback_is_away(const struct fallback *fallback,
    struct err *err);

/* fallback_records.c */
extern const struct record_store_ops fallback_record_ops;

/* fallback_walk.c */
struct record_walk *fallback_walk_all(struct store *store, struct err *err);
struct record_walk *fallback_walk_client(struct store *store,
    const char *client, struct err *err);
enum store_rc fallback_walk_next(struct store *store, struct record_walk *walk,
    size_t n_max, struct store_row *rows, size_t *n_out, struct err *err);
enum store_rc fallback_expire_next(struct store *store,
    struct record_walk *walk, int64_t now_s, size_t n_max,
    struct expiry_counts *counts, struct err *err);
void fallback_walk_free(struct record_walk *walk);

/* fallback_merge.c: find out whether the database works again, and merge a
 * slice. */
void fallback_merge_slice(struct fallback *fallback, int64_t now_s);

/* The change that merges a record of the fallback into the database, where
 * "there" was found. Merging it twice is merging it once. Returns false if
 * nothing changes. */
bool fallback_plan_merge(const struct store_answer *there,
    const struct record *record, struct change *out);

/* Free what a walk of merging needs. The next slice begins again. */
void fallback_end_walk(struct fallback *fallback);

/* fallback.c */
extern const struct list_store_ops fallback_list_ops;
extern const struct count_store_ops fallback_count_ops;
extern const struct decision_store_ops fallback_decision_ops;

#endif
