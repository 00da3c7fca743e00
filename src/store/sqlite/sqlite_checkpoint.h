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
 */

/* Pages of the write-ahead log that are worth a checkpoint: as many as the
 * database has, within these bounds. An earlier checkpoint would write nearly
 * as many pages as were committed. A later one writes a page that was committed
 * twice only once. */
#define WAL_PAGES      4000
#define WAL_PAGES_MOST 16000 /* 64 MiB */

/* A log of this length must be finished, so that it starts over: 256 MiB. */
#define WAL_PAGES_MAX 64000

struct checkpoint_thread;

struct sqlite_checkpoint {
	sqlite3 *db;              /* borrowed: the handle that commits; NULL:
				   * no checkpoints here */
	const char *path;         /* borrowed */
	struct sqlite_wait *wait; /* borrowed: of that handle */
	bool syncs_log;           /* commits leave the sync to the thread */
	int wal_pages_n;          /* pages of the log after our last commit */
	unsigned logs_n;          /* how often the log has started over */
	int finish_at_n;          /* finish the log at this length, in pages */
	bool keeps_whole_log;     /* do not cut the file when it starts over */
	struct checkpoint_thread *thread; /* owned; NULL: not started yet */
};

/* Take the checkpoints over from SQLite, for a handle that was just opened. The
 * thread starts when there is work. */
void sqlite_checkpoint_begin(struct sqlite_checkpoint *checkpoint, sqlite3 *db,
    const char *path, struct sqlite_wait *wait, bool syncs_log);

/* After a commit: give the thread work, or finish a log that is too long.
 * Does nothing unless sqlite_checkpoint_begin() was called. */
void sqlite_checkpoint_after_commit(struct sqlite_checkpoint *checkpoint,
    int64_t database_octets);

/* Stop the thread, before the handle is closed. If there is work later, the
 * thread is started again. */
void sqlite_checkpoint_stop(struct sqlite_checkpoint *checkpoint);

/* Make SQLite leave the log file as it is when the handle is closed. */
void sqlite_checkpoint_keep_log(sqlite3 *db);

#endif
