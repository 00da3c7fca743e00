/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_DAMAGE_H
#define TARDIGREY_STORE_SQLITE_SQLITE_DAMAGE_H

#include "store/sqlite/sqlite_handle.h"

/*
 * sqlite_damage: sets damaged database files aside, so that a new database can
 * take their place.
 */

/* Whether an error code of SQLite means that the file is damaged. An I/O error
 * is not damage. */
bool sqlite_is_damage(int code);

/* The open handle met damage, and *err says what it met. Closes the handle, and
 * renames the damaged files if that is allowed and necessary; *err then says
 * more. Returns whether to open the files again at once. */
bool sqlite_met_damage(struct sqlite *sqlite, struct err *err);

#endif
