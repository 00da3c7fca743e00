/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "import/postgrey.h"

#define DELAY_S 300

/* The keys and values come from postgrey 1.37. */
static void
test_triplets(void **state)
{
	static const struct {
		const char *key, *value, *client, *sender, *recipient;
		int64_t first_seen_s, last_seen_s, passed_s;
	} rows[] = {
	    {"192.0.2.0/anna@example.net/bob@example.org", "1000,1500",
		"192.0.2.0", "anna@example.net", "bob@example.org", 1000, 1500,
		1300},
	    {"192.0.2.0/list-#-x@example.net/bob@example.org", "1000,1000",
		"192.0.2.0", "list-#-x@example.net", "bob@example.org", 1000,
		1000, 0},
	    {"198.51.100.0//bob@example.org", "1000,1299", "198.51.100.0", "",
		"bob@example.org", 1000, 1299, 0},
	    {"198.51.100.0//bob@example.org", "1000,1300", "198.51.100.0", "",
		"bob@example.org", 1000, 1300, 1300},
	    {"2001:db8:1:2:0:0:0:0/a/b@example.net/c/d@example.org", "7,8",
		"2001:db8:1:2:0:0:0:0", "a/b@example.net", "c/d@example.org", 7,
		8, 0},
	    /* --lookup-by-host, and a host of older versions */
	    {"192.0.2.7/a@example.net/b@example.org", "7,8,9", "192.0.2.7",
		"a@example.net", "b@example.org", 7, 8, 0},
	    /* postgrey 1.36 */
	    {"192.0.2.0/24/anna@example.net/bob@example.org", "7,8",
		"192.0.2.0", "anna@example.net", "bob@example.org", 7, 8, 0},
	    {"198.51.100.0/24//bob@example.org", "7,8", "198.51.100.0", "",
		"bob@example.org", 7, 8, 0},
	    {"192.0.2.0/24x/y@example.net/b@example.org", "7,8", "192.0.2.0",
		"24x/y@example.net", "b@example.org", 7, 8, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct foreign foreign;

		assert_int_equal(postgrey_parse(rows[i].key, rows[i].value,
				     DELAY_S, &foreign),
		    FOREIGN_TAKEN);
		assert_int_equal(foreign.kind, FOREIGN_TRIPLET);
		assert_string_equal(foreign.client, rows[i].client);
		assert_string_equal(foreign.sender, rows[i].sender);
		assert_string_equal(foreign.recipient, rows[i].recipient);
		assert_int_equal(foreign.first_seen_s, rows[i].first_seen_s);
		assert_int_equal(foreign.last_seen_s, rows[i].last_seen_s);
		assert_int_equal(foreign.passed_s, rows[i].passed_s);
	}
}

static void
test_client(void **state)
{
	static const char *const keys[] = {
	    "192.0.2.99", "192.0.2.99/32"}; /* 1.37, 1.36 */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		struct foreign foreign;

		assert_int_equal(postgrey_parse(keys[i], "7,1500", DELAY_S,
				     &foreign),
		    FOREIGN_TAKEN);
		assert_int_equal(foreign.kind, FOREIGN_CLIENT);
		assert_string_equal(foreign.client, "192.0.2.99");
		assert_int_equal(foreign.retries_n, 7);
		assert_int_equal(foreign.first_seen_s, 1500);
		assert_int_equal(foreign.last_seen_s, 1500);
		assert_int_equal(foreign.passed_s, 1500);
	}
}

static void
test_skipped(void **state)
{
	static const char long_client[] =
	    "1234567890123456789012345678901234567890123456789012345678901234";
	static const struct {
		const char *key, *value;
		enum foreign_result why;
	} rows[] = {
	    {"a94a8fe5ccb19ba61c4c0873d391e987982fbbd3", "7,8", FOREIGN_HASHED},
	    {"192.0.2.1", "", FOREIGN_MALFORMED},
	    {"192.0.2.1", "7", FOREIGN_MALFORMED},
	    {"192.0.2.1", "7;8", FOREIGN_MALFORMED},
	    {"192.0.2.1", "-7,8", FOREIGN_MALFORMED},
	    {"192.0.2.1", "99999999999999999999,8", FOREIGN_MALFORMED},
	    {long_client, "7,8", FOREIGN_NO_ADDRESS},
	    {"192.0.2.0/a@example.net/b@example.org", "x", FOREIGN_MALFORMED},
	    {"192.0.2.0/a@example.net/b@example.org", "7,", FOREIGN_MALFORMED},
	    {"192.0.2.0/a@example.net", "7,8", FOREIGN_NO_MAIL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct foreign foreign;

		assert_int_equal(postgrey_parse(rows[i].key, rows[i].value,
				     DELAY_S, &foreign),
		    rows[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_triplets),
	    cmocka_unit_test(test_client),
	    cmocka_unit_test(test_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
