/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_DISK_THREADS_H
#define TARDIGREY_STORE_SQLITE_SQLITE_DISK_THREADS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/*
 * sqlite_disk_threads: two threads that access the disk, so that no reply waits
 * for it. The syncer syncs the write-ahead log. The copier copies its pages to
 * the database (a checkpoint) and empties the log when it is no longer needed.
 */

struct disk_threads;

/* When the threads work, in milliseconds. */
struct disk_times {
	int sync;  /* from the first unsynced commit to the sync */
	int retry; /* from a checkpoint that failed, or that a reader blocked,
		    * to the next one */
	int look;  /* between two checks whether the log can be emptied */
};
extern const struct disk_times disk_usual_times;

/* The state of the copier. */
struct copier_state {
	bool is_idle;
	bool needs_finish; /* it could not empty the log between commits: the
			    * committing thread must finish the log */
	unsigned log;      /* number of the log, as in disk_threads_wrote() */
	int copied_n;      /* pages of this log that are in the database */
	int64_t reader_since_s; /* since this Unix time another process has been
				 * reading old pages; 0: none */
};

/* Start the threads. They open their own handles. If syncs_log is false, there
 * is no syncer. "times" is copied. Returns threads that the caller stops, or
 * NULL if they cannot be started. */
struct disk_threads *disk_threads_start(const char *path, bool syncs_log,
    const struct disk_times *times);

/* Stop the threads and free them. Interrupts a checkpoint, and syncs commits
 * that the syncer has not synced yet. */
void disk_threads_stop(struct disk_threads *threads);

/* Report that a commit has written pages_n pages to the log. "log" is the
 * number of the log: it changes each time the log starts over. */
void disk_threads_wrote(struct disk_threads *threads, unsigned log,
    int pages_n);

/* Request a checkpoint. With "empties", the copier also empties the log if all
 * its pages are in the database then. */
void disk_threads_copy(struct disk_threads *threads, bool empties);

/* Wait until the copier is idle, but at most ms_max milliseconds. */
void disk_threads_wait(struct disk_threads *threads, int ms_max);

/* Read the state of the copier. */
void disk_threads_look(struct disk_threads *threads,
    struct copier_state *state_out);

/* Report that a checkpoint of the committing thread returned this SQLite code.
 * SQLITE_OK and codes of a busy database are ignored. */
void disk_threads_failed(struct disk_threads *threads, int code);

/* Check for an error of the threads. Returns 0, or -1 and sets *err if a sync
 * or a checkpoint has failed. The copier tries again every second. The error
 * ends when all pages of the log are in the database and on the disk. */
int disk_threads_check(struct disk_threads *threads, struct err *err);

/* Return the monotonic time in milliseconds. */
int64_t disk_threads_now_ms(void);

#endif
