/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_statements.h"

#include <stddef.h>

/* The rows of an expiry slice: after the key ?1..?4, up to the key ?5..?8. */
#define IN_SLICE                                                                  \
	" FROM record WHERE (client, kind, sender, recipient) > (?2, ?1, ?3, ?4)" \
	" AND (client, kind, sender, recipient) <= (?6, ?5, ?7, ?8)"

/* The columns of sqlite_arrivals.c, sqlite_walk.c and sqlite_maintain.c. */
#define FROM_WAITING                                                         \
	"SELECT first_seen, last_seen, NULL, expires, deferred_n, 0, delay," \
	" kind, client, sender, recipient, id, address, pool FROM waiting"

/* A slice of an expiry of "waiting", without the row of the highest id. */
#define IN_WAITING_SLICE              \
	" WHERE id >= ?1 AND id < ?2" \
	" AND expires < ?3"

#define WITHOUT_LAST " AND id < (SELECT max(id) FROM waiting)"

/* The pool becomes '', or remains NULL. */
#define CLEARED                                                   \
	"UPDATE waiting SET kind = -1, client = '', sender = ''," \
	" recipient = '', address = '', expires = 0,"             \
	" pool = substr(pool, 1, 0)"

#define OF_ENTRY " WHERE list = ?1 AND kind = ?2 AND pattern = ?3"

/* NULL and 0 mean "never". The store writes NULL; an administrator who edits
 * the table may write 0. */
#define HAS_EXPIRED " WHERE expires <> 0 AND expires < ?1"

/* MERGE does what record_merge() does; tests/store/test_contract.c compares
 * the two. */
static const char *const statement_sql[STATEMENTS] = {
    [STATEMENT_BEGIN_READ] = "BEGIN",
    [STATEMENT_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ROLLBACK] = "ROLLBACK",
    [STATEMENT_FIND] =
	"SELECT first_seen, last_seen, passed, expires, deferred_n, passed_n,"
	" delay"
	" FROM record WHERE client = ?2 AND kind = ?1 AND sender = ?3 AND recipient = ?4",
    [STATEMENT_FORGET] =
	"DELETE FROM record"
	" WHERE client = ?2 AND kind = ?1 AND sender = ?3 AND recipient = ?4",
    [STATEMENT_FORGET_IF_SAME] =
	"DELETE FROM record"
	" WHERE client = ?2 AND kind = ?1 AND sender = ?3 AND recipient = ?4"
	" AND first_seen = ?5 AND last_seen = ?6 AND passed IS ?7",
    [STATEMENT_MERGE] =
	"INSERT INTO record (kind, client, sender, recipient, first_seen,"
	" last_seen, passed, expires, deferred_n, passed_n, delay)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
	" ON CONFLICT (client, kind, sender, recipient) DO UPDATE SET"
	" first_seen = min(first_seen, excluded.first_seen),"
	" last_seen = max(last_seen, excluded.last_seen),"
	" passed = coalesce(min(passed, excluded.passed), passed,"
	" excluded.passed),"
	" expires = max(expires, excluded.expires),"
	" deferred_n = deferred_n + excluded.deferred_n,"
	" passed_n = passed_n + excluded.passed_n,"
	" delay = coalesce(min(delay, excluded.delay), delay, excluded.delay)",
    [STATEMENT_WAITING_FIRST] =
	"SELECT id FROM waiting WHERE id > 0 ORDER BY id LIMIT 1",
    [STATEMENT_WAITING_LAST] =
	"SELECT id + (pool IS NOT NULL) FROM waiting ORDER BY id DESC LIMIT 1",
    [STATEMENT_WAITING_GET] = FROM_WAITING " WHERE id = ?1",
    [STATEMENT_WAITING_WALK] =
	FROM_WAITING " WHERE id >= ?1 AND id < ?2 ORDER BY id",
    [STATEMENT_WAITING_IDS] = "SELECT id, kind <> -1, pool <> '' FROM waiting"
			      " WHERE id >= ?1 - 1 AND id < ?2 ORDER BY id",
    [STATEMENT_WAITING_APPEND] =
	"INSERT INTO waiting (kind, client, sender, recipient, first_seen,"
	" last_seen, expires, deferred_n, address, id, pool, delay)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    [STATEMENT_WAITING_COPY] =
	"INSERT INTO waiting (kind, client, sender, recipient, first_seen,"
	" last_seen, expires, deferred_n, address, pool, delay, id)"
	" SELECT kind, client, sender, recipient, first_seen, last_seen,"
	" expires, deferred_n, address, pool, delay, ?2 FROM waiting"
	" WHERE id = ?1",
    [STATEMENT_WAITING_REMOVE] = "DELETE FROM waiting WHERE id = ?1",
    [STATEMENT_WAITING_REMOVE_FIRST] =
	"UPDATE waiting SET kind = -1, client = '' WHERE id = ?1",
    [STATEMENT_WAITING_REMOVE_POOL] =
	"UPDATE waiting SET pool = '' WHERE id = ?1",
    [STATEMENT_WAITING_CLEAR] = CLEARED " WHERE id = ?1",
    [STATEMENT_WAITING_HASHES] =
	"SELECT first, hashes FROM waiting_hashes"
	" WHERE first > ?1 AND first <= ?2 ORDER BY first",
    [STATEMENT_WAITING_PUT_HASHES] =
	"INSERT OR REPLACE INTO waiting_hashes (first, hashes) VALUES (?1, ?2)",
    [STATEMENT_WAITING_SECRET] = "SELECT value FROM secret",
    [STATEMENT_GENERATION] = "SELECT max(generation) FROM list_generation",
    [STATEMENT_DATA_VERSION] = "PRAGMA data_version",
    [STATEMENT_PAGE_COUNT] = "PRAGMA page_count",
    [STATEMENT_FREE_PAGES] = "PRAGMA freelist_count",
    [STATEMENT_WAITING_NEWEST] =
	FROM_WAITING " WHERE kind >= 0 OR pool <> '' ORDER BY id DESC LIMIT ?1",
    [STATEMENT_USER_VERSION] = "PRAGMA main.user_version",
    [STATEMENT_WALK] =
	"SELECT first_seen, last_seen, passed, expires, deferred_n, passed_n,"
	" delay, kind, client, sender, recipient FROM record"
	" WHERE (client, kind, sender, recipient) >= (?2, ?1, ?3, ?4)"
	" ORDER BY client, kind, sender, recipient",
    [STATEMENT_WALK_CLIENT] =
	"SELECT first_seen, last_seen, passed, expires, deferred_n, passed_n,"
	" delay, kind, client, sender, recipient FROM record"
	" WHERE client = ?2 AND (kind, sender, recipient) >= (?1, ?3, ?4)"
	" ORDER BY kind, sender, recipient",
    [STATEMENT_EXPIRY_WALK] =
	"SELECT kind, client, sender, recipient, expires, last_seen FROM record"
	" WHERE (client, kind, sender, recipient) > (?2, ?1, ?3, ?4)"
	" ORDER BY client, kind, sender, recipient",
    [STATEMENT_EXPIRY_COUNT] =
	"SELECT count(*) - count(passed), count(passed)" IN_SLICE
	" AND expires < ?9",
    [STATEMENT_EXPIRY_REMOVE] = "DELETE" IN_SLICE " AND expires < ?9",
    [STATEMENT_WAITING_COUNT_EXPIRED] =
	"SELECT sum((kind <> -1) + ifnull(pool <> '', 0)) FROM waiting" IN_WAITING_SLICE,
    [STATEMENT_WAITING_REMOVE_EXPIRED] =
	"DELETE FROM waiting" IN_WAITING_SLICE WITHOUT_LAST,
    [STATEMENT_WAITING_CLEAR_EXPIRED] =
	CLEARED IN_WAITING_SLICE " AND (kind <> -1 OR pool <> '')",
    [STATEMENT_WAITING_REMOVE_RANGE] =
	"DELETE FROM waiting WHERE id >= ?1 AND id < ?2",
    [STATEMENT_WAITING_REMOVE_HASHES] =
	"DELETE FROM waiting_hashes WHERE first <= ?1",
    [STATEMENT_ENTRIES] =
	"SELECT list, kind, pattern, setting, comment, author, created,"
	" expires FROM list_entry ORDER BY list, kind, pattern",
    [STATEMENT_COUNT_ENTRIES] =
	"SELECT count(*) FROM (SELECT 1 FROM list_entry LIMIT ?1)",
    [STATEMENT_PUT_ENTRY] =
	"INSERT OR REPLACE INTO list_entry (list, kind, pattern, setting,"
	" comment, author, created, expires)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [STATEMENT_REMOVE_ENTRY] = "DELETE FROM list_entry" OF_ENTRY,
    [STATEMENT_REMOVE_HIT] = "DELETE FROM list_hit" OF_ENTRY " AND source = ''",
    [STATEMENT_ADD_HIT] =
	"INSERT INTO list_hit (source, list, kind, pattern, hits, last_hit)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
	" ON CONFLICT (source, list, kind, pattern) DO UPDATE SET"
	" hits = hits + excluded.hits,"
	" last_hit = max(last_hit, excluded.last_hit)",
    [STATEMENT_ADD_COUNT] =
	"INSERT INTO stat (hour, name, class, bound, n)"
	" VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (hour, name, class, bound)"
	" DO UPDATE SET n = n + excluded.n",
    [STATEMENT_HITS] =
	"SELECT source, list, kind, pattern, hits, last_hit FROM list_hit"
	" ORDER BY source, list, kind, pattern",
    [STATEMENT_COUNTS] =
	"SELECT hour, name, class, bound, n FROM stat"
	" WHERE hour >= ?1 AND hour < ?2 ORDER BY hour, name, class, bound",
    [STATEMENT_UNTIDY] =
	"SELECT EXISTS (SELECT 1 FROM list_entry" HAS_EXPIRED ")"
	" OR EXISTS (SELECT 1 FROM list_hit WHERE last_hit < ?2)"
	" OR EXISTS (SELECT 1 FROM stat WHERE hour < ?2)",
    [STATEMENT_TIDY_COUNTS] = "DELETE FROM stat WHERE hour < ?1",
    [STATEMENT_TIDY_HITS] = "DELETE FROM list_hit WHERE last_hit < ?1",
    [STATEMENT_TIDY_ENTRY_HITS] =
	"DELETE FROM list_hit WHERE source = '' AND (list, kind, pattern) IN"
	" (SELECT list, kind, pattern FROM list_entry" HAS_EXPIRED ")",
    [STATEMENT_TIDY_ENTRIES] = "DELETE FROM list_entry" HAS_EXPIRED,
    [STATEMENT_ADD_DECISION] =
	"INSERT INTO decision (time, line) VALUES (?1, ?2)",
    [STATEMENT_DECISIONS] =
	"SELECT id, time, line FROM decision WHERE id > ?1 ORDER BY id"
	" LIMIT ?2",
    [STATEMENT_DECISION_ENDS] =
	"SELECT (SELECT min(id) FROM decision), (SELECT max(id) FROM decision),"
	" (SELECT time FROM decision ORDER BY id LIMIT 1)",
    [STATEMENT_TRIM_DECISIONS] =
	"DELETE FROM decision WHERE id IN"
	" (SELECT id FROM decision ORDER BY id LIMIT ?3)"
	" AND (time < ?1 OR id < ?2)",
};

sqlite3_stmt *
sqlite_statement(struct sqlite_statements *statements, enum statement which)
{
	sqlite3_stmt **statement = &statements->prepared[which];

	if (*statement == NULL)
		sqlite3_prepare_v3(statements->db, statement_sql[which], -1,
		    SQLITE_PREPARE_PERSISTENT, statement, NULL);
	return *statement;
}

int
sqlite_statements_prepare(struct sqlite_statements *statements, sqlite3 *db)
{
	statements->db = db;
	for (int i = 0; i <= STATEMENT_LAST_AT_OPEN; i++)
		if (sqlite_statement(statements, (enum statement)i) == NULL)
			return -1;
	return 0;
}

void
sqlite_statements_finalize(struct sqlite_statements *statements)
{
	for (int i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(statements->prepared[i]);
		statements->prepared[i] = NULL;
	}
	statements->db = NULL;
}

int
sqlite_run(struct sqlite_statements *statements, enum statement which)
{
	sqlite3_stmt *statement = statements->prepared[which];
	int rc = sqlite3_step(statement);

	sqlite3_reset(statement);
	return rc == SQLITE_DONE ? 0 : -1;
}

int64_t
sqlite_read_number(struct sqlite_statements *statements, enum statement which)
{
	sqlite3_stmt *statement = sqlite_statement(statements, which);
	int64_t n;

	sqlite3_step(statement);
	n = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return n;
}

const char *
sqlite_text(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	return text != NULL ? text : "";
}
