/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_BATCH_RECORDS_H
#define TARDIGREY_DECIDE_BATCH_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "decide/store.h"

/*
 * rows: the records that a batch works on, each once, however many requests
 * have its key. They are looked up in one go, changed here, where the next
 * request sees it, and written in one go.
 *
 * A row is a number, good until batch_records_begin().
 */

struct batch_records;

/* Room for n_max keys. The store is borrowed. Returns NULL when memory is
 * short. */
struct batch_records *batch_records_new(struct store *store, size_t n_max);
void batch_records_free(struct batch_records *rows);

/* Forget everything: a new batch. */
void batch_records_begin(struct batch_records *rows);

/* The row of a key, which is copied: that of an equal one, or a new one. */
size_t batch_records_add(struct batch_records *rows, const struct key *key);

/* Look up the rows that are new since the last time. */
enum store_rc batch_records_look_up(struct batch_records *rows,
    struct err *err);

/* Of a row that was looked up: what is remembered, as the batch has changed
 * it so far; NULL: nothing. */
const struct record *batch_records_known(const struct batch_records *rows,
    size_t row);

const struct key *batch_records_key(const struct batch_records *rows,
    size_t row);

/* Take a change into the batch. */
void batch_records_change(struct batch_records *rows, size_t row,
    const struct change *change);

/* Whether a deferral by this row rests on what only the batch has changed. */
bool batch_records_is_unwritten(const struct batch_records *rows, size_t row);

/* Whether there is anything to write; and write it. */
bool batch_records_changed(const struct batch_records *rows);
enum store_rc batch_records_apply(struct batch_records *rows, struct err *err);

/* Visit the keys of which the batch has made the record, which waits. */
typedef void batch_records_added_fn(void *arg, const struct key *key);
void batch_records_each_added(const struct batch_records *rows,
    batch_records_added_fn *visit, void *arg);

#endif
