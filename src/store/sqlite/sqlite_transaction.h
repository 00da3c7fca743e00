/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_TRANSACTION_H
#define TARDIGREY_STORE_SQLITE_SQLITE_TRANSACTION_H

#include "store/sqlite/sqlite_handle.h"

/*
 * sqlite_transaction: starts every operation of the store, and ends an
 * operation that fails.
 */

/* Open the files, unless they are open and still the same. Returns 0, or -1 and
 * why not. */
int sqlite_ensure_open(struct sqlite *sqlite, struct err *err);

/* The same, before a write. It also fails if a sync or a checkpoint has failed,
 * until the disk works again: written data might be lost. */
int sqlite_ensure_writable(struct sqlite *sqlite, struct err *err);

/* Begin a write transaction. Do not wait for a lock, because the work can be
 * done later. Returns 0, or -1: then sqlite_is_busy() says whether another
 * process has the lock. */
int sqlite_try_to_begin(struct sqlite *sqlite);
bool sqlite_is_busy(const struct sqlite *sqlite);

/* Set *err to the error of the handle, and roll back. If only the write failed,
 * or the database was busy, the handle stays open. After any other error it may
 * be unusable: close it. Returns STORE_FAILED. */
enum store_rc sqlite_give_up(struct sqlite *sqlite, struct err *err);

#endif
