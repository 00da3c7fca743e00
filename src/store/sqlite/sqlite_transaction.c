/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_transaction.h"

#include "store/sqlite/sqlite_connect.h"
#include "store/sqlite/sqlite_damage.h"
#include "store/sqlite/sqlite_disk_threads.h"
#include "store/sqlite/sqlite_moved.h"
#include "store/sqlite/sqlite_schema.h"

int
sqlite_ensure_open(struct sqlite *sqlite, struct err *err)
{
	if (sqlite->db == NULL)
		return sqlite_connect(sqlite, err);
	if (sqlite_check_files(sqlite, err) != 0)
		return -1;
	if (sqlite_schema_is_known(sqlite))
		return 0;
	sqlite_schema_newer(sqlite, err);
	sqlite_disconnect(sqlite);
	return -1;
}

/* A handle that was opened read-only stays read-only. Open the files again now
 * and then, because they may have become writable. */
#define REOPEN_MS 1000

static int
ensure_not_read_only(struct sqlite *sqlite, struct err *err)
{
	int64_t now_ms = disk_threads_now_ms();

	if (sqlite_check_writable(sqlite, err) == 0)
		return 0;
	if (now_ms - sqlite->reopened_ms < REOPEN_MS)
		return -1;
	sqlite->reopened_ms = now_ms;
	sqlite_disconnect(sqlite);
	if (sqlite_connect(sqlite, err) != 0)
		return -1;
	return sqlite_check_writable(sqlite, err);
}

int
sqlite_ensure_writable(struct sqlite *sqlite, struct err *err)
{
	sqlite->checked_version = 0;
	if (sqlite_ensure_open(sqlite, err) != 0 ||
	    ensure_not_read_only(sqlite, err) != 0)
		return -1;
	return sqlite_checkpoint_check(&sqlite->checkpoint, err);
}

/* True if the error leaves a handle that can still read. If the disk is full or
 * read-only, keep the handle, because opening the files again might fail. */
static bool
may_keep_handle(int extended_code)
{
	switch (extended_code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_FULL:
		return true;
	case SQLITE_READONLY:
		return extended_code != SQLITE_READONLY_DBMOVED;
	default:
		return extended_code == SQLITE_IOERR_WRITE ||
		    extended_code == SQLITE_IOERR_FSYNC ||
		    extended_code == SQLITE_IOERR_TRUNCATE;
	}
}

int
sqlite_try_to_begin(struct sqlite *sqlite)
{
	int64_t limit_us = sqlite->wait.limit_us;
	int rc;

	sqlite->wait.limit_us = 0;
	rc = sqlite_run(&sqlite->statements, STATEMENT_BEGIN_WRITE);
	sqlite->wait.limit_us = limit_us;
	return rc;
}

bool
sqlite_is_busy(const struct sqlite *sqlite)
{
	return (sqlite3_errcode(sqlite->db) & 0xff) == SQLITE_BUSY;
}

/* SQLite may have rolled the transaction back already. */
static int
roll_back(struct sqlite *sqlite)
{
	if (sqlite3_get_autocommit(sqlite->db))
		return 0;
	return sqlite_run(&sqlite->statements, STATEMENT_ROLLBACK);
}

enum store_rc
sqlite_give_up(struct sqlite *sqlite, struct err *err)
{
	int code = sqlite3_extended_errcode(sqlite->db);
	bool was_busy = (code & 0xff) == SQLITE_BUSY;

	if (sqlite->is_newer)
		sqlite_schema_newer(sqlite, err);
	else
		sqlite_error(sqlite, err);
	/* Nothing of the transaction was written, but the index has it. */
	if (!was_busy || !sqlite3_get_autocommit(sqlite->db))
		sqlite_arrivals_drop(&sqlite->arrivals);
	if (roll_back(sqlite) != 0 && may_keep_handle(code))
		code = SQLITE_ERROR;
	if (sqlite_is_damage(code))
		sqlite_met_damage(sqlite, err);
	else if (!may_keep_handle(code))
		sqlite_disconnect(sqlite);
	return STORE_FAILED;
}
