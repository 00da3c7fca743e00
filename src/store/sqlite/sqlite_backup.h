/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_BACKUP_H
#define TARDIGREY_STORE_SQLITE_SQLITE_BACKUP_H

#include "decide/store.h"

/*
 * sqlite_backup: copies the database to a new file. See struct store_ops.
 */
enum store_rc sqlite_backup(struct store *store, const char *path,
    void (*progress)(int percent), struct err *err);

#endif
