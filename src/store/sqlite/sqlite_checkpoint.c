/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Checkpoints beside service: a thread with a handle of its own carries pages
 * from the write-ahead log to the database and waits for the disk, so that no
 * reply does. It never holds up a commit; but while commits go on there is
 * always a page left, and then the log does not begin anew. So when the log
 * has grown too long, the thread that commits does the rest itself, once the
 * other one has left little to do.
 *
 * A checkpoint has to have the log on the disk first. Where all of it waits for
 * that, file systems hold up who writes to it meanwhile, for many milliseconds;
 * so between checkpoints the thread brings it there a little at a time.
 *
 * An error is not told here. Who commits meets a disk that does not write, and
 * tells; what could not be synced is tried again, as SQLite does.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "store/sqlite/sqlite.h"

/* What arrives, in a flood, while the thread waits for the disk: less will not
 * be left. */
#define LITTLE_PAGES 1000

/* Work is given each time the log has grown by so many (2 MiB). To have them on
 * the disk takes some milliseconds, and holds up nobody for longer. */
#define WORK_PAGES 500

#define PAGE_OCTETS 4096 /* SQLite's default */

#define NICE 5

/* Who commits waits so long for the thread, on a machine where it does not get
 * on otherwise. */
#define PATIENCE_MS 100

/* ... and so long for other processes, to finish the log. */
#define FINISH_PATIENCE_US 5000

enum work {
	WORK_NONE,
	WORK_SYNC,  /* have the log on the disk */
	WORK_CARRY, /* ... and its pages in the database */
};

struct checkpoint_thread {
	sqlite3 *db; /* owned; the thread's until it has ended */
	pthread_t thread;
	pthread_mutex_t mutex; /* of what follows */
	pthread_cond_t wanted;
	enum work work;  /* to be done, or being done */
	bool is_over;    /* the thread is to end */
	unsigned of_log; /* what follows is of this one; see logs_n */
	int worked_n;    /* so long was it when there was work last */
	int carried_n;   /* so many of its pages have been carried */
};

/* ---- The thread ---- */

/* which: SQLITE_FCNTL_FILE_POINTER, or SQLITE_FCNTL_JOURNAL_POINTER: the log */
static int
sync_file(sqlite3 *db, int which)
{
	sqlite3_file *file = NULL;

	sqlite3_file_control(db, "main", which, &file);
	if (file == NULL || file->pMethods == NULL)
		return SQLITE_ERROR;
	return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

/* Carry what there is. Returns the pages that have been carried since the log
 * began, 0 if that failed.
 *
 * SQLite syncs the log only if it finds something to carry, and the database
 * only when it has carried all there is, which it never has while commits go
 * on. Either would leave much to the last one. */
static int
carry(sqlite3 *db)
{
	int carried_n;

	if (sync_file(db, SQLITE_FCNTL_JOURNAL_POINTER) == SQLITE_OK &&
	    sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
		&carried_n) == SQLITE_OK &&
	    sync_file(db, SQLITE_FCNTL_FILE_POINTER) == SQLITE_OK)
		return carried_n;
	return 0;
}

/* On Linux, priorities are those of threads: who serves goes first. */
static void
step_back(void)
{
#ifdef __linux__
	setpriority(PRIO_PROCESS, 0, NICE);
#endif
}

static void *
run(void *arg)
{
	struct checkpoint_thread *upkeep = arg;
	enum work work;
	int carried_n = 0;

	step_back();
	pthread_mutex_lock(&upkeep->mutex);
	for (;;) {
		while (upkeep->work == WORK_NONE && !upkeep->is_over)
			pthread_cond_wait(&upkeep->wanted, &upkeep->mutex);
		if (upkeep->is_over)
			break;
		work = upkeep->work;
		pthread_mutex_unlock(&upkeep->mutex);
		if (work == WORK_SYNC)
			sync_file(upkeep->db, SQLITE_FCNTL_JOURNAL_POINTER);
		else
			carried_n = carry(upkeep->db);
		pthread_mutex_lock(&upkeep->mutex);
		if (work == WORK_CARRY)
			upkeep->carried_n = carried_n;
		upkeep->work = WORK_NONE;
	}
	pthread_mutex_unlock(&upkeep->mutex);
	return NULL;
}

/* ---- Beginning and end ---- */

/* The first statement makes the handle look at the file. */
static int
open_handle(const struct sqlite *sqlite, sqlite3 **db)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_PRIVATECACHE;

	if (sqlite3_open_v2(sqlite->path, db, flags, NULL) == SQLITE_OK &&
	    sqlite3_db_config(*db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) ==
		SQLITE_OK &&
	    sqlite3_exec(*db,
		"PRAGMA trusted_schema = OFF; PRAGMA user_version", NULL, NULL,
		NULL) == SQLITE_OK)
		return 0;
	sqlite3_close(*db);
	return -1;
}

/* Signals are for the thread that serves. */
static int
start_thread(struct checkpoint_thread *upkeep)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&upkeep->thread, NULL, run, upkeep);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc == 0 ? 0 : -1;
}

static struct checkpoint_thread *
upkeep_start(const struct sqlite *sqlite)
{
	struct checkpoint_thread *upkeep = calloc(1, sizeof(*upkeep));

	if (upkeep == NULL)
		return NULL;
	if (open_handle(sqlite, &upkeep->db) != 0) {
		free(upkeep);
		return NULL;
	}
	pthread_mutex_init(&upkeep->mutex, NULL);
	pthread_cond_init(&upkeep->wanted, NULL);
	if (start_thread(upkeep) == 0)
		return upkeep;
	sqlite3_close(upkeep->db);
	free(upkeep);
	return NULL;
}

void
sqlite_checkpoint_stop(struct sqlite *sqlite)
{
	struct checkpoint_thread *upkeep = sqlite->upkeep;

	if (upkeep == NULL)
		return;
	pthread_mutex_lock(&upkeep->mutex);
	upkeep->is_over = true;
	pthread_cond_signal(&upkeep->wanted);
	pthread_mutex_unlock(&upkeep->mutex);
	sqlite3_interrupt(upkeep->db);
	pthread_join(upkeep->thread, NULL);
	sqlite3_close(upkeep->db);
	pthread_cond_destroy(&upkeep->wanted);
	pthread_mutex_destroy(&upkeep->mutex);
	free(upkeep);
	sqlite->upkeep = NULL;
}

/* ---- After a commit ---- */

static int
note_commit(void *arg, sqlite3 *db, const char *schema, int wal_pages_n)
{
	struct sqlite *sqlite = arg;

	(void)db;
	(void)schema;
	if (wal_pages_n < sqlite->wal_pages_n) { /* it has begun anew */
		sqlite->finish_at_n = WAL_PAGES_MAX;
		sqlite->logs_n++;
	}
	sqlite->wal_pages_n = wal_pages_n;
	return SQLITE_OK;
}

/* When the log begins anew, the file is cut to 64 MiB; but not in a flood,
 * since to write over something takes less than to make the file longer. So it
 * is cut when the first log after the flood has come to its end. */
static void
keep_whole_log(struct sqlite *sqlite, bool whole)
{
	const char *sql = whole ? "PRAGMA journal_size_limit = -1"
				: "PRAGMA journal_size_limit = 67108864";

	if (sqlite->keeps_whole_log != whole &&
	    sqlite3_exec(sqlite->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		sqlite->keeps_whole_log = whole;
}

void
sqlite_checkpoint_leave_log(struct sqlite *sqlite)
{
	int keep = 1;

	sqlite3_file_control(sqlite->db, "main", SQLITE_FCNTL_PERSIST_WAL,
	    &keep);
	keep_whole_log(sqlite, true); /* else SQLite empties it */
}

void
sqlite_checkpoint_prepare(struct sqlite *sqlite)
{
	sqlite->wal_pages_n = 0;
	sqlite->finish_at_n = WAL_PAGES_MAX;
	sqlite3_wal_hook(sqlite->db, note_commit, sqlite);
	sqlite->keeps_whole_log = true;
	keep_whole_log(sqlite, false);
}

/* Under the mutex, which is let go meanwhile. */
static void
wait_a_little(struct checkpoint_thread *upkeep)
{
	for (int i = 0; i < PATIENCE_MS && upkeep->work != WORK_NONE; i++) {
		pthread_mutex_unlock(&upkeep->mutex);
		sqlite3_sleep(1);
		pthread_mutex_lock(&upkeep->mutex);
	}
}

/* Forget what was known of another log. Another process may have begun it anew,
 * unseen. */
static void
turn_to_log(struct checkpoint_thread *upkeep, const struct sqlite *sqlite)
{
	if (upkeep->of_log == sqlite->logs_n &&
	    upkeep->carried_n <= sqlite->wal_pages_n &&
	    upkeep->worked_n <= sqlite->wal_pages_n)
		return;
	upkeep->of_log = sqlite->logs_n;
	upkeep->carried_n = upkeep->worked_n = 0;
}

/* How many pages that have not been carried are worth a checkpoint. */
static int
worth_pages(const struct sqlite *sqlite, bool is_long)
{
	int64_t pages_n = sqlite->files.octets / PAGE_OCTETS;

	if (is_long) /* to come to an end */
		return LITTLE_PAGES;
	if (pages_n > WAL_PAGES_MOST)
		return WAL_PAGES_MOST;
	return pages_n > WAL_PAGES ? (int)pages_n : WAL_PAGES;
}

/* Also when it is in vain, since somebody reads an older state or the disk
 * fails, that is not done again with each commit. Whose commits are synced has
 * the log on the disk, and who promises nothing need not. */
static enum work
work_for(const struct checkpoint_thread *upkeep, const struct sqlite *sqlite,
    bool is_long)
{
	int log_n = sqlite->wal_pages_n;

	if (log_n - upkeep->worked_n < WORK_PAGES)
		return WORK_NONE;
	if (log_n - upkeep->carried_n >= worth_pages(sqlite, is_long))
		return WORK_CARRY;
	return sqlite->options.durability == DURABILITY_NORMAL ? WORK_SYNC
							       : WORK_NONE;
}

/* Under the mutex, when the thread has no work. */
static void
give(struct checkpoint_thread *upkeep, enum work work, int log_n)
{
	if (work == WORK_NONE)
		return;
	upkeep->work = work;
	upkeep->worked_n = log_n;
	pthread_cond_signal(&upkeep->wanted);
}

/* Give the thread work, if it has none and there is some. Returns whether the
 * log is to be finished here: it is too long, little is left of it, and nobody
 * else is at it. */
static bool
delegate(struct checkpoint_thread *upkeep, const struct sqlite *sqlite)
{
	int log_n = sqlite->wal_pages_n;
	bool is_long = log_n >= sqlite->finish_at_n;
	bool finish = false;

	pthread_mutex_lock(&upkeep->mutex);
	if (upkeep->work != WORK_NONE && log_n >= WAL_PAGES_MAX * 3 / 2)
		wait_a_little(upkeep);
	if (upkeep->work == WORK_NONE) {
		turn_to_log(upkeep, sqlite);
		finish = is_long && log_n - upkeep->carried_n < LITTLE_PAGES;
		if (!finish)
			give(upkeep, work_for(upkeep, sqlite, is_long), log_n);
	}
	pthread_mutex_unlock(&upkeep->mutex);
	return finish;
}

/* Carry the rest, with other writers kept out, so that the log begins anew
 * with the next commit. Where somebody is reading an older state for long that
 * fails, and is not to be tried each time. */
static void
finish_log(struct sqlite *sqlite)
{
	int64_t patience_us = sqlite->patience_us;
	int log_n, carried_n;

	keep_whole_log(sqlite, sqlite->upkeep != NULL);
	sqlite->patience_us = FINISH_PATIENCE_US;
	if (sqlite3_wal_checkpoint_v2(sqlite->db, NULL, SQLITE_CHECKPOINT_FULL,
		&log_n, &carried_n) != SQLITE_OK ||
	    carried_n < log_n)
		sqlite->finish_at_n = sqlite->wal_pages_n + WAL_PAGES;
	sqlite->patience_us = patience_us;
}

void
sqlite_checkpoint_after_commit(struct sqlite *sqlite)
{
	if (sqlite->options.upkeep != UPKEEP_BESIDE ||
	    sqlite->wal_pages_n < WORK_PAGES)
		return;
	if (sqlite->upkeep == NULL)
		sqlite->upkeep = upkeep_start(sqlite);
	if (sqlite->upkeep != NULL ? delegate(sqlite->upkeep, sqlite)
				   : sqlite->wal_pages_n >= sqlite->finish_at_n)
		finish_log(sqlite);
	else
		keep_whole_log(sqlite, false);
}
