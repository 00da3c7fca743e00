/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_transaction.h"

#include "store/sqlite/sqlite_connect.h"
#include "store/sqlite/sqlite_damage.h"
#include "store/sqlite/sqlite_moved.h"

int
sqlite_ensure_open(struct sqlite *sqlite, struct err *err)
{
	if (sqlite->db == NULL)
		return sqlite_connect(sqlite, err);
	return sqlite_check_files(sqlite, err);
}

int
sqlite_ensure_writable(struct sqlite *sqlite, struct err *err)
{
	if (sqlite_ensure_open(sqlite, err) != 0)
		return -1;
	return sqlite_checkpoint_check(&sqlite->checkpoint, err);
}

enum store_rc
sqlite_give_up(struct sqlite *sqlite, struct err *err)
{
	int code = sqlite3_errcode(sqlite->db) & 0xff;

	sqlite_error(sqlite, err);
	/* Nothing of the transaction was written, but the index has it. */
	if (!sqlite3_get_autocommit(sqlite->db))
		sqlite_arrivals_drop(&sqlite->arrivals);
	/* If the rollback fails, close the handle even after "busy". */
	if (!sqlite3_get_autocommit(sqlite->db) &&
	    sqlite_run(&sqlite->statements, STATEMENT_ROLLBACK) != 0 &&
	    code == SQLITE_BUSY)
		code = SQLITE_ERROR;
	if (sqlite_is_damage(code))
		sqlite_met_damage(sqlite, err);
	else if (code != SQLITE_BUSY)
		sqlite_disconnect(sqlite);
	return STORE_FAILED;
}
