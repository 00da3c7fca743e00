/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_moved.h"

#include <errno.h>
#include <string.h>

/* Copy the pages of the log to the main file, as far as that is possible. */
static void
save_log(struct sqlite *sqlite)
{
	sqlite3_wal_checkpoint_v2(sqlite->db, "main", SQLITE_CHECKPOINT_PASSIVE,
	    NULL, NULL);
}

/* The files cannot be found: a lost permission, or a failing disk. */
static int
close_hidden(struct sqlite *sqlite, struct err *err)
{
	err_set(err, "database %s: cannot find it: %s", sqlite->path,
	    strerror(errno));
	sqlite_disconnect(sqlite);
	return -1;
}

/* Save the log in the main file, wherever that file is now. Then remove the
 * log: otherwise SQLite would apply it to a new main file with the old name.
 * Other processes may still have the log open. A new log with the same name
 * stays: SQLite does not remove it because the main file has moved, and
 * sqlite_files_remove_log() does not because it is another file. */
static int
close_moved(struct sqlite *sqlite, struct err *err)
{
	save_log(sqlite);
	sqlite_disconnect(sqlite);
	sqlite_files_remove_log(&sqlite->files);
	return err_set(err,
	    "database %s was removed or renamed while in use; the next "
	    "request opens the file with this name, or creates one",
	    sqlite->path);
}

/* The log has lost its name, but this handle still has it open. Save it. */
static int
close_without_log(struct sqlite *sqlite, struct err *err)
{
	save_log(sqlite);
	sqlite_checkpoint_keep_log(sqlite->db);
	sqlite_disconnect(sqlite);
	return err_set(err,
	    "database %s: its write-ahead log was removed or replaced while "
	    "in use; the next request creates a new log",
	    sqlite->path);
}

/* Close the handle, and rename the log so that SQLite does not apply it to the
 * main file. "happened" and "next" are for the error. Only the daemon renames
 * files. */
static int
close_and_rename_log(struct sqlite *sqlite, const char *word,
    const char *happened, const char *next, struct err *err)
{
	char *name = NULL;

	sqlite_abandon(sqlite);
	if (sqlite->options.notice != NULL) {
		name =
		    sqlite_files_rename(&sqlite->files, FILES_LOG, word, err);
		if (name == NULL)
			return -1;
	}
	err_set(err, "database %s%s%s%s%s%s", sqlite->path, happened, next,
	    name != NULL ? "; the old write-ahead log is now " : "",
	    name != NULL ? name : "", name != NULL ? "-wal" : "");
	sqlite3_free(name);
	return -1;
}

#define OVERWRITTEN " was overwritten while in use; "

/* Another file was copied over the main file. The log does not belong to the
 * new content. If the new content is a database, SQLite would apply the log to
 * it. */
static int
close_overwritten(struct sqlite *sqlite, bool by_database, struct err *err)
{
	static const char next[] = "the next request uses its new content";

	if (by_database)
		return close_and_rename_log(sqlite, "overwritten", OVERWRITTEN,
		    next, err);
	sqlite_abandon(sqlite);
	return err_set(err, "database %s" OVERWRITTEN "%s", sqlite->path, next);
}

/* Another process may be overwriting the main file. So open it once more before
 * it is renamed as damaged. */
static int
close_cut(struct sqlite *sqlite, struct err *err)
{
	return close_and_rename_log(sqlite, "truncated",
	    " was emptied or truncated while in use; ",
	    "the next request opens it again", err);
}

/* The log has lost commits. Part of the log may be left, but a checkpoint may
 * have copied later pages to the main file already. The main file alone is
 * sound, unless a checkpoint was under way: then SQLite will find the damage.
 * The copy of the list entries is newer than the main file. */
static int
close_cut_log(struct sqlite *sqlite, struct err *err)
{
	sqlite->entries_lost = true;
	return close_and_rename_log(sqlite, "truncated",
	    ": its write-ahead log was emptied or truncated while in use; ",
	    "what was stored since the last checkpoint is lost, except list "
	    "entries",
	    err);
}

int
sqlite_check_files(struct sqlite *sqlite, struct err *err)
{
	switch (sqlite_files_compare(&sqlite->files, sqlite->db)) {
	case FILES_SAME:
		break;
	case FILES_HIDDEN:
		return close_hidden(sqlite, err);
	case FILES_MOVED:
		return close_moved(sqlite, err);
	case FILES_LOG_LOST:
		return close_without_log(sqlite, err);
	case FILES_LOG_CUT:
		return close_cut_log(sqlite, err);
	case FILES_CUT:
		return close_cut(sqlite, err);
	case FILES_OTHER_DATA:
		return close_overwritten(sqlite, true, err);
	case FILES_NO_DATABASE:
		return close_overwritten(sqlite, false, err);
	}
	return 0;
}
