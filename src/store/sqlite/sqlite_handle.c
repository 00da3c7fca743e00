/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_handle.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* If a call failed and SQLite has no error, then our own memory was short. */
static bool
has_error(sqlite3 *db)
{
	int code = sqlite3_errcode(db) & 0xff;

	return code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE;
}

bool
sqlite_is_on_read_only_system(const char *path)
{
	struct statvfs system;
	char *copy = strdup(path);
	bool is_read_only = copy != NULL &&
	    (statvfs(copy, &system) == 0 ||
		statvfs(dirname(copy), &system) == 0) &&
	    (system.f_flag & ST_RDONLY) != 0;

	free(copy);
	return is_read_only;
}

/* If SQLite may not create the file, it tries to read it. So the last error of
 * the system is that there is no file. */
static bool
may_not_create(const char *path, int system_errno)
{
	char *copy = strdup(path);
	bool may_not = copy != NULL && system_errno == ENOENT &&
	    access(dirname(copy), W_OK | X_OK) != 0 && errno == EACCES;

	free(copy);
	return may_not;
}

/* On a read-only file system SQLite opens the main file, but not -shm. */
static int
open_error(const struct sqlite *sqlite, struct err *err)
{
	int system_errno = sqlite3_system_errno(sqlite->db);
	bool is_full = system_errno == ENOSPC || system_errno == EDQUOT;

	if (sqlite_is_on_read_only_system(sqlite->path))
		return err_set(err,
		    "database %s: cannot open the file: " SQLITE_READ_ONLY_TEXT,
		    sqlite->path);
	if (may_not_create(sqlite->path, system_errno))
		return err_set(err,
		    "database %s: cannot create the file: %s; this account "
		    "must be allowed to write to its directory",
		    sqlite->path, strerror(EACCES));
	return err_set(err, "database %s: cannot open the file: %s%s",
	    sqlite->path, strerror(system_errno),
	    is_full ? ""
		    : "; its directory must exist and belong to this account");
}

/* SQLite's text, or a better one for the cause that the system has named.
 * SQLite also reports an I/O error if the disk is full. */
static const char *
error_text(sqlite3 *db)
{
	int code = sqlite3_errcode(db) & 0xff;
	int system_errno = sqlite3_system_errno(db);

	if (code == SQLITE_FULL)
		return "the disk is full";
	if (code == SQLITE_IOERR)
		switch (system_errno) {
		case ENOSPC:
			return "the disk is full";
		case EDQUOT:
			return "the disk quota is exceeded";
		case EROFS:
			return SQLITE_READ_ONLY_TEXT;
		}
	return sqlite3_errmsg(db);
}

int
sqlite_error(const struct sqlite *sqlite, struct err *err)
{
	if (sqlite->db == NULL || !has_error(sqlite->db))
		return err_set(err, "database %s: out of memory", sqlite->path);
	if (sqlite3_errcode(sqlite->db) == SQLITE_CANTOPEN)
		return open_error(sqlite, err);
	return err_set(err, "database %s: %s", sqlite->path,
	    error_text(sqlite->db));
}

int
sqlite_execute(const struct sqlite *sqlite, const char *sql, struct err *err)
{
	if (sqlite3_exec(sqlite->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_error(sqlite, err);
	return 0;
}

void
sqlite_disconnect(struct sqlite *sqlite)
{
	sqlite_checkpoint_stop(&sqlite->checkpoint);
	sqlite->checkpoint.db = NULL;
	sqlite_arrivals_drop(&sqlite->arrivals);
	record_cache_clear(&sqlite->cache);
	sqlite->cache_version = -1;
	sqlite->census = (struct sqlite_census){.is_counted = false};
	for (int i = 0; i < SQLITE_KNOWN_PARTS; i++) {
		free(sqlite->known[i].round);
		sqlite->known[i] = (struct sqlite_known){.round = NULL};
	}
	sqlite_statements_finalize(&sqlite->statements);
	sqlite3_close(sqlite->db);
	sqlite->db = NULL;
}

void
sqlite_abandon(struct sqlite *sqlite)
{
	if (sqlite->db != NULL)
		sqlite3_db_config(sqlite->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
		    1, NULL);
	sqlite_disconnect(sqlite);
}
