/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Records that the engine looks up first (decide/key_plan.h) are offered to the
 * cache. The others are looked up for few requests.
 *
 * The number of rows is not known in advance. A filter has room for ROWS_FEW
 * rows, or more if the database has many pages. If the table has more rows, the
 * next filter has the right size. A filter that has become full, because rows
 * were inserted, stays in use until the next one is ready.
 */
#include "store/sqlite/sqlite_filter.h"

#include "store/sqlite/sqlite_disk_threads.h"
#include "store/sqlite/sqlite_lookup.h"
#include "store/sqlite/sqlite_record_row.h"

/* A slice ends after so many rows, which takes 0.2 ms, or so many milliseconds:
 * a disk is slower. */
#define SLICE_ROWS 256
#define SLICE_MS   2
#define ROWS_FEW   262144   /* the room of a filter is one octet for each row */
#define ROWS_MANY  16777216 /* no filter for more rows */
/* A page of the database has about 40 rows. The rest is for new rows. */
#define ROWS_A_PAGE 48
#define QUIET_S     10
#define AGAIN_S     3600 /* if there was no memory, or too many rows */

/* ---- When ---- */

static bool
is_filling(const struct sqlite *sqlite)
{
	return record_filter_exists(&sqlite->cache.next);
}

static bool
must_begin(const struct sqlite *sqlite)
{
	const struct record_filter *filter = &sqlite->cache.filter;

	return !record_filter_exists(filter) || record_filter_is_full(filter);
}

bool
sqlite_filter_is_needed(struct sqlite *sqlite, int64_t now_s)
{
	struct sqlite_filter *state = &sqlite->filter;

	if (sqlite->options.use != STORE_SERVE ||
	    !record_cache_is_on(&sqlite->cache))
		return false;
	if (state->was_cleared) {
		state->was_cleared = false;
		state->not_before_s = now_s + QUIET_S;
	}
	return is_filling(sqlite) ||
	    (now_s >= state->not_before_s && must_begin(sqlite));
}

/* ---- Filling ---- */

static void
try_later(struct sqlite *sqlite, int64_t now_s)
{
	sqlite->filter.not_before_s = now_s + AGAIN_S;
}

/* Begin a filter with room for n rows, within the bounds. */
static void
begin(struct sqlite *sqlite, size_t n, int64_t now_s)
{
	struct sqlite_filter *state = &sqlite->filter;

	if (n < ROWS_FEW)
		n = ROWS_FEW;
	if (n > ROWS_MANY)
		n = ROWS_MANY;
	state->has_begun = false;
	state->rows_n = 0;
	if (record_cache_begin_filter(&sqlite->cache, n) != 0)
		try_later(sqlite, now_s);
}

static size_t
room(struct sqlite *sqlite)
{
	return (size_t)sqlite_read_number(&sqlite->statements,
		   STATEMENT_PAGE_COUNT) *
	    ROWS_A_PAGE;
}

/* If the table has more rows than expected, begin another filter. */
static void
end(struct sqlite *sqlite, int64_t now_s)
{
	size_t n = sqlite->filter.rows_n;

	if (n > sqlite->cache.next.octets_n) {
		begin(sqlite, n + n / 4, now_s);
		return;
	}
	record_cache_end_filter(&sqlite->cache);
	if (record_filter_is_full(&sqlite->cache.filter))
		try_later(sqlite, now_s);
}

static void
add(struct record_cache *cache, sqlite3_stmt *row, const struct key *key)
{
	uint64_t hash = record_cache_hash(cache, key);
	struct record record;

	record_filter_add(&cache->next, hash);
	record_cache_note_kind(cache, key->kind);
	if (key->kind != KEY_TRIPLET_NETWORK &&
	    key->kind != KEY_AUTO_WHITELIST_ADDRESS)
		return;
	sqlite_read_record(row, &record);
	record_cache_offer(cache, hash, &record);
}

static bool
is_long_enough(int rows_n, int64_t began_ms)
{
	return rows_n >= SLICE_ROWS ||
	    (rows_n % 16 == 0 && disk_threads_now_ms() - began_ms >= SLICE_MS);
}

/* Add the keys of the next rows. A slice ends at a key that sqlite_read_key()
 * can read; the next slice begins with it. Keys that it refuses are never
 * looked up. Returns SQLITE_ROW, SQLITE_DONE at the end, or an error. */
static int
add_rows(struct sqlite *sqlite)
{
	struct sqlite_filter *state = &sqlite->filter;
	sqlite3_stmt *statement =
	    sqlite_statement(&sqlite->statements, STATEMENT_WALK);
	int64_t began_ms = disk_threads_now_ms();
	struct key key;
	int n = 0, rc;

	sqlite_bind_walk(statement, state->has_begun ? &state->last : NULL);
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		n++;
		if (!sqlite_read_key(statement, COLUMN_KEY, &key) ||
		    (state->has_begun && key_equal(&key, &state->last)))
			continue;
		add(&sqlite->cache, statement, &key);
		state->rows_n++;
		if (is_long_enough(n, began_ms)) {
			key_copy(&state->last, &key);
			state->has_begun = true;
			break;
		}
	}
	sqlite3_reset(statement);
	return rc;
}

static int
fill(struct sqlite *sqlite, int64_t now_s)
{
	int rc;

	if (!is_filling(sqlite) && !sqlite->filter.was_cleared)
		begin(sqlite, room(sqlite), now_s);
	if (!is_filling(sqlite))
		return 0;
	rc = add_rows(sqlite);
	if (sqlite->filter.rows_n > ROWS_MANY) {
		record_cache_give_up_filter(&sqlite->cache);
		try_later(sqlite, now_s);
	} else if (rc == SQLITE_DONE) {
		end(sqlite, now_s);
	}
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

int
sqlite_filter_slice(struct sqlite *sqlite, int64_t now_s)
{
	struct sqlite_statements *statements = &sqlite->statements;

	if (sqlite_run(statements, STATEMENT_BEGIN_READ) != 0 ||
	    sqlite_check_cache(sqlite) != 0 || fill(sqlite, now_s) != 0)
		return -1;
	return sqlite_run(statements, STATEMENT_COMMIT);
}
