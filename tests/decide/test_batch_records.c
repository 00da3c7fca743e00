/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The records of a batch: one for each key, changed in place, written once. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "decide/batch_records.h"
#include "store/store_open.h"

#define NOW   1000000000
#define N_MAX 300

static struct store *store;
static struct batch_records *rows;
static struct err err;

static const struct change waits = {
    .how = CHANGE_MERGE,
    .record = {.first_seen_s = NOW,
	.last_seen_s = NOW,
	.expires_s = NOW + 86400,
	.deferred_n = 1},
};
static const struct change passes = {
    .how = CHANGE_MERGE,
    .record = {.first_seen_s = NOW,
	.last_seen_s = NOW,
	.passed_s = NOW,
	.expires_s = NOW + 86400,
	.passed_n = 1},
};

static int
set_up(void **state)
{
	const struct store_options options = {.timeout_ms = 10};

	(void)state;
	store = store_open("memory:", &options, &err);
	rows = store != NULL ? batch_records_new(store, N_MAX) : NULL;
	return rows != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	batch_records_free(rows);
	store_close(store);
	return 0;
}

static const struct key *
key(const char *sender)
{
	static struct key triplet = {
	    .client = "192.0.2.0/24", .recipient = "b@example.org"};

	snprintf(triplet.sender, sizeof(triplet.sender), "%s", sender);
	return &triplet;
}

static const struct store_client client;

/* Equal keys are one row; its record is what the batch has made of it, before
 * and after it is written. */
static void
test_one_row(void **state)
{
	size_t a, b;

	(void)state;
	batch_records_begin(rows);
	a = batch_records_add(rows, key("a@x"));
	b = batch_records_add(rows, key("b@x"));
	assert_int_not_equal(a, b);
	assert_int_equal(batch_records_add(rows, key("a@x")), a);
	assert_int_equal(batch_records_look_up(rows, &err), STORE_OK);
	assert_null(batch_records_known(rows, a));
	assert_false(batch_records_changed(rows));
	batch_records_change(rows, a, &waits, &client);
	assert_int_equal(batch_records_known(rows, a)->first_seen_s, NOW);
	assert_null(batch_records_known(rows, b));
	assert_true(batch_records_changed(rows));
	assert_true(batch_records_is_unwritten(rows, a));
	assert_false(batch_records_is_unwritten(rows, b));
	assert_int_equal(batch_records_apply(rows, &err), STORE_OK);

	batch_records_begin(rows);
	a = batch_records_add(rows, key("a@x"));
	assert_int_equal(batch_records_look_up(rows, &err), STORE_OK);
	assert_int_equal(batch_records_known(rows, a)->deferred_n, 1);
	batch_records_change(rows, a, &passes, &client);
	assert_false(batch_records_is_unwritten(rows, a));
}

/* Each round looks up what has come since the one before, and leaves alone
 * what the batch has changed. */
static void
test_rounds(void **state)
{
	size_t a, b;

	(void)state;
	batch_records_begin(rows);
	a = batch_records_add(rows, key("a@x"));
	assert_int_equal(batch_records_look_up(rows, &err), STORE_OK);
	batch_records_change(rows, a, &waits, &client);
	b = batch_records_add(rows, key("b@x"));
	assert_int_equal(batch_records_look_up(rows, &err), STORE_OK);
	assert_int_equal(batch_records_look_up(rows, &err), STORE_OK);
	assert_non_null(batch_records_known(rows, a));
	assert_null(batch_records_known(rows, b));
}

/* A batch knows nothing of the one before, however full that was. */
static void
test_full_batches(void **state)
{
	char sender[32];

	(void)state;
	for (int batch = 0; batch < 3; batch++) {
		batch_records_begin(rows);
		for (int i = 0; i < 2 * N_MAX; i++) {
			snprintf(sender, sizeof(sender), "%d.%d@x", batch,
			    i % N_MAX);
			assert_int_equal(batch_records_add(rows, key(sender)),
			    i % N_MAX);
		}
		assert_int_equal(batch_records_look_up(rows, &err), STORE_OK);
		assert_string_equal(batch_records_key(rows, N_MAX - 1)->sender,
		    sender);
		for (size_t i = 0; i < N_MAX; i++) {
			assert_null(batch_records_known(rows, i));
			batch_records_change(rows, i, &waits, &client);
		}
		assert_int_equal(batch_records_apply(rows, &err), STORE_OK);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_one_row, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_rounds, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_full_batches, set_up,
		tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
