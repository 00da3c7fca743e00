/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Which clients are auto-whitelisted, and how long. [C5, C6] */
#include "test.h"

#include "decide/auto_whitelist.h"

#define NOW  1000000000
#define KEEP 3024000
#define GAP  600

static const struct auto_whitelist_rules after_3 = {3, GAP, KEEP};
static const struct auto_whitelist_rules after_2 = {2, GAP, KEEP};
static const struct auto_whitelist_rules after_1 = {1, GAP, KEEP};
static const struct auto_whitelist_rules never = {0, GAP, KEEP};

/* clang-format off */
static const struct {
	const char *name;
	const struct auto_whitelist_rules *rules;
	bool found;      /* the client has a record */
	int64_t n, last; /* passed_n; last_seen_s, relative to NOW */
	bool passes;
	enum change_how used, counted;
} rows[] = {
	{ "no record", &after_2, false, 0, 0, false, CHANGE_NONE, CHANGE_MERGE },
	{ "one of two", &after_2, true, 1, -60, false, CHANGE_NONE, CHANGE_MERGE },
	{ "two of two", &after_2, true, 2, -60, true, CHANGE_NONE, CHANGE_MERGE },
	{ "more", &after_2, true, 9, -60, true, CHANGE_NONE, CHANGE_MERGE },
	{ "one is enough", &after_1, true, 1, -60, true, CHANGE_NONE, CHANGE_MERGE },
	{ "switched off", &never, true, 9, -60, false, CHANGE_NONE, CHANGE_MERGE },
	{ "used an hour ago", &after_2, true, 2, -3600, true,
	  CHANGE_NONE, CHANGE_MERGE },
	{ "used more than an hour ago", &after_2, true, 2, -3601, true,
	  CHANGE_MERGE, CHANGE_MERGE },
	{ "the last second of keep", &after_2, true, 2, -KEEP, true,
	  CHANGE_MERGE, CHANGE_MERGE },
	{ "unused for keep + 1", &after_2, true, 2, -KEEP - 1, false,
	  CHANGE_MERGE, CHANGE_RESTART },
	{ "the clock was set back", &after_2, true, 2, 500, true,
	  CHANGE_MERGE, CHANGE_MERGE },
};
/* clang-format on */

static struct record
record_of(size_t i)
{
	return (struct record){
	    .first_seen_s = NOW + (rows[i].last > 0 ? rows[i].last : -9000000),
	    .last_seen_s = NOW + rows[i].last,
	    .passed_s = NOW - 9000000,
	    .passed_n = rows[i].n,
	};
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct record record = record_of(i);
		const struct record *given = rows[i].found ? &record : NULL;
		struct change change;

		if (auto_whitelist_passes(given, NOW, rows[i].rules) !=
		    rows[i].passes)
			fail_msg("%s: passes", rows[i].name);
		auto_whitelist_count_retry(given, NOW, NOW, rows[i].rules,
		    &change);
		if (change.how != rows[i].counted)
			fail_msg("%s: counted: %d", rows[i].name, change.how);
		if (given == NULL)
			continue;
		auto_whitelist_refresh(given, NOW, rows[i].rules, &change);
		if (change.how != rows[i].used)
			fail_msg("%s: used: %d", rows[i].name, change.how);
	}
}

/* Which retries are proofs. The client has a record with n proofs, the earliest
 * first attempt at NOW. A triplet with its first attempt at NOW + first passes
 * at NOW + pass. */
/* clang-format off */
static const struct {
	const char *name;
	const struct auto_whitelist_rules *rules;
	int64_t n, first, pass;
	bool proves, whitelists;
} proofs[] = {
	{ "the same burst", &after_2, 1, 0, 300, false, false },
	{ "a second before the spacing", &after_2, 1, 599, 900, false, false },
	{ "the spacing", &after_2, 1, 600, 900, true, true },
	{ "an older message passes later", &after_2, 1, -599, 900, false, false },
	{ "an older message, the spacing", &after_2, 1, -600, 900, true, true },
	{ "one is enough", &after_1, 0, 0, 300, true, true },
	{ "three: the second", &after_3, 1, 600, 900, true, false },
	{ "three: the third, too near", &after_3, 2, 1199, 1500, false, false },
	{ "three: the third", &after_3, 2, 1200, 1500, true, true },
	{ "counted by two processes", &after_2, 2, 0, 300, false, false },
	{ "counted by two processes, later", &after_2, 2, 600, 900, true, true },
	{ "the clock was set back", &after_2, 1, -100000, -99820, false, false },
	{ "switched off", &never, 0, 0, 300, true, true },
};
/* clang-format on */

static void
test_proofs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(proofs); i++) {
		struct record record = {.first_seen_s = NOW,
		    .last_seen_s = NOW + 300,
		    .passed_n = proofs[i].n};
		int64_t now_s = NOW + proofs[i].pass;
		bool found = true;
		struct change change;

		auto_whitelist_count_retry(&record, NOW + proofs[i].first,
		    now_s, proofs[i].rules, &change);
		if (change.record.passed_n != proofs[i].proves)
			fail_msg("%s: proves", proofs[i].name);
		record_apply(&record, &found, &change);
		if ((record.passed_s != 0) != proofs[i].whitelists)
			fail_msg("%s: whitelists", proofs[i].name);
		if (auto_whitelist_passes(&record, now_s, proofs[i].rules) !=
		    (proofs[i].whitelists && proofs[i].rules->after > 0))
			fail_msg("%s: passes", proofs[i].name);
	}
}

/* Two processes read the same record and count a retry of the same moment.
 * Their two changes do not whitelist the client, whatever their order. */
static void
test_merged_proofs(void **state)
{
	(void)state;
	for (int order = 0; order < 2; order++) {
		struct record record = {0};
		bool found = false;
		struct change changes[2];

		auto_whitelist_count_retry(NULL, NOW - 300, NOW, &after_2,
		    &changes[0]);
		auto_whitelist_count_retry(NULL, NOW - 301, NOW, &after_2,
		    &changes[1]);
		record_apply(&record, &found, &changes[order]);
		record_apply(&record, &found, &changes[1 - order]);
		assert_int_equal(record.passed_n, 2);
		assert_int_equal(record.first_seen_s, NOW - 301);
		assert_false(auto_whitelist_passes(&record, NOW, &after_2));
		assert_int_equal(auto_whitelist_retries_needed(&record, NOW,
				     &after_2),
		    1);
	}
}

/* Whether a pool has retried from two networks. Times are relative to NOW; 1 as
 * the begin: there is no record. */
/* clang-format off */
static const struct {
	const char *name;
	int64_t domain_begin, domain_used, network_begin, network_used;
	bool spans;
} spans[] = {
	{ "the first retry of all", 1, 0, 1, 0, false },
	{ "this network began", -900, -300, -900, -300, false },
	{ "another network began", -900, -300, 1, 0, true },
	{ "another began, this one is known", -900, -300, -800, -300, true },
	{ "this one is older than the domain", -800, -300, -900, -300, false },
	{ "the other network's record has expired", -KEEP - 9, -KEEP - 1,
	  1, 0, false },
	{ "this network's record has expired", -KEEP - 9, -300,
	  -KEEP - 9, -KEEP - 1, true },
};
/* clang-format on */

static void
test_spans_networks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
		struct record domain = {
		    .first_seen_s = NOW + spans[i].domain_begin,
		    .last_seen_s = NOW + spans[i].domain_used};
		struct record network = {
		    .first_seen_s = NOW + spans[i].network_begin,
		    .last_seen_s = NOW + spans[i].network_used};

		if (auto_whitelist_spans_networks(spans[i].domain_begin == 1
			    ? NULL
			    : &domain,
			spans[i].network_begin == 1 ? NULL : &network, NOW,
			&after_2) != spans[i].spans)
			fail_msg("%s", spans[i].name);
	}
}

/* A pass of an auto-whitelisted client is not a counted retry. Both passes and
 * counted retries keep the record from expiring. */
static void
test_use_and_retries(void **state)
{
	struct record record = {0};
	bool found = false;
	struct change change;

	(void)state;
	auto_whitelist_count_retry(NULL, NOW - 200, NOW, &after_2, &change);
	record_apply(&record, &found, &change);
	assert_int_equal(record.first_seen_s, NOW - 200);
	assert_false(auto_whitelist_passes(&record, NOW, &after_2));
	auto_whitelist_count_retry(&record, NOW + 400, NOW + 600, &after_2,
	    &change);
	record_apply(&record, &found, &change);
	assert_int_equal(record.first_seen_s, NOW - 200);
	assert_true(auto_whitelist_passes(&record, NOW + 600, &after_2));
	auto_whitelist_refresh(&record, NOW + 8000, &after_2, &change);
	record_apply(&record, &found, &change);
	assert_int_equal(record.passed_n, 2);
	assert_int_equal(record.last_seen_s, NOW + 8000);
	assert_int_equal(record.expires_s, NOW + 8000 + KEEP);
	assert_true(auto_whitelist_passes(&record, NOW + 8000 + KEEP,
	    &after_2));
	assert_false(auto_whitelist_passes(&record, NOW + 8001 + KEEP,
	    &after_2));

	/* After the record has expired, the old retries do not count. */
	auto_whitelist_count_retry(&record, NOW + 8001 + KEEP,
	    NOW + 8001 + KEEP, &after_2, &change);
	record_apply(&record, &found, &change);
	assert_int_equal(record.passed_n, 1);
	assert_int_equal(record.first_seen_s, NOW + 8001 + KEEP);
}

/* How many more counted retries a client needs. */
static void
test_missing_retries(void **state)
{
	struct record record = {.last_seen_s = NOW - KEEP, .passed_n = 1};

	(void)state;
	assert_int_equal(auto_whitelist_retries_needed(NULL, NOW, &after_2), 2);
	assert_int_equal(auto_whitelist_retries_needed(&record, NOW, &after_2),
	    1);
	/* auto_whitelist_after was 2 when the retry was counted. */
	assert_int_equal(auto_whitelist_retries_needed(&record, NOW, &after_1),
	    1);
	assert_int_equal(auto_whitelist_retries_needed(&record, NOW, &never),
	    0);
	record.passed_n = 9;
	assert_int_equal(auto_whitelist_retries_needed(&record, NOW, &after_2),
	    1);
	record.passed_s = NOW - KEEP;
	assert_int_equal(auto_whitelist_retries_needed(&record, NOW, &after_2),
	    0);
	assert_false(auto_whitelist_is_expired(&record, NOW, &after_2));
	assert_true(auto_whitelist_is_expired(&record, NOW + 1, &after_2));
	assert_int_equal(auto_whitelist_retries_needed(&record, NOW + 1,
			     &after_2),
	    2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_proofs),
	    cmocka_unit_test(test_merged_proofs),
	    cmocka_unit_test(test_spans_networks),
	    cmocka_unit_test(test_use_and_retries),
	    cmocka_unit_test(test_missing_retries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
