/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "import/spamdb.h"

/* The forms of spamdb(8) and greydb(8). */
static void
test_white(void **state)
{
	struct foreign foreign;

	(void)state;
	assert_int_equal(spamdb_parse("WHITE|192.0.2.1|||1000|2000|3112400|2|9",
			     2, &foreign),
	    SPAMDB_RECORD);
	assert_int_equal(foreign.kind, FOREIGN_CLIENT);
	assert_string_equal(foreign.client, "192.0.2.1");
	assert_int_equal(foreign.retries_n, 2);
	assert_int_equal(foreign.first_seen_s, 1000);
	assert_int_equal(foreign.passed_s, 2000);
	assert_int_equal(foreign.last_seen_s, 3112400 - 36 * 86400);

	assert_int_equal(spamdb_parse("WHITE|192.0.2.1|||1000|2000|3000|2|0", 2,
			     &foreign),
	    SPAMDB_RECORD);
	assert_int_equal(foreign.last_seen_s, 2000);
}

static void
test_grey(void **state)
{
	struct foreign foreign;

	(void)state;
	assert_int_equal(
	    spamdb_parse("GREY|192.0.2.1|mx.example.net|<a@example.net>|"
			 "<b@example.org>|1000|2500|15400|2|0",
		2, &foreign),
	    SPAMDB_RECORD);
	assert_int_equal(foreign.kind, FOREIGN_TRIPLET);
	assert_string_equal(foreign.client, "192.0.2.1");
	assert_string_equal(foreign.sender, "a@example.net");
	assert_string_equal(foreign.recipient, "b@example.org");
	assert_int_equal(foreign.first_seen_s, 1000);
	assert_int_equal(foreign.last_seen_s, 1000);
	assert_int_equal(foreign.passed_s, 0);

	assert_int_equal(
	    spamdb_parse("GREY|192.0.2.1|h|<>|b@example.org|1|2|3|4|5", 2,
		&foreign),
	    SPAMDB_RECORD);
	assert_string_equal(foreign.sender, "");
	assert_string_equal(foreign.recipient, "b@example.org");
}

static void
test_others(void **state)
{
	static const struct {
		const char *line;
		enum spamdb_line kind;
	} rows[] = {
	    {"TRAPPED|192.0.2.1|1000", SPAMDB_TRAP},
	    {"SPAMTRAP|<trap@example.org>", SPAMDB_TRAP},
	    {"", SPAMDB_WRONG},
	    {"WHITE", SPAMDB_WRONG},
	    {"WHITE|192.0.2.1|||1|2|3|4", SPAMDB_WRONG},
	    {"WHITE|192.0.2.1|||1|2|3|4|5|6", SPAMDB_WRONG},
	    {"WHITE|192.0.2.1|||Jan|2|3|4|5", SPAMDB_WRONG},
	    {"BLACK|192.0.2.1|||1|2|3|4|5", SPAMDB_WRONG},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct foreign foreign;

		assert_int_equal(spamdb_parse(rows[i].line, 2, &foreign),
		    rows[i].kind);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_white),
	    cmocka_unit_test(test_grey),
	    cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
