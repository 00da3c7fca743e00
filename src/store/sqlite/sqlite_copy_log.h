/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_COPY_LOG_H
#define TARDIGREY_STORE_SQLITE_SQLITE_COPY_LOG_H

#include <sqlite3.h>
#include <stdbool.h>

/*
 * sqlite_copy_log: syncs the write-ahead log, copies its pages to the database
 * (a checkpoint), and empties it, with a handle for this purpose.
 */

/* If fewer pages than this are left to copy, the copier has done its work. In a
 * flood about as many are committed while it waits for the disk. */
#define LITTLE_PAGES 1000

/* A log file of up to this size is not emptied. A longer one is emptied when
 * commits are few. */
#define SMALL_LOG_OCTETS (4 << 20)

/* The result of a checkpoint. */
struct checkpoint {
	int code;            /* a SQLite error code */
	int log_n, copied_n; /* pages of the log; those in the database */
	bool emptied;        /* the log is short now */
	const char *failed;  /* text, for an error */
	int system_errno;
};

/* Open a handle for these functions. Returns 0 and sets *db_out, which the
 * caller closes; or -1 and sets *db_out to NULL. */
int sqlite_copy_log_open(const char *path, sqlite3 **db_out);

/* Sync the log. Returns a SQLite error code; errno may have the reason. */
int sqlite_sync_log(sqlite3 *db);

/* Return true if the log file is longer than SMALL_LOG_OCTETS. */
bool sqlite_log_is_long(sqlite3 *db);

/* Sync the log, copy its pages to the database as far as readers permit, and
 * sync the database. Returns the result. */
struct checkpoint sqlite_copy_log(sqlite3 *db);

/* Do the same, and empty the log if all its pages are copied and it is longer
 * than SMALL_LOG_OCTETS. Does not wait for readers and writers. */
struct checkpoint sqlite_copy_and_empty_log(sqlite3 *db);

/* Return true if all pages of the log are in the database. */
bool checkpoint_is_complete(const struct checkpoint *done);

#endif
