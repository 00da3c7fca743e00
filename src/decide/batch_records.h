/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_BATCH_RECORDS_H
#define TARDIGREY_DECIDE_BATCH_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "decide/store.h"

/*
 * batch_records: the records of a batch, each once, however many requests use
 * its key. They are looked up together, changed here, so that the next request
 * of the batch sees the change, and written together.
 *
 * The place of a record is a number, valid until batch_records_begin().
 */

struct batch_records;

/* Room for n_max keys. The store is borrowed. Returns NULL when memory is
 * short. */
struct batch_records *batch_records_new(struct store *store, size_t n_max);
void batch_records_free(struct batch_records *records);

/* Begin a new batch without records. */
void batch_records_begin(struct batch_records *records);

/* The place of a key's record; the key is copied if it is new. */
size_t batch_records_add(struct batch_records *records, const struct key *key);

/* Look up the records whose keys were added since the last look-up. */
enum store_rc batch_records_look_up(struct batch_records *records,
    struct err *err);

/* A record that was looked up, with the changes of the batch so far; NULL:
 * there is none. */
const struct record *batch_records_known(const struct batch_records *records,
    size_t place);

const struct key *batch_records_key(const struct batch_records *records,
    size_t place);

/* Take a change into the batch, for a request of this client. */
void batch_records_change(struct batch_records *records, size_t place,
    const struct change *change, const struct store_client *client);

/* Whether the store does not have this record yet: the batch made it, or made
 * it older. */
bool batch_records_is_unwritten(const struct batch_records *records,
    size_t place);

/* Whether there are changes to write; and write them. */
bool batch_records_changed(const struct batch_records *records);
enum store_rc batch_records_apply(struct batch_records *records,
    struct err *err);

#endif
