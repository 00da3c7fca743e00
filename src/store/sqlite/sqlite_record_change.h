/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_RECORD_CHANGE_H
#define TARDIGREY_STORE_SQLITE_SQLITE_RECORD_CHANGE_H

#include "decide/record_store.h"
#include "store/sqlite/sqlite_handle.h"

/*
 * sqlite_record_change: changes of the table "record" in a transaction. They
 * remove the key from the cache of records. All functions return 0, or -1 and
 * leave the error in the handle.
 */

/* Look up a key. The cache has the answer of the lookup before the transaction.
 * Its answers are valid, but must not be added to before the commit. */
int sqlite_record_find(struct sqlite *sqlite, const struct key *key,
    struct store_answer *answer);

/* Delete the record of a key, if there is one. */
int sqlite_record_forget(struct sqlite *sqlite, const struct key *key);

/* Insert a record, or merge it into that of the key, as record_merge() does. */
int sqlite_record_merge(struct sqlite *sqlite, const struct key *key,
    const struct record *record);

/* Apply a change, as record_apply() does. */
int sqlite_record_change(struct sqlite *sqlite, const struct key *key,
    const struct change *change);

#endif
