/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_WALK_H
#define TARDIGREY_STORE_SQLITE_SQLITE_WALK_H

#include "decide/record_store.h"

/*
 * sqlite_walk: walks over the tables "waiting" and "record", and the expiry.
 * See decide/record_store.h.
 */

struct record_walk *sqlite_walk_all(struct store *store, struct err *err);
struct record_walk *sqlite_walk_client(struct store *store, const char *client,
    struct err *err);
enum store_rc sqlite_walk_next(struct store *store, struct record_walk *walk,
    size_t n_max, struct store_row *rows, size_t *n_out, struct err *err);
enum store_rc sqlite_expire_next(struct store *store, struct record_walk *walk,
    int64_t now_s, size_t n_max, struct expiry_counts *counts, struct err *err);
void sqlite_walk_free(struct record_walk *walk);

#endif
