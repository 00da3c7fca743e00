/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "base/uri.h"

#include "test.h"

static const struct {
	const char *uri, *masked;
	bool has_password;
} rows[] = {
    {"", "", false},
    {"memory:", "memory:", false},
    {"sqlite:/a:b@c", "sqlite:/a:b@c", false},
    {"redis://host:6379/p", "redis://host:6379/p", false},
    {"redis://me@host:6379", "redis://me@host:6379", false},
    {"redis://me:secret@host:6379", "redis://me:***@host:6379", true},
    {"redis://:secret@host", "redis://:***@host", true},
    {"redis://:a@b:c@host", "redis://:***@host", true},
    {"redis://me:@host", "redis://me:***@host", true},
    {"redis+cluster://u:p@a:1,b:2/x", "redis+cluster://u:***@a:1,b:2/x", true},
    {"nosql://u:p/w@host", "nosql://u:***@host", true},
};

static void
test_mask(void **state)
{
	char out[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(uri_mask_password(rows[i].uri, out,
				     sizeof(out)),
		    rows[i].has_password);
		assert_string_equal(out, rows[i].masked);
	}
	uri_mask_password("redis://u:p@host", out, 10);
	assert_string_equal(out, "redis://u");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_mask)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
