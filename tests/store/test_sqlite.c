/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* What is particular to the SQLite store: its file, other processes, and
 * what happens when they do not behave. */
#include "test.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/store_open.h"

static char folder[64], path[80], uri[96];
static struct store_options options;
static struct err err;

static int
set_up(void **state)
{
	(void)state;
	options = (struct store_options){.timeout_ms = 20};
	strcpy(folder, "/tmp/tardigrey-sqlite-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/db", folder);
	snprintf(uri, sizeof(uri), "sqlite:%s", path);
	return 0;
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static sqlite3 *
foreign_open(void)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	return db;
}

static void
foreign(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
}

static void
foreign_once(const char *sql)
{
	sqlite3 *db = foreign_open();

	foreign(db, sql);
	sqlite3_close(db);
}

static enum store_rc
write_one(struct store *store, const char *sender)
{
	struct triplet triplet = {"192.0.2.0/24", "", "b@example.org"};
	struct store_change change = {
	    .triplet = &triplet,
	    .change = {CHANGE_MERGE, {0}, {1, 1, 0, 2, 1, 0}},
	};

	strcpy(triplet.sender, sender);
	return store->ops->apply(store, &change, 1, &err);
}

static enum store_rc
read_one(struct store *store, const char *sender, bool *found)
{
	struct triplet triplet = {"192.0.2.0/24", "", "b@example.org"};
	struct store_answer answer = {0};
	enum store_rc rc;

	strcpy(triplet.sender, sender);
	rc = store->ops->lookup(store, &triplet, 1, &answer, &err);
	*found = answer.found;
	return rc;
}

static void
assert_refused(const char *words)
{
	struct store *store = store_open(uri, &options, &err);

	assert_null(store);
	if (strstr(err.text, words) == NULL)
		fail_msg("expected \"%s\" in \"%s\"", words, err.text);
}

static void
test_uris(void **state)
{
	(void)state;
	assert_int_equal(store_uri_check("sqlite:/a/b", &err), 0);
	assert_int_equal(store_uri_check("memory:", &err), 0);
	assert_int_equal(store_uri_check("sqlite:a/b", &err), -1);
	assert_non_null(strstr(err.text, "absolute path"));
	assert_int_equal(store_uri_check("memory:/a", &err), -1);
	assert_int_equal(store_uri_check("redis://host", &err), -1);
	assert_int_equal(store_uri_check("sqlite", &err), -1);
	assert_int_equal(store_uri_check("", &err), -1);
}

/* Nobody but the daemon's user needs the addresses in it. */
static void
test_schema_is_readable(void **state)
{
	struct store *store = store_open(uri, &options, &err);
	sqlite3 *db;

	(void)state;
	assert_non_null(store);
	assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
	db = foreign_open();
	foreign(db,
	    "SELECT client, sender, recipient, first_seen, last_seen,"
	    " passed, expires, deferred_n, passed_n FROM triplet");
	foreign(db, "PRAGMA integrity_check");
	sqlite3_close(db);
	store_close(store);
}

static void
test_newer_schema_is_refused(void **state)
{
	(void)state;
	store_close(store_open(uri, &options, &err));
	foreign_once("PRAGMA user_version = 99");
	assert_refused("newer Tardigrey (schema 99");
}

static void
test_foreign_database_is_refused(void **state)
{
	(void)state;
	foreign_once("CREATE TABLE cat (name)");
	assert_refused("belongs to another program");
	foreign_once("PRAGMA user_version = 1");
	assert_refused("belongs to another program");
}

static void
test_no_database_is_refused(void **state)
{
	FILE *file = fopen(path, "w");

	(void)state;
	for (int i = 0; i < 1000; i++)
		fputs("this is not a database\n", file);
	fclose(file);
	assert_refused("not a database");
}

static void
test_missing_folder_is_explained(void **state)
{
	(void)state;
	snprintf(uri, sizeof(uri), "sqlite:%s/none/db", folder);
	assert_refused("directory must exist");
}

/* Another process holds the write lock: reads go on, a write fails within
 * the timeout, and works again when the lock is gone. [C29, C30] */
static void
test_locked_by_another(void **state)
{
	struct store *store = store_open(uri, &options, &err);
	struct timespec before, after;
	bool found;
	sqlite3 *db;

	(void)state;
	assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
	db = foreign_open();
	foreign(db, "BEGIN IMMEDIATE");
	assert_int_equal(read_one(store, "a@example.net", &found), STORE_OK);
	assert_true(found);
	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_int_equal(write_one(store, "c@example.net"), STORE_FAILED);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_non_null(strstr(err.text, "locked"));
	/* The timeout is 20 ms; ten seconds would be SQLite gone wild. */
	assert_true(after.tv_sec - before.tv_sec < 10);
	foreign(db, "COMMIT");
	sqlite3_close(db);
	assert_int_equal(read_one(store, "c@example.net", &found), STORE_OK);
	assert_false(found);
	assert_int_equal(write_one(store, "c@example.net"), STORE_OK);
	store_close(store);
}

/* All or none: a fault in the middle of a batch leaves nothing of it. */
static void
test_batch_is_atomic(void **state)
{
	struct store *store = store_open(uri, &options, &err);
	struct triplet triplets[2] = {
	    {"192.0.2.0/24", "a@example.net", "b@example.org"},
	    {"192.0.2.0/24", "refused@example.net", "b@example.org"},
	};
	struct store_change changes[2];
	bool found;

	(void)state;
	foreign_once("CREATE TRIGGER fault BEFORE INSERT ON triplet"
		     " WHEN new.sender = 'refused@example.net'"
		     " BEGIN SELECT raise(ABORT, 'a fault'); END");
	for (int i = 0; i < 2; i++)
		changes[i] = (struct store_change){
		    .triplet = &triplets[i],
		    .change = {CHANGE_MERGE, {0}, {1, 1, 0, 2, 1, 0}},
		};
	assert_int_equal(store->ops->apply(store, changes, 2, &err),
	    STORE_FAILED);
	assert_non_null(strstr(err.text, "a fault"));
	assert_int_equal(read_one(store, "a@example.net", &found), STORE_OK);
	assert_false(found);
	foreign_once("DROP TRIGGER fault");
	assert_int_equal(store->ops->apply(store, changes, 2, &err), STORE_OK);
	store_close(store);
}

/* The table is lost under our feet and comes back: no restart needed. */
static void
test_recovers_by_itself(void **state)
{
	struct store *store = store_open(uri, &options, &err);
	bool found;

	(void)state;
	foreign_once("ALTER TABLE triplet RENAME TO hidden");
	assert_int_equal(read_one(store, "a@example.net", &found),
	    STORE_FAILED);
	assert_int_equal(write_one(store, "a@example.net"), STORE_FAILED);
	foreign_once("ALTER TABLE hidden RENAME TO triplet");
	assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
	assert_int_equal(read_one(store, "a@example.net", &found), STORE_OK);
	assert_true(found);
	store_close(store);
}

/* The file is taken away: that is said once, and the next call goes on with
 * what is there, which is nothing. */
static void
test_file_is_removed(void **state)
{
	struct store *store = store_open(uri, &options, &err);
	char elsewhere[96];
	bool found;

	(void)state;
	snprintf(elsewhere, sizeof(elsewhere), "%s.old", path);
	assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
	assert_int_equal(rename(path, elsewhere), 0);
	assert_int_equal(write_one(store, "b@example.net"), STORE_FAILED);
	assert_non_null(strstr(err.text, "removed or renamed"));
	assert_int_equal(write_one(store, "b@example.net"), STORE_OK);
	assert_int_equal(read_one(store, "a@example.net", &found), STORE_OK);
	assert_false(found);
	store_close(store);
}

/* [C62] */
static void
test_open_folder_is_refused(void **state)
{
	(void)state;
	assert_int_equal(chmod(folder, 0770), 0);
	assert_refused("others than its owner may write");
	assert_int_equal(chmod(folder, 01777), 0);
	assert_refused("others than its owner may write");
	assert_int_equal(chmod(folder, 0755), 0);
	store_close(store_open(uri, &options, &err));
}

/* durability and timeout reach SQLite. */
static void
test_options(void **state)
{
	static const enum durability all[] = {
	    DURABILITY_NORMAL, DURABILITY_FULL, DURABILITY_OFF};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct store *store;

		options.durability = all[i];
		store = store_open(uri, &options, &err);
		assert_non_null(store);
		assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
		options.timeout_ms = 1;
		store->ops->configure(store, &options);
		assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
		store_close(store);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_uris),
	    TEST(test_schema_is_readable),
	    TEST(test_newer_schema_is_refused),
	    TEST(test_foreign_database_is_refused),
	    TEST(test_no_database_is_refused),
	    TEST(test_missing_folder_is_explained),
	    TEST(test_locked_by_another),
	    TEST(test_batch_is_atomic),
	    TEST(test_recovers_by_itself),
	    TEST(test_file_is_removed),
	    TEST(test_open_folder_is_refused),
	    TEST(test_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
