/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_BATCH_RECORDS_H
#define TARDIGREY_DECIDE_BATCH_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "decide/store.h"

/*
 * batch_records: the records that the requests of a batch use. Several requests
 * with the same key share one record.
 *
 * The records are looked up together. A request changes them here first, so
 * that the next request of the batch sees the change. At the end the changes
 * are written together.
 *
 * Each record has a number, its place. It is valid until batch_records_begin().
 */

struct batch_records;

/* Allocate room for n_max keys and n_max changes. The store is borrowed.
 * Returns NULL when memory is short. */
struct batch_records *batch_records_new(struct store *store, size_t n_max);
void batch_records_free(struct batch_records *records);

/* Begin a new batch without records. */
void batch_records_begin(struct batch_records *records);

/* The place of the next key. A key that is made there is not copied. There must
 * be room. */
struct key *batch_records_next(struct batch_records *records);

/* Add a key, unless the batch has it already: a copy, or the key in
 * batch_records_next(). Returns the place of its record. */
size_t batch_records_add(struct batch_records *records, const struct key *key);

/* Look up the keys that were added since the last look-up. After STORE_PARTLY
 * some of them are unknown. */
enum store_rc batch_records_look_up(struct batch_records *records,
    struct err *err);

/* False if the store had no record of this kind at the last look-up. */
bool batch_records_may_have(const struct batch_records *records,
    enum key_kind kind);

/* The number of records: their places are 0 to n - 1. */
size_t batch_records_n(const struct batch_records *records);

/* The record at a place, with the changes of the batch so far, or NULL if there
 * is none or it is unknown. The place must have been looked up. */
const struct record *batch_records_known(const struct batch_records *records,
    size_t place);

/* True if the store could not tell whether there is a record. */
bool batch_records_is_unknown(const struct batch_records *records,
    size_t place);

const struct key *batch_records_key(const struct batch_records *records,
    size_t place);

/* Change a record in the batch, for a request of this client.
 * batch_records_apply() writes the change. A change of an unknown record is
 * left out. */
void batch_records_change(struct batch_records *records, size_t place,
    const struct change *change, const struct store_client *client);

/* True if the batch has inserted the record, restarted it, or given it an
 * earlier first_seen_s. Then the wait is not in the store until the change is
 * written. */
bool batch_records_is_unwritten(const struct batch_records *records,
    size_t place);

/* True if the batch has changes. */
bool batch_records_changed(const struct batch_records *records);

/* Write the changes to the store. */
enum store_rc batch_records_apply(struct batch_records *records,
    struct err *err);

#endif
