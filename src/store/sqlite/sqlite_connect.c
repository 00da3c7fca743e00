/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_connect.h"

#include <string.h>

#include "store/sqlite/sqlite_damage.h"
#include "store/sqlite/sqlite_page_cache.h"
#include "store/sqlite/sqlite_entries_copy.h"
#include "store/sqlite/sqlite_schema.h"
#include "store/sqlite/sqlite_vfs.h"

static const char *const synchronous_sql[] = {
    [DURABILITY_NORMAL] = "PRAGMA synchronous = NORMAL",
    [DURABILITY_FULL] = "PRAGMA synchronous = FULL",
    [DURABILITY_OFF] = "PRAGMA synchronous = OFF",
};

/* On a file system without shared memory, SQLite keeps another journal mode and
 * reports no error. So check the mode that the pragma returns. */
static int
use_wal(struct sqlite *sqlite, struct err *err)
{
	sqlite3_stmt *statement = NULL;
	const char *mode = NULL;
	int rc = -1;

	if (sqlite3_prepare_v2(sqlite->db, "PRAGMA journal_mode = WAL", -1,
		&statement, NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_ROW)
		sqlite_error(sqlite, err);
	else if ((mode = (const char *)sqlite3_column_text(statement, 0)) ==
		NULL ||
	    strcmp(mode, "wal") != 0) {
		sqlite->is_refused = true;
		err_set(err,
		    "database %s: its file system does not support a "
		    "write-ahead log; use a local file system",
		    sqlite->path);
	} else
		rc = 0;
	sqlite3_finalize(statement);
	return rc;
}

static void
begin_checkpoints(struct sqlite *sqlite)
{
	struct sqlite_checkpoint *checkpoint = &sqlite->checkpoint;

	checkpoint->path = sqlite->path;
	checkpoint->wait = &sqlite->wait;
	checkpoint->files = &sqlite->files;
	checkpoint->notice = sqlite->options.notice;
	checkpoint->syncs_log = sqlite->options.durability == DURABILITY_NORMAL;
	checkpoint->database_max = sqlite->options.max_octets;
	sqlite_checkpoint_begin(checkpoint, sqlite->db);
}

/* Choose how checkpoints are done. Give the daemon a page cache of 4 MiB. It
 * keeps temporary tables in memory: its sandbox has no folder for their files.
 */
static int
prepare_for_use(struct sqlite *sqlite, struct err *err)
{
	switch (sqlite->options.use) {
	case STORE_FILL:
		break; /* SQLite does checkpoints in commits */
	case STORE_VISIT:
		sqlite3_db_config(sqlite->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
		    1, NULL);
		return sqlite_execute(sqlite, "PRAGMA wal_autocheckpoint = 0",
		    err);
	case STORE_SERVE:
		begin_checkpoints(sqlite);
		return sqlite_execute(sqlite,
		    "PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY",
		    err);
	}
	return 0;
}

static int
set_options(struct sqlite *sqlite, struct err *err)
{
	if (sqlite_execute(sqlite, "PRAGMA trusted_schema = OFF", err) != 0 ||
	    sqlite_execute(sqlite, synchronous_sql[sqlite->options.durability],
		err) != 0)
		return -1;
	return prepare_for_use(sqlite, err);
}

static int
set_up(struct sqlite *sqlite, struct err *err)
{
	int version;

	sqlite->wait.limit_us = sqlite->options.timeout_ms * 1000;
	sqlite_wait_install(&sqlite->wait, sqlite->db);
	if (sqlite_schema_check(sqlite, &version, err) != 0 ||
	    use_wal(sqlite, err) != 0 || set_options(sqlite, err) != 0 ||
	    sqlite_schema_make(sqlite, version, err) != 0)
		return -1;
	if (sqlite_statements_prepare(&sqlite->statements, sqlite->db) != 0)
		return sqlite_error(sqlite, err);
	return 0;
}

enum attempt {
	ATTEMPT_OK,
	ATTEMPT_FAILED,
	ATTEMPT_BUSY,  /* locked by another process: wait and try again */
	ATTEMPT_AGAIN, /* the files are damaged: try again at once */
};

static enum attempt
try_to_connect(struct sqlite *sqlite, struct err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	bool opened = false;
	int code;

	sqlite->is_newer = false;
	sqlite->checked_version = 0;
	if (sqlite3_open_v2(sqlite->path, &sqlite->db, flags, sqlite_vfs()) !=
	    SQLITE_OK)
		sqlite_error(sqlite, err);
	else if (sqlite_files_name(&sqlite->files, sqlite->db) != 0)
		err_set(err, "database %s: out of memory", sqlite->path);
	else {
		opened = true;
		if (set_up(sqlite, err) == 0) {
			sqlite_entries_copy_restore(sqlite);
			sqlite_files_note(&sqlite->files, sqlite->db);
			sqlite->schema_unknown = false;
			return ATTEMPT_OK;
		}
	}
	code = sqlite3_errcode(sqlite->db);
	if (opened && sqlite_is_damage(code))
		return sqlite_met_damage(sqlite, err) ? ATTEMPT_AGAIN
						      : ATTEMPT_FAILED;
	sqlite_disconnect(sqlite);
	return (code & 0xff) == SQLITE_BUSY ? ATTEMPT_BUSY : ATTEMPT_FAILED;
}

#define BUSY_WAIT_MS 10
#define AGAIN_MAX    2 /* find damage twice, then open new files */

/* While SQLite switches a new database to the write-ahead log, it does not call
 * the busy handler. So wait here. */
int
sqlite_connect(struct sqlite *sqlite, struct err *err)
{
	int64_t waited_ms = 0;
	int again_n = 0;

	sqlite_page_cache();
	for (;;) {
		switch (try_to_connect(sqlite, err)) {
		case ATTEMPT_OK:
			return 0;
		case ATTEMPT_FAILED:
			return -1;
		case ATTEMPT_BUSY:
			if (waited_ms >= sqlite->options.timeout_ms)
				return -1;
			waited_ms += sqlite3_sleep(BUSY_WAIT_MS);
			break;
		case ATTEMPT_AGAIN:
			if (again_n++ == AGAIN_MAX)
				return -1;
			break;
		}
	}
}

int
sqlite_check_writable(const struct sqlite *sqlite, struct err *err)
{
	if (sqlite3_db_readonly(sqlite->db, "main") != 1)
		return 0;
	if (sqlite_is_on_read_only_system(sqlite->path))
		return err_set(err, "database %s: " SQLITE_READ_ONLY_TEXT,
		    sqlite->path);
	return err_set(err,
	    "database %s: this account may not write to the file",
	    sqlite->path);
}
