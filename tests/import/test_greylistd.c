/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "import/greylistd.h"

/* The lines come from greylistd 0.9.0.2. */
static void
test_states(void **state)
{
	static const struct {
		const char *line;
		int rc;
		enum greylistd_section section;
		struct greylistd_state state;
	} rows[] = {
	    {"[statistics]", 0, GREYLISTD_OTHER, {0}},
	    {"start = 1795910000", 0, GREYLISTD_OTHER, {0}},
	    {"", 0, GREYLISTD_OTHER, {0}},
	    {"[white]", 0, GREYLISTD_WHITE, {0}},
	    {"-42 = 1500 1000 3", 1, GREYLISTD_WHITE,
		{-42, GREYLISTD_WHITE, 1000, 1500}},
	    {"-42 = 1500 1000", -1, GREYLISTD_WHITE, {0}},
	    {"x = 1500 1000 3", -1, GREYLISTD_WHITE, {0}},
	    {"[grey]", 0, GREYLISTD_GREY, {0}},
	    {"", 0, GREYLISTD_GREY, {0}},
	    {"7 = 8 9 1", 1, GREYLISTD_GREY, {7, GREYLISTD_GREY, 9, 8}},
	    {"[black]", 0, GREYLISTD_BLACK, {0}},
	    {"7 = 8 9 1", 1, GREYLISTD_BLACK, {7, GREYLISTD_BLACK, 9, 8}},
	};
	enum greylistd_section section = GREYLISTD_OTHER;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct greylistd_state got = {0};

		assert_int_equal(greylistd_parse_state(rows[i].line, &section,
				     &got),
		    rows[i].rc);
		assert_int_equal(section, rows[i].section);
		assert_int_equal(got.hash, rows[i].state.hash);
		assert_int_equal(got.section, rows[i].state.section);
		assert_int_equal(got.first_seen_s, rows[i].state.first_seen_s);
		assert_int_equal(got.last_seen_s, rows[i].state.last_seen_s);
	}
}

static void
test_triplets(void **state)
{
	static const struct {
		const char *line;
		enum foreign_kind kind;
		const char *client, *sender, *recipient;
	} rows[] = {
	    {"-42 = 192.0.2.1 a@example.net b@example.org", FOREIGN_TRIPLET,
		"192.0.2.1", "a@example.net", "b@example.org"},
	    {"-42 = 192.0.2.1 b@example.org", FOREIGN_TRIPLET, "192.0.2.1", "",
		"b@example.org"},
	    {"-42 = 192.0.2.1", FOREIGN_CLIENT, "192.0.2.1", "", ""},
	};
	static const char *const wrong[] = {"", "42", "x = 192.0.2.1",
	    "42 = 192.0.2.1 a b c", "42=192.0.2.1 a@example.net b@example.org"};
	struct foreign foreign;
	int64_t hash;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(greylistd_parse_triplet(rows[i].line, &hash,
				     &foreign),
		    0);
		assert_int_equal(hash, -42);
		assert_int_equal(foreign.kind, rows[i].kind);
		assert_string_equal(foreign.client, rows[i].client);
		assert_string_equal(foreign.sender, rows[i].sender);
		assert_string_equal(foreign.recipient, rows[i].recipient);
	}
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_int_equal(greylistd_parse_triplet(wrong[i], &hash,
				     &foreign),
		    -1);
}

static void
test_times(void **state)
{
	static const struct greylistd_state white = {
	    7, GREYLISTD_WHITE, 10, 900};
	static const struct greylistd_state grey = {7, GREYLISTD_GREY, 10, 900};
	static const struct greylistd_state black = {
	    7, GREYLISTD_BLACK, 10, 900};
	struct foreign foreign = {0};

	(void)state;
	assert_true(greylistd_add_state(&white, 2, &foreign));
	assert_int_equal(foreign.first_seen_s, 10);
	assert_int_equal(foreign.last_seen_s, 900);
	assert_int_equal(foreign.passed_s, 900);
	assert_int_equal(foreign.retries_n, 2);
	assert_true(greylistd_add_state(&grey, 2, &foreign));
	assert_int_equal(foreign.passed_s, 0);
	assert_false(greylistd_add_state(&black, 2, &foreign));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_states),
	    cmocka_unit_test(test_triplets),
	    cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
