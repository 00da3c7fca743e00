/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Counting decisions and hits. [C60] */
#include "test.h"

#include <string.h>

#include "decide/list_hits.h"
#include "decide/hourly_stats.h"

#define HOUR 1000000800 /* a whole one */

static int64_t
count_of(const struct hourly_stats *tally, const char *name, int64_t bound_s)
{
	for (size_t i = 0; i < tally->n; i++)
		if (strcmp(tally->counts[i].name, name) == 0 &&
		    tally->counts[i].bound_s == bound_s)
			return tally->counts[i].n;
	return 0;
}

static void
test_hours(void **state)
{
	struct hourly_stats tally = {.n = 0};
	struct verdict verdict = {.reason = REASON_NEW};

	(void)state;
	assert_true(hourly_stats_add(&tally, &verdict, HOUR));
	assert_true(hourly_stats_add(&tally, &verdict, HOUR + 3599));
	assert_int_equal(tally.counts[0].hour_s, HOUR);
	assert_int_equal(count_of(&tally, "new", 0), 2);
	assert_false(hourly_stats_add(&tally, &verdict, HOUR + 3600));
	assert_false(hourly_stats_add(&tally, &verdict, HOUR - 1));
	assert_int_equal(count_of(&tally, "new", 0), 2);
	tally.n = 0; /* written down */
	assert_true(hourly_stats_add(&tally, &verdict, HOUR - 1));
	assert_int_equal(tally.counts[0].hour_s, HOUR - 3600);
	tally.n = 0;
	assert_true(hourly_stats_add(&tally, &verdict, -1));
	assert_int_equal(tally.counts[0].hour_s, -3600);
}

/* Every delay has a bound, the first that is not less. */
static void
test_delays(void **state)
{
	struct hourly_stats tally = {.n = 0};
	struct verdict verdict = {.reason = REASON_RETRIED};

	(void)state;
	for (size_t i = 0; i < hourly_stats_bounds_n; i++) {
		if (i > 0)
			assert_true(hourly_stats_bounds_s[i] >
			    hourly_stats_bounds_s[i - 1]);
		verdict.age_s = hourly_stats_bounds_s[i];
		assert_true(hourly_stats_add(&tally, &verdict, HOUR));
		assert_int_equal(count_of(&tally, "retried",
				     hourly_stats_bounds_s[i]),
		    1);
		if (hourly_stats_bounds_s[i] == INT64_MAX)
			continue;
		verdict.age_s++;
		assert_true(hourly_stats_add(&tally, &verdict, HOUR));
		assert_int_equal(count_of(&tally, "retried",
				     hourly_stats_bounds_s[i + 1]),
		    1);
		tally.n = 0;
	}
}

/* All there is to count fits. */
static void
test_all(void **state)
{
	struct hourly_stats tally = {.n = 0};

	(void)state;
	for (int reason = 0; reason < REASON_COUNT; reason++)
		for (size_t i = 0; i < hourly_stats_bounds_n; i++) {
			const struct verdict verdict = {
			    .reason = (enum reason)reason,
			    .age_s = hourly_stats_bounds_s[i]};

			assert_true(hourly_stats_add(&tally, &verdict, HOUR));
		}
	assert_int_equal(tally.n, REASON_COUNT - 1 + hourly_stats_bounds_n);
	assert_true(tally.n <= HOURLY_STATS_MAX);
	assert_int_equal(count_of(&tally, "known", 0), hourly_stats_bounds_n);
}

/* What could not be written down waits, and does not stop the counting. */
static void
test_move(void **state)
{
	struct verdict verdict = {.reason = REASON_FAILURE};
	struct hourly_stats tally = {.n = 0};

	(void)state;
	assert_true(hourly_stats_add(&tally, &verdict, HOUR));
	verdict.reason = REASON_NEW;
	assert_true(hourly_stats_add(&tally, &verdict, HOUR + 1));
	assert_false(hourly_stats_add(&tally, &verdict, 2 * HOUR + 5));
	hourly_stats_move(&tally, 2 * HOUR + 5);
	assert_true(hourly_stats_add(&tally, &verdict, 2 * HOUR + 5));
	assert_int_equal(tally.n, 2);
	assert_int_equal(tally.counts[0].hour_s, 2 * HOUR);
	assert_int_equal(tally.counts[0].n, 1);
	assert_int_equal(tally.counts[1].hour_s, 2 * HOUR);
	assert_int_equal(tally.counts[1].n, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hours),
	    cmocka_unit_test(test_delays),
	    cmocka_unit_test(test_all),
	    cmocka_unit_test(test_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
