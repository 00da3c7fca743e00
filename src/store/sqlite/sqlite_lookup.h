/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_LOOKUP_H
#define TARDIGREY_STORE_SQLITE_SQLITE_LOOKUP_H

#include "store/sqlite/sqlite_handle.h"

/*
 * sqlite_lookup: finds records, in the cache, in the table "record" and in the
 * queue.
 */

/* Look up a key in the table "record". Returns 0, or -1 and leaves the error in
 * the handle. */
int sqlite_find(struct sqlite_statements *statements, const struct key *key,
    struct store_answer *answer);

/* Clear the cache if another process has committed something. Call this first
 * in a transaction that reads. Returns as sqlite_find(). */
int sqlite_check_cache(struct sqlite *sqlite);

/* Merge another record of the same key into an answer. */
void sqlite_merge_answer(struct store_answer *answer,
    const struct record *record);

/* See decide/record_store.h. */
bool sqlite_may_have(const struct store *store, enum key_kind kind);

/* Look up keys. See decide/record_store.h. */
enum store_rc sqlite_lookup(struct store *store, const struct key *keys,
    size_t n, struct store_answer *answers, struct err *err);

#endif
