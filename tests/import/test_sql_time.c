/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include "import/sql_time.h"

static void
test_times(void **state)
{
	static const struct {
		const char *text;
		int64_t utc_offset_s, time_s;
	} rows[] = {
	    {"0", 3600, 0},
	    {"1795900000", 3600, 1795900000},
	    {"1795900000.75", 3600, 1795900000},
	    {"1970-01-01 00:00:00", 0, 0},
	    {"1970-01-01 01:00:00", 3600, 0},
	    {"2000-02-29 12:34:56", 0, 951827696},
	    {"2024-12-31T23:59:59Z", 3600, 1735689599},
	    {"2026-11-29 05:00:00", 0, 1795928400},
	    {"2026-11-29 05:00:00.123456", 0, 1795928400},
	    {"2026-11-29 05:00:00+00", 3600, 1795928400},
	    {"2026-11-29 06:00:00.5+01", 0, 1795928400},
	    {"2026-11-29 10:30:00+05:30", 0, 1795928400},
	    {"2026-11-29 01:30:00-0330", 0, 1795928400},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t time_s = -1;

		if (sql_time_parse(rows[i].text, rows[i].utc_offset_s,
			&time_s) != 0 ||
		    time_s != rows[i].time_s)
			fail_msg("%s: %lld", rows[i].text, (long long)time_s);
	}
}

static void
test_bad_times(void **state)
{
	static const char *const rows[] = {"", "now", "-1",
	    "0000-00-00 00:00:00", "2026-13-01 00:00:00", "2026-11-29",
	    "2026-11-29 05:00", "2026-11-29 05:00:00 CET",
	    "2026-11-29 05:00:00+",
	    "2026-11-29 05:00:00+01:", "1950-01-01 00:00:00",
	    "12345678901234567890"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t time_s;

		if (sql_time_parse(rows[i], 0, &time_s) == 0)
			fail_msg("accepted: %s", rows[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_bad_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
