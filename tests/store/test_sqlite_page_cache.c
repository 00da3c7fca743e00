/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The page cache must drop the pages behind the end of the file, as SQLite's
 * own does, but must not search for them after each commit.
 */
#include "test.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "store/scratch.h"
#include "store/sqlite/sqlite_page_cache.h"

/* SQLite's own cache, and how often it was told to drop pages. */
static sqlite3_pcache_methods2 own;
static unsigned truncations_n;

static void
count_truncation(sqlite3_pcache *cache, unsigned limit)
{
	truncations_n++;
	own.xTruncate(cache, limit);
}

/* Our cache, which uses it. */
static sqlite3_pcache_methods2 ours;

static void
install(void)
{
	sqlite3_pcache_methods2 counting;

	assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &own),
	    SQLITE_OK);
	counting = own;
	counting.xTruncate = count_truncation;
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_PCACHE2, &counting),
	    SQLITE_OK);
	sqlite_page_cache();
	sqlite_page_cache(); /* a second call changes nothing */
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &ours),
	    SQLITE_OK);
	assert_ptr_not_equal(ours.xTruncate, counting.xTruncate);
	assert_int_equal(sqlite3_initialize(), SQLITE_OK);
}

/* ---- Pages by hand ---- */

/* SQLite gives a page, for a moment, the number 262145. The steps: "+N" fetch
 * page N, "N>M" give it the number M, "|N" drop all pages from N on, then "!"
 * (SQLite's cache is told) or "=" (it is not); "?N" page N is there, "-N" it is
 * not. */
static const struct {
	const char *label, *steps;
} stories[] = {
    {"nothing behind the end", "+1 +2 +9 |10= ?1 ?2 ?9"},
    {"nothing at all", "|1="},
    {"a shorter file", "+1 +2 +9 |9! ?2 -9"},
    {"shorter, and longer again", "+1 +9 |2! -9 +2 |3= +9 |10= |9! ?2 -9"},
    {"emptied", "+1 +2 |1! -1 -2 +1 |2="},
    {"moved within", "+1 +2 +9 9>3 |10= ?3 -9 |4! ?3"},
    {"away and back", "+1 +2 2>262145 262145>2 |3= ?2 |2! -2"},
    {"two away and back",
	"+1 +2 +3 2>262145 3>262146 262146>2 262145>3 |4= ?2 ?3"},
    {"still away", "+1 +2 2>262145 |3! -2 -262145 ?1"},
    {"one of two still away",
	"+1 +2 +3 2>262145 3>262146 262146>2 |4! ?2 -3 -262145"},
    {"away, and dropped; then as before",
	"+1 +2 2>262145 |3! +2 |3= 2>262145 262145>2 |3="},
    {"away within a long file",
	"+1 +2 2>262145 +300000 262145>2 |300001! ?2 ?300000 +5 |300001="},
    {"a long file, cut while one is away",
	"+1 +2 2>262145 |300000! ?262145 |300000= |262145! -262145"},
};

static const void *
there(sqlite3_pcache *cache, unsigned number)
{
	return ours.xFetch(cache, number, 0);
}

static const char *
step(sqlite3_pcache *cache, const char *at)
{
	char kind = *at;
	unsigned number, from, before_n = truncations_n;
	char verdict;
	int n;

	if (kind >= '0' && kind <= '9') {
		assert_int_equal(sscanf(at, "%u>%u%n", &from, &number, &n), 2);
		ours.xRekey(cache, ours.xFetch(cache, from, 0), from, number);
		return at + n;
	}
	assert_int_equal(sscanf(at + 1, "%u%n", &number, &n), 1);
	at += 1 + n;
	switch (kind) {
	case '+':
		assert_non_null(ours.xFetch(cache, number, 2));
		return at;
	case '?':
		assert_non_null(there(cache, number));
		return at;
	case '-':
		assert_null(there(cache, number));
		return at;
	case '|':
		verdict = *at++;
		ours.xTruncate(cache, number);
		assert_int_equal(truncations_n - before_n, verdict == '!');
		return at;
	}
	fail_msg("%s: unknown step", at);
	return at;
}

static void
test_stories(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		sqlite3_pcache *cache = ours.xCreate(4096, 256, 1);
		const char *at = stories[i].steps;

		print_message("%s\n", stories[i].label);
		assert_non_null(cache);
		ours.xCachesize(cache, 100);
		while (*at != '\0')
			at = *at == ' ' ? at + 1 : step(cache, at);
		ours.xShrink(cache);
		ours.xDestroy(cache);
	}
}

/* ---- A table that grows ---- */

/* Add 100 rows, and end the transaction. */
static void
add_rows(sqlite3 *db, const char *end)
{
	char sql[80];

	sql_run(db, "BEGIN");
	for (int n = 1; n <= 100; n++) {
		snprintf(sql, sizeof(sql),
		    "INSERT INTO row VALUES (hex(randomblob(30)), %d)", n);
		sql_run(db, sql);
	}
	sql_run(db, end);
}

/* Rows with random keys, so that SQLite rebalances pages all the time. Some
 * transactions are rolled back, some rows removed, and the file is cut. */
static void
test_growth(void **state)
{
	sqlite3 *db;
	int64_t rows_n = 0;
	unsigned commits_truncated_n;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	sql_run(db, "PRAGMA auto_vacuum = INCREMENTAL");
	sql_run(db,
	    "CREATE TABLE row (key TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID");
	truncations_n = 0;
	for (int i = 0; i < 200; i++, rows_n += 100)
		add_rows(db, "COMMIT");
	commits_truncated_n = truncations_n;
	for (int i = 0; i < 20; i++)
		add_rows(db, "ROLLBACK");
	assert_true(truncations_n > commits_truncated_n);
	assert_int_equal(sql_number(db, "SELECT count(*) FROM row"), rows_n);
	sql_run(db,
	    "DELETE FROM row WHERE n % 3 = 0; PRAGMA incremental_vacuum");
	for (int i = 0; i < 20; i++)
		add_rows(db, "COMMIT");
	rows_n -= 200 * 33 - 20 * 100;
	assert_int_equal(sql_number(db, "SELECT count(*) FROM row"), rows_n);
	assert_int_equal(sql_number(db,
			     "SELECT integrity_check = 'ok' FROM "
			     "pragma_integrity_check"),
	    1);
	sqlite3_close(db);
	assert_int_equal(commits_truncated_n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stories),
	    cmocka_unit_test(test_growth),
	};

	install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
