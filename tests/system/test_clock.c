/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <stdlib.h>
#include <time.h>

#include "base/date.h"
#include "system/clock.h"

#define NEW_YORK "EST5EDT,M3.2.0,M11.1.0"
#define AUCKLAND "NZST-12NZDT,M9.5.0,M4.1.0/3"
#define HAVANA   "CST5CDT,M3.2.0/0,M11.1.0/1"

/* Days have 23 or 25 hours when summer time begins or ends. */
static void
test_days(void **state)
{
	/* clang-format off */
	static const struct {
		const char *zone, *date; /* noon in UTC */
		int64_t ago;
		const char *begin;
	} rows[] = {
		{ "UTC0", "2026-11-02", 0, "2026-11-02T00:00:00Z" },
		{ "UTC0", "2026-11-02", 2, "2026-10-31T00:00:00Z" },
		{ "UTC0", "2026-11-02", -1, "2026-11-03T00:00:00Z" },
		/* Summer time ends on 1 November. */
		{ NEW_YORK, "2026-11-03", 0, "2026-11-03T05:00:00Z" },
		{ NEW_YORK, "2026-11-03", 1, "2026-11-02T05:00:00Z" },
		{ NEW_YORK, "2026-11-03", 2, "2026-11-01T04:00:00Z" },
		{ NEW_YORK, "2026-11-03", 3, "2026-10-31T04:00:00Z" },
		{ NEW_YORK, "2026-11-03", 30, "2026-10-04T04:00:00Z" },
		{ NEW_YORK, "2026-11-01", -1, "2026-11-02T05:00:00Z" },
		/* It begins on 8 March. */
		{ NEW_YORK, "2026-03-09", 1, "2026-03-08T05:00:00Z" },
		{ NEW_YORK, "2026-03-09", 0, "2026-03-09T04:00:00Z" },
		{ NEW_YORK, "2026-03-08", -1, "2026-03-09T04:00:00Z" },
		/* It ends on 5 April and begins on 27 September. */
		{ AUCKLAND, "2026-04-06", 0, "2026-04-06T12:00:00Z" },
		{ AUCKLAND, "2026-04-06", 1, "2026-04-05T12:00:00Z" },
		{ AUCKLAND, "2026-04-06", 2, "2026-04-04T11:00:00Z" },
		{ AUCKLAND, "2026-09-28", 1, "2026-09-27T11:00:00Z" },
		{ AUCKLAND, "2026-09-28", 2, "2026-09-26T12:00:00Z" },
		/* This day has no midnight: it begins at one o'clock. */
		{ HAVANA, "2026-03-09", 0, "2026-03-09T04:00:00Z" },
		{ HAVANA, "2026-03-09", 1, "2026-03-08T05:00:00Z" },
		{ HAVANA, "2026-03-09", 2, "2026-03-07T05:00:00Z" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char begin[DATE_TIME_SIZE];
		int64_t day_s;

		assert_int_equal(setenv("TZ", rows[i].zone, 1), 0);
		tzset();
		assert_int_equal(date_parse(rows[i].date, &day_s), 0);
		date_time_format(clock_day_s(day_s + 43200, rows[i].ago),
		    begin);
		assert_string_equal(begin, rows[i].begin);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
