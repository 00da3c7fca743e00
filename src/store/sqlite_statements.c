/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite.h"

/* Of a sweep: from behind the last key up to the one that ends the slice. */
#define IN_SLICE                                                         \
	" FROM triplet WHERE (client, sender, recipient) > (?1, ?2, ?3)" \
	" AND (client, sender, recipient) <= (?4, ?5, ?6)"

/* MERGE is record_merge() in SQL; tests/store/test_contract.c holds the two
 * together. */
static const char *const statement_sql[STATEMENTS] = {
    [STATEMENT_BEGIN_READ] = "BEGIN",
    [STATEMENT_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ROLLBACK] = "ROLLBACK",
    [STATEMENT_FIND] =
	"SELECT first_seen, last_seen, passed, expires, deferred_n, passed_n"
	" FROM triplet WHERE client = ?1 AND sender = ?2 AND recipient = ?3",
    [STATEMENT_FORGET_IF_SAME] =
	"DELETE FROM triplet"
	" WHERE client = ?1 AND sender = ?2 AND recipient = ?3"
	" AND first_seen = ?4 AND last_seen = ?5 AND passed IS ?6",
    [STATEMENT_MERGE] =
	"INSERT INTO triplet (client, sender, recipient, first_seen,"
	" last_seen, passed, expires, deferred_n, passed_n)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
	" ON CONFLICT (client, sender, recipient) DO UPDATE SET"
	" first_seen = min(first_seen, excluded.first_seen),"
	" last_seen = max(last_seen, excluded.last_seen),"
	" passed = coalesce(min(passed, excluded.passed), passed,"
	" excluded.passed),"
	" expires = max(expires, excluded.expires),"
	" deferred_n = deferred_n + excluded.deferred_n,"
	" passed_n = passed_n + excluded.passed_n",
    [STATEMENT_WALK] = "SELECT client, sender, recipient, expires FROM triplet"
		       " WHERE (client, sender, recipient) > (?1, ?2, ?3)"
		       " ORDER BY client, sender, recipient LIMIT ?4",
    [STATEMENT_SLICE_COUNT] =
	"SELECT count(*) - count(passed), count(passed)" IN_SLICE
	" AND expires < ?7",
    [STATEMENT_SLICE_EXPIRE] = "DELETE" IN_SLICE " AND expires < ?7",
};

int
sqlite_prepare(struct sqlite *sqlite, struct err *err)
{
	for (int i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(sqlite->db, statement_sql[i], -1,
			SQLITE_PREPARE_PERSISTENT, &sqlite->statements[i],
			NULL) != SQLITE_OK)
			return sqlite_explain(sqlite, err);
	return 0;
}

int
sqlite_run(struct sqlite *sqlite, enum statement which)
{
	sqlite3_stmt *statement = sqlite->statements[which];
	int rc = sqlite3_step(statement);

	sqlite3_reset(statement);
	return rc == SQLITE_DONE ? 0 : -1;
}

enum store_rc
sqlite_give_up(struct sqlite *sqlite, struct err *err)
{
	int code = sqlite3_errcode(sqlite->db) & 0xff;

	sqlite_explain(sqlite, err);
	if (!sqlite3_get_autocommit(sqlite->db) &&
	    sqlite_run(sqlite, STATEMENT_ROLLBACK) != 0)
		code = SQLITE_ERROR;
	if (code != SQLITE_BUSY)
		sqlite_disconnect(sqlite);
	return STORE_FAILED;
}
