/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The records of a batch: one for each key. They are changed in the batch and
 * then written together. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "decide/batch_records.h"
#include "store/store_open.h"

#define NOW   1000000000
#define N_MAX 300

static struct store *store;
static struct batch_records *records;
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
	records = store != NULL ? batch_records_new(store, N_MAX) : NULL;
	return records != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	batch_records_free(records);
	store_close(store);
	return 0;
}

static const struct key *
key(const char *sender)
{
	static struct key key_of_sender = {
	    .client = "192.0.2.0/24", .recipient = "b@example.org"};

	snprintf(key_of_sender.sender, sizeof(key_of_sender.sender), "%s",
	    sender);
	return &key_of_sender;
}

static const struct store_client client;

/* Equal keys share one record. The batch sees its own changes before they are
 * written. */
static void
test_equal_keys(void **state)
{
	size_t a, b;

	(void)state;
	batch_records_begin(records);
	a = batch_records_add(records, key("a@x"));
	b = batch_records_add(records, key("b@x"));
	assert_int_not_equal(a, b);
	assert_int_equal(batch_records_add(records, key("a@x")), a);
	assert_int_equal(batch_records_look_up(records, &err), STORE_OK);
	assert_null(batch_records_known(records, a));
	assert_false(batch_records_changed(records));
	batch_records_change(records, a, &waits, &client);
	assert_int_equal(batch_records_known(records, a)->first_seen_s, NOW);
	assert_null(batch_records_known(records, b));
	assert_true(batch_records_changed(records));
	assert_true(batch_records_is_unwritten(records, a));
	assert_false(batch_records_is_unwritten(records, b));
	assert_int_equal(batch_records_apply(records, &err), STORE_OK);

	batch_records_begin(records);
	a = batch_records_add(records, key("a@x"));
	assert_int_equal(batch_records_look_up(records, &err), STORE_OK);
	assert_int_equal(batch_records_known(records, a)->deferred_n, 1);
	batch_records_change(records, a, &passes, &client);
	assert_false(batch_records_is_unwritten(records, a));
}

/* Each look-up looks up only the new keys, and does not undo changes of the
 * batch. */
static void
test_stages(void **state)
{
	size_t a, b;

	(void)state;
	batch_records_begin(records);
	a = batch_records_add(records, key("a@x"));
	assert_int_equal(batch_records_look_up(records, &err), STORE_OK);
	batch_records_change(records, a, &waits, &client);
	b = batch_records_add(records, key("b@x"));
	assert_int_equal(batch_records_look_up(records, &err), STORE_OK);
	assert_int_equal(batch_records_look_up(records, &err), STORE_OK);
	assert_non_null(batch_records_known(records, a));
	assert_null(batch_records_known(records, b));
}

/* A new batch has no records of the previous batch, even if that was full. */
static void
test_full_batches(void **state)
{
	char sender[32];

	(void)state;
	for (int batch = 0; batch < 3; batch++) {
		batch_records_begin(records);
		for (int i = 0; i < 2 * N_MAX; i++) {
			snprintf(sender, sizeof(sender), "%d.%d@x", batch,
			    i % N_MAX);
			assert_int_equal(batch_records_add(records,
					     key(sender)),
			    i % N_MAX);
		}
		assert_int_equal(batch_records_look_up(records, &err),
		    STORE_OK);
		assert_string_equal(batch_records_key(records, N_MAX - 1)
					->sender,
		    sender);
		for (size_t i = 0; i < N_MAX; i++) {
			assert_null(batch_records_known(records, i));
			batch_records_change(records, i, &waits, &client);
		}
		assert_int_equal(batch_records_apply(records, &err), STORE_OK);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_equal_keys, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_stages, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_full_batches, set_up,
		tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
