/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_LOG_CHECK_H
#define TARDIGREY_STORE_SQLITE_SQLITE_LOG_CHECK_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * sqlite_log_check: reads the index of the write-ahead log. Finds out whether
 * the log was emptied or truncated while it is in use. SQLite does not notice:
 * it goes on writing at the old end, and copies the hole to the main file.
 */

/* True if the log is shorter than its index (-shm) says, or does not begin with
 * the header that belongs to the index. log_octets is its length as the caller
 * has just seen it. Other processes may write at the same time. Returns false
 * if the module cannot tell. */
bool sqlite_log_is_cut(sqlite3 *db, const char *wal_path, int64_t log_octets);

/* Read the number of commits of all processes, modulo 2^32, from the index. A
 * checkpoint does not change it. Returns 0, or -1 if there is no index. */
int sqlite_log_commits(sqlite3 *db, uint32_t *out);

#endif
