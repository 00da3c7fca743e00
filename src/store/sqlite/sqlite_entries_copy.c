/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_entries_copy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
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

/* Write only the difference. Usually this is one entry. SQLite waits for a lock
 * when a transaction begins, but not if a reader becomes a writer. */
#define SAVE                                                             \
	"BEGIN IMMEDIATE;" MAKE_TABLE                                    \
	"DELETE FROM copy.list_entry WHERE (list, kind, pattern) NOT IN" \
	" (SELECT list, kind, pattern FROM main.list_entry);"            \
	"INSERT OR REPLACE INTO copy.list_entry (" COLUMNS ")"           \
	" SELECT " COLUMNS " FROM main.list_entry EXCEPT"                \
	" SELECT " COLUMNS " FROM copy.list_entry;"                      \
	"COMMIT"

/* Read all rows. */
#define READ "SELECT " COLUMNS " FROM copy.list_entry"

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

static int
look_for_row(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return rc;
}

bool
sqlite_entries_copy_has_entries(const struct sqlite *sqlite)
{
	return look_for_row(sqlite->db,
		   "SELECT 1 FROM main.list_entry LIMIT 1") == SQLITE_ROW;
}

/* ---- Rights ---- */

struct rights {
	bool changed;
	gid_t gid;
	mode_t mask;
};

static int
return_to_root(const struct rights *rights, struct err *err)
{
	if (!rights->changed)
		return 0;
	umask(rights->mask);
	if (seteuid(0) != 0 || setegid(rights->gid) != 0)
		return err_set(err, "cannot return to the user root: %s",
		    strerror(errno));
	return 0;
}

/* The account of the database can put a link in the place of the copy. So root
 * does not use its own rights there: it takes those of the account. Then a new
 * copy belongs to the account, as -wal does. lstat(): a link that replaces the
 * main file belongs to the account, not to root. */
static int
become_owner(const struct sqlite *sqlite, struct rights *rights,
    struct err *err)
{
	struct stat st;

	*rights = (struct rights){.gid = getegid()};
	if (geteuid() != 0)
		return 0;
	if (lstat(sqlite->files.path, &st) != 0)
		return err_set(err, "%s: %s", sqlite->files.path,
		    strerror(errno));
	if (st.st_uid == 0)
		return 0;
	rights->changed = true;
	rights->mask = umask(~st.st_mode & 0777);
	if (setegid(st.st_gid) == 0 && seteuid(st.st_uid) == 0)
		return 0;
	err_set(err, "%s: cannot take the rights of its owner: %s",
	    sqlite->files.path, strerror(errno));
	return_to_root(rights, err);
	return -1;
}

/* ---- Saving and restoring ---- */

/* Do not take a write lock if there is nothing to take. */
static int
restore(struct sqlite *sqlite)
{
	int rc =
	    look_for_row(sqlite->db, "SELECT 1 FROM copy.list_entry LIMIT 1");

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return rc;
	if (rc == SQLITE_DONE &&
	    (!sqlite->entries_lost || !sqlite_entries_copy_has_entries(sqlite)))
		return SQLITE_OK;
	return sqlite3_exec(sqlite->db,
	    sqlite->entries_lost
		? "BEGIN IMMEDIATE; DELETE FROM main.list_entry;" RESTORE
		: "BEGIN IMMEDIATE;" RESTORE,
	    NULL, NULL, NULL);
}

static int
save(struct sqlite *sqlite)
{
	return sqlite3_exec(sqlite->db, SAVE, NULL, NULL, NULL);
}

static int
read_rows(struct sqlite *sqlite)
{
	return sqlite3_exec(sqlite->db, READ, NULL, NULL, NULL);
}

/* Attach the copy and call a function. On an error roll back and detach, so
 * that the handle is as before. The error is one of the copy: it must not reach
 * sqlite_give_up(), which would set the main file aside. Returns the code of
 * SQLite. */
static int
run_with_copy(struct sqlite *sqlite, const char *path,
    int (*run)(struct sqlite *), struct err *err)
{
	char *attach = sqlite3_mprintf("ATTACH %Q AS copy", path);
	int rc;

	if (attach == NULL) {
		err_no_memory(err);
		return SQLITE_NOMEM;
	}
	rc = sqlite3_exec(sqlite->db, attach, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = run(sqlite);
	if (rc != SQLITE_OK)
		err_set(err, "%s, the copy of the list entries: %s", path,
		    sqlite3_errmsg(sqlite->db));
	if (!sqlite3_get_autocommit(sqlite->db))
		sqlite3_exec(sqlite->db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_exec(sqlite->db, "DETACH copy", NULL, NULL, NULL);
	sqlite3_free(attach);
	return rc & 0xff;
}

static bool
is_damage(int code)
{
	return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/* The code may be one of the main file. So read the copy alone. */
static bool
copy_is_damaged(struct sqlite *sqlite, const char *path, int code)
{
	struct err err;

	return is_damage(code) &&
	    is_damage(run_with_copy(sqlite, path, read_rows, &err));
}

/* Returns 0, or -1 and why not. */
static int
rename_damaged(const char *path, struct err *err)
{
	char *name = sqlite3_mprintf("%s.corrupt", path);
	int rc = 0;

	if (name == NULL)
		return err_no_memory(err);
	if (rename(path, name) != 0)
		rc = err_set(err,
		    "%s, the copy of the list entries, is damaged and cannot "
		    "be renamed: %s",
		    path, strerror(errno));
	sqlite3_free(name);
	return rc;
}

/* A damaged copy makes way for a new one. */
static int
save_to(struct sqlite *sqlite, const char *path, struct err *err)
{
	struct rights rights;
	int rc;

	if (become_owner(sqlite, &rights, err) != 0)
		return -1;
	rc = run_with_copy(sqlite, path, save, err);
	if (copy_is_damaged(sqlite, path, rc) && rename_damaged(path, err) == 0)
		rc = run_with_copy(sqlite, path, save, err);
	if (return_to_root(&rights, err) != 0)
		return -1;
	return rc == SQLITE_OK ? 0 : -1;
}

int
sqlite_entries_copy_save(struct sqlite *sqlite, struct err *err)
{
	char *path;
	int rc;

	if (sqlite->copy_unread ||
	    (!sqlite_entries_copy_exists(sqlite) &&
		!sqlite_entries_copy_has_entries(sqlite)))
		return 0;
	path = copy_path(sqlite);
	if (path == NULL)
		return err_no_memory(err);
	rc = save_to(sqlite, path, err);
	sqlite3_free(path);
	return rc;
}

/* The copy cannot be read: tell the administrator, and go on without it. */
static void
tell_administrator(const struct sqlite *sqlite, const struct err *err)
{
	struct err text;

	err_set(&text, "database %s has %s: %s", sqlite->path,
	    sqlite->entries_lost ? "lost list entries" : "no list entries",
	    err->text);
	if (sqlite->options.notice != NULL)
		sqlite->options.notice(text.text);
}

/* Returns 0, or -1 and why the copy was not read. */
static int
restore_from(struct sqlite *sqlite, const char *path, struct err *err)
{
	struct rights rights;
	bool is_damaged = false;
	int rc;

	if (become_owner(sqlite, &rights, err) != 0)
		return -1;
	rc = run_with_copy(sqlite, path, restore, err);
	if (is_damage(rc)) { /* once may be chance */
		is_damaged = copy_is_damaged(sqlite, path, rc);
		if (!is_damaged)
			rc = run_with_copy(sqlite, path, restore, err);
	}
	if (return_to_root(&rights, err) != 0)
		return -1;
	sqlite->copy_unread = rc != SQLITE_OK && !is_damaged;
	return rc == SQLITE_OK ? 0 : -1;
}

static int
take_entries(struct sqlite *sqlite, struct err *err)
{
	char *path;
	int rc;

	sqlite->copy_unread = false;
	if (!sqlite_entries_copy_exists(sqlite)) {
		sqlite->entries_lost = false;
		return 0;
	}
	if ((!sqlite->entries_lost &&
		sqlite_entries_copy_has_entries(sqlite)) ||
	    sqlite3_db_readonly(sqlite->db, "main") != 0)
		return 0;
	path = copy_path(sqlite);
	rc =
	    path != NULL ? restore_from(sqlite, path, err) : err_no_memory(err);
	sqlite3_free(path);
	return rc;
}

void
sqlite_entries_copy_restore(struct sqlite *sqlite)
{
	struct err err;

	if (take_entries(sqlite, &err) != 0)
		tell_administrator(sqlite, &err);
	if (!sqlite->copy_unread &&
	    sqlite3_db_readonly(sqlite->db, "main") == 0)
		sqlite->entries_lost = false;
}

int
sqlite_entries_copy_check(struct sqlite *sqlite, struct err *err)
{
	struct err text;

	if (!sqlite->copy_unread)
		return 0;
	if (take_entries(sqlite, &text) != 0 && sqlite->copy_unread)
		return err_set(err,
		    "nothing was changed, because the copy of the list entries "
		    "cannot be read (mend or remove it, and run the command "
		    "again): %s",
		    text.text);
	sqlite->entries_lost = false;
	return 0;
}
