/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "import/sqlgrey.h"

static void
test_triplet(void **state)
{
	static const struct {
		const char *name, *domain, *sender;
	} rows[] = {
	    {"a", "example.net", "a@example.net"},
	    {"-undef-", "-undef-", ""},
	    {"a", "-undef-", "a@-undef-"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct foreign foreign;

		assert_int_equal(sqlgrey_triplet(rows[i].name, rows[i].domain,
				     "192.0.2", "b@example.org", 1000,
				     &foreign),
		    FOREIGN_TAKEN);
		assert_int_equal(foreign.kind, FOREIGN_TRIPLET);
		assert_string_equal(foreign.client, "192.0.2");
		assert_string_equal(foreign.sender, rows[i].sender);
		assert_string_equal(foreign.recipient, "b@example.org");
		assert_int_equal(foreign.first_seen_s, 1000);
		assert_int_equal(foreign.last_seen_s, 1000);
		assert_int_equal(foreign.passed_s, 0);
	}
}

static void
test_client(void **state)
{
	struct foreign foreign;

	(void)state;
	assert_int_equal(sqlgrey_client("192.0.2.1", 1000, 2000, 3, &foreign),
	    FOREIGN_TAKEN);
	assert_int_equal(foreign.kind, FOREIGN_CLIENT);
	assert_string_equal(foreign.client, "192.0.2.1");
	assert_int_equal(foreign.first_seen_s, 1000);
	assert_int_equal(foreign.passed_s, 1000);
	assert_int_equal(foreign.last_seen_s, 2000);
	assert_int_equal(foreign.retries_n, 3);
}

static void
test_too_long(void **state)
{
	static char text[REQUEST_ADDRESS_MAX + 1];
	struct foreign foreign;

	(void)state;
	memset(text, 'a', REQUEST_ADDRESS_MAX);
	assert_int_equal(sqlgrey_triplet(text, "b", "192.0.2.1", "c", 1,
			     &foreign),
	    FOREIGN_NO_MAIL);
	assert_int_equal(sqlgrey_triplet("a", "b", text, "c", 1, &foreign),
	    FOREIGN_NO_ADDRESS);
	assert_int_equal(sqlgrey_client(text, 1, 2, 3, &foreign),
	    FOREIGN_NO_ADDRESS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_triplet),
	    cmocka_unit_test(test_client),
	    cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
