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
 * sqlite_checkpoint: decides when the daemon syncs, copies and empties the
 * write-ahead log, and limits the length of the log and of the database.
 */

/* The number of uncopied pages of the log that make a checkpoint worthwhile: as
 * many as the database has, within these bounds, and at most half of the limit
 * of the log. With fewer pages, a checkpoint would write nearly as many pages
 * as were committed. With more pages, it writes a page only once that was
 * committed several times. */
#define WAL_PAGES      4000
#define WAL_PAGES_MOST 16000 /* 64 MiB */

struct disk_threads;
struct disk_times;

/* What a write is permitted to store. */
enum sqlite_room {
	ROOM_FOR_ALL,
	ROOM_FOR_CHANGES, /* of existing records; no new triplets */
	ROOM_FOR_NOTHING, /* no change: each makes the log longer */
};

struct sqlite_checkpoint {
	sqlite3 *db;              /* borrowed: the handle that commits; NULL:
				   * no checkpoints here */
	const char *path;         /* borrowed */
	struct sqlite_wait *wait; /* borrowed: of that handle */
	const struct sqlite_files *files; /* borrowed */
	void (*notice)(const char *text); /* logs a text; or NULL */
	bool syncs_log;                   /* the threads sync commits */
	int64_t database_max;             /* octets; 0: no limit */

	uint32_t commits_n;  /* commits of this handle to the log */
	int wal_pages_n;     /* pages of the log after the last commit */
	unsigned logs_n;     /* number of times that the log has started over */
	int worked_pages_n;  /* length of the log at the last request */
	int left_pages_n;    /* left by the copier at the last request to copy
			      * once more before the log is finished */
	int finish_again_n;  /* do not finish the log below this length */
	int limit_n;         /* the length at which the log must start over */
	int64_t kept_octets; /* the size to which SQLite truncates the file */

	struct sqlite_space space; /* as last measured */
	enum sqlite_space_state space_state;
	int64_t looked_ms;
	int looked_pages_n;
	bool log_is_too_long;
	int64_t noticed_reader_s; /* reader_since_s of the last notice */

	const struct disk_times *times; /* borrowed; NULL: disk_usual_times */
	struct disk_threads *threads;   /* owned; NULL: not started yet */
};

/* Replace SQLite's checkpoints of a handle that was just opened. The caller has
 * set the borrowed members, notice, syncs_log and database_max. */
void sqlite_checkpoint_begin(struct sqlite_checkpoint *checkpoint, sqlite3 *db);

/* Start the threads if they do not run, and check for their errors. Call this
 * before a write. Returns 0, or -1 and sets *err if a sync or a checkpoint has
 * failed. */
int sqlite_checkpoint_check(struct sqlite_checkpoint *checkpoint,
    struct err *err);

/* Decide what a write is permitted to store. Call this before a write. Sets
 * *err to the reason unless it returns ROOM_FOR_ALL. */
enum sqlite_room sqlite_checkpoint_room(struct sqlite_checkpoint *checkpoint,
    struct err *err);

/* Request a checkpoint if one is due, or finish a log that is too long. Call
 * this after a commit. This function and the two above do nothing before
 * sqlite_checkpoint_begin(). */
void sqlite_checkpoint_after_commit(struct sqlite_checkpoint *checkpoint);

/* Stop the threads. Call this before the handle is closed. */
void sqlite_checkpoint_stop(struct sqlite_checkpoint *checkpoint);

/* Make SQLite keep the log file unchanged when it closes the handle. */
void sqlite_checkpoint_keep_log(sqlite3 *db);

#endif
