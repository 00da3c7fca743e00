/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_CHECKPOINT_H
#define TARDIGREY_STORE_SQLITE_SQLITE_CHECKPOINT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/sqlite/sqlite_wait.h"

/*
 * sqlite_checkpoint: a thread that does the checkpoints of the daemon.
 *
 * "Log" means the write-ahead log here. A new log starts when SQLite writes to
 * the log file from its beginning again.
 */

/* A checkpoint begins when the log has as many pages to copy as the main file
 * has pages, but at least WAL_PAGES and at most WAL_PAGES_MOST. A checkpoint
 * that begins late writes less: a page that was committed several times is
 * copied only once. */
#define WAL_PAGES      4000
#define WAL_PAGES_MOST 16000 /* 64 MiB */

/* A log with this many pages must be finished: 256 MiB. */
#define WAL_PAGES_MAX 64000

struct checkpoint_thread;

struct sqlite_checkpoint {
	sqlite3 *db;              /* borrowed: the handle that commits; NULL:
				   * no checkpoints here */
	const char *path;         /* borrowed */
	struct sqlite_wait *wait; /* borrowed: of that handle */
	bool syncs_log;           /* the thread syncs the log, not commits */
	int wal_pages_n;          /* pages of the log after our last commit */
	unsigned logs_n;          /* new logs since the handle was opened */
	int finish_at_n;          /* finish the log at this length, in pages */
	bool keeps_whole_log;     /* a new log does not truncate the file */
	struct checkpoint_thread *thread; /* owned; NULL: not started yet */
};

/* Do the checkpoints of a handle that was just opened, instead of SQLite. The
 * thread starts when there is work. */
void sqlite_checkpoint_begin(struct sqlite_checkpoint *checkpoint, sqlite3 *db,
    const char *path, struct sqlite_wait *wait, bool syncs_log);

/* After a commit: give the thread work, or finish a log that is too long.
 * Does nothing unless sqlite_checkpoint_begin() was called. */
void sqlite_checkpoint_after_commit(struct sqlite_checkpoint *checkpoint,
    int64_t database_octets);

/* Stop the thread. Call this before the handle is closed. The thread starts
 * again when there is work. */
void sqlite_checkpoint_stop(struct sqlite_checkpoint *checkpoint);

/* Make SQLite leave the log file as it is when the handle is closed. */
void sqlite_checkpoint_keep_log(sqlite3 *db);

#endif
