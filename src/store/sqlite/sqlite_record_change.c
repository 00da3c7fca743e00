/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_record_change.h"

#include "store/sqlite/sqlite_lookup.h"
#include "store/sqlite/sqlite_record_row.h"

int
sqlite_record_find(struct sqlite *sqlite, const struct key *key,
    struct store_answer *answer)
{
	struct record_cache *cache = &sqlite->cache;

	if (record_cache_is_on(cache) &&
	    record_cache_get(cache, record_cache_hash(cache, key), answer))
		return 0;
	return sqlite_find(&sqlite->statements, key, answer);
}

int
sqlite_record_forget(struct sqlite *sqlite, const struct key *key)
{
	struct sqlite_statements *statements = &sqlite->statements;

	record_cache_forget(&sqlite->cache, key);
	sqlite_bind_key(statements->prepared[STATEMENT_FORGET], 1, key);
	return sqlite_run(statements, STATEMENT_FORGET);
}

static int
forget_if_same(struct sqlite *sqlite, const struct key *key,
    const struct record *read)
{
	struct sqlite_statements *statements = &sqlite->statements;
	sqlite3_stmt *statement =
	    statements->prepared[STATEMENT_FORGET_IF_SAME];

	record_cache_forget(&sqlite->cache, key);
	sqlite_bind_key(statement, 1, key);
	sqlite_bind_times(statement, read);
	return sqlite_run(statements, STATEMENT_FORGET_IF_SAME);
}

int
sqlite_record_merge(struct sqlite *sqlite, const struct key *key,
    const struct record *record)
{
	struct sqlite_statements *statements = &sqlite->statements;
	sqlite3_stmt *statement = statements->prepared[STATEMENT_MERGE];

	record_cache_forget(&sqlite->cache, key);
	sqlite_bind_key(statement, 1, key);
	sqlite_bind_times(statement, record);
	sqlite3_bind_int64(statement, 8, record->expires_s);
	sqlite3_bind_int64(statement, 9, record->deferred_n);
	sqlite3_bind_int64(statement, 10, record->passed_n);
	sqlite_bind_delay(statement, 11, record);
	return sqlite_run(statements, STATEMENT_MERGE);
}

int
sqlite_record_change(struct sqlite *sqlite, const struct key *key,
    const struct change *change)
{
	switch (change->how) {
	case CHANGE_NONE:
		return 0;
	case CHANGE_FORGET:
		return sqlite_record_forget(sqlite, key);
	case CHANGE_RESTART:
		if (forget_if_same(sqlite, key, &change->read) != 0)
			return -1;
		return sqlite_record_merge(sqlite, key, &change->record);
	case CHANGE_MERGE:
		return sqlite_record_merge(sqlite, key, &change->record);
	}
	return -1;
}
