/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "system/clock.h"
#include "tools/weekly.h"

#define HOUR_S   3600
#define DAY_S    86400
#define NEW_YORK "EST5EDT,M3.2.0,M11.1.0"
#define AUCKLAND "NZST-12NZDT,M9.5.0,M4.1.0/3"

/* Days have 23 or 25 hours when summer time begins or ends, and dates are those
 * of the zone. */
/* clang-format off */
static const struct row {
	const char *zone, *date; /* UTC */
	int64_t hour, days_n;    /* the period is this long and ends then */
	const char *last, *first;
	int64_t hours[4]; /* of each day, the last one first; 0: no more */
} rows[] = {
	{ "UTC0", "2026-11-03", 12, 2, "2026-11-03", "2026-11-01",
	  { 12, 24, 12 } },
	{ NEW_YORK, "2026-11-03", 17, 3, "2026-11-03", "2026-10-31",
	  { 12, 24, 25, 11 } },
	{ NEW_YORK, "2026-03-09", 16, 2, "2026-03-09", "2026-03-07",
	  { 12, 23, 13 } },
	{ NEW_YORK, "2026-11-02", 5, 1, "2026-11-01", "2026-11-01", { 24 } },
	{ AUCKLAND, "2026-01-04", 23, 2, "2026-01-05", "2026-01-03",
	  { 12, 24, 12 } },
	{ AUCKLAND, "2026-04-06", 0, 2, "2026-04-06", "2026-04-04",
	  { 12, 25, 11 } },
	{ "SST11", "2026-01-05", 23, 2, "2026-01-05", "2026-01-03",
	  { 12, 24, 12 } },
	/* An hour counts for the day in which it begins. */
	{ "IST-5:30", "2026-01-05", 6, 1, "2026-01-05", "2026-01-04",
	  { 11, 13 } },
};
/* clang-format on */

static struct weekly weekly; /* large */

/* Make the period of a row, with one first attempt in each hour. */
static void
make(const struct row *row)
{
	struct hourly_stats_count count = {
	    .name = "new", .n = 1, .client_class = "named"};

	assert_int_equal(setenv("TZ", row->zone, 1), 0);
	tzset();
	memset(&weekly, 0, sizeof(weekly));
	assert_int_equal(date_parse(row->date, &weekly.to_s), 0);
	weekly.to_s += row->hour * HOUR_S;
	weekly.from_s = weekly.to_s - row->days_n * DAY_S;
	weekly.midnight_s = clock_midnight_s(weekly.to_s - 1);
	for (count.hour_s = weekly.from_s; count.hour_s < weekly.to_s;
	     count.hour_s += HOUR_S)
		weekly_add(&weekly, &count);
}

static void
test_hours(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		int64_t n = 0;

		make(row);
		for (; n < 4 && row->hours[n] > 0; n++)
			assert_int_equal(history_first_attempts_n(&weekly.days
								       [n]),
			    row->hours[n]);
		assert_int_equal(weekly_days_n(&weekly), n);
		assert_int_equal(history_first_attempts_n(&weekly.all),
		    row->days_n * 24);
	}
}

/* Whether the date stands below the columns. */
static bool
is_shown(const struct text *html, const char *date)
{
	char want[DATE_SIZE + 16];

	snprintf(want, sizeof(want), ">%s</text>", date);
	return strstr(html->octets, want) != NULL;
}

static void
test_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		struct text html = {0};
		char date[DATE_SIZE];
		int64_t days_n;

		make(row);
		days_n = weekly_days_n(&weekly);
		date_format(weekly_date_s(&weekly), date);
		assert_string_equal(date, row->last);
		date_format(weekly_date_s(&weekly) - (days_n - 1) * DAY_S,
		    date);
		assert_string_equal(date, row->first);
		weekly_html(&weekly, &html);
		assert_false(html.has_failed);
		assert_true(is_shown(&html, row->last));
		assert_true(is_shown(&html, row->first));
		text_free(&html);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hours),
	    cmocka_unit_test(test_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
