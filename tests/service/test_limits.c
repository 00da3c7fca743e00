/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Sweeps beside service: they end what is too much, tell when the store fails,
 * and take it up again. [C54] */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "service/limits.h"
#include "store/store_open.h"

#define NOW 1000000000
#define MAX 800

/* The store in memory, which tells a bound and fails when told to. */
static struct {
	struct store store;
	struct store *inner;
	bool fails;
	int64_t upper_bound;
} faulty;

static struct record_store_ops ops;
static struct config config;
static struct limits *limits;
static struct notices notices;
static int next;

static enum store_rc
upper_bound(struct store *store, int64_t *n_out, struct err *err)
{
	(void)store;
	(void)err;
	*n_out = faulty.upper_bound;
	return STORE_OK;
}

static struct record_walk *
walk_all(struct store *store, struct err *err)
{
	(void)store;
	return faulty.inner->records->walk_all(faulty.inner, err);
}

static struct record_walk *
walk_client(struct store *store, const char *client, struct err *err)
{
	(void)store;
	return faulty.inner->records->walk_client(faulty.inner, client, err);
}

static enum store_rc
walk_next(struct store *store, struct record_walk *walk, size_t n_max,
    struct store_row *rows, size_t *n_out, struct err *err)
{
	(void)store;
	if (faulty.fails) {
		err_set(err, "the file is gone");
		return STORE_FAILED;
	}
	return faulty.inner->records->walk_next(faulty.inner, walk, n_max, rows,
	    n_out, err);
}

static enum store_rc
apply(struct store *store, const struct store_change *changes, size_t n,
    struct err *err)
{
	(void)store;
	return faulty.inner->records->apply(faulty.inner, changes, n, err);
}

static int
set_up(void **state)
{
	const struct store_options options = {.timeout_ms = 10};
	struct err err;

	(void)state;
	faulty.inner = store_open("memory:", &options, &err);
	if (faulty.inner == NULL)
		return -1;
	ops = (struct record_store_ops){
	    .upper_bound = upper_bound,
	    .walk_all = walk_all,
	    .walk_client = walk_client,
	    .walk_next = walk_next,
	    .walk_free = faulty.inner->records->walk_free,
	    .apply = apply,
	};
	faulty.store.records = &ops;
	faulty.fails = false;
	faulty.upper_bound = 0;
	config.max_rows = MAX;
	config.max_waiting_per_client = 1000000;
	next = 0;
	limits = limits_new(&faulty.store, &config);
	return limits != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	limits_free(limits);
	store_close(faulty.inner);
	return 0;
}

/* Triplets that begin to wait, each a second after the one before. */
static void
add(int n)
{
	struct key key = {.client = "192.0.2.0/24", .recipient = "r@x"};
	struct store_change change = {.key = &key};
	struct err err;

	for (; n > 0; n--, next++) {
		snprintf(key.sender, sizeof(key.sender), "%06d@x",
		    next * 7919 % 100000);
		change.change = (struct change){
		    .how = CHANGE_MERGE,
		    .record = {.first_seen_s = NOW + next,
			.last_seen_s = NOW + next},
		};
		assert_int_equal(apply(NULL, &change, 1, &err), STORE_OK);
		limits_added(limits, &key);
	}
}

static int64_t
rows_n(void)
{
	static struct store_row rows[2 * MAX];
	struct record_walk *walk;
	struct err err;
	size_t n;

	walk = walk_all(NULL, &err);
	assert_non_null(walk);
	assert_int_equal(faulty.inner->records->walk_next(faulty.inner, walk,
			     2 * MAX, rows, &n, &err),
	    STORE_OK);
	assert_true(walk->done);
	faulty.inner->records->walk_free(walk);
	return (int64_t)n;
}

/* Turns in which nothing is added, until a sweep has ended. */
static void
turn(int n)
{
	struct err err;

	for (; n > 0; n--)
		assert_int_equal(limits_step(limits, &notices, &err), STORE_OK);
}

static void
test_total(void **state)
{
	(void)state;
	add(MAX);
	turn(20);
	assert_int_equal(rows_n(), MAX);
	add(1);
	turn(20);
	assert_int_equal(rows_n(), MAX * 3 / 4);
}

static void
test_client(void **state)
{
	(void)state;
	config.max_waiting_per_client = 400;
	add(400);
	turn(20);
	assert_int_equal(rows_n(), 200);
}

/* What a sweep meets is told: it may be the only one to meet it. What it was
 * to do is not forgotten. */
static void
test_failure(void **state)
{
	struct err err;

	(void)state;
	add(MAX + 1);
	faulty.fails = true;
	assert_int_equal(limits_step(limits, &notices, &err), STORE_FAILED);
	assert_string_equal(err.text, "the file is gone");
	assert_int_equal(limits_step(limits, &notices, &err),
	    STORE_OK); /* left alone */
	faulty.fails = false;
	add(1);
	turn(20);
	assert_int_equal(rows_n(), MAX * 3 / 4);
}

/* A bound that was too high is mended by the first count. */
static void
test_bound(void **state)
{
	(void)state;
	faulty.upper_bound = 100 * MAX;
	add(10);
	turn(20);
	assert_int_equal(rows_n(), 10);
	add(MAX - 10);
	turn(20);
	assert_int_equal(rows_n(), MAX);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_total),
	    TEST(test_client),
	    TEST(test_failure),
	    TEST(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
