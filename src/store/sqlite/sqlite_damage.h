/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_DAMAGE_H
#define TARDIGREY_STORE_SQLITE_SQLITE_DAMAGE_H

#include "store/sqlite/sqlite_handle.h"

/*
 * sqlite_damage: sets damaged database files aside, so that a new database can
 * take their place.
 */

/* True if an error code of SQLite means that the file is damaged. An I/O error
 * is not damage. */
bool sqlite_is_damage(int code);

/* Call this when the open handle has found damage. *err is the error. Closes
 * the handle, sets the files aside if that is allowed and necessary, and adds
 * to *err what was done. Returns true if the files must be opened again at
 * once. */
bool sqlite_met_damage(struct sqlite *sqlite, struct err *err);

#endif
