/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_LISTS_H
#define TARDIGREY_STORE_SQLITE_SQLITE_LISTS_H

#include <sqlite3.h>
#include <stdbool.h>

#include "decide/list_store.h"

/*
 * sqlite_lists: the list store, in the table "list_entry".
 */
extern const struct list_store_ops sqlite_list_ops;

/* Read list and kind from two columns; "first" is the number of the first one.
 * Returns 0, or -1 if another program has written an unknown word there. */
int sqlite_read_list(sqlite3_stmt *statement, int first, bool *whitelists,
    enum list_kind *kind);

/* Bind list, kind and pattern to three parameters; "first" is the number of the
 * first one. The pattern is borrowed until the statement has run. */
void sqlite_bind_list(sqlite3_stmt *statement, int first, bool whitelists,
    enum list_kind kind, const char *pattern);

#endif
