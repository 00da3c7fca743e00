/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_counts.h"

#include "store/sqlite/sqlite_entries_copy.h"
#include "store/sqlite/sqlite_lists.h"
#include "store/sqlite/sqlite_transaction.h"

/* ---- Adding ---- */

static int
add_hit(struct sqlite_statements *statements, const struct store_hit *hit)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_ADD_HIT);

	sqlite3_bind_text(statement, 1, hit->source, -1, SQLITE_STATIC);
	sqlite_bind_list(statement, 2, hit->whitelists, hit->kind,
	    hit->pattern);
	sqlite3_bind_int64(statement, 5, hit->n);
	sqlite3_bind_int64(statement, 6, hit->last_s);
	return sqlite_run(statements, STATEMENT_ADD_HIT);
}

static int
add_count(struct sqlite_statements *statements,
    const struct hourly_stats_count *count)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_ADD_COUNT);

	sqlite3_bind_int64(statement, 1, count->hour_s);
	sqlite3_bind_text(statement, 2, count->name, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 3, count->client_class, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, count->bound_s);
	sqlite3_bind_int64(statement, 5, count->n);
	return sqlite_run(statements, STATEMENT_ADD_COUNT);
}

static int
add_all(struct sqlite_statements *statements, const struct store_hit *hits,
    size_t hits_n, const struct hourly_stats_count *counts, size_t counts_n)
{
	if (sqlite_run(statements, STATEMENT_BEGIN_WRITE) != 0)
		return -1;
	for (size_t i = 0; i < hits_n; i++)
		if (add_hit(statements, &hits[i]) != 0)
			return -1;
	for (size_t i = 0; i < counts_n; i++)
		if (add_count(statements, &counts[i]) != 0)
			return -1;
	return sqlite_run(statements, STATEMENT_COMMIT);
}

static enum store_rc
sqlite_add_counts(struct store *store, const struct store_hit *hits,
    size_t hits_n, const struct hourly_stats_count *counts, size_t counts_n,
    struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	if (hits_n == 0 && counts_n == 0)
		return STORE_OK;
	if (sqlite_ensure_writable(sqlite, err) != 0)
		return STORE_FAILED;
	if (add_all(&sqlite->statements, hits, hits_n, counts, counts_n) != 0)
		return sqlite_give_up(sqlite, err);
	return STORE_OK;
}

/* ---- Reading ---- */

/* Skip hits with an unknown list or kind: another program has written them. */
static int
visit_hits(struct sqlite_statements *statements, store_hit_fn *visit, void *arg)
{
	sqlite3_stmt *statement = sqlite_statement(statements, STATEMENT_HITS);
	struct store_hit hit;
	int rc;

	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		if (sqlite_read_list(statement, 1, &hit.whitelists,
			&hit.kind) != 0)
			continue;
		hit.source = sqlite_text(statement, 0);
		hit.pattern = sqlite_text(statement, 3);
		hit.n = sqlite3_column_int64(statement, 4);
		hit.last_s = sqlite3_column_int64(statement, 5);
		visit(&hit, arg);
	}
	sqlite3_reset(statement);
	return rc == SQLITE_DONE ? 0 : -1;
}

static enum store_rc
sqlite_hits(struct store *store, store_hit_fn *visit, void *arg,
    struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (visit_hits(&sqlite->statements, visit, arg) != 0)
		return sqlite_give_up(sqlite, err);
	return STORE_OK;
}

static int
visit_counts(struct sqlite_statements *statements, int64_t from_s, int64_t to_s,
    store_count_fn *visit, void *arg)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_COUNTS);
	struct hourly_stats_count count;
	int rc;

	sqlite3_bind_int64(statement, 1, from_s);
	sqlite3_bind_int64(statement, 2, to_s);
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		count.hour_s = sqlite3_column_int64(statement, 0);
		count.name = sqlite_text(statement, 1);
		count.client_class = sqlite_text(statement, 2);
		count.bound_s = sqlite3_column_int64(statement, 3);
		count.n = sqlite3_column_int64(statement, 4);
		visit(&count, arg);
	}
	sqlite3_reset(statement);
	return rc == SQLITE_DONE ? 0 : -1;
}

static enum store_rc
sqlite_counts(struct store *store, int64_t from_s, int64_t to_s,
    store_count_fn *visit, void *arg, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (visit_counts(&sqlite->statements, from_s, to_s, visit, arg) != 0)
		return sqlite_give_up(sqlite, err);
	return STORE_OK;
}

/* ---- Tidying ---- */

/* Check whether there is anything to remove. Mostly there is not. This check
 * does not lock out other writers. */
static int
is_untidy(struct sqlite_statements *statements, int64_t now_s, bool *untidy)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_UNTIDY);
	int rc;

	sqlite3_bind_int64(statement, 1, now_s);
	sqlite3_bind_int64(statement, 2, now_s - STORE_HISTORY_S);
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*untidy = sqlite3_column_int(statement, 0) != 0;
	sqlite3_reset(statement);
	return rc == SQLITE_ROW ? 0 : -1;
}

static int
remove_before(struct sqlite_statements *statements, enum statement which,
    int64_t before_s)
{
	sqlite3_bind_int64(sqlite_statement(statements, which), 1, before_s);
	return sqlite_run(statements, which);
}

/* Remove the hits of expired entries before the entries: the SQL statement for
 * the hits looks the entries up. */
static int
remove_old(struct sqlite_statements *statements, int64_t now_s,
    int64_t *entries_n)
{
	int64_t oldest_s = now_s - STORE_HISTORY_S;

	if (sqlite_run(statements, STATEMENT_BEGIN_WRITE) != 0 ||
	    remove_before(statements, STATEMENT_TIDY_COUNTS, oldest_s) != 0 ||
	    remove_before(statements, STATEMENT_TIDY_HITS, oldest_s) != 0 ||
	    remove_before(statements, STATEMENT_TIDY_ENTRY_HITS, now_s) != 0 ||
	    remove_before(statements, STATEMENT_TIDY_ENTRIES, now_s) != 0)
		return -1;
	*entries_n = sqlite3_changes(statements->db);
	return sqlite_run(statements, STATEMENT_COMMIT);
}

static enum store_rc
sqlite_tidy(struct store *store, int64_t now_s, int64_t *entries_n_out,
    struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	int64_t entries_n = 0;
	bool untidy;

	if (sqlite_ensure_writable(sqlite, err) != 0)
		return STORE_FAILED;
	if (is_untidy(&sqlite->statements, now_s, &untidy) != 0 ||
	    (untidy && remove_old(&sqlite->statements, now_s, &entries_n) != 0))
		return sqlite_give_up(sqlite, err);
	*entries_n_out = entries_n;
	if (entries_n > 0 && sqlite_entries_copy_save(sqlite, err) != 0)
		return STORE_FAILED;
	return STORE_OK;
}

const struct count_store_ops sqlite_count_ops = {
    .add_counts = sqlite_add_counts,
    .hits = sqlite_hits,
    .counts = sqlite_counts,
    .tidy = sqlite_tidy,
};
