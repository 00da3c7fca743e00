/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "service/store_watch.h"

#define NOW 1000000000

static struct store_watch watch;
static struct engine_rules rules;
static struct notices notices;

static int
set_up(void **state)
{
	(void)state;
	memset(&watch, 0, sizeof(watch));
	memset(&rules, 0, sizeof(rules));
	memset(&notices, 0, sizeof(notices));
	return 0;
}

static void
make_fail(enum store_fault fault)
{
	const struct err err = {.text = "broken"};

	notices.n = 0;
	store_watch_fail(&watch, fault, &err, &rules, NOW, &notices);
}

/* Assert that there is one notice. */
static void
assert_notice(enum notice_kind kind, const char *text)
{
	assert_int_equal(notices.n, 1);
	assert_int_equal(notices.items[0].kind, kind);
	assert_string_equal(notices.items[0].text, text);
}

static void
test_texts(void **state)
{
	static const struct {
		enum store_fault fault;
		enum on_failure on_failure;
		const char *text;
	} rows[] = {
	    {STORE_FAULT_ALL, ON_FAILURE_PASS,
		"broken; until the store works again, requests pass "
		"(on_failure)"},
	    {STORE_FAULT_ALL, ON_FAILURE_TEMPFAIL,
		"broken; until the store works again, requests are deferred "
		"(on_failure)"},
	    {STORE_FAULT_ROOM, ON_FAILURE_CLOSE,
		"broken; until it has room, requests for new triplets get no "
		"reply (on_failure)"},
	    {STORE_FAULT_PART, ON_FAILURE_PASS,
		"broken; until this part of the database works again, requests "
		"for its records pass (on_failure)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		rules.on_failure = rows[i].on_failure;
		make_fail(rows[i].fault);
		assert_notice(NOTICE_STORE_FAILED, rows[i].text);
		assert_true(watch.is_failing);
		assert_string_equal(watch.failure.text, "broken");
	}
	rules.shadow_until_s = INT64_MAX;
	make_fail(STORE_FAULT_ALL);
	assert_notice(NOTICE_STORE_FAILED,
	    "broken; until the store works again, requests pass (mode = "
	    "shadow)");
}

static void
assert_recovers(bool has_new_triplet)
{
	notices.n = 0;
	store_watch_succeed(&watch, has_new_triplet, &notices);
	assert_notice(NOTICE_STORE_RECOVERED, "the database works again");
	assert_false(watch.is_failing);
}

/* A store that works and goes on working says nothing. */
static void
test_recovers(void **state)
{
	(void)state;
	store_watch_succeed(&watch, true, &notices);
	assert_int_equal(notices.n, 0);
	make_fail(STORE_FAULT_ALL);
	assert_recovers(false);
	make_fail(STORE_FAULT_PART);
	assert_recovers(false);
}

/* Only a new triplet shows that there is room, also after another failure. */
static void
test_has_room_again(void **state)
{
	(void)state;
	make_fail(STORE_FAULT_ROOM);
	make_fail(STORE_FAULT_ALL);
	notices.n = 0;
	store_watch_succeed(&watch, false, &notices);
	assert_int_equal(notices.n, 0);
	assert_true(watch.is_failing);
	assert_recovers(true);
	make_fail(STORE_FAULT_ALL);
	assert_recovers(false);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, NULL)
	const struct CMUnitTest tests[] = {
	    TEST(test_texts),
	    TEST(test_recovers),
	    TEST(test_has_room_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
