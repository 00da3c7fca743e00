/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_MAINTAIN_H
#define TARDIGREY_STORE_SQLITE_SQLITE_MAINTAIN_H

#include "store/sqlite/sqlite_handle.h"

/*
 * sqlite_maintain: keeps the queue of waiting records short by expiry and
 * eviction.
 */

/* Evict records while there are more than max_waiting, but at most n_max of
 * them. Call this inside a write transaction. Returns as the functions of
 * sqlite_arrivals.h. */
int sqlite_evict(struct sqlite *sqlite, size_t n_max);

/* Do one slice of maintenance if one is due. See decide/record_store.h. */
enum store_rc sqlite_maintain(struct store *store, int64_t now_s,
    struct record_maintenance *report, struct err *err);

#endif
