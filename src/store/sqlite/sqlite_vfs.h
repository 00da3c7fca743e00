/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_VFS_H
#define TARDIGREY_STORE_SQLITE_SQLITE_VFS_H

/*
 * sqlite_vfs: writes each commit to the write-ahead log with few large writes.
 */

/* The name of the VFS to open databases with. NULL: use SQLite's own. */
const char *sqlite_vfs(void);

#endif
