/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "base/date.h"

/* clang-format off */
static const struct {
	const char *text;
	int64_t want_s; /* -1: not a date */
} dates[] = {
	{ "1970-01-01", 0 },
	{ "1970-01-02", 86400 },
	{ "1999-12-31", 946598400 },
	{ "2000-02-29", 951782400 },
	{ "2000-03-01", 951868800 },
	{ "2027-01-31", 1801353600 },
	{ "2100-02-28", 4107456000 },
	{ "2100-03-01", 4107542400 },
	{ "9999-12-31", 253402214400 },
	{ "2100-02-29", -1 },
	{ "2027-02-29", -1 },
	{ "2027-04-31", -1 },
	{ "2027-00-10", -1 },
	{ "2027-13-10", -1 },
	{ "2027-01-00", -1 },
	{ "2027-01-32", -1 },
	{ "1969-12-31", -1 },
	{ "2027-1-31", -1 },
	{ "2027/01/31", -1 },
	{ "2027-01-3x", -1 },
	{ "-027-01-31", -1 },
	{ "2027-01-311", -1 },
	{ "31.01.2027", -1 },
	{ "", -1 },
};
/* clang-format on */

static void
test_dates(void **state)
{
	char text[DATE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		int64_t time_s = -1;
		int rc = date_parse(dates[i].text, &time_s);

		if (time_s != dates[i].want_s ||
		    rc != (dates[i].want_s < 0 ? -1 : 0))
			fail_msg("%s: %lld", dates[i].text, (long long)time_s);
		if (rc != 0)
			continue;
		date_format(time_s, text);
		assert_string_equal(text, dates[i].text);
		date_format(time_s + 86399, text);
		assert_string_equal(text, dates[i].text);
	}
}

static void
test_times(void **state)
{
	static const struct {
		int64_t time_s;
		const char *want;
	} times[] = {
	    {0, "1970-01-01T00:00:00Z"},
	    {1767225599, "2025-12-31T23:59:59Z"},
	    {2147483648, "2038-01-19T03:14:08Z"},
	    {4107542400 + 3600, "2100-03-01T01:00:00Z"},
	    {DATE_MAX_S, "9999-12-31T23:59:59Z"},
	};
	char text[DATE_TIME_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		date_time_format(times[i].time_s, text);
		assert_string_equal(text, times[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dates),
	    cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
