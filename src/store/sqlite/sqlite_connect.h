/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_CONNECT_H
#define TARDIGREY_STORE_SQLITE_SQLITE_CONNECT_H

#include "store/sqlite/sqlite_handle.h"

/*
 * sqlite_connect: opens the handle.
 */

/* Open the database files. Creates them if they do not exist, makes the schema,
 * and prepares statements. The handle must not be open. Returns 0, or -1 and
 * why not. */
int sqlite_connect(struct sqlite *sqlite, struct err *err);

/* Check that the open handle may write. If SQLite cannot open a file for
 * writing, it opens the file read-only. Returns 0, or -1 and why not. */
int sqlite_check_writable(const struct sqlite *sqlite, struct err *err);

#endif
