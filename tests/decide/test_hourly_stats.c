/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Counting decisions. [C60] */
#include "test.h"

#include <string.h>

#include "decide/hourly_stats.h"

#define HOUR 1000000800 /* the start of an hour */

static int64_t
count_of(const struct hourly_stats *stats, const char *name, int64_t bound_s)
{
	for (size_t i = 0; i < stats->n; i++)
		if (strcmp(stats->counts[i].name, name) == 0 &&
		    stats->counts[i].bound_s == bound_s)
			return stats->counts[i].n;
	return 0;
}

static void
test_hours(void **state)
{
	struct hourly_stats stats = {.n = 0};
	struct verdict verdict = {.reason = REASON_NEW};

	(void)state;
	assert_true(hourly_stats_add(&stats, &verdict, HOUR));
	assert_true(hourly_stats_add(&stats, &verdict, HOUR + 3599));
	assert_int_equal(stats.counts[0].hour_s, HOUR);
	assert_int_equal(count_of(&stats, "new", 0), 2);
	assert_false(hourly_stats_add(&stats, &verdict, HOUR + 3600));
	assert_false(hourly_stats_add(&stats, &verdict, HOUR - 1));
	assert_int_equal(count_of(&stats, "new", 0), 2);
	stats.n = 0; /* written to the store */
	assert_true(hourly_stats_add(&stats, &verdict, HOUR - 1));
	assert_int_equal(stats.counts[0].hour_s, HOUR - 3600);
	stats.n = 0;
	assert_true(hourly_stats_add(&stats, &verdict, -1));
	assert_int_equal(stats.counts[0].hour_s, -3600);
}

/* A delay counts under the first bound that is not less than the delay. */
static void
test_delays(void **state)
{
	struct hourly_stats stats = {.n = 0};
	struct verdict verdict = {.reason = REASON_RETRIED};

	(void)state;
	for (size_t i = 0; i < hourly_stats_bounds_n; i++) {
		if (i > 0)
			assert_true(hourly_stats_bounds_s[i] >
			    hourly_stats_bounds_s[i - 1]);
		verdict.age_s = hourly_stats_bounds_s[i];
		assert_true(hourly_stats_add(&stats, &verdict, HOUR));
		assert_int_equal(count_of(&stats, "retried",
				     hourly_stats_bounds_s[i]),
		    1);
		if (hourly_stats_bounds_s[i] == INT64_MAX)
			continue;
		verdict.age_s++;
		assert_true(hourly_stats_add(&stats, &verdict, HOUR));
		assert_int_equal(count_of(&stats, "retried",
				     hourly_stats_bounds_s[i + 1]),
		    1);
		stats.n = 0;
	}
}

static void
add_all_delays(struct hourly_stats *stats, enum reason reason,
    enum client_class client_class)
{
	for (size_t i = 0; i < hourly_stats_bounds_n; i++) {
		const struct verdict verdict = {.reason = reason,
		    .client_class = client_class,
		    .shadow = true,
		    .age_s = hourly_stats_bounds_s[i]};

		assert_true(hourly_stats_add(stats, &verdict, HOUR));
	}
}

/* There is room for all counts of an hour. */
static void
test_room_for_all_counts(void **state)
{
	struct hourly_stats stats = {.n = 0};

	(void)state;
	for (int reason = 0; reason < REASON_COUNT; reason++)
		for (int class = 0; class < CLIENT_CLASSES; class ++)
			add_all_delays(&stats, (enum reason)reason,
			    (enum client_class) class);
	assert_true(hourly_stats_add_never_returned(&stats, 7, HOUR));
	assert_true(hourly_stats_add_never_returned(&stats, 3, HOUR + 1));
	assert_false(hourly_stats_add_never_returned(&stats, 1, HOUR + 3600));
	assert_int_equal(count_of(&stats, "never-returned", 0), 10);
	assert_int_equal(stats.n,
	    CLIENT_CLASSES * (REASON_COUNT - 1 + hourly_stats_bounds_n) + 1);
	assert_int_equal(count_of(&stats, "state", 0), 0); /* not counted */
	assert_true(stats.n <= HOURLY_STATS_MAX);
	assert_int_equal(count_of(&stats, "known", 0), hourly_stats_bounds_n);
	assert_int_equal(count_of(&stats, "would-defer", 0),
	    3 * hourly_stats_bounds_n); /* new, early, late */
}

/* Counts that could not be written move to the next hour, and counting goes on.
 */
static void
test_move(void **state)
{
	struct verdict verdict = {.reason = REASON_FAILURE};
	struct hourly_stats stats = {.n = 0};

	(void)state;
	assert_true(hourly_stats_add(&stats, &verdict, HOUR));
	verdict.reason = REASON_NEW;
	assert_true(hourly_stats_add(&stats, &verdict, HOUR + 1));
	assert_false(hourly_stats_add(&stats, &verdict, 2 * HOUR + 5));
	hourly_stats_move(&stats, 2 * HOUR + 5);
	assert_true(hourly_stats_add(&stats, &verdict, 2 * HOUR + 5));
	assert_int_equal(stats.n, 2);
	assert_int_equal(stats.counts[0].hour_s, 2 * HOUR);
	assert_int_equal(stats.counts[0].n, 1);
	assert_int_equal(stats.counts[1].hour_s, 2 * HOUR);
	assert_int_equal(stats.counts[1].n, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hours),
	    cmocka_unit_test(test_delays),
	    cmocka_unit_test(test_room_for_all_counts),
	    cmocka_unit_test(test_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
