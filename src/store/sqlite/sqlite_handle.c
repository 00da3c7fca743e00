/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_handle.h"

#include <string.h>

/* If a call failed and SQLite has no error, then our own memory was short. */
static bool
has_error(sqlite3 *db)
{
	int code = sqlite3_errcode(db) & 0xff;

	return code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE;
}

int
sqlite_error(const struct sqlite *sqlite, struct err *err)
{
	if (sqlite->db == NULL || !has_error(sqlite->db))
		return err_set(err, "database %s: out of memory", sqlite->path);
	if (sqlite3_errcode(sqlite->db) == SQLITE_CANTOPEN)
		return err_set(err,
		    "database %s: cannot open the file: %s; its directory must "
		    "exist and belong to this account",
		    sqlite->path, strerror(sqlite3_system_errno(sqlite->db)));
	return err_set(err, "database %s: %s", sqlite->path,
	    sqlite3_errmsg(sqlite->db));
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
