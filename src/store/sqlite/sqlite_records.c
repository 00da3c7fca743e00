/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite.h"

#include <string.h>

/* Bind a key to four parameters from "first" on; the texts are borrowed until
 * the statement was run. */
static void
bind_key(sqlite3_stmt *statement, int first, const struct key *key)
{
	sqlite3_bind_int(statement, first, (int)key->kind);
	sqlite3_bind_text(statement, first + 1, key->client, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, first + 2, key->sender, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, first + 3, key->recipient, -1,
	    SQLITE_STATIC);
}

/* ?5, ?6, ?7 */
static void
bind_times(sqlite3_stmt *statement, const struct record *record)
{
	sqlite3_bind_int64(statement, 5, record->first_seen_s);
	sqlite3_bind_int64(statement, 6, record->last_seen_s);
	if (record->passed_s != 0)
		sqlite3_bind_int64(statement, 7, record->passed_s);
	else
		sqlite3_bind_null(statement, 7);
}

/* ---- Looking up ---- */

static void
read_record(sqlite3_stmt *statement, struct record *out)
{
	out->first_seen_s = sqlite3_column_int64(statement, 0);
	out->last_seen_s = sqlite3_column_int64(statement, 1);
	out->passed_s = sqlite3_column_int64(statement, 2); /* NULL gives 0 */
	out->expires_s = sqlite3_column_int64(statement, 3);
	out->deferred_n = sqlite3_column_int64(statement, 4);
	out->passed_n = sqlite3_column_int64(statement, 5);
}

static int
find(struct sqlite *sqlite, const struct key *triplet,
    struct store_answer *answer)
{
	sqlite3_stmt *statement = sqlite->statements[STATEMENT_FIND];
	int rc;

	bind_key(statement, 1, triplet);
	rc = sqlite3_step(statement);
	answer->found = rc == SQLITE_ROW;
	if (answer->found)
		read_record(statement, &answer->record);
	sqlite3_reset(statement);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

static int
find_all(struct sqlite *sqlite, const struct key *triplets, size_t n,
    struct store_answer *answers)
{
	if (sqlite_run(sqlite, STATEMENT_BEGIN_READ) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (find(sqlite, &triplets[i], &answers[i]) != 0)
			return -1;
	return sqlite_run(sqlite, STATEMENT_COMMIT);
}

enum store_rc
sqlite_lookup(struct store *store, const struct key *triplets, size_t n,
    struct store_answer *answers, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (find_all(sqlite, triplets, n, answers) != 0)
		return sqlite_give_up(sqlite, err);
	return STORE_OK;
}

/* ---- Applying ---- */

static int
forget(struct sqlite *sqlite, const struct key *triplet)
{
	bind_key(sqlite->statements[STATEMENT_FORGET], 1, triplet);
	return sqlite_run(sqlite, STATEMENT_FORGET);
}

static int
forget_if_same(struct sqlite *sqlite, const struct key *triplet,
    const struct record *read)
{
	sqlite3_stmt *statement = sqlite->statements[STATEMENT_FORGET_IF_SAME];

	bind_key(statement, 1, triplet);
	bind_times(statement, read);
	return sqlite_run(sqlite, STATEMENT_FORGET_IF_SAME);
}

static int
merge(struct sqlite *sqlite, const struct key *triplet,
    const struct record *record)
{
	sqlite3_stmt *statement = sqlite->statements[STATEMENT_MERGE];

	bind_key(statement, 1, triplet);
	bind_times(statement, record);
	sqlite3_bind_int64(statement, 8, record->expires_s);
	sqlite3_bind_int64(statement, 9, record->deferred_n);
	sqlite3_bind_int64(statement, 10, record->passed_n);
	return sqlite_run(sqlite, STATEMENT_MERGE);
}

static int
apply_one(struct sqlite *sqlite, const struct key *triplet,
    const struct change *change)
{
	switch (change->how) {
	case CHANGE_NONE:
		return 0;
	case CHANGE_FORGET:
		return forget(sqlite, triplet);
	case CHANGE_EVICT:
		return forget_if_same(sqlite, triplet, &change->read);
	case CHANGE_RESTART:
		if (forget_if_same(sqlite, triplet, &change->read) != 0)
			return -1;
		return merge(sqlite, triplet, &change->record);
	case CHANGE_MERGE:
		return merge(sqlite, triplet, &change->record);
	}
	return -1;
}

static int
apply_all(struct sqlite *sqlite, const struct store_change *changes, size_t n)
{
	if (sqlite_run(sqlite, STATEMENT_BEGIN_WRITE) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (apply_one(sqlite, changes[i].key, &changes[i].change) != 0)
			return -1;
	return sqlite_run(sqlite, STATEMENT_COMMIT);
}

enum store_rc
sqlite_apply(struct store *store, const struct store_change *changes, size_t n,
    struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (apply_all(sqlite, changes, n) != 0)
		return sqlite_give_up(sqlite, err);
	sqlite_checkpoint_after_commit(sqlite);
	return STORE_OK;
}

/* ---- Expiring ---- */

/* Whether a key column was copied as it is. A foreign hand may have written
 * octets, or more than we hold: whoever went on from what is left of that
 * could come back to it for ever. */
static bool
read_exactly(sqlite3_stmt *statement, int column, char *out, size_t size)
{
	const char *text;
	size_t n;

	if (sqlite3_column_type(statement, column) != SQLITE_TEXT)
		return false;
	text = (const char *)sqlite3_column_text(statement, column);
	n = (size_t)sqlite3_column_bytes(statement, column);
	if (text == NULL || n >= size || memchr(text, '\0', n) != NULL)
		return false;
	memcpy(out, text, n + 1);
	return true;
}

static bool
read_key(sqlite3_stmt *statement, int first, struct key *out)
{
	int64_t kind = sqlite3_column_int64(statement, first);

	if (sqlite3_column_type(statement, first) != SQLITE_INTEGER ||
	    kind < 0 || kind >= KEY_KINDS)
		return false;
	out->kind = (enum key_kind)kind;
	return read_exactly(statement, first + 1, out->client,
		   sizeof(out->client)) &&
	    read_exactly(statement, first + 2, out->sender,
		sizeof(out->sender)) &&
	    read_exactly(statement, first + 3, out->recipient,
		sizeof(out->recipient));
}

/* Find where the slice ends, and how many in it look expired. It ends at a
 * key that can be named, so there may be more rows in it than rows_max. */
static int
walk_slice(struct sqlite *sqlite, int64_t now_s, size_t rows_max,
    struct store_sweep *sweep, size_t *expired_n)
{
	sqlite3_stmt *statement =
	    sqlite_statement(sqlite, STATEMENT_SLICE_WALK);
	struct key end;
	size_t seen_n = 0;
	int rc;

	*expired_n = 0;
	bind_key(statement, 1, &sweep->last);
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		if (sqlite3_column_int64(statement, 4) < now_s)
			(*expired_n)++;
		if (++seen_n >= rows_max && read_key(statement, 0, &end))
			break;
	}
	sqlite3_reset(statement);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return -1;
	sweep->done = rc == SQLITE_DONE;
	sweep->seen_n += (int64_t)seen_n;
	if (!sweep->done)
		sweep->last = end;
	return 0;
}

/* Up to the key that ended the walk; the last slice reaches behind every key
 * there can be, and for SQLite octets are behind all texts. */
static void
bind_slice(sqlite3_stmt *statement, const struct key *after,
    const struct store_sweep *sweep, int64_t now_s)
{
	static const char behind_all[] = "\xff\xff\xff\xff\xff\xff\xff\xff";

	bind_key(statement, 1, after);
	bind_key(statement, 5, &sweep->last);
	if (sweep->done)
		sqlite3_bind_blob(statement, 5, behind_all,
		    sizeof(behind_all) - 1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 9, now_s);
}

/* Inside the write transaction, where nothing changes any more. */
static int
remove_slice(struct sqlite *sqlite, int64_t now_s, const struct key *after,
    struct store_sweep *sweep)
{
	sqlite3_stmt *count = sqlite_statement(sqlite, STATEMENT_SLICE_COUNT);
	int rc;

	bind_slice(count, after, sweep, now_s);
	rc = sqlite3_step(count);
	if (rc == SQLITE_ROW) {
		sweep->waiting_n += sqlite3_column_int64(count, 0);
		sweep->passed_n += sqlite3_column_int64(count, 1);
	}
	sqlite3_reset(count);
	if (rc != SQLITE_ROW)
		return -1;
	bind_slice(sqlite_statement(sqlite, STATEMENT_SLICE_EXPIRE), after,
	    sweep, now_s);
	return sqlite_run(sqlite, STATEMENT_SLICE_EXPIRE);
}

static int
expire_slice(struct sqlite *sqlite, int64_t now_s, size_t rows_max,
    struct store_sweep *sweep)
{
	struct store_sweep advanced = *sweep;
	size_t expired_n;

	if (walk_slice(sqlite, now_s, rows_max, &advanced, &expired_n) != 0)
		return -1;
	if (expired_n > 0 &&
	    (sqlite_run(sqlite, STATEMENT_BEGIN_WRITE) != 0 ||
		remove_slice(sqlite, now_s, &sweep->last, &advanced) != 0 ||
		sqlite_run(sqlite, STATEMENT_COMMIT) != 0))
		return -1;
	*sweep = advanced;
	return 0;
}

enum store_rc
sqlite_expire(struct store *store, int64_t now_s, size_t rows_max,
    struct store_sweep *sweep, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (expire_slice(sqlite, now_s, rows_max, sweep) != 0)
		return sqlite_give_up(sqlite, err);
	return STORE_OK;
}

/* ---- Counting ---- */

/* The shortest keys take so much of a page, with what SQLite adds. */
#define ROW_OCTETS_MIN 48

static int
read_number(struct sqlite *sqlite, enum statement which, int64_t *out)
{
	sqlite3_stmt *statement = sqlite_statement(sqlite, which);
	int rc = sqlite3_step(statement);

	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return rc == SQLITE_ROW ? 0 : -1;
}

enum store_rc
sqlite_rows_at_most(struct store *store, int64_t *n_out, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	int64_t pages_n, free_n, page_octets;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (read_number(sqlite, STATEMENT_PAGES, &pages_n) != 0 ||
	    read_number(sqlite, STATEMENT_FREE_PAGES, &free_n) != 0 ||
	    read_number(sqlite, STATEMENT_PAGE_OCTETS, &page_octets) != 0)
		return sqlite_give_up(sqlite, err);
	*n_out = (pages_n - free_n) * (page_octets / ROW_OCTETS_MIN);
	return STORE_OK;
}

/* ---- Walking ---- */

static bool
read_row(sqlite3_stmt *statement, struct store_row *out)
{
	read_record(statement, &out->record);
	return read_key(statement, 6, &out->key);
}

/* The search begins at "after", which is not wanted itself. A key that
 * cannot be named is left out. */
static int
walk_on(struct sqlite *sqlite, const struct key *after, size_t n_max,
    struct store_row *rows, size_t *n)
{
	static const struct key lowest;
	sqlite3_stmt *statement = sqlite_statement(sqlite, STATEMENT_WALK);
	int rc = SQLITE_ROW;

	bind_key(statement, 1, after != NULL ? after : &lowest);
	*n = 0;
	while (*n < n_max && (rc = sqlite3_step(statement)) == SQLITE_ROW)
		if (read_row(statement, &rows[*n]) &&
		    (after == NULL || !key_equal(&rows[*n].key, after)))
			(*n)++;
	sqlite3_reset(statement);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

enum store_rc
sqlite_walk(struct store *store, const struct key *after, size_t n_max,
    struct store_row *rows, size_t *n_out, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	size_t n;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (walk_on(sqlite, after, n_max, rows, &n) != 0)
		return sqlite_give_up(sqlite, err);
	*n_out = n;
	return STORE_OK;
}
