/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Test max_known and max_correspondents: the records that were used least
 * recently go. [C54]
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "store/scratch.h"
#include "store/sqlite/sqlite_handle.h"
#include "store/store_open.h"

#define NOW     1000000000
#define HOUR    3600
#define MAX     500
#define BATCH   100
#define COUNTED "SELECT count(*) FROM record"

static struct store_options options;
static struct store *store;
static sqlite3 *db; /* reads the tables without the store */
static struct err err;
static int64_t forgotten_n, forgotten_correspondents_n;

static int
set_up(void **state)
{
	(void)state;
	options = (struct store_options){
	    .timeout_ms = 2000,
	    .use = STORE_SERVE,
	    .max_known = MAX,
	    .record_cache_octets = 100000,
	};
	forgotten_n = forgotten_correspondents_n = 0;
	if (scratch_make() != 0)
		return -1;
	store = store_open(uri, &options, &err);
	if (store == NULL)
		return -1;
	return sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);
}

static int
tear_down(void **state)
{
	(void)state;
	sqlite3_close(db);
	store_close(store);
	return scratch_remove();
}

static const struct key *
key_of(int64_t i)
{
	static struct key keys[BATCH];
	struct key *key = &keys[i % BATCH];

	/* The order of the keys is not that of the numbers. */
	*key = (struct key){
	    (enum key_kind)(i % 3), "192.0.2.0/24", "", "b@example.org"};
	snprintf(key->sender, sizeof(key->sender), "%08x@example.net",
	    (unsigned)i * 2654435761u);
	return key;
}

/* Write the records first <= i < end. Record i is last seen step_s * i before
 * NOW. */
static void
write_records(int64_t first, int64_t end, int64_t step_s)
{
	struct store_change changes[BATCH];
	size_t n = 0;

	for (int64_t i = first; i < end; i++) {
		int64_t seen_s = NOW - step_s * i;

		changes[n++] = (struct store_change){.key = key_of(i),
		    .change = {CHANGE_MERGE, {0},
			{seen_s, seen_s, seen_s, NOW + 999999, 1, 1, 0}}};
		if (n < BATCH && i + 1 < end)
			continue;
		if (store->records->apply(store, changes, n, &err) != STORE_OK)
			fail_msg("%s", err.text);
		n = 0;
	}
}

static bool
exists(int64_t i)
{
	struct store_answer answer;

	if (store->records->lookup(store, key_of(i), 1, &answer, &err) !=
	    STORE_OK)
		fail_msg("%s", err.text);
	return answer.found;
}

static void
maintain(int64_t now_s)
{
	struct record_maintenance report;

	if (store->records->maintain(store, now_s, &report, &err) != STORE_OK)
		fail_msg("%s", err.text);
	forgotten_n += report.forgotten_n;
	forgotten_correspondents_n += report.forgotten_correspondents_n;
}

/* Enough slices for two rounds. Each slice needs another second. */
static void
maintain_long(void)
{
	for (int64_t i = 0; i < 100; i++)
		maintain(NOW + i);
}

static void
test_oldest_go(void **state)
{
	(void)state;
	write_records(0, 3000, HOUR);
	for (int64_t i = 0; i < 3000; i++)
		assert_true(exists(i)); /* they are in the cache */
	maintain_long();
	/* Records older than 2048 hours count as equally old. */
	assert_int_equal(sql_number(db, COUNTED), MAX);
	assert_int_equal(forgotten_n, 3000 - MAX);
	for (int64_t i = 0; i < 3000; i++)
		assert_int_equal(exists(i), i < MAX);
}

/* In one hour the number is exact, too. */
static void
test_all_in_one_hour(void **state)
{
	(void)state;
	write_records(0, 3000, 1);
	maintain_long();
	assert_int_equal(sql_number(db, COUNTED), MAX);
	write_records(3000, 3700, 0);
	maintain_long();
	assert_int_equal(sql_number(db, COUNTED), MAX);
}

static void
test_few_stay(void **state)
{
	(void)state;
	write_records(0, MAX, HOUR);
	maintain_long();
	assert_int_equal(sql_number(db, COUNTED), MAX);
	assert_int_equal(forgotten_n, 0);
	/* A clock that was set back. */
	write_records(MAX, MAX + 10, -HOUR);
	for (int64_t i = 0; i < 100; i++)
		maintain(NOW - 500 * HOUR + i);
	assert_int_equal(sql_number(db, COUNTED), MAX);
}

/* In a flood of passes, visits keep up. */
static void
test_growing(void **state)
{
	int64_t most_n = 0;

	(void)state;
	options.max_known = 20000;
	store->ops->configure(store, &options);
	for (int64_t i = 0; i < 100000; i += BATCH) {
		int64_t n;

		write_records(i, i + BATCH, 0);
		maintain(NOW); /* always the same second */
		n = i % 1000 == 0 ? sql_number(db, COUNTED) : 0;
		most_n = n > most_n ? n : most_n;
	}
	assert_in_range(most_n, 20000, 20000 / 8 * 9 + 2 * BATCH);
}

/* A refreshed record is no longer old when its round comes. */
static void
test_used_meanwhile(void **state)
{
	(void)state;
	write_records(0, 1000, HOUR);
	for (int64_t i = 0; i < 2; i++) /* a round that counts */
		maintain(NOW + i);
	write_records(600, 700, 0);
	maintain_long();
	assert_int_equal(sql_number(db, COUNTED), MAX);
	for (int64_t i = 600; i < 700; i++)
		assert_true(exists(i));
	for (int64_t i = 500; i < 600; i++)
		assert_false(exists(i));
}

/* While the file is too small for the limit, no record is visited. */
static void
test_small_database(void **state)
{
	const struct sqlite *sqlite = (struct sqlite *)store;

	(void)state;
	options.max_known = 1000000;
	store->ops->configure(store, &options);
	write_records(0, 3000, HOUR);
	maintain_long();
	assert_null(sqlite->known[KNOWN_OTHERS].round);
	assert_int_equal(sqlite->known[KNOWN_OTHERS].written_n, 0);
	options.max_known = 0;
	store->ops->configure(store, &options);
	maintain_long();
	assert_null(sqlite->known[KNOWN_OTHERS].round);
	options.max_known = MAX;
	store->ops->configure(store, &options);
	maintain_long();
	assert_int_equal(sql_number(db, COUNTED), MAX);
}

/* A round finds fewer records than the limit, so it is the last one. */
static void
count_few(const struct sqlite_known *known)
{
	options.max_known = 4000;
	store->ops->configure(store, &options);
	write_records(0, 3000, HOUR);
	maintain_long();
	assert_true(known->is_counted);
	assert_null(known->round);
	assert_int_equal(known->rows_n, 3000);
}

/* Another program writes too many records. The next rounds remove them. */
static void
write_elsewhere(const struct sqlite_known *known)
{
	struct store *own = store, *other = store_open(uri, &options, &err);

	store = other;
	write_records(5000, 7000, HOUR);
	store = own;
	maintain_long();
	assert_null(known->round);
	assert_int_equal(sql_number(db, COUNTED), 4000);
	store_close(other);
}

/* A round that finds few records is the last one, until as many records were
 * written as there is room for, or until the database has grown: another
 * program may have written records. */
static void
test_rounds_end(void **state)
{
	const struct sqlite_known *known =
	    &((struct sqlite *)store)->known[KNOWN_OTHERS];

	(void)state;
	count_few(known);
	write_records(3000, 3100, HOUR);
	maintain_long();
	assert_null(known->round);
	assert_int_equal(known->rows_n, 3000);
	write_records(3100, 4100, HOUR);
	maintain(NOW);
	assert_non_null(known->round);
	maintain_long();
	assert_null(known->round);
	assert_int_equal(known->rows_n, 4000);
	assert_int_equal(sql_number(db, COUNTED), 4000);

	write_elsewhere(known);
}

/* Another program may write many records without making the database larger: it
 * fills pages that are free, or that become free after the round. */
static void
test_free_pages(void **state)
{
	const struct sqlite_known *known =
	    &((struct sqlite *)store)->known[KNOWN_OTHERS];

	(void)state;
	sql_run(db, "INSERT INTO decision SELECT 1, 1, zeroblob(1000000)");
	count_few(known);
	sql_run(db, "DELETE FROM decision");
	maintain_long();
	assert_null(known->round);

	write_elsewhere(known);
}

/* Write the correspondents first <= i < end, to one of which the last mail is
 * step_s * i old. */
static void
write_correspondents(int64_t first, int64_t end, int64_t step_s)
{
	for (int64_t i = first; i < end; i++) {
		int64_t seen_s = NOW - step_s * i;
		struct key key = *key_of(i);
		const struct store_change change = {.key = &key,
		    .change = {CHANGE_MERGE, {0},
			{seen_s, seen_s, seen_s, NOW + 999999, 0, 1, 0}}};

		key.kind =
		    i % 2 == 0 ? KEY_CORRESPONDENT : KEY_CORRESPONDENT_DOMAIN;
		if (store->records->apply(store, &change, 1, &err) != STORE_OK)
			fail_msg("%s", err.text);
	}
}

#define OF_OTHERS         COUNTED " WHERE kind < 5"
#define OF_CORRESPONDENTS COUNTED " WHERE kind >= 5"

/* Each part has its own limit: a flood of one does not displace the other. */
static void
test_correspondents(void **state)
{
	(void)state;
	options.max_correspondents = 300;
	store->ops->configure(store, &options);
	write_records(0, 400, HOUR);
	write_correspondents(0, 1000, HOUR);
	maintain_long();
	assert_int_equal(sql_number(db, OF_OTHERS), 400);
	assert_int_equal(sql_number(db, OF_CORRESPONDENTS), 300);
	assert_int_equal(forgotten_n, 0);
	assert_int_equal(forgotten_correspondents_n, 700);
	assert_int_equal(sql_number(db,
			     "SELECT min(last_seen) FROM record"
			     " WHERE kind >= 5"),
	    NOW - 299 * HOUR);
	write_records(400, 2000, HOUR);
	maintain_long();
	assert_int_equal(sql_number(db, OF_OTHERS), MAX);
	assert_int_equal(sql_number(db, OF_CORRESPONDENTS), 300);
	assert_int_equal(forgotten_correspondents_n, 700);
}

/* In a flood of outgoing mail, visits keep up. */
static void
test_growing_correspondents(void **state)
{
	int64_t most_n = 0;

	(void)state;
	options.max_correspondents = 2000;
	store->ops->configure(store, &options);
	for (int64_t i = 0; i < 10000; i += BATCH) {
		int64_t n;

		write_correspondents(i, i + BATCH, 0);
		maintain(NOW); /* always the same second */
		n = sql_number(db, OF_CORRESPONDENTS);
		most_n = n > most_n ? n : most_n;
	}
	assert_in_range(most_n, 2000, 2000 / 8 * 9 + 2 * BATCH);
}

/* Keys that the store cannot read do not stop a round. */
static void
test_foreign_keys(void **state)
{
	(void)state;
	write_records(0, 1000, HOUR);
	sql_run(db,
	    "INSERT INTO record SELECT 99, client, sender, recipient,"
	    " first_seen, last_seen, passed, expires, deferred_n,"
	    " passed_n, delay FROM record WHERE kind = 0");
	sql_run(db,
	    "INSERT INTO record SELECT -1, client, sender, recipient,"
	    " first_seen, last_seen, passed, expires, deferred_n,"
	    " passed_n, delay FROM record WHERE kind = 0");
	maintain_long();
	assert_int_equal(sql_number(db, COUNTED " WHERE kind BETWEEN 0 AND 3"),
	    MAX);
}

/* Other writers hold the lock now and then: the slice is done later. */
static void
test_locked(void **state)
{
	(void)state;
	write_records(0, 1000, HOUR);
	for (int64_t i = 0; i < 100; i++) {
		if (i % 2 == 0)
			sql_run(db, "BEGIN IMMEDIATE");
		maintain(NOW + i);
		if (i % 2 == 0)
			sql_run(db, "COMMIT");
	}
	assert_int_equal(sql_number(db, COUNTED), MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_oldest_go),
	    TEST(test_all_in_one_hour),
	    TEST(test_few_stay),
	    TEST(test_growing),
	    TEST(test_used_meanwhile),
	    TEST(test_small_database),
	    TEST(test_rounds_end),
	    TEST(test_free_pages),
	    TEST(test_correspondents),
	    TEST(test_growing_correspondents),
	    TEST(test_foreign_keys),
	    TEST(test_locked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
