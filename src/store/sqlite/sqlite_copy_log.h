/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_COPY_LOG_H
#define TARDIGREY_STORE_SQLITE_SQLITE_COPY_LOG_H

#include <sqlite3.h>
#include <stdbool.h>

/*
 * sqlite_copy_log: a handle that syncs the write-ahead log, copies its pages to
 * the database (a checkpoint), and empties it.
 */

/* The copier has caught up when fewer pages than this are left: about as many
 * are committed in a flood while it waits for the disk. */
#define LITTLE_PAGES 1000

/* A log file of this size is left as it is. A longer one is emptied when
 * commits are few. */
#define SMALL_LOG_OCTETS (4 << 20)

/* A checkpoint: what it found, and what it did. */
struct checkpoint {
	int code;
	int log_n, copied_n; /* pages of the log; those in the database */
	bool emptied;        /* the log is short now */
	const char *failed;
	int system_errno;
};

/* Open such a handle. Returns 0, or -1 and *db_out is NULL. */
int sqlite_copy_log_open(const char *path, sqlite3 **db_out);

/* Sync the log. Returns a SQLite error code; errno may say why. */
int sqlite_sync_log(sqlite3 *db);

/* Whether the log file is longer than SMALL_LOG_OCTETS. */
bool sqlite_log_is_long(sqlite3 *db);

/* Copy the pages of the log to the database, as far as readers permit. */
struct checkpoint sqlite_copy_log(sqlite3 *db);

/* The same, and empty the log once all its pages are copied. Does not wait for
 * readers and writers. */
struct checkpoint sqlite_copy_and_empty_log(sqlite3 *db);

/* Whether all pages of the log are in the database. */
bool checkpoint_is_complete(const struct checkpoint *done);

#endif
