/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * A damaged database is renamed ("set aside"), and a new one is created, so
 * that greylisting goes on. Clients that were known must wait once more, so
 * this happens only if
 *
 *   two handles in a row have met the damage: a file that is overwritten while
 *   it is in use can confuse the first one;
 *   the file is a database of Tardigrey, and its pages are damaged;
 *   the options allow it (on_corruption), and the process can tell the
 *   administrator (notice): only the daemon does.
 */
#include "store/sqlite/sqlite_damage.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* If a new database is damaged again within this time, the cause is the
 * machine, and replacing the files does not help. */
#define AGAIN_AFTER_S 600

bool
sqlite_is_damage(int code)
{
	code &= 0xff;
	return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/* ---- Whether the files may be set aside ---- */

/* SQLite also says "malformed" of a schema that uses features of a newer
 * version. Then the pages are not damaged. */
static bool
has_sound_pages(const struct sqlite *sqlite, const char *met)
{
	sqlite3_stmt *statement = NULL;
	bool sound = false;

	if (strstr(met, "malformed database schema") == NULL)
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
refuse(const struct sqlite *sqlite, const char *met, struct err *err)
{
	err_set(err,
	    "%s; it is left as it is (%s): save what can be read (tardigrey "
	    "triplets export, or sqlite3 FILE .recover), then move it away "
	    "with its -wal",
	    met,
	    sqlite->options.notice != NULL ? "on_corruption"
					   : "only tardigreyd sets it aside");
}

/* Returns 0, or -1 and what the administrator can do. */
static int
check_may_replace(struct sqlite *sqlite, struct err *err)
{
	char met[ERR_SIZE];
	int64_t since_s = sqlite_now_s() - sqlite->replaced_s;

	strcpy(met, err->text);
	if (sqlite->schema_unknown || has_sound_pages(sqlite, met)) {
		sqlite->schema_unknown = true;
		return err_set(err,
		    "%s; its pages are sound, but its schema needs a newer "
		    "SQLite: use one, or remove what was added to the schema",
		    met);
	}
	if (!sqlite_files_are_ours(&sqlite->files, sqlite->db))
		return err_set(err,
		    "%s; it does not look like a database of Tardigrey: name "
		    "another file, or move this one away",
		    met);
	if (sqlite->replaced_s != 0 && since_s >= 0 && since_s < AGAIN_AFTER_S)
		return err_set(err,
		    "%s; another damaged database was set aside minutes ago: "
		    "check the disk and the memory of this machine, then "
		    "restart",
		    met);
	return 0;
}

/* ---- Setting them aside ---- */

/* Lock the directory, so that only one daemon does this. Returns a descriptor
 * that holds the lock, or -1 and why not. */
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
tell_administrator(const struct sqlite *sqlite, const char *met,
    const char *name)
{
	char *text = sqlite3_mprintf(
	    "%s. It has been set aside as %s, and a new database is begun: "
	    "clients that were known must wait once more, and list entries "
	    "must be added again. To save what can still be read: sqlite3 %s "
	    ".recover, or tardigrey -o database=sqlite:%s triplets export",
	    met, name, name, name);

	sqlite->options.notice(text != NULL ? text : met);
	sqlite3_free(text);
}

/* The directory is locked. Returns whether to open the files again. */
static bool
set_aside(struct sqlite *sqlite, int directory_fd, struct err *err)
{
	char met[ERR_SIZE];
	int moved = 0;
	char *name;

	strcpy(met, err->text);
	sqlite3_file_control(sqlite->db, "main", SQLITE_FCNTL_HAS_MOVED,
	    &moved);
	if (!moved && check_may_replace(sqlite, err) != 0) {
		sqlite_abandon(sqlite);
		return false;
	}
	sqlite_abandon(sqlite);
	sqlite->damage_met = false;
	if (moved)
		return true; /* another daemon has set them aside */
	name = sqlite_files_rename(&sqlite->files, FILES_ALL, "corrupt", err);
	if (name == NULL)
		return false;
	fsync(directory_fd);
	sqlite->replaced_s = sqlite_now_s();
	tell_administrator(sqlite, met, name);
	sqlite3_free(name);
	err_set(err, "database %s was damaged, and a new one is begun",
	    sqlite->path);
	return true;
}

bool
sqlite_met_damage(struct sqlite *sqlite, struct err *err)
{
	bool again = false;
	int directory_fd;

	if (!is_allowed(sqlite)) {
		struct err met = *err;

		refuse(sqlite, met.text, err);
	} else if (!sqlite->damage_met) {
		sqlite->damage_met = again = true;
	} else if ((directory_fd = lock_directory(sqlite, err)) >= 0) {
		again = set_aside(sqlite, directory_fd, err);
		close(directory_fd);
	}
	sqlite_abandon(sqlite);
	return again;
}
