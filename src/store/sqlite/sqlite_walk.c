/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * A walk visits "waiting" in the order of arrival, then "record" in the order
 * of the primary key. In this order it misses no triplet that moves from
 * "waiting" to "record" during the walk. Between two slices it remembers only
 * the last id or key that it visited.
 */
#include "store/sqlite/sqlite_walk.h"

#include <stdlib.h>
#include <string.h>

#include "store/sqlite/sqlite_record_row.h"
#include "store/sqlite/sqlite_transaction.h"
#include "store/sqlite/sqlite_waiting_row.h"

struct sqlite_walk {
	struct record_walk walk;
	bool of_client;  /* visit only the client last.client */
	int64_t next_id; /* of "waiting" */
	bool in_records; /* "waiting" has been visited */
	bool has_begun;  /* "last" has been visited */
	struct key last;
};

static struct record_walk *
walk_new(const char *client, struct err *err)
{
	struct sqlite_walk *walk = calloc(1, sizeof(*walk));

	if (walk == NULL) {
		err_no_memory(err);
		return NULL;
	}
	walk->next_id = INT64_MIN;
	walk->of_client = client != NULL;
	if (client == NULL)
		return &walk->walk;
	if (strlen(client) < sizeof(walk->last.client))
		strcpy(walk->last.client, client);
	else
		walk->walk.done = true; /* no key has such a client */
	return &walk->walk;
}

struct record_walk *
sqlite_walk_all(struct store *store, struct err *err)
{
	(void)store;
	return walk_new(NULL, err);
}

struct record_walk *
sqlite_walk_client(struct store *store, const char *client, struct err *err)
{
	(void)store;
	return walk_new(client, err);
}

void
sqlite_walk_free(struct record_walk *walk)
{
	free((struct sqlite_walk *)walk);
}

/* ---- Visiting "waiting" ---- */

/* A walk over one client reads at most this number of rows for each record that
 * the caller can take. */
#define ROWS_PER_VISIT 64

static bool
is_of_walk(const struct sqlite_walk *walk, const struct key *key)
{
	return !walk->of_client || strcmp(key->client, walk->last.client) == 0;
}

/* Visit records until n_max are chosen. */
static int
walk_waiting(struct sqlite_statements *statements, struct sqlite_walk *walk,
    size_t n_max, struct store_row *rows, size_t *n)
{
	struct sqlite_waiting_walk waiting;
	size_t left_n = n_max * ROWS_PER_VISIT;
	int rc = SQLITE_ROW;

	sqlite_waiting_walk_begin(&waiting, statements, walk->next_id,
	    INT64_MAX);
	while (*n < n_max && left_n-- > 0 &&
	    (rc = sqlite_waiting_walk_next(&waiting)) == SQLITE_ROW) {
		struct store_row *row = &rows[*n];

		walk->next_id = waiting.id + 1;
		sqlite_read_record(waiting.row, &row->record);
		if (sqlite_waiting_read_key(waiting.row, waiting.of_pool,
			&row->key) &&
		    is_of_walk(walk, &row->key))
			(*n)++;
	}
	sqlite_waiting_walk_end(&waiting);
	walk->in_records = rc == SQLITE_DONE;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

/* ---- Visiting "record" ---- */

/* Read rows, beginning with walk->last, until *n is n_max. Skip "last" if it
 * has been visited. Sets *ended if there are no more rows. */
static int
read_rows(struct sqlite_statements *statements, const struct sqlite_walk *walk,
    size_t n_max, struct store_row *rows, size_t *n, bool *ended)
{
	sqlite3_stmt *statement = sqlite_statement(statements,
	    walk->of_client ? STATEMENT_WALK_CLIENT : STATEMENT_WALK);
	int rc = SQLITE_ROW;

	sqlite_bind_key(statement, 1, &walk->last);
	while (*n < n_max && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		struct store_row *row = &rows[*n];

		sqlite_read_record(statement, &row->record);
		if (sqlite_read_key(statement, COLUMN_KEY, &row->key) &&
		    !(walk->has_begun && key_equal(&row->key, &walk->last)))
			(*n)++;
	}
	sqlite3_reset(statement);
	*ended = rc == SQLITE_DONE;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

static int
walk_records(struct sqlite_statements *statements, struct sqlite_walk *walk,
    size_t n_max, struct store_row *rows, size_t *n)
{
	if (read_rows(statements, walk, n_max, rows, n, &walk->walk.done) != 0)
		return -1;
	if (!walk->walk.done) {
		walk->last = rows[*n - 1].key;
		walk->has_begun = true;
	}
	return 0;
}

enum store_rc
sqlite_walk_next(struct store *store, struct record_walk *walk, size_t n_max,
    struct store_row *rows, size_t *n_out, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	struct sqlite_walk *sqlite_walk = (struct sqlite_walk *)walk;
	struct sqlite_walk advanced = *sqlite_walk;
	size_t n;

	*n_out = 0;
	if (walk->done)
		return STORE_OK;
	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	n = 0;
	if ((!advanced.in_records &&
		walk_waiting(&sqlite->statements, &advanced, n_max, rows, &n) !=
		    0) ||
	    (advanced.in_records && n < n_max &&
		walk_records(&sqlite->statements, &advanced, n_max, rows, &n) !=
		    0))
		return sqlite_give_up(sqlite, err);
	*sqlite_walk = advanced;
	*n_out = n;
	return STORE_OK;
}

/* ---- Expiring rows of "waiting" ---- */

/* Look at n_max rows: count their records, and those that have expired. */
static int
find_waiting_slice(struct sqlite_statements *statements, int64_t now_s,
    size_t n_max, struct sqlite_walk *walk, int64_t *seen_n, int64_t *expired_n)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_WAITING_WALK);
	int rc = SQLITE_ROW;

	*seen_n = *expired_n = 0;
	sqlite3_bind_int64(statement, 1, walk->next_id);
	sqlite3_bind_int64(statement, 2, INT64_MAX);
	while (n_max-- > 0 && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		int records_n = sqlite_waiting_has_first(statement) +
		    sqlite_waiting_has_pool(statement);

		walk->next_id = sqlite3_column_int64(statement, COLUMN_ID) + 1;
		*seen_n += records_n;
		if (sqlite3_column_int64(statement, COLUMN_EXPIRES) < now_s)
			*expired_n += records_n;
	}
	sqlite3_reset(statement);
	walk->in_records = rc == SQLITE_DONE;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

static sqlite3_stmt *
bind_ids(struct sqlite_statements *statements, enum statement which,
    int64_t from, int64_t to, int64_t now_s)
{
	sqlite3_stmt *statement = sqlite_statement(statements, which);

	sqlite3_bind_int64(statement, 1, from);
	sqlite3_bind_int64(statement, 2, to);
	sqlite3_bind_int64(statement, 3, now_s);
	return statement;
}

/* REMOVE leaves the row with the highest id: CLEAR empties it. */
static int
remove_waiting_slice(struct sqlite_statements *statements, int64_t now_s,
    int64_t from, int64_t to, struct expiry_counts *counts)
{
	static const enum statement removals[] = {
	    STATEMENT_WAITING_REMOVE_EXPIRED, STATEMENT_WAITING_CLEAR_EXPIRED};
	sqlite3_stmt *count = bind_ids(statements,
	    STATEMENT_WAITING_COUNT_EXPIRED, from, to, now_s);
	int rc = sqlite3_step(count);

	if (rc == SQLITE_ROW)
		counts->waiting_n += sqlite3_column_int64(count, 0);
	sqlite3_reset(count);
	if (rc != SQLITE_ROW)
		return -1;
	for (int i = 0; i < 2; i++) {
		bind_ids(statements, removals[i], from, to, now_s);
		if (sqlite_run(statements, removals[i]) != 0)
			return -1;
	}
	return 0;
}

static int
expire_waiting(struct sqlite_statements *statements, int64_t now_s,
    size_t n_max, struct sqlite_walk *walk, struct expiry_counts *counts)
{
	struct sqlite_walk end = *walk;
	struct expiry_counts sum = *counts;
	int64_t seen_n, expired_n;

	if (find_waiting_slice(statements, now_s, n_max, &end, &seen_n,
		&expired_n) != 0)
		return -1;
	sum.seen_n += seen_n;
	if (expired_n > 0 &&
	    (sqlite_run(statements, STATEMENT_BEGIN_WRITE) != 0 ||
		remove_waiting_slice(statements, now_s, walk->next_id,
		    end.next_id, &sum) != 0 ||
		sqlite_run(statements, STATEMENT_COMMIT) != 0))
		return -1;
	*walk = end;
	*counts = sum;
	return 0;
}

/* ---- Expiring rows of "record" ---- */

/* Bind the key before a slice. */
static void
bind_begin(sqlite3_stmt *statement, const struct sqlite_walk *walk)
{
	sqlite_bind_walk(statement, walk->has_begun ? &walk->last : NULL);
}

/* Find the end of the slice, and count the records in it that have expired. A
 * slice must not end at a key that sqlite_read_key() refuses, so it may have
 * more than n_max records. */
static int
find_slice(struct sqlite_statements *statements, int64_t now_s, size_t n_max,
    struct sqlite_walk *walk, int64_t *seen_n, int64_t *expired_n)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_EXPIRY_WALK);
	struct key end;
	int rc;

	*seen_n = *expired_n = 0;
	bind_begin(statement, walk);
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		if (sqlite3_column_int64(statement, 4) < now_s)
			(*expired_n)++;
		if (++*seen_n >= (int64_t)n_max &&
		    sqlite_read_key(statement, 0, &end))
			break;
	}
	sqlite3_reset(statement);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return -1;
	walk->walk.done = rc == SQLITE_DONE;
	if (!walk->walk.done) {
		walk->last = end;
		walk->has_begun = true;
	}
	return 0;
}

/* Bind the begin and the end of a slice, and now_s. The last slice ends after
 * every possible key: SQLite sorts a blob after all numbers and texts. */
static void
bind_slice(sqlite3_stmt *statement, const struct sqlite_walk *from,
    const struct sqlite_walk *to, int64_t now_s)
{
	static const char greatest[] = "\xff\xff\xff\xff\xff\xff\xff\xff";

	bind_begin(statement, from);
	sqlite_bind_key(statement, 5, &to->last);
	if (to->walk.done)
		sqlite3_bind_blob(statement, 6, greatest, sizeof(greatest) - 1,
		    SQLITE_STATIC);
	sqlite3_bind_int64(statement, 9, now_s);
}

/* Count again inside the write transaction: other processes may have changed
 * records since find_slice(). */
static int
remove_slice(struct sqlite_statements *statements, int64_t now_s,
    const struct sqlite_walk *from, const struct sqlite_walk *to,
    struct expiry_counts *counts)
{
	sqlite3_stmt *count =
	    sqlite_statement(statements, STATEMENT_EXPIRY_COUNT);
	int rc;

	bind_slice(count, from, to, now_s);
	rc = sqlite3_step(count);
	if (rc == SQLITE_ROW) {
		counts->waiting_n += sqlite3_column_int64(count, 0);
		counts->passed_n += sqlite3_column_int64(count, 1);
	}
	sqlite3_reset(count);
	if (rc != SQLITE_ROW)
		return -1;
	bind_slice(sqlite_statement(statements, STATEMENT_EXPIRY_REMOVE), from,
	    to, now_s);
	return sqlite_run(statements, STATEMENT_EXPIRY_REMOVE);
}

/* Begin a write transaction only if there is something to remove. */
static int
expire_slice(struct sqlite_statements *statements, int64_t now_s, size_t n_max,
    struct sqlite_walk *walk, struct expiry_counts *counts)
{
	struct sqlite_walk end = *walk;
	struct expiry_counts sum = *counts;
	int64_t seen_n, expired_n;

	if (find_slice(statements, now_s, n_max, &end, &seen_n, &expired_n) !=
	    0)
		return -1;
	sum.seen_n += seen_n;
	if (expired_n > 0 &&
	    (sqlite_run(statements, STATEMENT_BEGIN_WRITE) != 0 ||
		remove_slice(statements, now_s, walk, &end, &sum) != 0 ||
		sqlite_run(statements, STATEMENT_COMMIT) != 0))
		return -1;
	*walk = end;
	*counts = sum;
	return 0;
}

enum store_rc
sqlite_expire_next(struct store *store, struct record_walk *walk, int64_t now_s,
    size_t n_max, struct expiry_counts *counts, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	struct sqlite_walk *sqlite_walk = (struct sqlite_walk *)walk;

	if (walk->done)
		return STORE_OK;
	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	record_cache_clear(&sqlite->cache);
	if ((sqlite_walk->in_records ? expire_slice
				     : expire_waiting)(&sqlite->statements,
		now_s, n_max, sqlite_walk, counts) != 0)
		return sqlite_give_up(sqlite, err);
	return STORE_OK;
}
