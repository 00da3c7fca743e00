/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_CHECKPOINT_H
#define TARDIGREY_STORE_SQLITE_SQLITE_CHECKPOINT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/sqlite/sqlite_space.h"
#include "store/sqlite/sqlite_wait.h"

/*
 * sqlite_checkpoint: when the daemon syncs, copies and empties the write-ahead
 * log, and what it does when the log or the database grows too long.
 */

/* Pages of the write-ahead log that are worth a checkpoint: as many as the
 * database has, within these bounds, and at most half of the limit of the log.
 * An earlier checkpoint would write nearly as many pages as were committed. A
 * later one writes a page that was committed twice only once. */
#define WAL_PAGES      4000
#define WAL_PAGES_MOST 16000 /* 64 MiB */

struct disk_threads;
struct disk_times;

/* What a write may store. */
enum sqlite_room {
	ROOM_FOR_ALL,
	ROOM_FOR_CHANGES, /* of existing records; no new triplets */
	ROOM_FOR_NOTHING, /* nothing that makes the log longer */
};

struct sqlite_checkpoint {
	sqlite3 *db;              /* borrowed: the handle that commits; NULL:
				   * no checkpoints here */
	const char *path;         /* borrowed */
	struct sqlite_wait *wait; /* borrowed: of that handle */
	const struct sqlite_files *files; /* borrowed */
	void (*notice)(const char *text); /* for the administrator, or NULL */
	bool syncs_log;       /* commits leave the sync to the threads */
	int64_t database_max; /* octets; 0: no limit */

	int wal_pages_n;     /* pages of the log after our last commit */
	unsigned logs_n;     /* how often the log has started over */
	int worked_pages_n;  /* length of the log when the copier was asked */
	int finish_again_n;  /* it was finished: not again before this */
	int limit_n;         /* the log must start over at this length */
	int64_t kept_octets; /* when it starts over, cut the file to this */

	struct sqlite_space space; /* at the last look */
	enum sqlite_space_state space_state;
	int64_t looked_ms;
	int looked_pages_n;
	bool log_is_too_long;
	int64_t noticed_reader_s; /* the reader in the last notice */

	const struct disk_times *times; /* borrowed; NULL: the usual ones */
	struct disk_threads *threads;   /* owned; NULL: not started yet */
};

/* Take the checkpoints over from SQLite, for a handle that was just opened. The
 * members that are borrowed, syncs_log and database_max are set. */
void sqlite_checkpoint_begin(struct sqlite_checkpoint *checkpoint, sqlite3 *db);

/* Before a write: start the threads if they do not run. Returns 0, or -1 and
 * the error if a sync or a checkpoint has failed. */
int sqlite_checkpoint_check(struct sqlite_checkpoint *checkpoint,
    struct err *err);

/* Before a write: what it may store, and if that is not all, why. */
enum sqlite_room sqlite_checkpoint_room(struct sqlite_checkpoint *checkpoint,
    struct err *err);

/* After a commit: ask for a checkpoint, or finish a log that is too long. These
 * three functions do nothing unless sqlite_checkpoint_begin() was called. */
void sqlite_checkpoint_after_commit(struct sqlite_checkpoint *checkpoint);

/* Stop the threads, before the handle is closed. */
void sqlite_checkpoint_stop(struct sqlite_checkpoint *checkpoint);

/* Make SQLite leave the log file as it is when the handle is closed. */
void sqlite_checkpoint_keep_log(sqlite3 *db);

#endif
