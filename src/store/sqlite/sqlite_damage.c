/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * A damaged database is set aside: its files are renamed, and a new database is
 * created. So greylisting goes on, but clients that were known must wait once
 * more. A database is set aside only if
 *
 *   two handles in a row have found damage: if a file is overwritten while it
 *   is in use, the first handle may find damage that is not there;
 *   the file is a database of Tardigrey, and its pages are damaged;
 *   the option on_corruption allows it, and the process can tell the
 *   administrator (options.notice). Only the daemon can.
 */
#include "store/sqlite/sqlite_damage.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/sqlite/sqlite_entries_copy.h"

/* If a new database is damaged again within this time, the machine is faulty.
 * Then do not replace the files again. */
#define AGAIN_AFTER_S 600

bool
sqlite_is_damage(int code)
{
	code &= 0xff;
	return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/* ---- Whether the files may be set aside ---- */

/* SQLite also reports "malformed" if the schema uses features of a newer
 * SQLite. Then the pages are not damaged. "problem" is SQLite's message. */
static bool
has_sound_pages(const struct sqlite *sqlite, const char *problem)
{
	sqlite3_stmt *statement = NULL;
	bool sound = false;

	if (strstr(problem, "malformed database schema") == NULL)
		return false;
	sqlite3_exec(sqlite->db, "PRAGMA writable_schema = ON", NULL, NULL,
	    NULL);
	if (sqlite3_prepare_v2(sqlite->db, "PRAGMA quick_check(1)", -1,
		&statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		sound = strcmp((const char *)sqlite3_column_text(statement, 0),
			    "ok") == 0;
	sqlite3_finalize(statement);
	return sound;
}

static bool
is_allowed(const struct sqlite *sqlite)
{
	return sqlite->options.notice != NULL &&
	    sqlite->options.on_corruption == CORRUPTION_REPLACE;
}

static void
refuse(const struct sqlite *sqlite, const char *problem, struct err *err)
{
	err_set(err,
	    "%s; the file is not replaced (%s): save what can be read "
	    "(tardigrey triplets export, or sqlite3 FILE .recover), then move "
	    "the file and its -wal away",
	    problem,
	    sqlite->options.notice != NULL ? "on_corruption = refuse"
					   : "only tardigreyd does that");
}

/* Check that the files may be set aside. Returns 0, or -1 and what the
 * administrator can do. */
static int
check_may_replace(struct sqlite *sqlite, struct err *err)
{
	char problem[ERR_SIZE];
	int64_t since_s = sqlite_now_s() - sqlite->replaced_s;

	strcpy(problem, err->text);
	if (sqlite->schema_unknown || has_sound_pages(sqlite, problem)) {
		sqlite->schema_unknown = true;
		return err_set(err,
		    "%s; its pages are sound, but its schema needs a newer "
		    "SQLite: install a newer SQLite, or remove what was added "
		    "to the schema",
		    problem);
	}
	sqlite->is_refused = !sqlite_files_are_ours(&sqlite->files, sqlite->db);
	if (sqlite->is_refused)
		return err_set(err,
		    "%s; it does not look like a database of Tardigrey: name "
		    "another file, or move this one away",
		    problem);
	if (sqlite->replaced_s != 0 && since_s >= 0 && since_s < AGAIN_AFTER_S)
		return err_set(err,
		    "%s; a damaged database was set aside only minutes ago: "
		    "check the disk and the memory of this machine, then "
		    "restart",
		    problem);
	return 0;
}

/* ---- Setting the files aside ---- */

/* Lock the directory, so that only one daemon sets the files aside. Returns a
 * descriptor that holds the lock, or -1 and why not. */
static int
lock_directory(const struct sqlite *sqlite, struct err *err)
{
	char *copy = strdup(sqlite->files.path);
	int fd = -1;

	if (copy != NULL)
		fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	err_set(err, "database %s is damaged and cannot be set aside yet: %s",
	    sqlite->path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static void
tell_administrator(const struct sqlite *sqlite, const char *problem,
    const char *name)
{
	char *text = sqlite3_mprintf(
	    "%s. It has been set aside as %s, and a new one was created: "
	    "clients that were known must wait once more, and list entries "
	    "%s. To save what can still be read: sqlite3 %s .recover, or "
	    "tardigrey -o database=sqlite:%s triplets export",
	    problem, name,
	    sqlite_entries_copy_exists(sqlite) ? "were taken from their copy"
					       : "must be added again",
	    name, name);

	sqlite->options.notice(text != NULL ? text : problem);
	sqlite3_free(text);
}

/* Set the files aside. The directory is locked. Returns true if the files must
 * be opened again. */
static bool
set_aside(struct sqlite *sqlite, int directory_fd, struct err *err)
{
	char problem[ERR_SIZE];
	int moved = 0;
	char *name;

	strcpy(problem, err->text);
	sqlite3_file_control(sqlite->db, "main", SQLITE_FCNTL_HAS_MOVED,
	    &moved);
	if (!moved && check_may_replace(sqlite, err) != 0) {
		sqlite_abandon(sqlite);
		return false;
	}
	sqlite_abandon(sqlite);
	sqlite->damage_met = false;
	if (moved)
		return true; /* another daemon has set the files aside */
	name = sqlite_files_rename(&sqlite->files, FILES_ALL, "corrupt", err);
	if (name == NULL)
		return false;
	fsync(directory_fd);
	sqlite->replaced_s = sqlite_now_s();
	tell_administrator(sqlite, problem, name);
	sqlite3_free(name);
	err_set(err, "database %s was damaged, and a new one was created",
	    sqlite->path);
	return true;
}

bool
sqlite_met_damage(struct sqlite *sqlite, struct err *err)
{
	bool again = false;
	int directory_fd;

	if (!is_allowed(sqlite)) {
		struct err problem = *err;

		refuse(sqlite, problem.text, err);
	} else if (!sqlite->damage_met) {
		sqlite->damage_met = again = true;
	} else if ((directory_fd = lock_directory(sqlite, err)) >= 0) {
		again = set_aside(sqlite, directory_fd, err);
		close(directory_fd);
	}
	sqlite_abandon(sqlite);
	return again;
}
