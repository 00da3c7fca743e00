/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_TRANSACTION_H
#define TARDIGREY_STORE_SQLITE_SQLITE_TRANSACTION_H

#include "store/sqlite/sqlite_handle.h"

/*
 * sqlite_transaction: how every call of a port begins, and how it ends when it
 * fails.
 */

/* Open the files, unless they are open and still the same. Returns 0, or -1 and
 * why not. */
int sqlite_ensure_open(struct sqlite *sqlite, struct err *err);

/* The same, before a write. It also fails while the disk does: a sync or a
 * checkpoint has failed, so what is written might be lost. */
int sqlite_ensure_writable(struct sqlite *sqlite, struct err *err);

/* A call failed, and the handle has the error: set *err to it, and roll back.
 * After any error but "busy" the handle is closed, since it may be unusable.
 * Always returns STORE_FAILED. */
enum store_rc sqlite_give_up(struct sqlite *sqlite, struct err *err);

#endif
