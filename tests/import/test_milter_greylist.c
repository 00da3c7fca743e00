/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include "import/milter_greylist.h"

static void
test_lines(void **state)
{
	static const struct {
		const char *line;
		enum foreign_result why;
		const char *sender;
		int64_t first_seen_s, passed_s;
	} rows[] = {
	    {"192.0.2.7\t<a@example.net>\t<b@example.org>\t100600 # date",
		FOREIGN_TAKEN, "a@example.net", 100000, 0},
	    {"192.0.2.7\t<>\t<b@example.org>\t100600", FOREIGN_TAKEN, "",
		100000, 0},
	    {"192.0.2.7\t<a@example.net>\t<b@example.org>\t186400 AUTO # date",
		FOREIGN_TAKEN, "a@example.net", 100000, 100000},
	    {"192.0.2.7\t<a@example.net>\t<b@example.org>\t5", FOREIGN_TAKEN,
		"a@example.net", 0, 0},
	    {"192.0.2.7\t(any)\t<b@example.org>\t100600", FOREIGN_NO_MAIL, "",
		0, 0},
	    {"192.0.2.7\t<a@example.net>\t<b@example.org>", FOREIGN_MALFORMED,
		"", 0, 0},
	    {"192.0.2.7 <a@example.net> <b@example.org> 100600",
		FOREIGN_MALFORMED, "", 0, 0},
	    {"192.0.2.7\t<a@example.net>\t<b@example.org>\tnow",
		FOREIGN_MALFORMED, "", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct foreign foreign;
		enum foreign_result why;

		assert_int_equal(milter_greylist_parse(rows[i].line, 600,
				     &foreign, &why),
		    1);
		assert_int_equal(why, rows[i].why);
		if (why != FOREIGN_TAKEN)
			continue;
		assert_int_equal(foreign.kind, FOREIGN_TRIPLET);
		assert_string_equal(foreign.client, "192.0.2.7");
		assert_string_equal(foreign.sender, rows[i].sender);
		assert_string_equal(foreign.recipient, "b@example.org");
		assert_int_equal(foreign.first_seen_s, rows[i].first_seen_s);
		assert_int_equal(foreign.passed_s, rows[i].passed_s);
	}
}

static void
test_no_record(void **state)
{
	struct foreign foreign;
	enum foreign_result why;

	(void)state;
	assert_int_equal(milter_greylist_parse("", 600, &foreign, &why), 0);
	assert_int_equal(milter_greylist_parse("# greylisted tuples", 600,
			     &foreign, &why),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_no_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
