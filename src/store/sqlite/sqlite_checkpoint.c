/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * SQLite can start the log over only when all of its pages have been copied to
 * the database. While commits continue, the copier cannot copy the last pages.
 * So when the log has reached its limit, the committing thread finishes it: it
 * lets the copier copy again and again until hardly fewer pages are left each
 * time, and copies these itself while other writers are blocked.
 *
 * While another process reads old pages, the log cannot start over. At four
 * times the limit new triplets are refused. At eight times the limit all writes
 * are refused.
 */
#include "store/sqlite/sqlite_checkpoint.h"

#include <stdio.h>

#include "base/date.h"
#include "store/sqlite/sqlite_copy_log.h"
#include "store/sqlite/sqlite_disk_threads.h"

#define PAGE_OCTETS  4096 /* SQLite's default */
#define FRAME_OCTETS (PAGE_OCTETS + 24)

/* Request a checkpoint only after the log has grown by so many pages (2
 * MiB). */
#define WORK_PAGES 500

#define LIMIT_PAGES_MIN 250

/* When the log is so many times as long as its limit: commits wait for the
 * copier, new triplets are refused, all writes are refused. If disk space
 * limits the log, commits wait earlier. */
#define WAIT_AT       3
#define NO_NEW_AT     4
#define NO_CHANGES_AT 8

/* So few pages are not worth another checkpoint before the log is finished. */
#define FEW_PAGES 16

/* The longest time that a commit waits for the copier. */
#define COPIER_WAIT_MS 100

/* The longest time that finish_log() waits for other processes. */
#define FINISH_WAIT_US 5000

/* Measure the file system so often, or after so many pages. */
#define LOOK_MS       1000
#define LOOK_PAGES    250
#define SHORT_LOOK_MS 100 /* while there is no room */

/* ---- The limit of the log ---- */

static void
look(struct sqlite_checkpoint *checkpoint)
{
	int64_t limit_n;

	sqlite_space_look(&checkpoint->space, checkpoint->files);
	checkpoint->space_state = sqlite_space_judge(&checkpoint->space,
	    checkpoint->database_max, checkpoint->space_state);
	limit_n = sqlite_space_log_limit(&checkpoint->space,
		      checkpoint->database_max) /
	    FRAME_OCTETS;
	checkpoint->limit_n =
	    limit_n > LIMIT_PAGES_MIN ? (int)limit_n : LIMIT_PAGES_MIN;
	checkpoint->looked_ms = disk_threads_now_ms();
	checkpoint->looked_pages_n = checkpoint->wal_pages_n;
}

/* Measure the space if it is time to do so. Returns true if it was. */
static bool
look_now_and_then(struct sqlite_checkpoint *checkpoint, int64_t every_ms)
{
	int pages_n = checkpoint->wal_pages_n - checkpoint->looked_pages_n;

	if (pages_n >= 0 && pages_n < LOOK_PAGES &&
	    disk_threads_now_ms() - checkpoint->looked_ms < every_ms)
		return false;
	look(checkpoint);
	return true;
}

/* ---- Beginning and ending ---- */

static int
note_commit(void *arg, sqlite3 *db, const char *schema, int wal_pages_n)
{
	struct sqlite_checkpoint *checkpoint = arg;
	int grown_n = wal_pages_n - checkpoint->wal_pages_n;

	(void)db;
	(void)schema;
	checkpoint->commits_n++;
	if (grown_n < 0) { /* the log has started over */
		checkpoint->finish_again_n = 0;
		checkpoint->worked_pages_n = 0;
		checkpoint->left_pages_n = 2 * LITTLE_PAGES;
		checkpoint->logs_n++;
		grown_n = wal_pages_n;
	}
	checkpoint->wal_pages_n = wal_pages_n;
	if (checkpoint->threads != NULL)
		disk_threads_wrote(checkpoint->threads, checkpoint->logs_n,
		    grown_n);
	return SQLITE_OK;
}

/* Set the size to which SQLite truncates the file when the log starts over. In
 * a flood this is the limit of the log, because overwriting a file is faster
 * than extending it. */
static void
keep_log_octets(struct sqlite_checkpoint *checkpoint, int64_t octets)
{
	char sql[64];

	if (octets < SMALL_LOG_OCTETS)
		octets = SMALL_LOG_OCTETS;
	if (octets == checkpoint->kept_octets)
		return;
	snprintf(sql, sizeof(sql), "PRAGMA journal_size_limit = %lld",
	    (long long)octets);
	if (sqlite3_exec(checkpoint->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		checkpoint->kept_octets = octets;
}

/* If journal_size_limit is set, SQLite truncates the file when it closes the
 * handle. */
void
sqlite_checkpoint_keep_log(sqlite3 *db)
{
	int keep = 1;

	sqlite3_file_control(db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	sqlite3_exec(db, "PRAGMA journal_size_limit = -1", NULL, NULL, NULL);
}

void
sqlite_checkpoint_begin(struct sqlite_checkpoint *checkpoint, sqlite3 *db)
{
	checkpoint->db = db;
	if (checkpoint->times == NULL)
		checkpoint->times = &disk_usual_times;
	checkpoint->wal_pages_n = checkpoint->worked_pages_n = 0;
	checkpoint->finish_again_n = checkpoint->looked_pages_n = 0;
	checkpoint->left_pages_n = 2 * LITTLE_PAGES;
	checkpoint->kept_octets = 0;
	checkpoint->looked_ms = 0;
	checkpoint->log_is_too_long = false;
	checkpoint->limit_n = LIMIT_PAGES_MIN;
	sqlite3_wal_hook(db, note_commit, checkpoint);
}

void
sqlite_checkpoint_stop(struct sqlite_checkpoint *checkpoint)
{
	if (checkpoint->threads != NULL)
		disk_threads_stop(checkpoint->threads);
	checkpoint->threads = NULL;
}

/* ---- Before a write ---- */

int
sqlite_checkpoint_check(struct sqlite_checkpoint *checkpoint, struct err *err)
{
	struct err what;

	if (checkpoint->db == NULL)
		return 0;
	if (checkpoint->threads == NULL)
		checkpoint->threads = disk_threads_start(checkpoint->path,
		    checkpoint->syncs_log, checkpoint->times);
	if (checkpoint->threads == NULL ||
	    disk_threads_check(checkpoint->threads, &what) == 0)
		return 0;
	return err_set(err, "database %s: %s", checkpoint->path, what.text);
}

static int
reader_error(const struct sqlite_checkpoint *checkpoint, int64_t since_s,
    const char *effect, struct err *err)
{
	char since[DATE_TIME_SIZE];

	date_time_format(since_s, since);
	return err_set(err,
	    "database %s: another process has been reading it since %s, so "
	    "the write-ahead log (%lld MiB) cannot be emptied%s",
	    checkpoint->path, since,
	    (long long)checkpoint->wal_pages_n * FRAME_OCTETS >> 20, effect);
}

static struct copier_state
look_at_copier(const struct sqlite_checkpoint *checkpoint)
{
	struct copier_state state = {.is_idle = true};

	if (checkpoint->threads != NULL)
		disk_threads_look(checkpoint->threads, &state);
	/* If a commit of another process has started the log over, the log is
	 * shorter than copied_n. */
	if (state.log != checkpoint->logs_n ||
	    state.copied_n > checkpoint->wal_pages_n) {
		state.copied_n = 0;
		state.needs_finish = false;
	}
	return state;
}

/* Return the length of the log in pages. wal_pages_n is the length after the
 * last commit. If the copier has emptied the log since then, the file is
 * shorter. */
static int64_t
log_length(const struct sqlite_checkpoint *checkpoint)
{
	int64_t file_n = checkpoint->space.log / FRAME_OCTETS;

	return file_n < checkpoint->wal_pages_n ? file_n
						: checkpoint->wal_pages_n;
}

static enum sqlite_room
judge_log(struct sqlite_checkpoint *checkpoint)
{
	int64_t log_n = log_length(checkpoint);

	if (log_n >= (int64_t)checkpoint->limit_n * NO_NEW_AT)
		checkpoint->log_is_too_long = true;
	else if (log_n < checkpoint->limit_n)
		checkpoint->log_is_too_long = false;
	if (log_n >= (int64_t)checkpoint->limit_n * NO_CHANGES_AT)
		return ROOM_FOR_NOTHING;
	return checkpoint->log_is_too_long ? ROOM_FOR_CHANGES : ROOM_FOR_ALL;
}

static void
log_error(const struct sqlite_checkpoint *checkpoint, int64_t reader_since_s,
    struct err *err)
{
	if (reader_since_s != 0)
		reader_error(checkpoint, reader_since_s,
		    "; new triplets are not stored until that process ends",
		    err);
	else
		err_set(err,
		    "database %s: the write-ahead log has grown to %lld MiB, "
		    "because the disk is too slow; new triplets are not stored",
		    checkpoint->path,
		    (long long)checkpoint->wal_pages_n * FRAME_OCTETS >> 20);
}

/* If there is no room, request a checkpoint that empties the log. */
enum sqlite_room
sqlite_checkpoint_room(struct sqlite_checkpoint *checkpoint, struct err *err)
{
	struct copier_state copier;
	enum sqlite_room room;
	bool looked,
	    was_short = checkpoint->log_is_too_long ||
	    checkpoint->space_state != SPACE_ENOUGH;

	if (checkpoint->db == NULL)
		return ROOM_FOR_ALL;
	looked =
	    look_now_and_then(checkpoint, was_short ? SHORT_LOOK_MS : LOOK_MS);
	room = judge_log(checkpoint);
	if (room == ROOM_FOR_ALL && checkpoint->space_state == SPACE_ENOUGH)
		return ROOM_FOR_ALL;
	copier = look_at_copier(checkpoint);
	if (room != ROOM_FOR_ALL) {
		log_error(checkpoint, copier.reader_since_s, err);
	} else {
		sqlite_space_error(&checkpoint->space, checkpoint->space_state,
		    checkpoint->path, err);
		room = ROOM_FOR_CHANGES;
	}
	if (looked && checkpoint->threads != NULL && copier.is_idle &&
	    checkpoint->space.log > SMALL_LOG_OCTETS)
		disk_threads_copy(checkpoint->threads, true);
	return room;
}

/* ---- After a commit ---- */

/* Return how many uncopied pages of the log make a checkpoint worthwhile. If
 * the log is too long, few pages do, so that it can be finished soon. */
static int64_t
pages_worth_checkpoint(const struct sqlite_checkpoint *checkpoint, bool is_long)
{
	int64_t pages_n = checkpoint->space.main / PAGE_OCTETS;

	if (is_long)
		return LITTLE_PAGES;
	if (pages_n > WAL_PAGES_MOST)
		pages_n = WAL_PAGES_MOST;
	if (pages_n < WAL_PAGES)
		pages_n = WAL_PAGES;
	return pages_n < checkpoint->limit_n / 2 ? pages_n
						 : checkpoint->limit_n / 2;
}

/* Log one notice for each reader that makes the log too long. */
static void
notice_reader(struct sqlite_checkpoint *checkpoint, int64_t since_s)
{
	struct err err;

	if (since_s == 0 || since_s == checkpoint->noticed_reader_s ||
	    checkpoint->notice == NULL)
		return;
	checkpoint->noticed_reader_s = since_s;
	reader_error(checkpoint, since_s, "", &err);
	checkpoint->notice(err.text);
}

/* Request a checkpoint if the log has grown since the last request. A failed
 * checkpoint needs no new request: the copier repeats it. */
static void
ask_copier(struct sqlite_checkpoint *checkpoint, int copied_n, bool is_long)
{
	int log_n = checkpoint->wal_pages_n;

	if (log_n - checkpoint->worked_pages_n < WORK_PAGES ||
	    log_n - copied_n < pages_worth_checkpoint(checkpoint, is_long))
		return;
	checkpoint->worked_pages_n = log_n;
	disk_threads_copy(checkpoint->threads, false);
}

/* Return true if the copier should copy once more before the log is finished:
 * it has left pages_n pages, which are less than half of what it left before.
 * Each page that is left makes the commit that finishes the log wait longer. */
static bool
copy_once_more(struct sqlite_checkpoint *checkpoint, int pages_n)
{
	if (pages_n <= FEW_PAGES || pages_n >= checkpoint->left_pages_n / 2)
		return false;
	checkpoint->left_pages_n = pages_n;
	checkpoint->worked_pages_n = checkpoint->wal_pages_n;
	disk_threads_copy(checkpoint->threads, false);
	return true;
}

static bool
must_wait(const struct sqlite_checkpoint *checkpoint)
{
	int64_t limit_n = checkpoint->limit_n;
	bool is_scarce =
	    limit_n < checkpoint->space.main / FRAME_OCTETS || limit_n < 8000;

	return checkpoint->wal_pages_n >=
	    (is_scarce ? limit_n * 3 / 2 : limit_n * WAIT_AT);
}

/* Request a checkpoint if the copier is idle and there are enough pages.
 * Returns true if the caller must finish the log instead: the log is too long,
 * the copier is idle, and it has left few pages. */
static bool
use_copier(struct sqlite_checkpoint *checkpoint, bool is_long)
{
	struct copier_state copier = look_at_copier(checkpoint);
	bool has_reader = copier.reader_since_s != 0;
	int left_n;

	if (is_long)
		notice_reader(checkpoint, copier.reader_since_s);
	if (!copier.is_idle && !has_reader && must_wait(checkpoint)) {
		disk_threads_wait(checkpoint->threads, COPIER_WAIT_MS);
		copier = look_at_copier(checkpoint);
	}
	if (!copier.is_idle || has_reader)
		return false;
	if (copier.needs_finish &&
	    checkpoint->wal_pages_n >= checkpoint->finish_again_n)
		is_long = true;
	left_n = checkpoint->wal_pages_n - copier.copied_n;
	if (is_long && left_n < LITTLE_PAGES) {
		if (!copier.needs_finish && copy_once_more(checkpoint, left_n))
			return false;
		keep_log_octets(checkpoint,
		    copier.needs_finish
			? 0
			: (int64_t)checkpoint->limit_n * FRAME_OCTETS);
		return true;
	}
	ask_copier(checkpoint, copier.copied_n, is_long);
	return false;
}

/* Copy the rest of the log while other writers are blocked, so that the log
 * starts over with the next commit. If another process reads the log, it does
 * not start over. Then try again only after many more commits. */
static void
finish_log(struct sqlite_checkpoint *checkpoint)
{
	int64_t limit_us = checkpoint->wait->limit_us;
	int code;

	checkpoint->wait->limit_us = FINISH_WAIT_US;
	code = sqlite3_wal_checkpoint_v2(checkpoint->db, NULL,
	    SQLITE_CHECKPOINT_FULL, NULL, NULL);
	checkpoint->left_pages_n = 2 * LITTLE_PAGES;
	checkpoint->wait->limit_us = limit_us;
	checkpoint->finish_again_n =
	    checkpoint->wal_pages_n + checkpoint->limit_n / 4;
	if (checkpoint->threads != NULL)
		disk_threads_failed(checkpoint->threads, code);
}

void
sqlite_checkpoint_after_commit(struct sqlite_checkpoint *checkpoint)
{
	bool is_long;

	if (checkpoint->db == NULL)
		return;
	look_now_and_then(checkpoint, LOOK_MS);
	is_long = checkpoint->wal_pages_n >= checkpoint->limit_n &&
	    checkpoint->wal_pages_n >= checkpoint->finish_again_n;
	if (checkpoint->threads != NULL ? use_copier(checkpoint, is_long)
					: is_long)
		finish_log(checkpoint);
}
