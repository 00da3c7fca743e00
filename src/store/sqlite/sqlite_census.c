/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_census.h"

#include <string.h>

#include "store/sqlite/sqlite_record_row.h"
#include "store/sqlite/sqlite_transaction.h"
#include "store/sqlite/sqlite_waiting_row.h"

#define SLICE_ROWS 2000 /* takes about a millisecond */

/* ---- The queue ---- */

/* The last row of the queue may be empty. */
static int
find_oldest(struct sqlite_statements *statements, int64_t *first_seen_s)
{
	struct sqlite_waiting_walk walk;
	int rc;

	sqlite_waiting_walk_begin(&walk, statements, 0, INT64_MAX);
	rc = sqlite_waiting_walk_next(&walk);
	*first_seen_s = rc == SQLITE_ROW
	    ? sqlite3_column_int64(walk.row, COLUMN_FIRST_SEEN)
	    : 0;
	sqlite_waiting_walk_end(&walk);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

static int
look_at_queue(struct sqlite *sqlite, struct record_census *out)
{
	struct sqlite_statements *statements = &sqlite->statements;

	if (sqlite_run(statements, STATEMENT_BEGIN_READ) != 0 ||
	    find_oldest(statements, &out->oldest_waiting_s) != 0 ||
	    sqlite_arrivals_update(&sqlite->arrivals, statements) != 0)
		return -1;
	out->waiting_n = arrival_index_n(sqlite->arrivals.index);
	return sqlite_run(statements, STATEMENT_COMMIT);
}

/* ---- The table "record" ---- */

static void
end_count(struct sqlite_census *state)
{
	memcpy(state->counted_n, state->so_far_n, sizeof(state->counted_n));
	memset(state->so_far_n, 0, sizeof(state->so_far_n));
	state->is_counted = true;
	state->has_begun = false;
}

/* A slice ends at a key that sqlite_read_key() can read. */
static int
count_slice(struct sqlite_statements *statements, struct sqlite_census *state)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_EXPIRY_WALK);
	int n = 0, rc;

	sqlite_bind_walk(statement, state->has_begun ? &state->last : NULL);
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		int64_t kind = sqlite3_column_int64(statement, 0);

		if (kind >= 0 && kind < KEY_KINDS)
			state->so_far_n[kind]++;
		if (++n >= SLICE_ROWS &&
		    sqlite_read_key(statement, 0, &state->last)) {
			state->has_begun = true;
			break;
		}
	}
	sqlite3_reset(statement);
	if (rc == SQLITE_DONE)
		end_count(state);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

enum store_rc
sqlite_record_census(struct store *store, struct record_census *census,
    struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	struct sqlite_census *state = &sqlite->census;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (look_at_queue(sqlite, census) != 0 ||
	    count_slice(&sqlite->statements, state) != 0)
		return sqlite_give_up(sqlite, err);
	for (int kind = 0; kind < KEY_KINDS; kind++)
		census->records_n[kind] =
		    state->is_counted ? state->counted_n[kind] : -1;
	return STORE_OK;
}

/* ---- The newest of the queue ---- */

static int
read_newest(struct sqlite_statements *statements, size_t n_max,
    struct store_row *rows, size_t *n_out)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_WAITING_NEWEST);
	size_t n = 0;
	int rc;

	sqlite3_bind_int64(statement, 1, (int64_t)n_max);
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		if (!sqlite_waiting_read_key(statement,
			sqlite_waiting_is_pooled(statement), &rows[n].key))
			continue;
		sqlite_read_record(statement, &rows[n++].record);
	}
	sqlite3_reset(statement);
	*n_out = n;
	return rc == SQLITE_DONE ? 0 : -1;
}

enum store_rc
sqlite_newest_waiting(struct store *store, size_t n_max, struct store_row *rows,
    size_t *n_out, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (read_newest(&sqlite->statements, n_max, rows, n_out) != 0)
		return sqlite_give_up(sqlite, err);
	return STORE_OK;
}
