/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * A damaged file is given another name, and a new one is begun: greylisting
 * goes on, and who was known or waiting waits once more. That is done when two
 * handles, one after the other, have met damage, to a file that is ours, by
 * whoever has been told that it may; with words that cannot be missed.
 */
#include "store/sqlite/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* A file that is damaged again so soon is not the trouble itself. */
#define AGAIN_AFTER_S 600

bool
sqlite_is_damage(int code)
{
	code &= 0xff;
	return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/* ---- Whether it may be set aside ---- */

/* SQLite says "malformed" also of a schema that it is too old for: somebody
 * has added something of a newer version. Then the pages are sound. */
static bool
is_sound(const struct sqlite *sqlite, const char *met)
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
	    "%s; it is left as it is%s: export what can be read (tardigrey "
	    "triplets export, or sqlite3 FILE .recover), then move it away "
	    "with its -wal",
	    met,
	    sqlite->options.notice != NULL ? " (on_corruption)"
					   : ", for tardigreyd to set aside");
}

/* Returns 0, or -1 and what the administrator can do. */
static int
check_may(struct sqlite *sqlite, struct err *err)
{
	char met[ERR_SIZE];
	int64_t since_s = sqlite_now_s() - sqlite->aside_s;

	strcpy(met, err->text);
	if (sqlite->spared || is_sound(sqlite, met)) {
		sqlite->spared = true;
		return err_set(err,
		    "%s; its pages are sound: a newer SQLite may know what "
		    "was added there",
		    met);
	}
	if (!sqlite_files_is_ours(sqlite))
		return err_set(err,
		    "%s; nothing tells that it is one of Tardigrey: name "
		    "another file, or move this one away",
		    met);
	if (sqlite->aside_s != 0 && since_s >= 0 && since_s < AGAIN_AFTER_S)
		return err_set(err,
		    "%s, minutes after another one was; look after the disk "
		    "and the memory of this machine, then restart",
		    met);
	return 0;
}

/* ---- Setting aside ---- */

/* Another daemon may have met the same. Returns a descriptor that holds the
 * lock, or -1. */
static int
lock_folder(const struct sqlite *sqlite, struct err *err)
{
	char *copy = strdup(sqlite->files.path);
	int fd = -1;

	if (copy != NULL)
		fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	err_set(err, "database %s is damaged, and cannot be set aside yet: %s",
	    sqlite->path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static void
tell(const struct sqlite *sqlite, const char *met, const char *name)
{
	char *text = sqlite3_mprintf(
	    "%s. It has been set aside as %s, and a new database is begun: "
	    "what was remembered is not known there, new mail waits once "
	    "more, and entries of lists must be added again. To get back "
	    "what can still be read: sqlite3 %s .recover, or tardigrey -o "
	    "database=sqlite:%s triplets export",
	    met, name, name, name);

	sqlite->options.notice(text != NULL ? text : met);
	sqlite3_free(text);
}

/* Under the lock. Returns whether to open the file again. */
static bool
set_aside(struct sqlite *sqlite, int folder_fd, struct err *err)
{
	char met[ERR_SIZE];
	int moved = 0;
	char *name;

	strcpy(met, err->text);
	sqlite3_file_control(sqlite->db, "main", SQLITE_FCNTL_HAS_MOVED,
	    &moved);
	if (!moved && check_may(sqlite, err) != 0) {
		sqlite_abandon(sqlite);
		return false;
	}
	sqlite_abandon(sqlite);
	sqlite->suspect = false;
	if (moved)
		return true; /* somebody was quicker */
	name = sqlite_files_put_aside(sqlite, ASIDE_ALL, "corrupt", err);
	if (name == NULL)
		return false;
	fsync(folder_fd);
	sqlite->aside_s = sqlite_now_s();
	tell(sqlite, met, name);
	sqlite3_free(name);
	err_set(err, "database %s was damaged, and a new one is begun",
	    sqlite->path);
	return true;
}

/* A handle may have been misled, by a file that was overwritten under it. */
bool
sqlite_met_damage(struct sqlite *sqlite, struct err *err)
{
	bool again = false;
	int folder_fd;

	if (!is_allowed(sqlite)) {
		struct err met = *err;

		refuse(sqlite, met.text, err);
	} else if (!sqlite->suspect) {
		sqlite->suspect = again = true;
	} else if ((folder_fd = lock_folder(sqlite, err)) >= 0) {
		again = set_aside(sqlite, folder_fd, err);
		close(folder_fd);
	}
	sqlite_abandon(sqlite);
	return again;
}
