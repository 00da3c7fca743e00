/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite.h"

#include <string.h>

static const char *const synchronous_sql[] = {
    [DURABILITY_NORMAL] = "PRAGMA synchronous = NORMAL",
    [DURABILITY_FULL] = "PRAGMA synchronous = FULL",
    [DURABILITY_OFF] = "PRAGMA synchronous = OFF",
};

void
sqlite_disconnect(struct sqlite *sqlite)
{
	sqlite_checkpoint_stop(sqlite);
	for (int i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(sqlite->statements[i]);
		sqlite->statements[i] = NULL;
	}
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

int
sqlite_explain(const struct sqlite *sqlite, struct err *err)
{
	if (sqlite->db == NULL)
		return err_set(err, "database %s: out of memory", sqlite->path);
	if (sqlite3_errcode(sqlite->db) == SQLITE_CANTOPEN)
		return err_set(err,
		    "database %s: cannot open it: %s; its directory must "
		    "exist and belong to the user that runs this",
		    sqlite->path, strerror(sqlite3_system_errno(sqlite->db)));
	return err_set(err, "database %s: %s", sqlite->path,
	    sqlite3_errmsg(sqlite->db));
}

int
sqlite_execute(const struct sqlite *sqlite, const char *sql, struct err *err)
{
	if (sqlite3_exec(sqlite->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_explain(sqlite, err);
	return 0;
}

/* A file system without shared memory has no write-ahead log, and SQLite
 * says so only in the answer. */
static int
use_wal(const struct sqlite *sqlite, struct err *err)
{
	sqlite3_stmt *statement = NULL;
	const char *mode = NULL;
	int rc = -1;

	if (sqlite3_prepare_v2(sqlite->db, "PRAGMA journal_mode = WAL", -1,
		&statement, NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_ROW)
		sqlite_explain(sqlite, err);
	else if ((mode = (const char *)sqlite3_column_text(statement, 0)) ==
		NULL ||
	    strcmp(mode, "wal") != 0)
		err_set(err,
		    "database %s: its file system has no write-ahead log; "
		    "choose a local one",
		    sqlite->path);
	else
		rc = 0;
	sqlite3_finalize(statement);
	return rc;
}

static int
set_upkeep(struct sqlite *sqlite, struct err *err)
{
	switch (sqlite->options.upkeep) {
	case UPKEEP_INLINE:
		break;
	case UPKEEP_LEFT:
		sqlite3_db_config(sqlite->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
		    1, NULL);
		return sqlite_execute(sqlite, "PRAGMA wal_autocheckpoint = 0",
		    err);
	case UPKEEP_BESIDE:
		sqlite_checkpoint_prepare(sqlite);
		return sqlite_execute(sqlite, "PRAGMA cache_size = -40960",
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
	return set_upkeep(sqlite, err);
}

/* Others hold the lock for a slice of an expiry, or the end of a commit: look
 * often at first. SQLite's own handler would soon wait for many times that. */
#define SHORT_WAIT_US 200
#define SHORT_WAITS   50
#define LONG_WAIT_US  1000

static int
wait_for_others(void *arg, int waits_n)
{
	struct sqlite *sqlite = arg;
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	if (waits_n == 0)
		sqlite->waited_us = 0;
	if (sqlite->waited_us >= sqlite->patience_us)
		return 0;
	sqlite->waited_us += vfs->xSleep(vfs,
	    waits_n < SHORT_WAITS ? SHORT_WAIT_US : LONG_WAIT_US);
	return 1;
}

static int
set_up(struct sqlite *sqlite, struct err *err)
{
	int version;

	sqlite->patience_us = sqlite->options.timeout_ms * 1000;
	sqlite3_busy_handler(sqlite->db, wait_for_others, sqlite);
	if (sqlite_schema_look(sqlite, &version, err) != 0 ||
	    use_wal(sqlite, err) != 0 || set_options(sqlite, err) != 0 ||
	    sqlite_schema_migrate(sqlite, version, err) != 0)
		return -1;
	return sqlite_prepare(sqlite, err);
}

enum attempt { ATTEMPT_OK, ATTEMPT_FAILED, ATTEMPT_BUSY, ATTEMPT_AGAIN };

static enum attempt
try_to_connect(struct sqlite *sqlite, struct err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	bool opened = false;
	int code;

	if (sqlite3_open_v2(sqlite->path, &sqlite->db, flags, sqlite_vfs()) !=
	    SQLITE_OK)
		sqlite_explain(sqlite, err);
	else if (sqlite_files_name(sqlite) != 0)
		err_set(err, "database %s: out of memory", sqlite->path);
	else {
		opened = true;
		if (set_up(sqlite, err) == 0) {
			sqlite_files_note(sqlite);
			return ATTEMPT_OK;
		}
	}
	code = sqlite3_errcode(sqlite->db);
	if (opened && sqlite_is_damage(code))
		return sqlite_met_damage(sqlite, err) ? ATTEMPT_AGAIN
						      : ATTEMPT_FAILED;
	sqlite_disconnect(sqlite);
	/* Another process was in the way, which may be over soon. */
	return (code & 0xff) == SQLITE_BUSY ? ATTEMPT_BUSY : ATTEMPT_FAILED;
}

#define TRY_AGAIN_MS 10
#define TRIES_AGAIN  2 /* damage is met, and the file set aside */

/* The switch to the write-ahead log, at first use, does not wait for others
 * by itself. */
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
			waited_ms += sqlite3_sleep(TRY_AGAIN_MS);
			break;
		case ATTEMPT_AGAIN:
			if (again_n++ == TRIES_AGAIN)
				return -1;
			break;
		}
	}
}

int
sqlite_ensure_open(struct sqlite *sqlite, struct err *err)
{
	if (sqlite->db == NULL)
		return sqlite_connect(sqlite, err);
	return sqlite_files_check(sqlite, err);
}
