/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_VFS_H
#define TARDIGREY_STORE_SQLITE_SQLITE_VFS_H

/*
 * sqlite_vfs: writes each commit to the write-ahead log with few large writes.
 */

/* Register the VFS. Returns its name, to open databases with. NULL means
 * SQLite's own VFS. */
const char *sqlite_vfs(void);

#endif
