/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_SCHEMA_H
#define TARDIGREY_STORE_SQLITE_SQLITE_SCHEMA_H

#include "store/sqlite/sqlite_handle.h"

/*
 * sqlite_schema: checks the owner of a database, and makes its schema from the
 * steps in sql/.
 */

/* Check, without writing, that the database is empty or of Tardigrey, and not
 * of a newer version. Sets *version. Returns 0, or -1 and what is wrong. */
int sqlite_schema_check(const struct sqlite *sqlite, int *version,
    struct err *err);

/* Take the steps that a database of this version lacks, all in one
 * transaction. Returns 0, or -1 and what is wrong. */
int sqlite_schema_make(const struct sqlite *sqlite, int version,
    struct err *err);

#endif
