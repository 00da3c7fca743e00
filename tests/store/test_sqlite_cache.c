/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Test the cache of records with several handles on one database: a change is
 * seen at once, wherever it comes from. [C51]
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "store/scratch.h"
#include "store/sqlite/sqlite_handle.h"
#include "store/store_open.h"

static struct store_options options;
static struct store *store;
static sqlite3 *db; /* changes the tables without the store */
static struct err err;

static struct store *
open_store(enum store_use use)
{
	struct store *opened;

	options.use = use;
	opened = store_open(uri, &options, &err);
	if (opened == NULL)
		fail_msg("%s", err.text);
	return opened;
}

static int
set_up(void **state)
{
	(void)state;
	options = (struct store_options){
	    .timeout_ms = 2000, .record_cache_octets = 1000000};
	if (scratch_make() != 0)
		return -1;
	store = open_store(STORE_SERVE);
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
	static struct key key = {
	    KEY_TRIPLET_NETWORK, "192.0.2.0/24", "", "b@example.org"};

	snprintf(key.sender, sizeof(key.sender), "%lld@example.net",
	    (long long)i);
	return &key;
}

static void
change_one(struct store *of, int64_t i, enum change_how how, int64_t passed_n)
{
	const struct store_change item = {.key = key_of(i),
	    .change = {.how = how,
		.record = {1000, 2000, 2000, 90000, 1, passed_n, 0}}};

	if (of->records->apply(of, &item, 1, &err) != STORE_OK)
		fail_msg("%s", err.text);
}

/* The counter of a record; -1: no record. */
static int64_t
look_up(struct store *of, int64_t i)
{
	struct store_answer answer;

	if (of->records->lookup(of, key_of(i), 1, &answer, &err) != STORE_OK)
		fail_msg("%s", err.text);
	return answer.found ? answer.record.passed_n : -1;
}

static bool
is_cached(int64_t i)
{
	struct record_cache *cache = &((struct sqlite *)store)->cache;
	struct store_answer answer;

	return record_cache_get(cache, record_cache_hash(cache, key_of(i)),
	    &answer);
}

static void
test_second_lookup_is_cached(void **state)
{
	(void)state;
	change_one(store, 1, CHANGE_MERGE, 5);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(look_up(store, 1), 5);
		assert_true(is_cached(1));
		assert_int_equal(look_up(store, 2), -1);
		assert_true(is_cached(2));
	}
}

/* Commits of the same handle do not clear the cache: only the key that has
 * changed is looked up again. */
static void
test_own_changes(void **state)
{
	(void)state;
	change_one(store, 1, CHANGE_MERGE, 5);
	change_one(store, 2, CHANGE_MERGE, 7);
	look_up(store, 1);
	look_up(store, 2);
	look_up(store, 3);
	change_one(store, 1, CHANGE_MERGE, 1);
	assert_int_equal(look_up(store, 1), 6);
	change_one(store, 3, CHANGE_MERGE, 1); /* was absent */
	assert_int_equal(look_up(store, 3), 1);
	change_one(store, 1, CHANGE_FORGET, 0);
	assert_int_equal(look_up(store, 1), -1);
	assert_true(is_cached(2));
	assert_int_equal(look_up(store, 2), 7);
}

/* ---- The filter ---- */

static struct record_cache *
cache_of(struct store *of)
{
	return &((struct sqlite *)of)->cache;
}

static bool
has_filter(struct store *of)
{
	return record_filter_exists(&cache_of(of)->filter);
}

static void
maintain(struct store *of, int64_t now_s)
{
	struct record_maintenance report;

	if (of->records->maintain(of, now_s, &report, &err) != STORE_OK)
		fail_msg("%s", err.text);
}

/* Maintain until the filter is ready: at most n slices. */
static void
fill_filter(struct store *of, int64_t now_s, int n)
{
	while (n-- > 0 && !has_filter(of))
		maintain(of, now_s);
	assert_true(has_filter(of));
}

/* True if the filter tells that the key has no record. */
static bool
is_excluded(int64_t i)
{
	struct record_cache *cache = cache_of(store);

	return !record_filter_may_have(&cache->filter,
	    record_cache_hash(cache, key_of(i)));
}

static void
test_filter(void **state)
{
	int excluded_n = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		change_one(store, i, CHANGE_MERGE, i);
	look_up(store, 0);
	maintain(store, 3000);
	assert_false(has_filter(store)); /* a slice is short */
	fill_filter(store, 3000, 100);
	for (int i = 0; i < 1000; i++) {
		assert_false(is_excluded(i));
		assert_int_equal(look_up(store, i), i);
		assert_int_equal(look_up(store, 1000 + i), -1);
		excluded_n += is_excluded(1000 + i);
	}
	assert_in_range(excluded_n, 990, 1000);
}

/* The store asks for the next slice until the filter is ready. Then the records
 * are in the cache without a lookup, and changes are seen as always. */
static void
test_filling_loads_records(void **state)
{
	struct record_maintenance report = {.has_more = true};
	int slices_n = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		change_one(store, i, CHANGE_MERGE, i);
	for (; report.has_more && slices_n < 1000; slices_n++)
		assert_int_equal(store->records->maintain(store, 3000, &report,
				     &err),
		    STORE_OK);
	assert_true(has_filter(store));
	assert_in_range(slices_n, 4, 100); /* fewer rows if the disk is slow */
	for (int i = 0; i < 1000; i++)
		assert_true(is_cached(i));
	change_one(store, 1, CHANGE_MERGE, 1);
	assert_int_equal(look_up(store, 1), 2);
	sql_run(db, "UPDATE record SET passed_n = 77");
	assert_int_equal(look_up(store, 2), 77);
}

/* Own changes while the filter is being filled, in front of and behind the
 * rows that it has, and later. */
static void
test_filter_own_changes(void **state)
{
	(void)state;
	for (int i = 100; i < 900; i++)
		change_one(store, i, CHANGE_MERGE, i);
	for (int i = 0; !has_filter(store); i++) {
		change_one(store, 900 + i, CHANGE_MERGE, 900 + i);
		change_one(store, -1 - i, CHANGE_MERGE, 7);
		maintain(store, 3000);
		assert_in_range(i, 0, 90);
	}
	change_one(store, 5000, CHANGE_MERGE, 5000);
	assert_int_equal(look_up(store, 5000), 5000);
	assert_int_equal(look_up(store, -1), 7);
	assert_int_equal(look_up(store, -2), 7);
	for (int i = 100; i < 901; i++)
		assert_int_equal(look_up(store, i), i);
	change_one(store, 5000, CHANGE_FORGET, 0);
	assert_int_equal(look_up(store, 5000), -1);
}

/* If another process has committed something, the next lookup frees the filter.
 * Another one is begun ten seconds after the last such commit. */
static void
test_filter_other_process(void **state)
{
	struct store *other = open_store(STORE_VISIT);

	(void)state;
	change_one(store, 1, CHANGE_MERGE, 1);
	fill_filter(store, 3000, 100);
	assert_true(is_excluded(2));
	change_one(other, 2, CHANGE_MERGE, 2);
	assert_int_equal(look_up(store, 2), 2);
	assert_false(has_filter(store));
	maintain(store, 3001);
	change_one(other, 3, CHANGE_MERGE, 3);
	look_up(store, 2);
	maintain(store, 3004);
	for (int i = 0; i < 10; i++)
		maintain(store, 3013);
	assert_false(has_filter(store));
	fill_filter(store, 3014, 100);
	assert_int_equal(look_up(store, 3), 3);
	assert_true(is_excluded(4));
	store_close(other);
}

/* A checkpoint that empties the log is no commit: the cache and the filter
 * remain. A commit by another handle counts, also before a checkpoint. */
static void
test_emptied_log(void **state)
{
	struct store *other = open_store(STORE_VISIT);

	(void)state;
	change_one(store, 1, CHANGE_MERGE, 5);
	fill_filter(store, 3000, 100);
	for (int64_t i = 0; i < 3; i++) {
		change_one(store, 10 + i, CHANGE_MERGE, 7);
		assert_int_equal(look_up(store, 1), 5 + i);
		assert_true(is_cached(1));
		sql_run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
		assert_int_equal(look_up(store, 10 + i), 7);
		assert_true(has_filter(store));
		assert_true(is_cached(1));
		change_one(store, 1, CHANGE_MERGE, 1); /* not looked up */
		sql_run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
		assert_int_equal(look_up(store, 2), -1);
		assert_true(has_filter(store));
	}
	assert_int_equal(look_up(store, 1), 8);
	change_one(other, 1, CHANGE_MERGE, 1);
	sql_run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
	assert_int_equal(look_up(store, 1), 9);
	assert_false(has_filter(store));
	store_close(other);
}

/* A commit by another process between two slices. */
static void
test_filter_between_slices(void **state)
{
	struct store *other = open_store(STORE_VISIT);

	(void)state;
	for (int i = 100; i < 900; i++)
		change_one(store, i, CHANGE_MERGE, i);
	maintain(store, 3000);
	change_one(other, 1, CHANGE_MERGE, 1);
	for (int i = 0; i < 100; i++)
		maintain(store, 3000);
	assert_false(has_filter(store));
	fill_filter(store, 3010, 100);
	assert_int_equal(look_up(store, 1), 1);
	store_close(other);
}

/* A full filter is in use until a larger one is ready. */
static void
test_filter_grows(void **state)
{
	struct record_cache *cache = cache_of(store);

	(void)state;
	look_up(store, 1);
	assert_int_equal(record_cache_begin_filter(cache, 1), 0);
	record_cache_end_filter(cache);
	for (int i = 0; i < 200; i++)
		change_one(store, i, CHANGE_MERGE, i);
	assert_true(record_filter_is_full(&cache->filter));
	for (int i = 0; i < 100; i++) {
		assert_true(has_filter(store));
		maintain(store, 3000);
	}
	assert_false(record_filter_is_full(&cache->filter));
	for (int i = 0; i < 200; i++)
		assert_int_equal(look_up(store, i), i);
}

/* A program that looks up a few keys fills no filter. */
static void
test_filter_of_visit(void **state)
{
	struct store *other = open_store(STORE_VISIT);

	(void)state;
	for (int i = 0; i < 10; i++)
		maintain(other, 3000);
	assert_false(has_filter(other));
	store_close(other);
}

/* ---- Kinds ---- */

static bool
may_have(struct store *of, enum key_kind kind)
{
	look_up(of, 1);
	return of->records->may_have(of, kind);
}

static void
put_correspondent(struct store *of, enum change_how how)
{
	static const struct key key = {
	    KEY_CORRESPONDENT, "", "a@example.net", "b@example.org"};
	const struct store_change item = {.key = &key,
	    .change = {
		.how = how, .record = {1000, 2000, 2000, 90000, 0, 1, 0}}};

	if (of->records->apply(of, &item, 1, &err) != STORE_OK)
		fail_msg("%s", err.text);
}

/* When the filter is ready, the store knows which kinds have no record.
 * Triplets can be in the queue, so they are not counted. */
static void
test_may_have(void **state)
{
	struct store *other = open_store(STORE_VISIT);

	(void)state;
	assert_true(may_have(store, KEY_CORRESPONDENT));
	fill_filter(store, 3000, 100);
	assert_true(may_have(store, KEY_TRIPLET_POOL));
	assert_false(may_have(store, KEY_CORRESPONDENT));
	put_correspondent(store, CHANGE_MERGE); /* this handle */
	assert_true(may_have(store, KEY_CORRESPONDENT));
	assert_false(may_have(store, KEY_CORRESPONDENT_DOMAIN));
	put_correspondent(store, CHANGE_FORGET);
	change_one(other, 1, CHANGE_MERGE, 5); /* clears the cache */
	assert_true(may_have(store, KEY_CORRESPONDENT));
	maintain(store, 4000);
	fill_filter(store, 4010, 100);
	assert_false(may_have(store, KEY_CORRESPONDENT));
	put_correspondent(other, CHANGE_MERGE); /* another one */
	assert_true(may_have(store, KEY_CORRESPONDENT));
	maintain(store, 5000);
	fill_filter(store, 5010, 100);
	assert_true(may_have(store, KEY_CORRESPONDENT));
	store_close(other);
}

/* While the filter is being filled, this handle writes the first record of a
 * kind. */
static void
test_may_have_own_change(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++)
		change_one(store, i, CHANGE_MERGE, i);
	maintain(store, 3000);
	assert_false(has_filter(store));
	put_correspondent(store, CHANGE_MERGE); /* before the others */
	fill_filter(store, 3000, 100);
	assert_true(may_have(store, KEY_CORRESPONDENT));
	assert_false(may_have(store, KEY_CORRESPONDENT_DOMAIN));
}

/* A store without a cache cannot tell. */
static void
test_may_have_without_cache(void **state)
{
	struct store *other;

	(void)state;
	options.record_cache_octets = 0;
	other = open_store(STORE_VISIT);
	assert_true(may_have(other, KEY_CORRESPONDENT));
	store_close(other);
}

/* A triplet that waits in the queue and one that leaves the queue. */
static void
test_waiting_triplet(void **state)
{
	struct store_change item = {.key = key_of(1),
	    .change = {CHANGE_MERGE, {0}, {1000, 1000, 0, 90000, 1, 0, 0}}};

	(void)state;
	assert_int_equal(look_up(store, 1), -1);
	store->records->apply(store, &item, 1, &err);
	assert_int_equal(look_up(store, 1), 0);
	change_one(store, 1, CHANGE_MERGE, 1);
	assert_int_equal(look_up(store, 1), 1);
	assert_int_equal(look_up(store, 1), 1);
}

static void
test_changes_of_another_handle(void **state)
{
	struct store *other = open_store(STORE_VISIT);

	(void)state;
	change_one(store, 1, CHANGE_MERGE, 5);
	for (int64_t n = 1; n < 10; n++) {
		assert_int_equal(look_up(store, 1), 4 + n);
		assert_int_equal(look_up(store, 1 + n), -1);
		assert_true(is_cached(1));
		change_one(other, 1, CHANGE_MERGE, 1);
		change_one(other, 1 + n, CHANGE_MERGE, 1);
		assert_int_equal(look_up(store, 1 + n), 1);
	}
	change_one(other, 1, CHANGE_FORGET, 0);
	assert_int_equal(look_up(store, 1), -1);
	sql_run(db, "UPDATE record SET passed_n = 77");
	assert_int_equal(look_up(store, 2), 77);
	store_close(other);
}

/* Another handle commits between our commit and our next look-up. */
static void
test_changes_in_turn(void **state)
{
	struct store *other = open_store(STORE_SERVE);

	(void)state;
	for (int64_t n = 1; n < 20; n++) {
		change_one(store, 1, CHANGE_MERGE, 1);
		change_one(other, 1, CHANGE_MERGE, 1);
		assert_int_equal(look_up(store, 1), 2 * n);
		assert_int_equal(look_up(other, 1), 2 * n);
		change_one(store, 2, CHANGE_MERGE, 1);
		assert_int_equal(look_up(other, 2), n);
	}
	store_close(other);
}

static void
test_expiry(void **state)
{
	struct record_walk *walk = store->records->walk_all(store, &err);
	struct expiry_counts counts = {0};

	(void)state;
	change_one(store, 1, CHANGE_MERGE, 5);
	assert_int_equal(look_up(store, 1), 5);
	while (!walk->done)
		if (store->records->expire_next(store, walk, 90001, 10, &counts,
			&err) != STORE_OK)
			fail_msg("%s", err.text);
	store->records->walk_free(walk);
	assert_int_equal(counts.passed_n, 1);
	assert_int_equal(look_up(store, 1), -1);
}

/* A handle that is opened again knows nothing of the old one's versions. */
static void
test_replaced_database(void **state)
{
	(void)state;
	change_one(store, 1, CHANGE_MERGE, 5);
	assert_int_equal(look_up(store, 1), 5);
	sqlite3_close(db);
	db = NULL;
	scratch_remove_database();
	for (int i = 0; i < 3; i++) { /* it notices, and opens the new one */
		struct store_answer answer;

		if (store->records->lookup(store, key_of(1), 1, &answer,
			&err) == STORE_OK)
			assert_false(answer.found);
	}
	assert_int_equal(look_up(store, 1), -1);
}

static void
test_sizes(void **state)
{
	(void)state;
	change_one(store, 1, CHANGE_MERGE, 5);
	options.record_cache_octets = 0;
	store->ops->configure(store, &options);
	assert_false(record_cache_is_on(&((struct sqlite *)store)->cache));
	assert_int_equal(look_up(store, 1), 5);
	change_one(store, 1, CHANGE_MERGE, 1);
	options.record_cache_octets = 5000;
	store->ops->configure(store, &options);
	for (int i = 0; i < 2; i++)
		assert_int_equal(look_up(store, 1), 6);
	assert_true(is_cached(1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_second_lookup_is_cached),
	    TEST(test_own_changes),
	    TEST(test_may_have),
	    TEST(test_may_have_own_change),
	    TEST(test_may_have_without_cache),
	    TEST(test_filter),
	    TEST(test_filling_loads_records),
	    TEST(test_filter_own_changes),
	    TEST(test_filter_other_process),
	    TEST(test_filter_between_slices),
	    TEST(test_emptied_log),
	    TEST(test_filter_grows),
	    TEST(test_filter_of_visit),
	    TEST(test_waiting_triplet),
	    TEST(test_changes_of_another_handle),
	    TEST(test_changes_in_turn),
	    TEST(test_expiry),
	    TEST(test_replaced_database),
	    TEST(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
