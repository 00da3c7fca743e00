/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* How records merge. The times end the same if two processes write a record, or
 * if a write is late or repeated. [C49, C58] */
#include "test.h"

#include "decide/record.h"

#define MAX INT64_MAX
#define MIN INT64_MIN

/* clang-format off */

/* The members are first_seen_s, last_seen_s, passed_s, expires_s, deferred_n,
 * passed_n and delay_s. a and b are merged in both orders. */
static const struct {
	const char *name;
	struct record a, b, want;
} merges[] = {
	{ "nothing new",
	  { 10, 20, 0, 100, 1, 0, 0 }, { 10, 20, 0, 100, 0, 0, 0 }, { 10, 20, 0, 100, 1, 0, 0 } },
	{ "the earlier first seen",
	  { 10, 20, 0, 100, 1, 0, 0 }, { 9, 20, 0, 100, 0, 0, 0 }, { 9, 20, 0, 100, 1, 0, 0 } },
	{ "the later last seen",
	  { 10, 20, 0, 100, 1, 0, 0 }, { 10, 21, 0, 100, 0, 0, 0 }, { 10, 21, 0, 100, 1, 0, 0 } },
	{ "the later expiry",
	  { 10, 20, 0, 100, 1, 0, 0 }, { 10, 20, 0, 101, 0, 0, 0 }, { 10, 20, 0, 101, 1, 0, 0 } },
	{ "all at once",
	  { 10, 20, 0, 100, 1, 0, 0 }, { 5, 30, 30, 200, 0, 1, 0 }, { 5, 30, 30, 200, 1, 1, 0 } },
	{ "a pass beats never",
	  { 10, 20, 0, 100, 0, 0, 0 }, { 10, 20, 15, 100, 0, 0, 0 }, { 10, 20, 15, 100, 0, 0, 0 } },
	{ "the earlier pass",
	  { 10, 20, 16, 100, 0, 0, 0 }, { 10, 20, 15, 100, 0, 0, 0 }, { 10, 20, 15, 100, 0, 0, 0 } },
	{ "a pass before the epoch beats never",
	  { 10, 20, 0, 100, 0, 0, 0 }, { 10, 20, -5, 100, 0, 0, 0 }, { 10, 20, -5, 100, 0, 0, 0 } },
	{ "counters add",
	  { 1, 1, 0, 1, 3, 40, 0 }, { 1, 1, 0, 1, 5, 2, 0 }, { 1, 1, 0, 1, 8, 42, 0 } },
	{ "counters just reach the end",
	  { 1, 1, 0, 1, MAX - 1, MAX - 7, 0 }, { 1, 1, 0, 1, 1, 7, 0 }, { 1, 1, 0, 1, MAX, MAX, 0 } },
	{ "counters stop at the end",
	  { 1, 1, 0, 1, MAX, MAX - 6, 0 }, { 1, 1, 0, 1, 1, 7, 0 }, { 1, 1, 0, 1, MAX, MAX, 0 } },
	{ "two full counters",
	  { 1, 1, 0, 1, MAX, MAX, 0 }, { 1, 1, 0, 1, MAX, MAX, 0 }, { 1, 1, 0, 1, MAX, MAX, 0 } },
	{ "the shorter delay",
	  { 1, 1, 0, 1, 1, 0, 240 }, { 1, 1, 0, 1, 0, 0, 60 }, { 1, 1, 0, 1, 1, 0, 60 } },
	{ "a delay beats none",
	  { 1, 1, 0, 1, 1, 0, 240 }, { 1, 1, 1, 1, 0, 1, 0 }, { 1, 1, 1, 1, 1, 1, 240 } },
	{ "the ends of time",
	  { MIN, MIN, MIN, MIN, 0, 0, 0 }, { MAX, MAX, MAX, MAX, 0, 0, 0 },
	  { MIN, MAX, MIN, MAX, 0, 0, 0 } },
};

/* Records to compare with { 10, 20, 15, 100, 3, 4, 0 }. */
static const struct {
	const char *name;
	struct record other;
	bool same;
} sames[] = {
	{ "itself", { 10, 20, 15, 100, 3, 4, 0 }, true },
	{ "another first seen", { 11, 20, 15, 100, 3, 4, 0 }, false },
	{ "another last seen", { 10, 21, 15, 100, 3, 4, 0 }, false },
	{ "another pass", { 10, 20, 16, 100, 3, 4, 0 }, false },
	{ "no pass", { 10, 20, 0, 100, 3, 4, 0 }, false },
	{ "another expiry", { 10, 20, 15, 101, 3, 4, 0 }, true },
	{ "another count of deferrals", { 10, 20, 15, 100, 9, 4, 0 }, true },
	{ "another count of passes", { 10, 20, 15, 100, 3, 9, 0 }, true },
	{ "another delay", { 10, 20, 15, 100, 3, 4, 60 }, true },
};

#define OLD   { 10, 20, 0, 100, 7, 0, 60 }
#define OTHER { 11, 21, 0, 100, 7, 0, 0 }
#define NEW   { 50, 60, 0, 200, 1, 0, 90 }
#define BOTH  { 10, 60, 0, 200, 8, 0, 60 } /* OLD and NEW merged */

/* Changes, applied to the record OLD (found) or to no record (absent). */
static const struct {
	const char *name;
	enum change_how how;
	struct record read;
	bool found;
	bool want_found;
	struct record want;
} applies[] = {
	{ "none, absent", CHANGE_NONE, OLD, false, false, OLD },
	{ "none, found", CHANGE_NONE, OLD, true, true, OLD },
	{ "none, found, not same", CHANGE_NONE, OTHER, true, true, OLD },
	{ "none, absent, not same", CHANGE_NONE, OTHER, false, false, OLD },
	{ "merge, absent", CHANGE_MERGE, OLD, false, true, NEW },
	{ "merge, absent, not same", CHANGE_MERGE, OTHER, false, true, NEW },
	{ "merge, found", CHANGE_MERGE, OLD, true, true, BOTH },
	{ "merge, found, not same", CHANGE_MERGE, OTHER, true, true, BOTH },
	{ "restart, absent", CHANGE_RESTART, OLD, false, true, NEW },
	{ "restart, absent, not same", CHANGE_RESTART, OTHER, false, true, NEW },
	{ "restart, found", CHANGE_RESTART, OLD, true, true, NEW },
	{ "restart, found, not same", CHANGE_RESTART, OTHER, true, true, BOTH },
};
/* clang-format on */

static bool
times_equal(const struct record *a, const struct record *b)
{
	return record_same(a, b) && a->expires_s == b->expires_s &&
	    a->delay_s == b->delay_s;
}

static bool
equal(const struct record *a, const struct record *b)
{
	return times_equal(a, b) && a->deferred_n == b->deferred_n &&
	    a->passed_n == b->passed_n;
}

static struct record
merged(struct record a, struct record b)
{
	record_merge(&a, &b);
	return a;
}

static void
test_merges(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(merges); i++) {
		struct record ab = merged(merges[i].a, merges[i].b);
		struct record ba = merged(merges[i].b, merges[i].a);

		if (!equal(&ab, &merges[i].want))
			fail_msg("%s", merges[i].name);
		if (!equal(&ba, &merges[i].want))
			fail_msg("%s: the other way round", merges[i].name);
	}
}

static uint64_t
random_next(uint64_t *random)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return *random;
}

/* There are few values, so that equal and extreme values are often merged. */
static int64_t
random_time(uint64_t *random)
{
	static const int64_t times[] = {MIN, MIN + 1, -1, 0, 0, 0, 1, 2,
	    1000000000, 1000000001, 1000000180, MAX - 1, MAX};

	return times[random_next(random) % ARRAY_LEN(times)];
}

static int64_t
random_count(uint64_t *random)
{
	static const int64_t counts[] = {
	    0, 0, 1, 2, 1000, MAX / 2, MAX / 2 + 1, MAX - 1, MAX};

	return counts[random_next(random) % ARRAY_LEN(counts)];
}

static struct record
random_record(uint64_t *random)
{
	return (struct record){
	    .first_seen_s = random_time(random),
	    .last_seen_s = random_time(random),
	    .passed_s = random_time(random),
	    .expires_s = random_time(random),
	    .deferred_n = random_count(random),
	    .passed_n = random_count(random),
	    .delay_s = random_time(random),
	};
}

/* Merging commutes and associates. For the times it is also idempotent. */
static void
test_merge_laws(void **state)
{
	uint64_t random = 88172645463325252U;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct record a = random_record(&random);
		struct record b = random_record(&random);
		struct record c = random_record(&random);
		struct record ab = merged(a, b), ba = merged(b, a);
		struct record left = merged(ab, c);
		struct record right = merged(a, merged(b, c));
		struct record twice = merged(ab, b), itself = merged(a, a);

		if (!equal(&ab, &ba))
			fail_msg("row %d: does not commute", i);
		if (!equal(&left, &right))
			fail_msg("row %d: does not associate", i);
		if (!times_equal(&ab, &twice) || !times_equal(&a, &itself))
			fail_msg("row %d: is not idempotent", i);
		if (ab.deferred_n < a.deferred_n || ab.passed_n < b.passed_n)
			fail_msg("row %d: a counter went back", i);
	}
}

static void
test_sames(void **state)
{
	static const struct record record = {10, 20, 15, 100, 3, 4, 0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sames); i++)
		if (record_same(&record, &sames[i].other) != sames[i].same ||
		    record_same(&sames[i].other, &record) != sames[i].same)
			fail_msg("%s", sames[i].name);
}

static void
test_applies(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(applies); i++) {
		struct change change = {
		    .how = applies[i].how,
		    .read = applies[i].read,
		    .record = NEW,
		};
		struct record record = OLD;
		bool found = applies[i].found;

		record_apply(&record, &found, &change);
		if (found != applies[i].want_found)
			fail_msg("%s: found is %d", applies[i].name, found);
		if (!equal(&record, &applies[i].want))
			fail_msg("%s: another record", applies[i].name);
	}
}

/* A record is raised to another one: the larger counters, and the times of a
 * merge. To do it again changes nothing. */
static void
test_raises(void **state)
{
	const struct record wanted = {5, 30, 30, 200, 1, 3, 0},
			    raised = {5, 30, 30, 200, 2, 3, 60};
	struct record there = {10, 20, 0, 100, 2, 1, 60}, more = wanted;

	(void)state;
	assert_true(record_raise(&there, &more));
	record_merge(&there, &more);
	assert_true(record_equal(&there, &raised));
	more = wanted;
	assert_false(record_raise(&there, &more));
	record_merge(&there, &more);
	assert_true(record_equal(&there, &raised));
	there.passed_n--;
	assert_false(record_equal(&there, &raised));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_merges),
	    cmocka_unit_test(test_merge_laws),
	    cmocka_unit_test(test_sames),
	    cmocka_unit_test(test_applies),
	    cmocka_unit_test(test_raises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
