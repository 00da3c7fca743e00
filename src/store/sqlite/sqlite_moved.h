/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_MOVED_H
#define TARDIGREY_STORE_SQLITE_SQLITE_MOVED_H

#include "store/sqlite/sqlite_handle.h"

/*
 * sqlite_moved: closes the handle safely when its files were moved, removed,
 * overwritten or truncated. The reason is in sqlite_files.h.
 */

/* Check that the open handle still has the right files. If not, close it so
 * that no other file is damaged. Returns 0, or -1 and what has happened. */
int sqlite_check_files(struct sqlite *sqlite, struct err *err);

#endif
