/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Each batch is one transaction. Functions that return int return 0, or -1;
 * the handle then has the error.
 */
#include "store/sqlite/sqlite_records.h"

#include "store/sqlite/sqlite_record_row.h"
#include "store/sqlite/sqlite_transaction.h"
#include "store/sqlite/sqlite_walk.h"

/* ---- Looking up ---- */

static int
find(struct sqlite_statements *statements, const struct key *key,
    struct store_answer *answer)
{
	sqlite3_stmt *statement = statements->prepared[STATEMENT_FIND];
	int rc;

	sqlite_bind_key(statement, 1, key);
	rc = sqlite3_step(statement);
	answer->found = rc == SQLITE_ROW;
	if (answer->found)
		sqlite_read_record(statement, &answer->record);
	sqlite3_reset(statement);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

static int
find_all(struct sqlite_statements *statements, const struct key *keys, size_t n,
    struct store_answer *answers)
{
	if (sqlite_run(statements, STATEMENT_BEGIN_READ) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (find(statements, &keys[i], &answers[i]) != 0)
			return -1;
	return sqlite_run(statements, STATEMENT_COMMIT);
}

static enum store_rc
sqlite_lookup(struct store *store, const struct key *keys, size_t n,
    struct store_answer *answers, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (find_all(&sqlite->statements, keys, n, answers) != 0)
		return sqlite_give_up(sqlite, err);
	return STORE_OK;
}

/* ---- Applying ---- */

static int
forget(struct sqlite_statements *statements, const struct key *key)
{
	sqlite_bind_key(statements->prepared[STATEMENT_FORGET], 1, key);
	return sqlite_run(statements, STATEMENT_FORGET);
}

static int
forget_if_same(struct sqlite_statements *statements, const struct key *key,
    const struct record *read)
{
	sqlite3_stmt *statement =
	    statements->prepared[STATEMENT_FORGET_IF_SAME];

	sqlite_bind_key(statement, 1, key);
	sqlite_bind_times(statement, read);
	return sqlite_run(statements, STATEMENT_FORGET_IF_SAME);
}

static int
merge(struct sqlite_statements *statements, const struct key *key,
    const struct record *record)
{
	sqlite3_stmt *statement = statements->prepared[STATEMENT_MERGE];

	sqlite_bind_key(statement, 1, key);
	sqlite_bind_times(statement, record);
	sqlite3_bind_int64(statement, 8, record->expires_s);
	sqlite3_bind_int64(statement, 9, record->deferred_n);
	sqlite3_bind_int64(statement, 10, record->passed_n);
	return sqlite_run(statements, STATEMENT_MERGE);
}

static int
apply_one(struct sqlite_statements *statements, const struct key *key,
    const struct change *change)
{
	switch (change->how) {
	case CHANGE_NONE:
		return 0;
	case CHANGE_FORGET:
		return forget(statements, key);
	case CHANGE_EVICT:
		return forget_if_same(statements, key, &change->read);
	case CHANGE_RESTART:
		if (forget_if_same(statements, key, &change->read) != 0)
			return -1;
		return merge(statements, key, &change->record);
	case CHANGE_MERGE:
		return merge(statements, key, &change->record);
	}
	return -1;
}

/* Whether this change would store a waiting triplet that is not stored yet.
 * Returns -1 if that cannot be found out. */
static int
is_new_triplet(struct sqlite_statements *statements,
    const struct store_change *change)
{
	struct store_answer answer;

	if (change->change.how != CHANGE_MERGE ||
	    change->change.record.passed_s != 0 ||
	    !key_kind_is_triplet(change->key->kind))
		return 0;
	if (find(statements, change->key, &answer) != 0)
		return -1;
	return !answer.found;
}

/* Apply the changes; unless there is room for all, leave out new triplets. */
static int
apply_all(struct sqlite_statements *statements,
    const struct store_change *changes, size_t n, enum sqlite_room room,
    size_t *left_out_n)
{
	*left_out_n = 0;
	if (sqlite_run(statements, STATEMENT_BEGIN_WRITE) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int is_new = room == ROOM_FOR_ALL
		    ? 0
		    : is_new_triplet(statements, &changes[i]);

		if (is_new > 0)
			++*left_out_n;
		else if (is_new < 0 ||
		    apply_one(statements, changes[i].key, &changes[i].change) !=
			0)
			return -1;
	}
	return sqlite_run(statements, STATEMENT_COMMIT);
}

static enum store_rc
sqlite_apply(struct store *store, const struct store_change *changes, size_t n,
    struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	enum sqlite_room room;
	size_t left_out_n;

	if (sqlite_ensure_writable(sqlite, err) != 0)
		return STORE_FAILED;
	room = sqlite_checkpoint_room(&sqlite->checkpoint, err);
	if (room == ROOM_FOR_NOTHING)
		return STORE_FAILED;
	if (apply_all(&sqlite->statements, changes, n, room, &left_out_n) != 0)
		return sqlite_give_up(sqlite, err);
	sqlite_checkpoint_after_commit(&sqlite->checkpoint);
	return left_out_n == 0 ? STORE_OK : STORE_NO_ROOM;
}

/* ---- Counting ---- */

/* A record with the shortest keys takes so much of a page. */
#define RECORD_OCTETS_MIN 48

static int
read_number(struct sqlite_statements *statements, enum statement which,
    int64_t *out)
{
	sqlite3_stmt *statement = sqlite_statement(statements, which);
	int rc = sqlite3_step(statement);

	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return rc == SQLITE_ROW ? 0 : -1;
}

/* The pages in use, times the most records of a page. */
static enum store_rc
sqlite_upper_bound(struct store *store, int64_t *n_out, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	struct sqlite_statements *statements = &sqlite->statements;
	int64_t pages_n, free_n, page_octets;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (read_number(statements, STATEMENT_PAGES, &pages_n) != 0 ||
	    read_number(statements, STATEMENT_FREE_PAGES, &free_n) != 0 ||
	    read_number(statements, STATEMENT_PAGE_OCTETS, &page_octets) != 0)
		return sqlite_give_up(sqlite, err);
	*n_out = (pages_n - free_n) * (page_octets / RECORD_OCTETS_MIN);
	return STORE_OK;
}

const struct record_store_ops sqlite_record_ops = {
    .lookup = sqlite_lookup,
    .apply = sqlite_apply,
    .walk_all = sqlite_walk_all,
    .walk_client = sqlite_walk_client,
    .walk_next = sqlite_walk_next,
    .expire_next = sqlite_expire_next,
    .walk_free = sqlite_walk_free,
    .upper_bound = sqlite_upper_bound,
};
