/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Who is forgotten when too many wait: the oldest, and no more than has to
 * be; nobody who has passed. [C54] */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide/eviction.h"

#define NOW       1000000000
#define MANY      20000
#define SLICE_MAX 1000

/* A store that is nothing but an array, sorted as its keys are. */
static struct store_row *rows;
static bool is_gone[MANY];

/* "012.example", and the number of the row in it. */
static void
set_row(size_t i, size_t of_client, int64_t first_seen_s, bool passed)
{
	struct store_row *row = &rows[i];

	snprintf(row->key.client, sizeof(row->key.client), "%03zu.example",
	    i / of_client);
	snprintf(row->key.sender, sizeof(row->key.sender), "%05zu@", i);
	strcpy(row->key.recipient, "r");
	row->record = (struct record){
	    .first_seen_s = first_seen_s,
	    .last_seen_s = NOW,
	    .passed_s = passed ? NOW : 0,
	};
	is_gone[i] = false;
}

/* The next rows of a walk over all clients, or over one. */
static size_t
walk(size_t *position, const char *client, size_t n_max, struct store_row *out)
{
	size_t n = 0;

	for (; *position < MANY && n < n_max; (*position)++)
		if (!is_gone[*position] &&
		    (client[0] == '\0' ||
			strcmp(rows[*position].key.client, client) == 0))
			out[n++] = rows[*position];
	return n;
}

static size_t
index_of(const struct key *key)
{
	return (size_t)strtoul(key->sender, NULL, 10);
}

/* Run a sweep to its end; returns how many rows it has evicted. */
static size_t
sweep(const char *client, int64_t above_n, int64_t down_to_n, size_t slice_n)
{
	static struct eviction_sweep sweep;
	static struct store_change changes[SLICE_MAX];
	struct store_row *slice = calloc(slice_n, sizeof(*slice));
	const struct eviction_bounds bounds = {above_n, down_to_n};
	size_t n, changes_n, evicted_n = 0, position = 0;
	bool goes_on = true;

	assert_non_null(slice);
	eviction_begin(&sweep, KEY_TRIPLET_NETWORK, client, &bounds);
	while (goes_on) {
		n = walk(&position, client, slice_n, slice);
		goes_on = eviction_take(&sweep, slice, n, position == MANY,
		    changes, &changes_n);
		if (position == MANY)
			position = 0;
		assert_true(changes_n <= n);
		for (size_t i = 0; i < changes_n; i++) {
			size_t at = index_of(changes[i].key);

			assert_int_equal(changes[i].change.how, CHANGE_EVICT);
			assert_true(record_same(&changes[i].change.read,
			    &rows[at].record));
			assert_int_equal(rows[at].record.passed_s, 0);
			is_gone[at] = true;
			evicted_n++;
		}
	}
	assert_int_equal(evicted_n, sweep.evicted_n);
	free(slice);
	return evicted_n;
}

static int
set_up(void **state)
{
	(void)state;
	rows = calloc(MANY, sizeof(*rows));
	return rows != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	free(rows);
	return 0;
}

/* Ages that have nothing to do with the order of keys; each one once. */
static int64_t
age(size_t i)
{
	return (int64_t)(i * 7919 % MANY);
}

static void
fill(size_t of_client)
{
	for (size_t i = 0; i < MANY; i++)
		set_row(i, of_client, NOW - age(i), false);
}

static void
test_few_are_left_alone(void **state)
{
	(void)state;
	fill(100);
	assert_int_equal(sweep("", MANY, MANY / 2, 64), 0);
	assert_int_equal(sweep("", MANY - 1, MANY / 2, 64), MANY / 2);
}

/* With slices of any length: as many as have to, and none that is younger
 * than most of those who stay. */
static void
test_the_oldest_go(void **state)
{
	static const size_t slices[] = {1, 7, 256, SLICE_MAX};

	(void)state;
	for (size_t k = 1; k < ARRAY_LEN(slices); k++) {
		fill(100);
		assert_int_equal(sweep("", 17500, 15000, slices[k]), 5000);
		for (size_t i = 0; i < MANY; i++) {
			if (age(i) >= 5000 + 16000 && !is_gone[i])
				fail_msg("age %lld stayed", (long long)age(i));
			if (age(i) < 13500 && is_gone[i])
				fail_msg("age %lld went", (long long)age(i));
		}
	}
}

static void
test_who_passed_stays(void **state)
{
	(void)state;
	for (size_t i = 0; i < MANY; i++)
		set_row(i, 100, NOW - age(i), i % 2 == 0);
	/* Half of them wait. */
	assert_int_equal(sweep("", MANY / 2, 100, 256), 0);
	assert_int_equal(sweep("", MANY / 2 - 1, 100, 256), MANY / 2 - 100);
	for (size_t i = 0; i < MANY; i += 2)
		assert_false(is_gone[i]);
}

/* All came in one second: any may go, but not more than have to. */
static void
test_equal_ages(void **state)
{
	(void)state;
	for (size_t i = 0; i < MANY; i++)
		set_row(i, 100, NOW, false);
	assert_int_equal(sweep("", MANY / 2, 1000, 256), MANY - 1000);
}

/* Only of one client, wherever the slices end. */
static void
test_one_client(void **state)
{
	static const size_t slices[] = {1, 99, 100, 101, 256};

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(slices); k++) {
		fill(100);
		assert_int_equal(sweep("017.example", 75, 50, slices[k]), 50);
		for (size_t i = 0; i < MANY; i++)
			assert_true(!is_gone[i] || i / 100 == 17);
	}
	fill(100);
	assert_int_equal(sweep("017.example", 100, 50, 256), 0);
	assert_int_equal(sweep("199.example", 75, 50, 256), 50); /* last */
	assert_int_equal(sweep("017.exampl", 75, 50, 256), 0);
}

static void
test_nothing(void **state)
{
	(void)state;
	fill(100);
	memset(is_gone, 1, sizeof(is_gone));
	assert_int_equal(sweep("", 0, 0, 256), 0);
	assert_int_equal(sweep("017.example", 0, 0, 256), 0);
}

/* A flood of one client is noticed among many others; each of which has too
 * few to be. */
static void
test_note(void **state)
{
	struct crowd_clients *clients = calloc(1, sizeof(*clients));
	char name[32];
	size_t noticed_n = 0;

	(void)state;
	assert_non_null(clients);
	for (int i = 1; i <= 2500; i++)
		assert_int_equal(eviction_note(clients, "192.0.2.0/24", 1000),
		    i % 1000 == 0);
	for (int i = 0; i < 100000; i++) {
		snprintf(name, sizeof(name), "n%d.example", i % 50000);
		if (eviction_note(clients, name, 1000))
			fail_msg("%s has two", name);
		if (eviction_note(clients, "192.0.2.0/24", 1000))
			noticed_n++;
	}
	/* Its place was worn down a little. */
	assert_in_range(noticed_n, 95, 101);
	free(clients);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_few_are_left_alone),
	    cmocka_unit_test(test_the_oldest_go),
	    cmocka_unit_test(test_who_passed_stays),
	    cmocka_unit_test(test_equal_ages),
	    cmocka_unit_test(test_one_client),
	    cmocka_unit_test(test_nothing),
	    cmocka_unit_test(test_note),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
