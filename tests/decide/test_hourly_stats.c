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

static struct list *
list_of(const char *source)
{
	static const char *const patterns[] = {
	    "a.example", "b.example", "c.example"};
	struct list *list = list_new();
	struct err err;

	for (unsigned i = 0; i < 3; i++) {
		const struct list_entry entry = {.kind = LIST_CLIENT,
		    .effect = i == 1 ? LIST_GREYLIST : LIST_WHITELIST,
		    .pattern = patterns[i],
		    .source = source};

		assert_int_equal(list_add(list, &entry, NULL, &err), 0);
	}
	assert_int_equal(list_seal(list, &err), 0);
	return list;
}

/* Taken once, in portions, from both sources. */
static void
test_hits(void **state)
{
	struct lists lists = {.entries = list_of(""), .files = list_of("f")};
	struct store_hit hits[2];

	(void)state;
	assert_int_equal(list_hits_take(&lists, hits, 2), 0);
	for (size_t i = 0; i < 3; i++) {
		struct list_entry *entry = list_entry_at(lists.files, i);

		entry->hits_n = (int64_t)i; /* a.example has none */
		entry->last_hit_s = HOUR;
	}
	list_entry_at(lists.entries, 0)->hits_n = 5;
	assert_int_equal(list_hits_take(&lists, hits, 2), 2);
	assert_string_equal(hits[0].source, "");
	assert_int_equal(hits[0].n, 5);
	assert_true(hits[0].whitelists);
	assert_string_equal(hits[1].source, "f");
	assert_string_equal(hits[1].pattern, "b.example");
	assert_false(hits[1].whitelists);
	assert_int_equal(hits[1].last_s, HOUR);
	assert_int_equal(list_hits_take(&lists, hits, 2), 1);
	assert_int_equal(hits[0].n, 2);
	assert_int_equal(list_hits_take(&lists, hits, 2), 0);
	list_free(lists.entries);
	list_free(lists.files);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hours),
	    cmocka_unit_test(test_delays),
	    cmocka_unit_test(test_all),
	    cmocka_unit_test(test_move),
	    cmocka_unit_test(test_hits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
