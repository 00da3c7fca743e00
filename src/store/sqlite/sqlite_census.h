/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_CENSUS_H
#define TARDIGREY_STORE_SQLITE_SQLITE_CENSUS_H

#include "decide/store.h"

/*
 * sqlite_census: implements the call census of the record port. The index of
 * the queue knows the number of its rows. Counting the table "record" would
 * take too long, so each call counts one slice of it.
 */

enum store_rc sqlite_record_census(struct store *store,
    struct record_census *census, struct err *err);

/* Implements the call newest_waiting of the record port. */
enum store_rc sqlite_newest_waiting(struct store *store, size_t n_max,
    struct store_row *rows, size_t *n_out, struct err *err);

#endif
