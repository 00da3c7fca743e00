/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * A backup copies page by page while other processes write. It holds one read
 * transaction all the time, so the copy is the database as it was when the
 * backup started. Without this transaction, SQLite would restart the copy
 * whenever another process writes.
 */
#include "store/sqlite/sqlite_backup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite/sqlite_transaction.h"

/* Pause for a millisecond after 256 kB, which take half as long to copy.
 * Without pauses, the daemon would wait for a processor for several
 * milliseconds, again and again. A low priority would not be enough: on Linux
 * it may count only within a session or a service. */
#define STEP_PAGES 64
#define PAUSE_MS   1

/* ---- Files ---- */

/* The copy is written to PATH.part and gets its name when it is complete. */
struct target {
	const char *path; /* borrowed */
	char *part;       /* from sqlite3_mprintf() */
	/* Holds a lock on the file "part" while the copy is written. Closing it
	 * earlier would remove the locks of SQLite. */
	int fd;
};

static int
refuse_existing(const char *path, struct err *err)
{
	return err_set(err, "%s exists already; choose another name", path);
}

/* Remove the file that a killed backup has left. Returns 0 unless another
 * backup holds its lock. */
static int
remove_left_part(const struct target *target, struct err *err)
{
	int fd =
	    open(target->part, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int rc = 0;

	if (fd < 0)
		return 0;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		rc = err_set(err, "%s: another backup is writing this file",
		    target->part);
	else
		unlink(target->part);
	close(fd);
	return rc;
}

/* Create the file "part"; refuse to use one that exists. */
static int
create_part(struct target *target, struct err *err)
{
	struct stat st;

	if (target->part == NULL)
		return err_no_memory(err);
	if (lstat(target->path, &st) == 0)
		return refuse_existing(target->path, err);
	if (remove_left_part(target, err) != 0)
		return -1;
	target->fd =
	    open(target->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (target->fd < 0)
		return err_set(err,
		    "%s: cannot create the file: %s; the directory must exist, "
		    "and this account must be allowed to write to it",
		    target->part, strerror(errno));
	if (flock(target->fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	close(target->fd); /* the other backup has removed our file */
	target->fd = -1;
	return err_set(err, "%s: another backup is writing this file",
	    target->part);
}

/* Wait until the new name is on disk. If this fails, the copy is good, but a
 * power failure could remove its name. */
static void
sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL
	    ? sqlite3_mprintf(".")
	    : sqlite3_mprintf("%.*s/", (int)(slash - path), path);
	int fd = folder == NULL
	    ? -1
	    : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	sqlite3_free(folder);
}

/* Give the complete copy its name. link() replaces no file. */
static int
name_copy(const struct target *target, struct err *err)
{
	if (fsync(target->fd) != 0)
		return err_set(err, "%s: cannot write the copy: %s",
		    target->part, strerror(errno));
	if (link(target->part, target->path) == 0) {
		sync_folder(target->path);
		return 0;
	}
	if (errno == EEXIST)
		return refuse_existing(target->path, err);
	return err_set(err, "%s: cannot create the file: %s", target->path,
	    strerror(errno));
}

static void
close_target(const struct target *target)
{
	if (target->fd >= 0) {
		unlink(target->part);
		close(target->fd);
	}
	sqlite3_free(target->part);
}

/* ---- Copying ---- */

/* A leading "./" stops SQLite from treating ":memory:" or "file:..." as a
 * special name. */
static sqlite3 *
open_target(const char *path)
{
	const char *here = path[0] == '/' ? "" : "./";
	char *plain = sqlite3_mprintf("%s%s", here, path);
	sqlite3 *db = NULL;

	if (plain != NULL)
		sqlite3_open_v2(plain, &db,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
			SQLITE_OPEN_PRIVATECACHE,
		    NULL);
	sqlite3_free(plain);
	return db;
}

static void
report(sqlite3_backup *backup, void (*progress)(int percent))
{
	int64_t all_n = sqlite3_backup_pagecount(backup);
	int64_t left_n = sqlite3_backup_remaining(backup);

	if (progress != NULL && all_n > 0)
		progress((int)((all_n - left_n) * 100 / all_n));
}

/* Let the kernel write to the disk what it has of the copy, and wait for what
 * it began to write the last time. Otherwise it would write the whole copy at
 * the end, and the daemon's writes would wait behind it. */
static void
write_back(int fd)
{
#ifdef SYNC_FILE_RANGE_WRITE
	sync_file_range(fd, 0, 0,
	    SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE);
#else
	(void)fd;
#endif
}

/* Copy all pages. "from" is in a read transaction. Returns SQLITE_DONE, or an
 * error code. */
static int
copy_pages(sqlite3 *from, sqlite3 *to, const struct target *target,
    void (*progress)(int percent))
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
	int code, end_code;

	if (backup == NULL)
		return sqlite3_errcode(to);
	while ((code = sqlite3_backup_step(backup, STEP_PAGES)) == SQLITE_OK) {
		report(backup, progress);
		write_back(target->fd);
		sqlite3_sleep(PAUSE_MS);
	}
	if (code == SQLITE_DONE)
		report(backup, progress);
	end_code = sqlite3_backup_finish(backup);
	return end_code == SQLITE_OK ? code : end_code;
}

static int
copy_to(struct sqlite *sqlite, const struct target *target,
    void (*progress)(int percent), struct err *err)
{
	const char *path = target->part;
	sqlite3 *to = open_target(path);
	int code = sqlite3_errcode(to);

	/* A copy that fails is removed, so it needs no journal. */
	if (code == SQLITE_OK)
		code = sqlite3_exec(to, "PRAGMA journal_mode = OFF", NULL, NULL,
		    NULL);
	if (code == SQLITE_OK)
		code = copy_pages(sqlite->db, to, target, progress);
	sqlite3_close(to);
	if (code != SQLITE_DONE)
		return err_set(err, "%s: cannot write the copy: %s", path,
		    sqlite3_errstr(code));
	return 0;
}

/* BEGIN alone does not start the read transaction. Reading does. */
static int
begin_snapshot(struct sqlite *sqlite)
{
	sqlite3_stmt *statement =
	    sqlite->statements.prepared[STATEMENT_GENERATION];
	int rc;

	if (sqlite_run(&sqlite->statements, STATEMENT_BEGIN_READ) != 0)
		return -1;
	rc = sqlite3_step(statement);
	sqlite3_reset(statement);
	return rc == SQLITE_ROW ? 0 : -1;
}

enum store_rc
sqlite_backup(struct store *store, const char *path,
    void (*progress)(int percent), struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	struct target target = {.path = path, .fd = -1};
	int rc;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (begin_snapshot(sqlite) != 0)
		return sqlite_give_up(sqlite, err);
	target.part = sqlite3_mprintf("%s.part", path);
	rc = create_part(&target, err);
	if (rc == 0)
		rc = copy_to(sqlite, &target, progress, err);
	if (rc == 0)
		rc = name_copy(&target, err);
	close_target(&target);
	if (sqlite_run(&sqlite->statements, STATEMENT_COMMIT) != 0)
		sqlite_disconnect(sqlite);
	return rc == 0 ? STORE_OK : STORE_FAILED;
}
