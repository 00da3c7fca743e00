/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * With this VFS, the write-ahead log must have the same content as without it.
 * Every handle sees a commit at once, also in another process. If a write
 * fails, the commit that it belongs to fails.
 */
#include "test.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/faulty_vfs.h"
#include "store/scratch.h"
#include "store/sqlite/sqlite_vfs.h"

static sqlite3 *writer; /* with sqlite_vfs() */
static sqlite3 *reader; /* with SQLite's own VFS */

static sqlite3 *
open_through(const char *vfs)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(path, &db,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs),
	    SQLITE_OK);
	return db;
}

static int
try(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

/* The sum depends on the number and on the length of each row, so it differs if
 * half of a row is old. */
#define SUM "SELECT total(n * length(text)) + count(*) FROM row"

static int
set_up_with(const char *synchronous)
{
	char sql[64];

	if (scratch_make() != 0)
		return -1;
	faulty_vfs_install();
	faulty_plan(FAULT_IOERR, 0, false);
	writer = open_through(sqlite_vfs());
	sql_run(writer, "PRAGMA journal_mode = WAL");
	sql_run(writer, "PRAGMA wal_autocheckpoint = 0");
	snprintf(sql, sizeof(sql), "PRAGMA synchronous = %s", synchronous);
	sql_run(writer, sql);
	sql_run(writer, "CREATE TABLE row (n INTEGER PRIMARY KEY, text)");
	reader = open_through("unix");
	return 0;
}

static int
set_up(void **state)
{
	(void)state;
	return set_up_with("NORMAL");
}

static int
set_up_full(void **state)
{
	(void)state;
	return set_up_with("FULL");
}

static int
tear_down(void **state)
{
	(void)state;
	sqlite3_close(reader);
	sqlite3_close(writer);
	return scratch_remove();
}

/* ---- Another process: this program, started again ---- */

static int
be_another_process(const char *file)
{
	snprintf(path, sizeof(path), "%s", file);
	reader = open_through("unix");
	printf("%lld\n",
	    (long long)(sql_number(reader,
			    "SELECT integrity_check <> 'ok' FROM "
			    "pragma_integrity_check LIMIT 1") == 0
		    ? sql_number(reader, SUM)
		    : -1));
	sqlite3_close(reader);
	return 0;
}

static int64_t
seen_by_another_process(void)
{
	char self[256], command[400];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	long long sum = -2;
	FILE *pipe;

	assert_true(n > 0);
	self[n] = '\0';
	snprintf(command, sizeof(command), "'%s' --look '%s'", self, path);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_int_equal(fscanf(pipe, "%lld", &sum), 1);
	assert_int_equal(pclose(pipe), 0);
	return sum;
}

static void
assert_all_see_the_same(void)
{
	int64_t sum = sql_number(writer, SUM);

	assert_int_equal(sql_number(reader, SUM), sum);
	assert_int_equal(seen_by_another_process(), sum);
}

/* ---- Commits ---- */

static void
insert(int n, int octets_n)
{
	char sql[128];

	snprintf(sql, sizeof(sql),
	    "INSERT INTO row (text) VALUES (hex(zeroblob(%d)) || %d)",
	    octets_n / 2, n);
	sql_run(writer, sql);
}

static void
test_each_commit_is_seen_at_once(void **state)
{
	(void)state;
	for (int i = 1; i <= 60; i++) {
		insert(i, i * 700); /* up to ten pages */
		assert_int_equal(sql_number(reader, "SELECT count(*) FROM row"),
		    i);
		assert_int_equal(sql_number(reader, SUM),
		    sql_number(writer, SUM));
		if (i % 20 == 0)
			assert_all_see_the_same();
	}
}

static void
test_commit_is_few_writes(void **state)
{
	int64_t many_n, few_n;

	(void)state;
	insert(1, 10);
	faulty_plan(FAULT_TORN, 0, false); /* counts writes only */
	insert(2, 12 * 4096);
	few_n = faulty_calls_n();
	sqlite3_close(writer);
	writer = open_through("faulty");
	sql_run(writer, "PRAGMA synchronous = NORMAL");
	sql_run(writer, "PRAGMA wal_autocheckpoint = 0");
	insert(3, 10);
	faulty_plan(FAULT_TORN, 0, false);
	insert(4, 12 * 4096);
	many_n = faulty_calls_n();
	assert_in_range(few_n, 1, 3);
	assert_in_range(many_n, 20, 40);
	assert_all_see_the_same();
}

static void
test_larger_than_the_buffer(void **state)
{
	(void)state;
	for (int i = 1; i <= 4; i++) {
		insert(i, i * 64 * 1024 - 300);
		insert(i, i * 100 * 1024);
		assert_all_see_the_same();
	}
}

static void
fill(int rows_n)
{
	sql_run(writer, "BEGIN");
	for (int i = 1; i <= rows_n; i++)
		insert(i, 1500);
	sql_run(writer, "COMMIT");
	sql_run(writer, "PRAGMA cache_size = 10");
}

/* A transaction that is larger than the cache writes pages before its commit,
 * reads them again, and writes them again. */
static void
test_larger_than_the_cache(void **state)
{
	int64_t before, within;

	(void)state;
	fill(300);
	before = sql_number(reader, SUM);
	sql_run(writer, "BEGIN");
	faulty_plan(FAULT_TORN, 0, false);
	/* The second pass reads pages that the first pass has written. */
	for (int i = 0; i < 2; i++)
		sql_run(writer,
		    "UPDATE row SET text = text || 'x' WHERE n <= 30");
	for (int i = 0; i < 3; i++) {
		sql_run(writer, "UPDATE row SET text = text || 'more'");
		assert_int_equal(sql_number(reader, SUM), before);
	}
	assert_true(faulty_calls_n() > 0);
	within = sql_number(writer, SUM);
	assert_true(within > before);
	sql_run(writer, "COMMIT");
	assert_int_equal(sql_number(reader, SUM), within);
	assert_all_see_the_same();
}

static void
test_rollback(void **state)
{
	int64_t before;

	(void)state;
	fill(300);
	before = sql_number(reader, SUM);
	for (int i = 0; i < 3; i++) {
		sql_run(writer, "BEGIN");
		sql_run(writer, "UPDATE row SET text = text || 'more'");
		sql_run(writer, "ROLLBACK");
		assert_int_equal(sql_number(writer, SUM), before);
		assert_int_equal(sql_number(reader, SUM), before);
		sql_run(writer, "SAVEPOINT a; DELETE FROM row WHERE n > 100");
		sql_run(writer, "SAVEPOINT b; UPDATE row SET text = 'gone'");
		sql_run(writer, "ROLLBACK TO b; ROLLBACK TO a; RELEASE a");
		assert_all_see_the_same();
		insert(i, 5000);
		assert_all_see_the_same();
		before = sql_number(writer, SUM);
	}
}

static void
test_checkpoints_between(void **state)
{
	static const char *const checkpoints[] = {
	    "PRAGMA wal_checkpoint(PASSIVE)", "PRAGMA wal_checkpoint(FULL)",
	    "PRAGMA wal_checkpoint(RESTART)",
	    "PRAGMA wal_checkpoint(TRUNCATE)"};

	(void)state;
	for (int i = 0; i < 24; i++) {
		insert(i, 30000 * (i % 4));
		sql_run(i % 3 == 0 ? reader : writer, checkpoints[i % 4]);
		insert(i, 10);
		assert_int_equal(sql_number(reader, SUM),
		    sql_number(writer, SUM));
	}
	assert_all_see_the_same();
	sqlite3_close(writer); /* the reader keeps the log */
	writer = open_through("unix");
	assert_all_see_the_same();
}

/* ---- Failed writes ---- */

/* Run a transaction with many writes, some before the commit. Each has another
 * length, and none makes the table longer. Returns whether it was committed. */
static bool
try_transaction(void)
{
	static int n;
	char sql[256];

	snprintf(sql, sizeof(sql),
	    "BEGIN; UPDATE row SET text = hex(zeroblob(%d));"
	    "REPLACE INTO row VALUES (1000, hex(zeroblob(50000)));"
	    "COMMIT",
	    700 + ++n % 1000);
	if (try(writer, sql) == SQLITE_OK)
		return true;
	if (!sqlite3_get_autocommit(writer))
		try(writer, "ROLLBACK");
	return false;
}

/* Make each call fail once. Returns how many calls there are. */
static int
fail_each(enum fault fault)
{
	int at = 0;
	int64_t injected_n;

	do {
		int64_t sum = sql_number(reader, SUM);
		bool committed;

		faulty_plan(fault, ++at, false);
		committed = try_transaction();
		injected_n = faulty_injected_n();
		faulty_heal();
		if (injected_n == 0)
			assert_true(committed);
		assert_int_equal(sql_number(reader, SUM) != sum, committed);
		assert_int_equal(sql_number(writer, SUM),
		    sql_number(reader, SUM));
		/* Let the log start over for some transactions. */
		if (at % 8 == 0)
			sql_run(reader, "PRAGMA wal_checkpoint(RESTART)");
	} while (injected_n > 0);
	assert_all_see_the_same();
	return at - 1;
}

static void
test_errors_belong_to_their_commit(void **state)
{
	(void)state;
	fill(60);
	assert_true(fail_each(FAULT_TORN) > 5);
	assert_true(fail_each(FAULT_FULL) > 5);
	assert_true(fail_each(FAULT_IOERR) > 5);
}

#define TEST_BOTH(f)                                           \
	cmocka_unit_test_setup_teardown(f, set_up, tear_down), \
	    cmocka_unit_test_setup_teardown(f, set_up_full, tear_down)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    TEST_BOTH(test_each_commit_is_seen_at_once),
	    cmocka_unit_test_setup_teardown(test_commit_is_few_writes, set_up,
		tear_down),
	    TEST_BOTH(test_larger_than_the_buffer),
	    TEST_BOTH(test_larger_than_the_cache),
	    TEST_BOTH(test_rollback),
	    TEST_BOTH(test_checkpoints_between),
	    TEST_BOTH(test_errors_belong_to_their_commit),
	};

	if (argc == 3 && strcmp(argv[1], "--look") == 0)
		return be_another_process(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
