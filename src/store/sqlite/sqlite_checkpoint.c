/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The checkpoint thread copies pages from the write-ahead log to the main file
 * (a checkpoint) and waits for the disk, so that replies do not wait. The
 * thread has its own database handle. It shares with the committing thread only
 * those members of struct checkpoint_thread that the mutex protects.
 *
 * SQLite can reuse the log file from its beginning only after all pages have
 * been copied. While commits go on, the checkpoint thread never copies the last
 * ones. So the committing thread must finish a log that is too long: it waits
 * until few pages are left, and copies these pages itself while other writers
 * are locked out. The next commit then starts a new log.
 *
 * A checkpoint first syncs the log. If much of the log is not yet on the disk,
 * this sync blocks commits for many milliseconds. So the thread also syncs the
 * log between checkpoints, every 2 MiB.
 *
 * The thread reports no errors. If the disk fails, the next commit fails too
 * and reports the error. A sync that failed is tried again later.
 */
#include "store/sqlite/sqlite_checkpoint.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

/* If fewer pages than this are left, the committing thread can copy them. In a
 * flood, about as many are committed while the checkpoint thread waits for the
 * disk. */
#define LITTLE_PAGES 1000

/* The thread gets work whenever the log has grown by this many pages (2 MiB).
 * To sync 2 MiB takes only some milliseconds. */
#define WORK_PAGES 500

#define PAGE_OCTETS 4096 /* SQLite's default */

#define NICE 5

/* Longest time a commit waits for the checkpoint thread, on a machine where
 * the thread cannot keep up. */
#define THREAD_WAIT_MS 100

/* Longest time that finish_log() waits for the locks of other processes. */
#define FINISH_WAIT_US 5000

enum work {
	WORK_NONE,
	WORK_SYNC,       /* sync the log */
	WORK_CHECKPOINT, /* sync the log and copy its pages to the main file */
};

struct checkpoint_thread {
	sqlite3 *db; /* owned; used by the thread alone until it has ended */
	pthread_t thread;
	pthread_mutex_t mutex; /* of the members below */
	pthread_cond_t wanted;
	enum work work;     /* WORK_NONE: the thread is idle */
	bool must_end;      /* tells the thread to end */
	unsigned log;       /* the counts below are of this log: logs_n */
	int worked_pages_n; /* length of the log when it last got work */
	int copied_pages_n; /* pages of the log that were copied */
};

/* ---- The thread ---- */

/* which: SQLITE_FCNTL_FILE_POINTER for the main file, or
 * SQLITE_FCNTL_JOURNAL_POINTER for the log. */
static int
sync_file(sqlite3 *db, int which)
{
	sqlite3_file *file = NULL;

	sqlite3_file_control(db, "main", which, &file);
	if (file == NULL || file->pMethods == NULL)
		return SQLITE_ERROR;
	return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

/* Copy pages of the log to the main file. Returns the number of pages that have
 * been copied since the log started, or 0 on failure.
 *
 * Sync both files here. SQLite syncs the log only if there is a page to copy.
 * It syncs the main file only if no page is left in the log, which never
 * happens while commits go on. Without these syncs, the last checkpoint would
 * have to sync everything. */
static int
copy_pages(sqlite3 *db)
{
	int copied_n;

	if (sync_file(db, SQLITE_FCNTL_JOURNAL_POINTER) == SQLITE_OK &&
	    sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
		&copied_n) == SQLITE_OK &&
	    sync_file(db, SQLITE_FCNTL_FILE_POINTER) == SQLITE_OK)
		return copied_n;
	return 0;
}

/* On Linux each thread has its own priority. Prefer the serving thread. */
static void
lower_priority(void)
{
#ifdef __linux__
	setpriority(PRIO_PROCESS, 0, NICE);
#endif
}

static void *
run(void *arg)
{
	struct checkpoint_thread *thread = arg;
	enum work work;
	int copied_n = 0;

	lower_priority();
	pthread_mutex_lock(&thread->mutex);
	for (;;) {
		while (thread->work == WORK_NONE && !thread->must_end)
			pthread_cond_wait(&thread->wanted, &thread->mutex);
		if (thread->must_end)
			break;
		work = thread->work;
		pthread_mutex_unlock(&thread->mutex);
		if (work == WORK_SYNC)
			sync_file(thread->db, SQLITE_FCNTL_JOURNAL_POINTER);
		else
			copied_n = copy_pages(thread->db);
		pthread_mutex_lock(&thread->mutex);
		if (work == WORK_CHECKPOINT)
			thread->copied_pages_n = copied_n;
		thread->work = WORK_NONE;
	}
	pthread_mutex_unlock(&thread->mutex);
	return NULL;
}

/* ---- Starting and stopping the thread ---- */

/* PRAGMA user_version makes SQLite read the file, so that errors show here. */
static int
open_handle(const char *path, sqlite3 **db)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_PRIVATECACHE;

	if (sqlite3_open_v2(path, db, flags, NULL) == SQLITE_OK &&
	    sqlite3_db_config(*db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) ==
		SQLITE_OK &&
	    sqlite3_exec(*db,
		"PRAGMA trusted_schema = OFF; PRAGMA user_version", NULL, NULL,
		NULL) == SQLITE_OK)
		return 0;
	sqlite3_close(*db);
	return -1;
}

/* Block all signals in the thread: the serving thread handles them. */
static int
create_thread(struct checkpoint_thread *thread)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&thread->thread, NULL, run, thread);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc == 0 ? 0 : -1;
}

static struct checkpoint_thread *
thread_start(const char *path)
{
	struct checkpoint_thread *thread = calloc(1, sizeof(*thread));

	if (thread == NULL)
		return NULL;
	if (open_handle(path, &thread->db) != 0) {
		free(thread);
		return NULL;
	}
	pthread_mutex_init(&thread->mutex, NULL);
	pthread_cond_init(&thread->wanted, NULL);
	if (create_thread(thread) == 0)
		return thread;
	sqlite3_close(thread->db);
	free(thread);
	return NULL;
}

static void
thread_stop(struct checkpoint_thread *thread)
{
	pthread_mutex_lock(&thread->mutex);
	thread->must_end = true;
	pthread_cond_signal(&thread->wanted);
	pthread_mutex_unlock(&thread->mutex);
	sqlite3_interrupt(thread->db);
	pthread_join(thread->thread, NULL);
	sqlite3_close(thread->db);
	pthread_cond_destroy(&thread->wanted);
	pthread_mutex_destroy(&thread->mutex);
	free(thread);
}

/* ---- The handle that commits ---- */

static int
note_commit(void *arg, sqlite3 *db, const char *schema, int wal_pages_n)
{
	struct sqlite_checkpoint *checkpoint = arg;

	(void)db;
	(void)schema;
	if (wal_pages_n < checkpoint->wal_pages_n) { /* a new log */
		checkpoint->finish_at_n = WAL_PAGES_MAX;
		checkpoint->logs_n++;
	}
	checkpoint->wal_pages_n = wal_pages_n;
	return SQLITE_OK;
}

/* With this limit, SQLite truncates the log file when a new log starts. During
 * a flood, keep the whole file: to overwrite a file is faster than to extend
 * it. So finish_log() removes the limit. The first log that starts without
 * finish_log() truncates the file. */
static void
keep_whole_log(struct sqlite_checkpoint *checkpoint, bool whole)
{
	const char *sql = whole ? "PRAGMA journal_size_limit = -1"
				: "PRAGMA journal_size_limit = 67108864";

	if (checkpoint->keeps_whole_log != whole &&
	    sqlite3_exec(checkpoint->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		checkpoint->keeps_whole_log = whole;
}

/* With a size limit, SQLite would truncate the log to 0 octets when it closes
 * the handle. */
void
sqlite_checkpoint_keep_log(sqlite3 *db)
{
	int keep = 1;

	sqlite3_file_control(db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	sqlite3_exec(db, "PRAGMA journal_size_limit = -1", NULL, NULL, NULL);
}

void
sqlite_checkpoint_begin(struct sqlite_checkpoint *checkpoint, sqlite3 *db,
    const char *path, struct sqlite_wait *wait, bool syncs_log)
{
	checkpoint->db = db;
	checkpoint->path = path;
	checkpoint->wait = wait;
	checkpoint->syncs_log = syncs_log;
	checkpoint->wal_pages_n = 0;
	checkpoint->finish_at_n = WAL_PAGES_MAX;
	sqlite3_wal_hook(db, note_commit, checkpoint);
	checkpoint->keeps_whole_log = true;
	keep_whole_log(checkpoint, false);
}

void
sqlite_checkpoint_stop(struct sqlite_checkpoint *checkpoint)
{
	if (checkpoint->thread != NULL)
		thread_stop(checkpoint->thread);
	checkpoint->thread = NULL;
}

/* ---- After a commit ---- */

/* Wait until the thread is idle. The mutex must be locked. It is unlocked
 * during the wait. */
static void
wait_for_thread(struct checkpoint_thread *thread)
{
	for (int i = 0; i < THREAD_WAIT_MS && thread->work != WORK_NONE; i++) {
		pthread_mutex_unlock(&thread->mutex);
		sqlite3_sleep(1);
		pthread_mutex_lock(&thread->mutex);
	}
}

/* Reset the counts if they belong to an earlier log. A commit of another
 * process can start a new log without a change of logs_n. Then the log is
 * shorter than one of the counts. */
static void
follow_log(struct checkpoint_thread *thread,
    const struct sqlite_checkpoint *checkpoint)
{
	if (thread->log == checkpoint->logs_n &&
	    thread->copied_pages_n <= checkpoint->wal_pages_n &&
	    thread->worked_pages_n <= checkpoint->wal_pages_n)
		return;
	thread->log = checkpoint->logs_n;
	thread->copied_pages_n = thread->worked_pages_n = 0;
}

/* The number of pages in the log that is worth a checkpoint. A log that is too
 * long must be finished soon, so fewer pages are enough. */
static int
pages_worth_checkpoint(int64_t database_octets, bool is_long)
{
	int64_t pages_n = database_octets / PAGE_OCTETS;

	if (is_long)
		return LITTLE_PAGES;
	if (pages_n > WAL_PAGES_MOST)
		return WAL_PAGES_MOST;
	return pages_n > WAL_PAGES ? (int)pages_n : WAL_PAGES;
}

/* Choose the work for an idle thread. The log must have grown since the thread
 * last got work, even if that work failed. Otherwise the thread would retry
 * after each commit. Only durability = normal needs syncs between checkpoints:
 * with full, each commit syncs the log; with off, nothing is synced. */
static enum work
choose_work(const struct checkpoint_thread *thread,
    const struct sqlite_checkpoint *checkpoint, int64_t database_octets,
    bool is_long)
{
	int log_n = checkpoint->wal_pages_n;

	if (log_n - thread->worked_pages_n < WORK_PAGES)
		return WORK_NONE;
	if (log_n - thread->copied_pages_n >=
	    pages_worth_checkpoint(database_octets, is_long))
		return WORK_CHECKPOINT;
	return checkpoint->syncs_log ? WORK_SYNC : WORK_NONE;
}

/* The mutex is locked, and the thread has no work. */
static void
give_work(struct checkpoint_thread *thread, enum work work, int log_n)
{
	if (work == WORK_NONE)
		return;
	thread->work = work;
	thread->worked_pages_n = log_n;
	pthread_cond_signal(&thread->wanted);
}

/* Give the thread work, if it is idle and there is work. Returns true if the
 * caller must finish the log instead: the log is too long, the thread is idle,
 * and few pages are left. */
static bool
use_thread(struct checkpoint_thread *thread,
    const struct sqlite_checkpoint *checkpoint, int64_t database_octets)
{
	int log_n = checkpoint->wal_pages_n;
	bool is_long = log_n >= checkpoint->finish_at_n;
	bool finish = false;

	pthread_mutex_lock(&thread->mutex);
	if (thread->work != WORK_NONE && log_n >= WAL_PAGES_MAX * 3 / 2)
		wait_for_thread(thread);
	if (thread->work == WORK_NONE) {
		follow_log(thread, checkpoint);
		finish =
		    is_long && log_n - thread->copied_pages_n < LITTLE_PAGES;
		if (!finish)
			give_work(thread,
			    choose_work(thread, checkpoint, database_octets,
				is_long),
			    log_n);
	}
	pthread_mutex_unlock(&thread->mutex);
	return finish;
}

/* Copy the rest of the log while other writers are locked out. The next commit
 * then starts a new log. This fails while another process reads old pages. Then
 * try again only after WAL_PAGES more pages. */
static void
finish_log(struct sqlite_checkpoint *checkpoint)
{
	int64_t limit_us = checkpoint->wait->limit_us;
	int log_n, copied_n;

	keep_whole_log(checkpoint, checkpoint->thread != NULL);
	checkpoint->wait->limit_us = FINISH_WAIT_US;
	if (sqlite3_wal_checkpoint_v2(checkpoint->db, NULL,
		SQLITE_CHECKPOINT_FULL, &log_n, &copied_n) != SQLITE_OK ||
	    copied_n < log_n)
		checkpoint->finish_at_n = checkpoint->wal_pages_n + WAL_PAGES;
	checkpoint->wait->limit_us = limit_us;
}

void
sqlite_checkpoint_after_commit(struct sqlite_checkpoint *checkpoint,
    int64_t database_octets)
{
	if (checkpoint->db == NULL || checkpoint->wal_pages_n < WORK_PAGES)
		return;
	if (checkpoint->thread == NULL)
		checkpoint->thread = thread_start(checkpoint->path);
	if (checkpoint->thread != NULL
		? use_thread(checkpoint->thread, checkpoint, database_octets)
		: checkpoint->wal_pages_n >= checkpoint->finish_at_n)
		finish_log(checkpoint);
	else
		keep_whole_log(checkpoint, false);
}
