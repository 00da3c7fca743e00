/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Numbers as text. */
#include "test.h"

#include <string.h>

#include "base/decimal.h"

/* clang-format off */
static const struct {
	int64_t number;
	const char *text;
} rows[] = {
	{ 0, "0" },
	{ 1, "1" },
	{ 9, "9" },
	{ 10, "10" },
	{ 99, "99" },
	{ 100, "100" },
	{ 1234567890, "1234567890" },
	{ 4294967296, "4294967296" },
	{ INT64_MAX, "9223372036854775807" },
	{ -1, "-1" },
	{ -10, "-10" },
	{ INT64_MIN + 1, "-9223372036854775807" },
	{ INT64_MIN, "-9223372036854775808" },
};
/* clang-format on */

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[DECIMAL_SIZE + 1];

		memset(out, '#', sizeof(out));
		assert_int_equal(decimal_format(rows[i].number, out),
		    strlen(rows[i].text));
		assert_string_equal(out, rows[i].text);
		/* It writes nothing behind the NUL. */
		assert_int_equal(out[strlen(rows[i].text) + 1], '#');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
