/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_CORE_ROWS_H
#define TARDIGREY_CORE_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/store.h"

/*
 * rows: the records that a batch works on, each once, however many requests
 * have its key. They are looked up in one go, changed here, where the next
 * request sees it, and written in one go.
 *
 * A row is a number, good until rows_begin().
 */

struct rows;

/* Room for n_max keys. The store is borrowed. Returns NULL when memory is
 * short. */
struct rows *rows_new(struct store *store, size_t n_max);
void rows_free(struct rows *rows);

/* Forget everything: a new batch. */
void rows_begin(struct rows *rows);

/* The row of a key, which is copied: that of an equal one, or a new one. */
size_t rows_of(struct rows *rows, const struct triplet *key);

/* Look up the rows that are new since the last time. */
enum store_rc rows_look_up(struct rows *rows, struct err *err);

/* Of a row that was looked up: what is remembered, as the batch has changed
 * it so far; NULL: nothing. */
const struct record *rows_known(const struct rows *rows, size_t row);

const struct triplet *rows_key(const struct rows *rows, size_t row);

/* Take a change into the batch. */
void rows_change(struct rows *rows, size_t row, const struct change *change);

/* Whether a deferral by this row rests on what only the batch has changed. */
bool rows_is_unwritten(const struct rows *rows, size_t row);

/* Whether there is anything to write; and write it. */
bool rows_changed(const struct rows *rows);
enum store_rc rows_apply(struct rows *rows, struct err *err);

/* Visit the keys of which the batch has made the record, which waits. */
typedef void rows_added_fn(void *arg, const struct triplet *key);
void rows_each_added(const struct rows *rows, rows_added_fn *visit, void *arg);

#endif
