/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_SCHEMA_H
#define TARDIGREY_STORE_SQLITE_SQLITE_SCHEMA_H

#include "store/sqlite/sqlite_handle.h"

/*
 * sqlite_schema: checks which program a database belongs to, and makes its
 * schema from the steps in sql/.
 */

/* Check that the database is empty, or was made by Tardigrey, but not by a
 * newer version; otherwise set is_refused. Writes nothing. Sets *version to the
 * number of schema steps that the database has. Returns 0, or -1 and what is
 * wrong. */
int sqlite_schema_check(struct sqlite *sqlite, int *version, struct err *err);

/* Check that no newer program has changed the schema while the handle is open;
 * otherwise set is_newer. Call this before each use of the handle, and again in
 * a write transaction. The check is cheap if nothing was written since the last
 * call. */
bool sqlite_schema_is_known(struct sqlite *sqlite);

/* Set *err to what is wrong if is_newer is set. Returns -1. */
int sqlite_schema_newer(const struct sqlite *sqlite, struct err *err);

/* Apply the schema steps after "version", in one transaction. Returns 0, or -1
 * and what is wrong. */
int sqlite_schema_make(struct sqlite *sqlite, int version, struct err *err);

#endif
