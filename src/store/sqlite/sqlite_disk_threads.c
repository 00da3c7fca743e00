/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The mutex protects the shared data. Each thread has its own database handle.
 * There are two threads because a checkpoint may take many seconds on a slow
 * disk, and the log must be synced during this time.
 *
 * A checkpoint first syncs the log. While a file system syncs many new pages of
 * the log, it may block writes to the log for many milliseconds. So the syncer
 * also syncs the log after every 2 MiB.
 *
 * After a failed sync the kernel may drop pages that it could not write, and
 * still report success for the next sync. So the error ends only after a
 * checkpoint has written every page of the log to the database again and has
 * synced the database.
 */
#include "store/sqlite/sqlite_disk_threads.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "store/sqlite/sqlite_copy_log.h"
#include "store/sqlite/sqlite_files.h"

/* The syncer waits one second. If a sync takes one second too, no commit stays
 * off the disk for more than two seconds. */
const struct disk_times disk_usual_times = {
    .sync = 1000,
    .retry = 1000,
    .look = 5000,
};

/* Sync the log also after so many pages (2 MiB). This sync takes some
 * milliseconds, and blocks commits no longer than that. */
#define SYNC_PAGES 500

/* Commits are few if they write at most so many pages between two looks (2 MiB
 * a second). */
#define FEW_PAGES 2500

#define NICE 5

struct disk_threads {
	sqlite3 *syncer_db, *copier_db; /* owned; each used by its thread */
	pthread_t syncer, copier;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	struct disk_times times;
	bool has_syncer;

	/* The mutex protects the members below. */
	bool must_end;
	bool copies;  /* a checkpoint is requested or running */
	bool empties; /* ... that also empties the log */

	int64_t unsynced_ms; /* time of the first unsynced commit; 0: none */
	int unsynced_pages_n;

	unsigned log;        /* the number of the log */
	int64_t log_pages_n; /* pages committed to all logs */
	int64_t looked_ms, looked_pages_n;
	int64_t tried_ms;  /* end of the last checkpoint */
	int64_t blocked_s; /* Unix time when a reader was met; 0: none */
	struct copier_state state;

	int quiet_looks_n; /* consecutive looks that found few commits */
	int code;          /* the current SQLite error code; 0: none */
	int system_errno;
	unsigned failures_n;
	const char *failed; /* text, such as "cannot sync" */
};

int64_t
disk_threads_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Wait for a change until this time. The mutex is locked. */
static void
wait_until(struct disk_threads *threads, int64_t due_ms)
{
	const struct timespec due = {due_ms / 1000, due_ms % 1000 * 1000000};

	if (due_ms == INT64_MAX)
		pthread_cond_wait(&threads->changed, &threads->mutex);
	else
		pthread_cond_timedwait(&threads->changed, &threads->mutex,
		    &due);
}

/* On Linux each thread has a priority. The serving thread gets a higher one. */
static void
lower_priority(void)
{
#ifdef __linux__
	setpriority(PRIO_PROCESS, 0, NICE);
#endif
}

/* ---- Errors ---- */

/* The mutex is locked. Ignore an error that comes from the lock of another
 * process. */
static void
note_failure(struct disk_threads *threads, int code, int system_errno,
    const char *what)
{
	int kind = code & 0xff;

	if (kind == SQLITE_OK || kind == SQLITE_BUSY || kind == SQLITE_LOCKED ||
	    kind == SQLITE_INTERRUPT)
		return;
	threads->code = code;
	threads->failures_n++;
	threads->system_errno = system_errno;
	threads->failed = what;
}

void
disk_threads_failed(struct disk_threads *threads, int code)
{
	pthread_mutex_lock(&threads->mutex);
	note_failure(threads, code, 0, "cannot checkpoint");
	pthread_cond_broadcast(&threads->changed);
	pthread_mutex_unlock(&threads->mutex);
}

int
disk_threads_check(struct disk_threads *threads, struct err *err)
{
	int rc = 0;

	pthread_mutex_lock(&threads->mutex);
	if (threads->code != 0)
		rc = err_set(err, "%s the write-ahead log: %s%s%s",
		    threads->failed, sqlite3_errstr(threads->code),
		    threads->system_errno != 0 ? ": " : "",
		    threads->system_errno != 0 ? strerror(threads->system_errno)
					       : "");
	pthread_mutex_unlock(&threads->mutex);
	return rc;
}

/* ---- The syncer ---- */

/* The mutex is locked. This function unlocks it during the disk access. */
static void
sync_log(struct disk_threads *threads)
{
	int code, system_errno;

	threads->unsynced_ms = 0;
	threads->unsynced_pages_n = 0;
	pthread_mutex_unlock(&threads->mutex);
	code = sqlite_sync_log(threads->syncer_db);
	system_errno = errno;
	pthread_mutex_lock(&threads->mutex);
	note_failure(threads, code, system_errno, "cannot sync");
	if (threads->code != 0)
		pthread_cond_broadcast(&threads->changed);
}

static int64_t
sync_due_ms(const struct disk_threads *threads)
{
	if (threads->unsynced_ms == 0)
		return INT64_MAX;
	if (threads->unsynced_pages_n >= SYNC_PAGES)
		return 0;
	return threads->unsynced_ms + threads->times.sync;
}

/* At the end sync the remaining commits, because a daemon that has stopped
 * promises the same as a running one. */
static void *
run_syncer(void *arg)
{
	struct disk_threads *threads = arg;
	int64_t due_ms;

	lower_priority();
	pthread_mutex_lock(&threads->mutex);
	while (!threads->must_end) {
		due_ms = sync_due_ms(threads);
		if (due_ms <= disk_threads_now_ms())
			sync_log(threads);
		else
			wait_until(threads, due_ms);
	}
	if (threads->unsynced_ms != 0)
		sync_log(threads);
	pthread_mutex_unlock(&threads->mutex);
	return NULL;
}

/* ---- The copier ---- */

/* If a checkpoint copies no more pages than the last one did, a reader may
 * block it. Lookups of this store also block it, but end soon. If two
 * checkpoints in a row are blocked, the reader is another process. */
static void
note_reader(struct disk_threads *threads, const struct checkpoint *done,
    bool is_same_log)
{
	int before_n = is_same_log ? threads->state.copied_n : 0;

	if (done->code != SQLITE_OK)
		return;
	if (checkpoint_is_complete(done) || done->copied_n > before_n) {
		threads->blocked_s = threads->state.reader_since_s = 0;
	} else if (threads->blocked_s == 0) {
		threads->blocked_s = sqlite_now_s();
	} else {
		threads->state.reader_since_s = threads->blocked_s;
	}
}

/* The mutex is locked. This function unlocks it during the disk access. */
static void
checkpoint_log(struct disk_threads *threads, bool empties)
{
	struct checkpoint done;
	unsigned log = threads->log, failures_n = threads->failures_n;

	threads->copies = true;
	pthread_mutex_unlock(&threads->mutex);
	done = empties ? sqlite_copy_and_empty_log(threads->copier_db)
		       : sqlite_copy_log(threads->copier_db);
	pthread_mutex_lock(&threads->mutex);
	threads->tried_ms = disk_threads_now_ms();
	note_failure(threads, done.code, done.system_errno, done.failed);
	if (checkpoint_is_complete(&done) && threads->failures_n == failures_n)
		threads->code = 0;
	note_reader(threads, &done, log == threads->state.log);
	threads->state.log = log;
	threads->state.copied_n =
	    done.code == SQLITE_OK || done.code == SQLITE_BUSY ? done.copied_n
							       : 0;
	threads->state.needs_finish =
	    empties && !done.emptied && threads->blocked_s == 0;
	threads->copies = threads->empties = false;
}

/* Return true if commits were few at the last two looks. */
static bool
look_for_quiet(struct disk_threads *threads, int64_t now_ms)
{
	int64_t pages_n = threads->log_pages_n - threads->looked_pages_n;

	threads->looked_ms = now_ms;
	threads->looked_pages_n = threads->log_pages_n;
	threads->quiet_looks_n =
	    pages_n <= FEW_PAGES ? threads->quiet_looks_n + 1 : 0;
	return threads->quiet_looks_n >= 2;
}

static bool
must_retry(const struct disk_threads *threads)
{
	return threads->code != 0 || threads->blocked_s != 0;
}

static int64_t
copy_due_ms(const struct disk_threads *threads)
{
	int64_t look_ms = threads->looked_ms + threads->times.look;
	int64_t retry_ms = threads->tried_ms + threads->times.retry;

	if (threads->copies)
		return 0;
	return must_retry(threads) && retry_ms < look_ms ? retry_ms : look_ms;
}

static void
do_copier_work(struct disk_threads *threads, int64_t now_ms)
{
	bool is_quiet = now_ms >= threads->looked_ms + threads->times.look &&
	    look_for_quiet(threads, now_ms) &&
	    sqlite_log_is_long(threads->copier_db);

	if (threads->copies || is_quiet ||
	    (must_retry(threads) &&
		now_ms >= threads->tried_ms + threads->times.retry))
		checkpoint_log(threads, threads->empties || is_quiet);
}

static void *
run_copier(void *arg)
{
	struct disk_threads *threads = arg;
	int64_t now_ms, due_ms;

	lower_priority();
	pthread_mutex_lock(&threads->mutex);
	while (!threads->must_end) {
		now_ms = disk_threads_now_ms();
		due_ms = copy_due_ms(threads);
		if (due_ms <= now_ms)
			do_copier_work(threads, now_ms);
		else
			wait_until(threads, due_ms);
	}
	pthread_mutex_unlock(&threads->mutex);
	return NULL;
}

/* ---- Starting and stopping ---- */

/* Create the threads with all signals blocked: the serving thread handles
 * signals. */
static int
create_threads(struct disk_threads *threads)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&threads->copier, NULL, run_copier, threads);
	if (rc == 0 && threads->syncer_db != NULL)
		threads->has_syncer = pthread_create(&threads->syncer, NULL,
					  run_syncer, threads) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc == 0 ? 0 : -1;
}

static void
free_threads(struct disk_threads *threads)
{
	sqlite3_close(threads->syncer_db);
	sqlite3_close(threads->copier_db);
	pthread_cond_destroy(&threads->changed);
	pthread_mutex_destroy(&threads->mutex);
	free(threads);
}

struct disk_threads *
disk_threads_start(const char *path, bool syncs_log,
    const struct disk_times *times)
{
	struct disk_threads *threads = calloc(1, sizeof(*threads));
	pthread_condattr_t monotonic;

	if (threads == NULL)
		return NULL;
	threads->times = *times;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&threads->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&threads->mutex, NULL);
	threads->state.is_idle = true;
	threads->looked_ms = disk_threads_now_ms();
	if (sqlite_copy_log_open(path, &threads->copier_db) == 0 &&
	    (!syncs_log ||
		sqlite_copy_log_open(path, &threads->syncer_db) == 0) &&
	    create_threads(threads) == 0) {
		if (!syncs_log || threads->has_syncer)
			return threads;
		disk_threads_stop(threads);
		return NULL;
	}
	free_threads(threads);
	return NULL;
}

void
disk_threads_stop(struct disk_threads *threads)
{
	pthread_mutex_lock(&threads->mutex);
	threads->must_end = true;
	pthread_cond_broadcast(&threads->changed);
	pthread_mutex_unlock(&threads->mutex);
	sqlite3_interrupt(threads->copier_db);
	pthread_join(threads->copier, NULL);
	if (threads->has_syncer)
		pthread_join(threads->syncer, NULL);
	free_threads(threads);
}

/* ---- Called by the committing thread ---- */

void
disk_threads_wrote(struct disk_threads *threads, unsigned log, int pages_n)
{
	bool wakes;

	pthread_mutex_lock(&threads->mutex);
	threads->log = log;
	threads->log_pages_n += pages_n;
	wakes = threads->has_syncer &&
	    (threads->unsynced_ms == 0 ||
		(threads->unsynced_pages_n < SYNC_PAGES &&
		    threads->unsynced_pages_n + pages_n >= SYNC_PAGES));
	threads->unsynced_pages_n += pages_n;
	if (threads->unsynced_ms == 0)
		threads->unsynced_ms = disk_threads_now_ms();
	if (wakes)
		pthread_cond_broadcast(&threads->changed);
	pthread_mutex_unlock(&threads->mutex);
}

void
disk_threads_copy(struct disk_threads *threads, bool empties)
{
	pthread_mutex_lock(&threads->mutex);
	threads->copies = true;
	threads->empties = threads->empties || empties;
	pthread_cond_broadcast(&threads->changed);
	pthread_mutex_unlock(&threads->mutex);
}

void
disk_threads_wait(struct disk_threads *threads, int ms_max)
{
	pthread_mutex_lock(&threads->mutex);
	for (int i = 0; i < ms_max && threads->copies; i++) {
		pthread_mutex_unlock(&threads->mutex);
		sqlite3_sleep(1);
		pthread_mutex_lock(&threads->mutex);
	}
	pthread_mutex_unlock(&threads->mutex);
}

void
disk_threads_look(struct disk_threads *threads, struct copier_state *state_out)
{
	pthread_mutex_lock(&threads->mutex);
	*state_out = threads->state;
	state_out->is_idle = !threads->copies;
	pthread_mutex_unlock(&threads->mutex);
}
