/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The table has no index, because every insertion would have to write to it.
 * Rows are appended at the tail, and removed at the head. A search reads the
 * whole table.
 */
#include "store/sqlite/sqlite_decisions.h"

#include "store/sqlite/sqlite_handle.h"
#include "store/sqlite/sqlite_transaction.h"

/* ---- Adding ---- */

static int
append(struct sqlite_statements *statements,
    const struct kept_decision *decisions, size_t n)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_ADD_DECISION);

	for (size_t i = 0; i < n; i++) {
		sqlite3_bind_int64(statement, 1, decisions[i].time_s);
		sqlite3_bind_text(statement, 2, decisions[i].line, -1,
		    SQLITE_STATIC);
		if (sqlite_run(statements, STATEMENT_ADD_DECISION) != 0)
			return -1;
	}
	return sqlite_run(statements, STATEMENT_COMMIT);
}

static enum store_rc
sqlite_add_decisions(struct store *store, const struct kept_decision *decisions,
    size_t n, int64_t keep_s, bool may_wait, bool *is_added, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	int rc;

	(void)keep_s;
	*is_added = false;
	if (sqlite_ensure_writable(sqlite, err) != 0)
		return STORE_FAILED;
	if (sqlite_checkpoint_room(&sqlite->checkpoint, err) != ROOM_FOR_ALL)
		return STORE_NO_ROOM;
	rc = may_wait ? sqlite_run(&sqlite->statements, STATEMENT_BEGIN_WRITE)
		      : sqlite_try_to_begin(sqlite);
	if (rc != 0 && !may_wait && sqlite_is_busy(sqlite))
		return STORE_OK;
	if (rc != 0 || append(&sqlite->statements, decisions, n) != 0)
		return sqlite_give_up(sqlite, err);
	sqlite_checkpoint_after_commit(&sqlite->checkpoint);
	*is_added = true;
	return STORE_OK;
}

/* ---- Reading ---- */

static int
visit_slice(struct sqlite_statements *statements, int64_t *position,
    size_t n_max, store_decision_fn *visit, void *arg, bool *done)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_DECISIONS);
	int64_t last = *position;
	size_t n = 0;
	int rc;

	sqlite3_bind_int64(statement, 1, last);
	sqlite3_bind_int64(statement, 2, (int64_t)n_max);
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		const struct kept_decision decision = {
		    .time_s = sqlite3_column_int64(statement, 1),
		    .line = sqlite_text(statement, 2),
		};

		last = sqlite3_column_int64(statement, 0);
		visit(&decision, arg);
		n++;
	}
	sqlite3_reset(statement);
	if (rc != SQLITE_DONE)
		return -1;
	*position = last;
	*done = n < n_max;
	return 0;
}

static enum store_rc
sqlite_read_decisions(struct store *store, int64_t *position, size_t n_max,
    store_decision_fn *visit, void *arg, bool *done, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (visit_slice(&sqlite->statements, position, n_max, visit, arg,
		done) != 0)
		return sqlite_give_up(sqlite, err);
	return STORE_OK;
}

/* ---- Trimming ---- */

/* Find the range of the ids, and whether the first row is to be removed. */
static int
look(struct sqlite_statements *statements, int64_t before_s, int64_t max_n,
    int64_t *keep_from, bool *needed)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_DECISION_ENDS);
	int rc;

	*needed = false;
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW &&
	    sqlite3_column_type(statement, 0) != SQLITE_NULL) {
		*keep_from = sqlite3_column_int64(statement, 1) - max_n + 1;
		*needed = sqlite3_column_int64(statement, 0) < *keep_from ||
		    sqlite3_column_int64(statement, 2) < before_s;
	}
	sqlite3_reset(statement);
	return rc == SQLITE_ROW ? 0 : -1;
}

static int
remove_head(struct sqlite_statements *statements, int64_t before_s,
    int64_t keep_from, size_t n_max)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_TRIM_DECISIONS);

	sqlite3_bind_int64(statement, 1, before_s);
	sqlite3_bind_int64(statement, 2, keep_from);
	sqlite3_bind_int64(statement, 3, (int64_t)n_max);
	return sqlite_run(statements, STATEMENT_TRIM_DECISIONS) == 0
	    ? sqlite_run(statements, STATEMENT_COMMIT)
	    : -1;
}

static enum store_rc
sqlite_trim_decisions(struct store *store, int64_t before_s, int64_t max_n,
    size_t n_max, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	int64_t keep_from;
	bool needed;

	if (sqlite_ensure_writable(sqlite, err) != 0)
		return STORE_FAILED;
	if (look(&sqlite->statements, before_s, max_n, &keep_from, &needed) !=
	    0)
		return sqlite_give_up(sqlite, err);
	if (!needed)
		return STORE_OK;
	if (sqlite_try_to_begin(sqlite) != 0)
		return sqlite_is_busy(sqlite) ? STORE_OK
					      : sqlite_give_up(sqlite, err);
	if (remove_head(&sqlite->statements, before_s, keep_from, n_max) != 0)
		return sqlite_give_up(sqlite, err);
	sqlite_checkpoint_after_commit(&sqlite->checkpoint);
	return STORE_OK;
}

const struct decision_store_ops sqlite_decision_ops = {
    .add = sqlite_add_decisions,
    .read = sqlite_read_decisions,
    .trim = sqlite_trim_decisions,
};
