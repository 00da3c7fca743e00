/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Mail that goes out makes correspondents, after its answer was sent. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "decide/outgoing.h"
#include "store/store_open.h"
#include "store_faulty.h"

#define NOW  1000000000
#define ROOM 4 /* requests */

static const struct engine_rules rules = {
    .keys = {24, 64, 15, 1},
    .correspondents = {1, 60 * 86400},
};

struct fixture {
	struct store *memory;
	struct store_faulty faulty;
	struct outgoing *outgoing;
	struct err err;
	bool wrote;
};

static int
set_up(void **state)
{
	static struct fixture f;
	const struct store_options options = {.timeout_ms = 1};

	memset(&f, 0, sizeof(f));
	f.memory = store_open("memory:", &options, &f.err);
	store_faulty_init(&f.faulty, f.memory);
	f.outgoing = outgoing_new(&f.faulty.store, ROOM);
	*state = &f;
	return f.memory != NULL && f.outgoing != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	outgoing_free(f->outgoing);
	store_close(f->memory);
	return 0;
}

static void
add(struct fixture *f, const char *sender, const char *recipient,
    enum reason reason)
{
	const struct verdict verdict = {.reason = reason};
	static struct request request;

	request_clear(&request);
	strcpy(request.sender, sender);
	strcpy(request.recipient, recipient);
	outgoing_add(f->outgoing, &request, &verdict, &rules);
}

static enum store_rc
write_all(struct fixture *f, int64_t now_s)
{
	return outgoing_write(f->outgoing, &rules, now_s, &f->wrote, &f->err);
}

static bool
knows(struct fixture *f, const char *theirs, const char *ours)
{
	static struct key keys[KEY_KINDS];
	struct store_answer answer;

	assert_int_not_equal(keys_of_correspondent(theirs, ours, &rules.keys,
				 keys),
	    0);
	assert_int_equal(f->memory->records->lookup(f->memory,
			     &keys[KEY_CORRESPONDENT], 1, &answer, &f->err),
	    STORE_OK);
	return answer.found;
}

/* Requests of one batch are written together, equal ones once. Nothing is
 * written again before it needs a refresh. */
static void
test_together(void **state)
{
	struct fixture *f = *state;

	add(f, "a@our.example", "b@example.com", REASON_AUTHENTICATED);
	add(f, "A@our.example", "B@example.com", REASON_OWN_NETWORK);
	add(f, "a@our.example", "c@example.com", REASON_AUTHENTICATED);
	assert_int_equal(f->faulty.lookups_n, 0);
	assert_int_equal(write_all(f, NOW), STORE_OK);
	assert_true(f->wrote);
	assert_int_equal(f->faulty.lookups_n, 1);
	assert_int_equal(f->faulty.applies_n, 1);
	assert_int_equal(f->faulty.changes_n, 3); /* and one domain */
	assert_true(knows(f, "b@example.com", "a@our.example"));
	assert_true(knows(f, "c@example.com", "a@our.example"));

	add(f, "a@our.example", "b@example.com", REASON_AUTHENTICATED);
	assert_int_equal(write_all(f, NOW + 3600), STORE_OK);
	assert_false(f->wrote);
	assert_int_equal(f->faulty.applies_n, 1);
	assert_int_equal(write_all(f, NOW + 3600), STORE_OK); /* nothing left */
	assert_int_equal(f->faulty.lookups_n, 2);
}

/* Only mail of ours counts, whatever else passes. */
static void
test_reasons(void **state)
{
	struct fixture *f = *state;

	for (int reason = 0; reason < REASON_COUNT; reason++) {
		bool is_ours = reason == REASON_AUTHENTICATED ||
		    reason == REASON_OWN_NETWORK;
		char sender[64];

		snprintf(sender, sizeof(sender), "a%d@our.example", reason);
		add(f, sender, "b@example.com", (enum reason)reason);
		assert_int_equal(write_all(f, NOW), STORE_OK);
		assert_int_equal(knows(f, "b@example.com", sender), is_ours);
	}
}

/* The room is limited. What does not fit is lost. */
static void
test_room(void **state)
{
	struct fixture *f = *state;
	char recipient[64];

	for (int i = 0; i < 2 * ROOM; i++) {
		snprintf(recipient, sizeof(recipient), "b@example%d.com", i);
		add(f, "a@our.example", recipient, REASON_AUTHENTICATED);
	}
	assert_int_equal(write_all(f, NOW), STORE_OK);
	for (int i = 0; i < 2 * ROOM; i++) {
		snprintf(recipient, sizeof(recipient), "b@example%d.com", i);
		assert_int_equal(knows(f, recipient, "a@our.example"),
		    i < ROOM);
	}
}

/* After a failure the store is left alone for a while. */
static void
test_failure(void **state)
{
	struct fixture *f = *state;

	for (int what = 0; what < 2; what++) {
		int64_t failed_s = NOW + what * 1000;
		size_t lookups_n = f->faulty.lookups_n;

		f->faulty.lookup_fails = what == 0;
		f->faulty.apply_fails = what == 1;
		add(f, "a@our.example", "b@example.net", REASON_AUTHENTICATED);
		assert_int_equal(write_all(f, failed_s), STORE_FAILED);
		assert_false(f->wrote);
		assert_int_equal(f->faulty.lookups_n, lookups_n + 1);
		f->faulty.lookup_fails = f->faulty.apply_fails = false;
		add(f, "a@our.example", "b@example.net", REASON_AUTHENTICATED);
		assert_int_equal(write_all(f, failed_s + OUTGOING_PAUSE_S - 1),
		    STORE_OK);
		assert_int_equal(f->faulty.lookups_n, lookups_n + 1);
		assert_false(knows(f, "b@example.net", "a@our.example"));
	}
	add(f, "a@our.example", "b@example.com", REASON_AUTHENTICATED);
	assert_int_equal(write_all(f, NOW + 1000 + OUTGOING_PAUSE_S), STORE_OK);
	assert_true(f->wrote);
	assert_true(knows(f, "b@example.com", "a@our.example"));

	/* The clock was set back after a failure. */
	f->faulty.lookup_fails = true;
	add(f, "a@our.example", "c@example.com", REASON_AUTHENTICATED);
	assert_int_equal(write_all(f, NOW + 5000), STORE_FAILED);
	f->faulty.lookup_fails = false;
	add(f, "a@our.example", "c@example.com", REASON_AUTHENTICATED);
	assert_int_equal(write_all(f, NOW), STORE_OK);
	assert_true(f->wrote);
}

/* A store without room for new records does not pause. */
static void
test_no_room(void **state)
{
	struct fixture *f = *state;

	f->faulty.has_no_room = true;
	add(f, "a@our.example", "b@example.com", REASON_AUTHENTICATED);
	assert_int_equal(write_all(f, NOW), STORE_NO_ROOM);
	assert_false(f->wrote);
	f->faulty.has_no_room = false;
	add(f, "a@our.example", "b@example.com", REASON_AUTHENTICATED);
	assert_int_equal(write_all(f, NOW), STORE_OK);
	assert_true(f->wrote);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_together),
	    TEST(test_reasons),
	    TEST(test_room),
	    TEST(test_failure),
	    TEST(test_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
