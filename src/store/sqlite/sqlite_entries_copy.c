/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_entries_copy.h"

#include <sys/stat.h>
#include <unistd.h>

#define COLUMNS                                                   \
	"list, kind, pattern, setting, comment, author, created," \
	" expires"

/* The copy has the columns of list_entry in sql/, without its triggers. */
#define MAKE_TABLE                                               \
	"CREATE TABLE IF NOT EXISTS copy.list_entry (list TEXT," \
	" kind TEXT, pattern TEXT, setting TEXT, comment TEXT,"  \
	" author TEXT, created INTEGER, expires INTEGER,"        \
	" PRIMARY KEY (list, kind, pattern)) WITHOUT ROWID;"

/* Write only the difference. Usually this is one entry. */
#define SAVE                                                             \
	"BEGIN;" MAKE_TABLE                                              \
	"DELETE FROM copy.list_entry WHERE (list, kind, pattern) NOT IN" \
	" (SELECT list, kind, pattern FROM main.list_entry);"            \
	"INSERT OR REPLACE INTO copy.list_entry (" COLUMNS ")"           \
	" SELECT " COLUMNS " FROM main.list_entry EXCEPT"                \
	" SELECT " COLUMNS " FROM copy.list_entry;"                      \
	"COMMIT"

#define RESTORE                                                \
	"INSERT OR REPLACE INTO main.list_entry (" COLUMNS ")" \
	" SELECT " COLUMNS " FROM copy.list_entry;"            \
	"COMMIT"

static char *
copy_path(const struct sqlite *sqlite)
{
	return sqlite3_mprintf("%s.entries", sqlite->files.path);
}

bool
sqlite_entries_copy_exists(const struct sqlite *sqlite)
{
	char *path = copy_path(sqlite);
	struct stat st;
	bool exists = path != NULL && stat(path, &st) == 0 && st.st_size > 0;

	sqlite3_free(path);
	return exists;
}

bool
sqlite_entries_copy_has_entries(const struct sqlite *sqlite)
{
	sqlite3_stmt *statement = NULL;
	bool has = sqlite3_prepare_v2(sqlite->db,
		       "SELECT 1 FROM main.list_entry LIMIT 1", -1, &statement,
		       NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW;

	sqlite3_finalize(statement);
	return has;
}

/* Attach the copy and run SQL. On an error roll back and detach, so that the
 * handle is as before. The error is about the copy, so it must not reach
 * sqlite_give_up(), which would rename the main file. Returns the code of
 * SQLite. */
static int
run_with_copy(struct sqlite *sqlite, const char *path, const char *sql,
    struct err *err)
{
	char *attach = sqlite3_mprintf("ATTACH %Q AS copy", path);
	int rc;

	if (attach == NULL) {
		err_no_memory(err);
		return SQLITE_NOMEM;
	}
	rc = sqlite3_exec(sqlite->db, attach, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(sqlite->db, sql, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		err_set(err, "%s, the copy of the list entries: %s", path,
		    sqlite3_errmsg(sqlite->db));
	if (!sqlite3_get_autocommit(sqlite->db))
		sqlite3_exec(sqlite->db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_exec(sqlite->db, "DETACH copy", NULL, NULL, NULL);
	sqlite3_free(attach);
	return rc & 0xff;
}

/* If root makes the copy, it belongs to the account of the database, as -wal
 * does. */
static void
give_to_owner(const struct sqlite *sqlite, const char *path)
{
	struct stat st;

	if (geteuid() != 0 || stat(sqlite->files.path, &st) != 0)
		return;
	if (chown(path, st.st_uid, st.st_gid) == 0)
		chmod(path, st.st_mode & 0777);
}

int
sqlite_entries_copy_save(struct sqlite *sqlite, struct err *err)
{
	char *path = copy_path(sqlite);
	bool exists = sqlite_entries_copy_exists(sqlite);
	int rc = SQLITE_OK;

	if (path == NULL)
		return err_no_memory(err);
	if (exists || sqlite_entries_copy_has_entries(sqlite)) {
		rc = run_with_copy(sqlite, path, SAVE, err);
		give_to_owner(sqlite, path);
	}
	sqlite3_free(path);
	return rc == SQLITE_OK ? 0 : -1;
}

static bool
is_damage(int code)
{
	return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/* The copy is damaged: tell the administrator, and go on without entries. */
static void
tell_administrator(const struct sqlite *sqlite, const struct err *err)
{
	struct err text;

	err_set(&text, "database %s has no list entries: %s", sqlite->path,
	    err->text);
	if (sqlite->options.notice != NULL)
		sqlite->options.notice(text.text);
}

int
sqlite_entries_copy_restore(struct sqlite *sqlite, struct err *err)
{
	const char *sql = sqlite->entries_lost
	    ? "BEGIN IMMEDIATE; DELETE FROM main.list_entry;" RESTORE
	    : "BEGIN IMMEDIATE;" RESTORE;
	int rc = 0;
	char *path;

	if ((!sqlite->entries_lost &&
		sqlite_entries_copy_has_entries(sqlite)) ||
	    !sqlite_entries_copy_exists(sqlite) ||
	    sqlite3_db_readonly(sqlite->db, "main") != 0)
		return 0;
	path = copy_path(sqlite);
	if (path == NULL)
		return err_no_memory(err);
	rc = run_with_copy(sqlite, path, sql, err);
	if (is_damage(rc)) /* once may be chance */
		rc = run_with_copy(sqlite, path, sql, err);
	if (is_damage(rc)) {
		tell_administrator(sqlite, err);
		rc = SQLITE_OK;
	}
	if (rc == SQLITE_OK)
		sqlite->entries_lost = false;
	sqlite3_free(path);
	return rc == SQLITE_OK ? 0 : -1;
}
