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
#include <unistd.h>

#include "store/sqlite/sqlite_transaction.h"

/* 1 MiB, with pages of 4 KiB. */
#define STEP_PAGES 256

/* Create the file; refuse to use one that exists. */
static int
create_target(const char *path, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (errno == EEXIST)
		return err_set(err, "%s exists already; choose another name",
		    path);
	return err_set(err,
	    "%s: cannot create the file: %s; the directory must exist, and "
	    "this account must be allowed to write to it",
	    path, strerror(errno));
}

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

/* Copy all pages. "from" is in a read transaction. Returns SQLITE_DONE, or an
 * error code. */
static int
copy_pages(sqlite3 *from, sqlite3 *to, void (*progress)(int percent))
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
	int code, end_code;

	if (backup == NULL)
		return sqlite3_errcode(to);
	while ((code = sqlite3_backup_step(backup, STEP_PAGES)) == SQLITE_OK)
		report(backup, progress);
	if (code == SQLITE_DONE)
		report(backup, progress);
	end_code = sqlite3_backup_finish(backup);
	return end_code == SQLITE_OK ? code : end_code;
}

static int
copy_to(struct sqlite *sqlite, const char *path, void (*progress)(int percent),
    struct err *err)
{
	sqlite3 *to = open_target(path);
	int code = sqlite3_errcode(to);

	/* A copy that fails is removed, so it needs no journal. */
	if (code == SQLITE_OK)
		code = sqlite3_exec(to, "PRAGMA journal_mode = OFF", NULL, NULL,
		    NULL);
	if (code == SQLITE_OK)
		code = copy_pages(sqlite->db, to, progress);
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
	int rc;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (begin_snapshot(sqlite) != 0)
		return sqlite_give_up(sqlite, err);
	rc = create_target(path, err);
	if (rc == 0 && (rc = copy_to(sqlite, path, progress, err)) != 0)
		unlink(path);
	if (sqlite_run(&sqlite->statements, STATEMENT_COMMIT) != 0)
		sqlite_disconnect(sqlite);
	return rc == 0 ? STORE_OK : STORE_FAILED;
}
