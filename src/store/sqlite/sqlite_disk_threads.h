/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_DISK_THREADS_H
#define TARDIGREY_STORE_SQLITE_SQLITE_DISK_THREADS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/*
 * sqlite_disk_threads: two threads that wait for the disk, so that no reply
 * does. The syncer syncs the write-ahead log. The copier copies its pages to
 * the database (a checkpoint) and empties the log when it is no longer needed.
 */

struct disk_threads;

/* When the threads work, in milliseconds. */
struct disk_times {
	int sync;  /* after the first commit that is not synced */
	int retry; /* after a checkpoint that failed, or that a reader
		    * blocks */
	int look;  /* between two looks whether the log can be emptied */
};
extern const struct disk_times disk_usual_times;

/* What the copier has done. */
struct copier_state {
	bool is_idle;
	bool needs_finish; /* it cannot empty the log while commits go on: the
			    * committing thread must finish the log */
	unsigned log;      /* the number of the log, as in disk_threads_wrote */
	int copied_n;      /* pages of this log that are in the database */
	int64_t reader_since_s; /* another process has been reading old pages
				 * since then, in Unix seconds; 0: none */
};

/* Start the threads, with handles of their own. Without syncs_log there is no
 * syncer. Returns NULL if that fails. The caller stops them. */
struct disk_threads *disk_threads_start(const char *path, bool syncs_log,
    const struct disk_times *times);

/* Stop the threads. A checkpoint is interrupted. */
void disk_threads_stop(struct disk_threads *threads);

/* A commit has written pages_n pages to the log. "log" counts the logs: it
 * changes each time the log starts over. */
void disk_threads_wrote(struct disk_threads *threads, unsigned log,
    int pages_n);

/* Ask for a checkpoint. With "empties", also empty the log if all its pages are
 * then in the database. */
void disk_threads_copy(struct disk_threads *threads, bool empties);

/* Wait until the copier is idle, but at most this long. */
void disk_threads_wait(struct disk_threads *threads, int ms_max);

/* Read the state of the copier. */
void disk_threads_look(struct disk_threads *threads,
    struct copier_state *state_out);

/* A checkpoint of the committing thread failed with this SQLite error code. */
void disk_threads_failed(struct disk_threads *threads, int code);

/* Returns 0, or -1 and the error if a sync or a checkpoint has failed. The
 * copier tries again every second; the error is over once all pages of the log
 * are in the database and on the disk. */
int disk_threads_check(struct disk_threads *threads, struct err *err);

/* Milliseconds of a clock that is never set. */
int64_t disk_threads_now_ms(void);

#endif
