/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_ENTRIES_COPY_H
#define TARDIGREY_STORE_SQLITE_SQLITE_ENTRIES_COPY_H

#include "store/sqlite/sqlite_handle.h"

/*
 * sqlite_entries_copy: a second copy of the list entries, in PATH.entries.
 *
 * Triplets are learned again after a database was lost. List entries are not:
 * an administrator has typed them. So each change of an entry also goes to this
 * file, and a database without entries takes them from it. The file is an
 * SQLite database with the table list_entry alone. It is made with the first
 * entry.
 */

/* Make the copy equal to the entries of the open handle. A damaged copy is
 * renamed to PATH.entries.corrupt first. If copy_unread is set, leave the copy
 * alone. Returns 0, or -1 and why not. */
int sqlite_entries_copy_save(struct sqlite *sqlite, struct err *err);

/* Take the entries of the copy, if the database has none, or if entries_lost is
 * set: then in place of those that it has. If the copy cannot be read, tell the
 * administrator, and set copy_unread if it is not damaged. */
void sqlite_entries_copy_restore(struct sqlite *sqlite);

/* Call this before an entry is changed. If copy_unread is set, read the copy
 * now. A change of a database that lacks the entries of the copy would end with
 * their removal from the copy. Returns 0, or -1 and why it cannot be read. */
int sqlite_entries_copy_check(struct sqlite *sqlite, struct err *err);

/* True if the database has an entry. */
bool sqlite_entries_copy_has_entries(const struct sqlite *sqlite);

/* True if the file exists. */
bool sqlite_entries_copy_exists(const struct sqlite *sqlite);

#endif
