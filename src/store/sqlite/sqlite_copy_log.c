/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_copy_log.h"

#include <errno.h>
#include <stddef.h>

/* The number of short checkpoints in a row. One of them may finish between two
 * commits. */
#define EMPTY_TRIES 8

/* The last statement makes SQLite read the file, so that an error is found
 * here. */
int
sqlite_copy_log_open(const char *path, sqlite3 **db_out)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_PRIVATECACHE;

	if (sqlite3_open_v2(path, db_out, flags, NULL) == SQLITE_OK &&
	    sqlite3_db_config(*db_out, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
		NULL) == SQLITE_OK &&
	    sqlite3_exec(*db_out,
		"PRAGMA trusted_schema = OFF; PRAGMA user_version", NULL, NULL,
		NULL) == SQLITE_OK)
		return 0;
	sqlite3_close(*db_out);
	*db_out = NULL;
	return -1;
}

/* Return a file of the handle. "which" is SQLITE_FCNTL_FILE_POINTER for the
 * database, or SQLITE_FCNTL_JOURNAL_POINTER for the log. */
static sqlite3_file *
file_of(sqlite3 *db, int which)
{
	sqlite3_file *file = NULL;

	sqlite3_file_control(db, "main", which, &file);
	return file != NULL && file->pMethods != NULL ? file : NULL;
}

/* Sync a file. If this fails, errno may have the reason. */
static int
sync_file(sqlite3 *db, int which)
{
	sqlite3_file *file = file_of(db, which);

	errno = 0;
	if (file == NULL)
		return SQLITE_IOERR_FSYNC;
	return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

int
sqlite_sync_log(sqlite3 *db)
{
	return sync_file(db, SQLITE_FCNTL_JOURNAL_POINTER);
}

bool
sqlite_log_is_long(sqlite3 *db)
{
	sqlite3_file *file = file_of(db, SQLITE_FCNTL_JOURNAL_POINTER);
	sqlite3_int64 octets = 0;

	return file != NULL &&
	    file->pMethods->xFileSize(file, &octets) == SQLITE_OK &&
	    octets > SMALL_LOG_OCTETS;
}

bool
checkpoint_is_complete(const struct checkpoint *done)
{
	return done->code == SQLITE_OK && done->copied_n >= done->log_n;
}

/* Sync both files here. SQLite syncs the log only if there is a page to copy.
 * It syncs the database only if no page of the log is left to copy, which does
 * not happen during a flood. Otherwise the last checkpoint would have to sync
 * all pages. */
struct checkpoint
sqlite_copy_log(sqlite3 *db)
{
	struct checkpoint done = {.failed = "cannot sync"};

	done.code = sqlite_sync_log(db);
	if (done.code == SQLITE_OK) {
		done.failed = "cannot checkpoint";
		done.code = sqlite3_wal_checkpoint_v2(db, NULL,
		    SQLITE_CHECKPOINT_PASSIVE, &done.log_n, &done.copied_n);
	}
	if (done.code == SQLITE_OK)
		done.code = sync_file(db, SQLITE_FCNTL_FILE_POINTER);
	done.system_errno = errno;
	return done;
}

/* SQLite blocks writers while it empties the log. If all pages have been copied
 * before, it only truncates the file. */
struct checkpoint
sqlite_copy_and_empty_log(sqlite3 *db)
{
	struct checkpoint done = sqlite_copy_log(db);
	int code;

	for (int i = 1; i < EMPTY_TRIES && done.code == SQLITE_OK &&
	     !checkpoint_is_complete(&done) &&
	     done.log_n - done.copied_n < LITTLE_PAGES;
	     i++)
		done = sqlite_copy_log(db);
	if (!checkpoint_is_complete(&done) || !sqlite_log_is_long(db)) {
		done.emptied = checkpoint_is_complete(&done);
		return done;
	}
	code = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE,
	    NULL, NULL);
	done.emptied = code == SQLITE_OK;
	if (code != SQLITE_OK && code != SQLITE_BUSY)
		done.code = code;
	return done;
}
