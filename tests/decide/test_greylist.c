/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The decision about a triplet. This table specifies it. [C1-C4, C57] */
#include "test.h"

#include "decide/greylist.h"

#define MAX INT64_MAX
#define MIN INT64_MIN

/* delay 180, window 86400, keep 3024000: the defaults. A waiting record is
 * refreshed after 86400 / 840 = 102 s, a passed one after an hour. */
static const struct greylist_rules defaults = {180, 86400, 3024000};
static const struct greylist_rules no_delay = {0, 86400, 3024000};
static const struct greylist_rules extreme = {MAX - 1, MAX, MAX};

#define NOW 1000000000

struct row {
	const char *name;
	const struct greylist_rules *rules;
	bool found;                  /* the triplet has a record */
	int64_t first, last, passed; /* relative to NOW unless absolute */
	bool absolute;
	enum action action;
	enum reason reason;
	int64_t age, wait;
	enum change_how how;
};

/* clang-format off */
static const struct row rows[] = {
	/* The first attempt. [C1] */
	{ "new", &defaults, false, 0, 0, 0, false,
	  ACTION_GREYLIST, REASON_NEW, 0, 180, CHANGE_MERGE },

	/* Waiting: both neighbours of delay. [C3] */
	{ "at once", &defaults, true, 0, 0, 0, false,
	  ACTION_GREYLIST, REASON_EARLY, 0, 180, CHANGE_NONE },
	{ "a second later", &defaults, true, -1, -1, 0, false,
	  ACTION_GREYLIST, REASON_EARLY, 1, 179, CHANGE_NONE },
	{ "delay - 1", &defaults, true, -179, -1, 0, false,
	  ACTION_GREYLIST, REASON_EARLY, 179, 1, CHANGE_NONE },
	{ "delay exactly", &defaults, true, -180, -180, 0, false,
	  ACTION_PASS, REASON_RETRIED, 180, 0, CHANGE_MERGE },
	{ "delay + 1", &defaults, true, -181, -181, 0, false,
	  ACTION_PASS, REASON_RETRIED, 181, 0, CHANGE_MERGE },
	{ "delay exactly, and a retry a second ago", &defaults, true, -180, -1, 0, false,
	  ACTION_PASS, REASON_RETRIED, 180, 0, CHANGE_MERGE },

	/* An early retry is written if the last written attempt is old. */
	{ "early, refresh", &defaults, true, -150, -102, 0, false,
	  ACTION_GREYLIST, REASON_EARLY, 150, 30, CHANGE_NONE },
	{ "early, refresh + 1", &defaults, true, -150, -103, 0, false,
	  ACTION_GREYLIST, REASON_EARLY, 150, 30, CHANGE_MERGE },

	/* Waiting: both neighbours of the window's end. [C4] */
	{ "window - 1", &defaults, true, -86399, -5, 0, false,
	  ACTION_PASS, REASON_RETRIED, 86399, 0, CHANGE_MERGE },
	{ "window exactly", &defaults, true, -86400, -5, 0, false,
	  ACTION_PASS, REASON_RETRIED, 86400, 0, CHANGE_MERGE },
	{ "window + 1", &defaults, true, -86401, -5, 0, false,
	  ACTION_GREYLIST, REASON_LATE, 0, 180, CHANGE_RESTART },

	/* Passed: known until unused for keep. [C2] */
	{ "known, just passed", &defaults, true, -180, 0, 1, false,
	  ACTION_PASS, REASON_KNOWN, 180, 0, CHANGE_NONE },
	{ "known, refresh", &defaults, true, -9000, -3600, -4000, false,
	  ACTION_PASS, REASON_KNOWN, 9000, 0, CHANGE_NONE },
	{ "known, refresh + 1", &defaults, true, -9000, -3601, -4000, false,
	  ACTION_PASS, REASON_KNOWN, 9000, 0, CHANGE_MERGE },
	{ "known, keep - 1", &defaults, true, -9000000, -3023999, -4000000, false,
	  ACTION_PASS, REASON_KNOWN, 9000000, 0, CHANGE_MERGE },
	{ "known, keep exactly", &defaults, true, -9000000, -3024000, -4000000, false,
	  ACTION_PASS, REASON_KNOWN, 9000000, 0, CHANGE_MERGE },
	{ "expired, keep + 1", &defaults, true, -9000000, -3024001, -4000000, false,
	  ACTION_GREYLIST, REASON_NEW, 0, 180, CHANGE_RESTART },

	/* The clock was set back. [C57] */
	{ "first seen in a second", &defaults, true, 1, 1, 0, false,
	  ACTION_GREYLIST, REASON_EARLY, 0, 180, CHANGE_MERGE },
	{ "first seen in a year", &defaults, true, 31536000, 31536000, 0, false,
	  ACTION_GREYLIST, REASON_EARLY, 0, 180, CHANGE_MERGE },
	{ "passed in a year", &defaults, true, 31535000, 31536000, 31535180, false,
	  ACTION_PASS, REASON_KNOWN, 0, 0, CHANGE_MERGE },
	{ "last seen in a year, due", &defaults, true, -180, 31536000, 0, false,
	  ACTION_PASS, REASON_RETRIED, 180, 0, CHANGE_MERGE },

	/* No delay: pass at once, and write the record. */
	{ "no delay, new", &no_delay, false, 0, 0, 0, false,
	  ACTION_PASS, REASON_RETRIED, 0, 0, CHANGE_MERGE },
	{ "no delay, waiting", &no_delay, true, 0, 0, 0, false,
	  ACTION_PASS, REASON_RETRIED, 0, 0, CHANGE_MERGE },
	{ "no delay, late", &no_delay, true, -86401, -5, 0, false,
	  ACTION_PASS, REASON_RETRIED, 0, 0, CHANGE_RESTART },
	{ "no delay, known", &no_delay, true, -10, -5, -5, false,
	  ACTION_PASS, REASON_KNOWN, 10, 0, CHANGE_NONE },
	{ "no delay, expired", &no_delay, true, -9000000, -3024001, -4000000, false,
	  ACTION_PASS, REASON_RETRIED, 0, 0, CHANGE_RESTART },

	/* Extreme times: nothing overflows. */
	{ "first seen at the end of time", &defaults, true, MAX, MAX, 0, true,
	  ACTION_GREYLIST, REASON_EARLY, 0, 180, CHANGE_MERGE },
	{ "first seen before time", &defaults, true, MIN, MIN, 0, true,
	  ACTION_GREYLIST, REASON_LATE, 0, 180, CHANGE_RESTART },
	{ "passed before time", &defaults, true, MIN, MIN, MIN, true,
	  ACTION_GREYLIST, REASON_NEW, 0, 180, CHANGE_RESTART },
	{ "passed at the end of time", &defaults, true, 1, MAX, MAX, true,
	  ACTION_PASS, REASON_KNOWN, NOW - 1, 0, CHANGE_NONE },
	{ "extreme rules, new", &extreme, false, 0, 0, 0, false,
	  ACTION_GREYLIST, REASON_NEW, 0, MAX - 1, CHANGE_MERGE },
	{ "extreme rules, waiting", &extreme, true, -5, -5, 0, false,
	  ACTION_GREYLIST, REASON_EARLY, 5, MAX - 6, CHANGE_NONE },
	{ "extreme rules, known", &extreme, true, -5, -5, -5, false,
	  ACTION_PASS, REASON_KNOWN, 5, 0, CHANGE_NONE },
};
/* clang-format on */

static struct record
record_of(const struct row *row)
{
	int64_t base = row->absolute ? 0 : NOW;

	return (struct record){
	    .first_seen_s = base + row->first,
	    .last_seen_s = base + row->last,
	    .passed_s = row->passed == 0 ? 0 : base + row->passed,
	    .deferred_n = 7,
	};
}

static void
check_row(const struct row *row)
{
	struct record record = record_of(row);
	struct verdict verdict = {0};
	struct change change;

	greylist_decide(row->found ? &record : NULL, NOW, row->rules, &verdict,
	    &change);
	if (verdict.action != row->action || verdict.reason != row->reason ||
	    verdict.age_s != row->age || verdict.wait_s != row->wait ||
	    change.how != row->how)
		fail_msg("%s: got %s %s age %lld wait %lld change %d",
		    row->name, action_word(verdict.action),
		    reason_word(verdict.reason), (long long)verdict.age_s,
		    (long long)verdict.wait_s, change.how);
	if (row->how == CHANGE_RESTART && !record_same(&change.read, &record))
		fail_msg("%s: restarts another record", row->name);
}

static void
test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_row(&rows[i]);
}

/* ---- Two delays: of the record and of the rules ---- */

/* clang-format off */
static const struct {
	const char *name;
	int64_t recorded, delay; /* of the record, of the rules */
	int64_t age, last;
	bool passed;
	enum reason reason;
	int64_t wait;
	enum change_how how;
	int64_t written; /* the delay of the change */
} delays[] = {
	{ "began longer, delay - 1", 240, 60, 59, 0, false,
	  REASON_EARLY, 1, CHANGE_MERGE, 60 },
	{ "began longer, delay exactly", 240, 60, 60, 0, false,
	  REASON_RETRIED, 0, CHANGE_MERGE, 0 },
	{ "began shorter, delay - 1", 60, 240, 59, 0, false,
	  REASON_EARLY, 1, CHANGE_NONE, 60 },
	{ "began shorter, refresh", 60, 240, 59, 103, false,
	  REASON_EARLY, 1, CHANGE_MERGE, 60 },
	{ "began shorter, delay exactly", 60, 240, 60, 0, false,
	  REASON_RETRIED, 0, CHANGE_MERGE, 0 },
	{ "began equal", 240, 240, 60, 0, false,
	  REASON_EARLY, 180, CHANGE_NONE, 240 },
	{ "unknown", 0, 240, 60, 0, false,
	  REASON_EARLY, 180, CHANGE_NONE, 240 },
	{ "the rules have none", 60, 0, 1, 0, false,
	  REASON_RETRIED, 0, CHANGE_MERGE, 0 },
	{ "late: the wait begins again", 60, 240, 86401, 0, false,
	  REASON_LATE, 240, CHANGE_RESTART, 240 },
	{ "expired: the wait begins again", 60, 240, 9000000, 3024001, true,
	  REASON_NEW, 240, CHANGE_RESTART, 240 },
	{ "from another program", -60, 240, 60, 0, false,
	  REASON_EARLY, 180, CHANGE_NONE, 240 },
};
/* clang-format on */

static void
test_delays(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(delays); i++) {
		struct greylist_rules rules = defaults;
		struct record record = {
		    .first_seen_s = NOW - delays[i].age,
		    .last_seen_s = NOW - delays[i].last,
		    .passed_s = delays[i].passed ? NOW - 4000000 : 0,
		    .deferred_n = 7,
		    .delay_s = delays[i].recorded,
		};
		struct verdict verdict = {0};
		struct change change;

		rules.delay_s = delays[i].delay;
		greylist_decide(&record, NOW, &rules, &verdict, &change);
		if (verdict.reason != delays[i].reason ||
		    verdict.wait_s != delays[i].wait ||
		    change.how != delays[i].how ||
		    change.record.delay_s != delays[i].written)
			fail_msg("%s: got %s wait %lld change %d delay %lld",
			    delays[i].name, reason_word(verdict.reason),
			    (long long)verdict.wait_s, change.how,
			    (long long)change.record.delay_s);
	}
}

/* The record that begins under the second key has the delay of the first. */
static void
test_delay_of_other_key(void **state)
{
	const struct record network = {
	    .first_seen_s = NOW - 30,
	    .last_seen_s = NOW - 30,
	    .deferred_n = 1,
	    .delay_s = 60,
	};
	const struct record *const records[] = {&network, NULL};
	struct verdict verdict = {0};
	struct change changes[2];

	(void)state;
	assert_int_equal(greylist_decide_any(records, 2, NOW, &defaults,
			     &verdict, changes),
	    0);
	assert_int_equal(verdict.wait_s, 30);
	assert_int_equal(changes[1].record.first_seen_s, NOW - 30);
	assert_int_equal(changes[1].record.delay_s, 60);
}

/* For every record, the phase agrees with the decision. */
static void
test_phases(void **state)
{
	static const enum reason reasons[] = {
	    [PHASE_FIRST] = REASON_NEW,
	    [PHASE_WAITING] = REASON_EARLY,
	    [PHASE_DUE] = REASON_RETRIED,
	    [PHASE_OVERDUE] = REASON_LATE,
	    [PHASE_KNOWN] = REASON_KNOWN,
	    [PHASE_EXPIRED] = REASON_NEW,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct record record = record_of(&rows[i]);
		enum greylist_phase phase =
		    greylist_phase(rows[i].found ? &record : NULL, NOW,
			rows[i].rules);

		if (rows[i].rules->delay_s > 0 &&
		    reasons[phase] != rows[i].reason)
			fail_msg("%s: phase %d", rows[i].name, (int)phase);
	}
}

/* The record in the change, for each verdict. */
static void
test_changes(void **state)
{
	struct record waiting = {NOW - 200, NOW - 100, 0, 0, 3, 0, 0};
	struct record stale = {NOW - 90000, NOW - 100, 0, 0, 3, 0, 0};
	struct verdict verdict = {0};
	struct change change;

	(void)state;
	greylist_decide(NULL, NOW, &defaults, &verdict, &change);
	assert_int_equal(change.record.first_seen_s, NOW);
	assert_int_equal(change.record.last_seen_s, NOW);
	assert_int_equal(change.record.passed_s, 0);
	assert_int_equal(change.record.expires_s, NOW + 86400);
	assert_int_equal(change.record.deferred_n, 1);
	assert_int_equal(change.record.passed_n, 0);

	greylist_decide(&waiting, NOW, &defaults, &verdict, &change);
	assert_int_equal(change.record.first_seen_s, NOW - 200);
	assert_int_equal(change.record.passed_s, NOW);
	assert_int_equal(change.record.expires_s, NOW + 3024000);
	assert_int_equal(change.record.deferred_n, 0);
	assert_int_equal(change.record.passed_n, 1);

	greylist_decide(&stale, NOW, &defaults, &verdict, &change);
	assert_int_equal(change.record.first_seen_s, NOW);
	assert_int_equal(change.record.passed_s, 0);
	assert_int_equal(change.record.deferred_n, 1);
}

/* expires_s does not overflow: it stops at INT64_MAX. */
static void
test_expiry_saturates(void **state)
{
	struct verdict verdict = {0};
	struct change change;

	(void)state;
	greylist_decide(NULL, NOW, &extreme, &verdict, &change);
	assert_true(change.record.expires_s == MAX);
}

/* For any times in a record, a deferral does not wait longer than delay. A
 * retry after the wait passes. [C57] */
static void
test_never_longer_than_delay(void **state)
{
	static const int64_t times[] = {MIN, -1, 0, 1, 1000, NOW - 86401,
	    NOW - 86400, NOW - 181, NOW - 180, NOW - 179, NOW - 1, NOW, NOW + 1,
	    NOW + 100000, MAX};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(times) * ARRAY_LEN(times); i++) {
		struct record record = {
		    .first_seen_s = times[i / ARRAY_LEN(times)],
		    .last_seen_s = times[i % ARRAY_LEN(times)],
		};
		struct verdict verdict = {0};
		struct change change;
		bool found = true;

		greylist_decide(&record, NOW, &defaults, &verdict, &change);
		if (verdict.action == ACTION_PASS)
			continue;
		assert_in_range(verdict.wait_s, 1, 180);
		record_apply(&record, &found, &change);
		greylist_decide(&record, NOW + verdict.wait_s, &defaults,
		    &verdict, &change);
		assert_int_equal(verdict.action, ACTION_PASS);
	}
}

/* ---- Two keys ---- */

#define NEVER 1 /* in first[]: there is no record */

/* clang-format off */
/* Times are relative to NOW; passed 0 is "waiting". The first key is the
 * network, the second the pool. */
static const struct {
	const char *name;
	int64_t first[2], last[2], passed[2];
	size_t best;
	enum action action;
	enum reason reason;
	int64_t age, wait;
	enum change_how how[2];
	bool passes[2]; /* the change sets passed_s */
	/* The age of the record that the change writes; 0: not checked. */
	int64_t ages[2];
} pairs[] = {
	{ "new under both: the pool decides", { NEVER, NEVER }, { 0, 0 }, { 0, 0 },
	  1, ACTION_GREYLIST, REASON_NEW, 0, 180,
	  { CHANGE_MERGE, CHANGE_MERGE }, { false, false }, { 0, 0 } },
	{ "another network of the pool, early", { NEVER, -60 }, { 0, -60 }, { 0, 0 },
	  1, ACTION_GREYLIST, REASON_EARLY, 60, 120,
	  { CHANGE_MERGE, CHANGE_NONE }, { false, false }, { 60, 0 } },
	{ "the name is new, the network is early", { -60, NEVER }, { -60, 0 }, { 0, 0 },
	  0, ACTION_GREYLIST, REASON_EARLY, 60, 120,
	  { CHANGE_NONE, CHANGE_MERGE }, { false, false }, { 0, 60 } },
	{ "early as a pool, too late as a network", { -90000, -60 }, { -90000, -60 },
	  { 0, 0 }, 1, ACTION_GREYLIST, REASON_EARLY, 60, 120,
	  { CHANGE_RESTART, CHANGE_NONE }, { false, false }, { 60, 0 } },
	{ "early under both", { -60, -60 }, { -60, -60 }, { 0, 0 },
	  1, ACTION_GREYLIST, REASON_EARLY, 60, 120,
	  { CHANGE_NONE, CHANGE_NONE }, { false, false }, { 0, 0 } },
	{ "another network of the pool, due", { NEVER, -180 }, { 0, -180 }, { 0, 0 },
	  1, ACTION_PASS, REASON_RETRIED, 180, 0,
	  { CHANGE_MERGE, CHANGE_MERGE }, { true, true }, { 0, 0 } },
	{ "the name is new, the network is due", { -300, NEVER }, { -300, 0 }, { 0, 0 },
	  0, ACTION_PASS, REASON_RETRIED, 300, 0,
	  { CHANGE_MERGE, CHANGE_MERGE }, { true, true }, { 0, 0 } },
	{ "one waits longer", { -60, -120 }, { -60, -60 }, { 0, 0 },
	  1, ACTION_GREYLIST, REASON_EARLY, 120, 60,
	  { CHANGE_NONE, CHANGE_NONE }, { false, false }, { 0, 0 } },
	{ "both due: the longer delay is reported", { -200, -900 }, { -200, -200 }, { 0, 0 },
	  1, ACTION_PASS, REASON_RETRIED, 900, 0,
	  { CHANGE_MERGE, CHANGE_MERGE }, { true, true }, { 0, 0 } },
	{ "known beats due", { -200, -9000 }, { -200, -60 }, { 0, -5000 },
	  1, ACTION_PASS, REASON_KNOWN, 9000, 0,
	  { CHANGE_MERGE, CHANGE_NONE }, { true, false }, { 0, 0 } },
	{ "known as a pool, new as a network", { NEVER, -9000 }, { 0, -60 },
	  { 0, -5000 }, 1, ACTION_PASS, REASON_KNOWN, 9000, 0,
	  { CHANGE_MERGE, CHANGE_NONE }, { true, false }, { 0, 0 } },
	{ "known as a pool, waiting as a network", { -60, -9000 }, { -60, -60 },
	  { 0, -5000 }, 1, ACTION_PASS, REASON_KNOWN, 9000, 0,
	  { CHANGE_MERGE, CHANGE_NONE }, { true, false }, { 0, 0 } },
	{ "known as both", { -9000, -9000 }, { -60, -60 }, { -5000, -5000 },
	  0, ACTION_PASS, REASON_KNOWN, 9000, 0,
	  { CHANGE_NONE, CHANGE_NONE }, { false, false }, { 0, 0 } },
	{ "due as a pool, too late as a network", { -90000, -600 }, { -90000, -600 },
	  { 0, 0 }, 1, ACTION_PASS, REASON_RETRIED, 600, 0,
	  { CHANGE_RESTART, CHANGE_MERGE }, { true, true }, { 0, 0 } },
	{ "due as a pool, expired as a network", { -9000000, -600 },
	  { -4000000, -600 }, { -8000000, 0 }, 1, ACTION_PASS, REASON_RETRIED, 600, 0,
	  { CHANGE_RESTART, CHANGE_MERGE }, { true, true }, { 0, 0 } },
	{ "too late as a pool, new as a network", { NEVER, -90000 }, { 0, -90000 },
	  { 0, 0 }, 1, ACTION_GREYLIST, REASON_LATE, 0, 180,
	  { CHANGE_MERGE, CHANGE_RESTART }, { false, false }, { 0, 0 } },
};
/* clang-format on */

static void
test_pairs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		struct record records[2];
		const struct record *given[2] = {NULL, NULL};
		struct verdict verdict = {0};
		struct change changes[2];
		size_t best;

		for (size_t j = 0; j < 2; j++) {
			records[j] = (struct record){
			    .first_seen_s = NOW + pairs[i].first[j],
			    .last_seen_s = NOW + pairs[i].last[j],
			    .passed_s = pairs[i].passed[j] == 0
				? 0
				: NOW + pairs[i].passed[j],
			    .deferred_n = 2};
			if (pairs[i].first[j] != NEVER)
				given[j] = &records[j];
		}
		best = greylist_decide_any(given, 2, NOW, &defaults, &verdict,
		    changes);
		if (best != pairs[i].best ||
		    verdict.action != pairs[i].action ||
		    verdict.reason != pairs[i].reason ||
		    verdict.age_s != pairs[i].age ||
		    verdict.wait_s != pairs[i].wait)
			fail_msg("%s: got %zu %s %s age %lld wait %lld",
			    pairs[i].name, best, action_word(verdict.action),
			    reason_word(verdict.reason),
			    (long long)verdict.age_s,
			    (long long)verdict.wait_s);
		for (size_t j = 0; j < 2; j++)
			if (changes[j].how != pairs[i].how[j] ||
			    (changes[j].how != CHANGE_NONE &&
				(changes[j].record.passed_s == NOW) !=
				    pairs[i].passes[j]))
				fail_msg("%s: change %zu: %d, passed %lld",
				    pairs[i].name, j, changes[j].how,
				    (long long)changes[j].record.passed_s);
		for (size_t j = 0; j < 2; j++)
			if (pairs[i].ages[j] != 0 &&
			    changes[j].record.first_seen_s !=
				NOW - pairs[i].ages[j])
				fail_msg("%s: change %zu: age %lld",
				    pairs[i].name, j,
				    (long long)(NOW -
					changes[j].record.first_seen_s));
	}
}

/* The first early retry is written; a repeated request and later retries are
 * not. [C37] */
static void
test_first_retry(void **state)
{
	static const struct {
		int64_t ago_s, deferred_n;
		enum change_how how;
	} retries[] = {
	    {0, 1, CHANGE_NONE},
	    {GREYLIST_REPEAT_S - 1, 1, CHANGE_NONE},
	    {GREYLIST_REPEAT_S, 1, CHANGE_MERGE},
	    {GREYLIST_REPEAT_S, 2, CHANGE_NONE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(retries); i++) {
		const struct record known = {
		    .first_seen_s = NOW - retries[i].ago_s,
		    .last_seen_s = NOW - retries[i].ago_s,
		    .deferred_n = retries[i].deferred_n,
		};
		struct verdict verdict = {0};
		struct change change;

		greylist_decide(&known, NOW, &defaults, &verdict, &change);
		assert_int_equal(verdict.reason, REASON_EARLY);
		assert_int_equal(change.how, retries[i].how);
	}
}

/* Attempts that are not written come at most greylist_lag_s() after
 * last_seen_s, and the next one is written. */
static void
test_lag(void **state)
{
	static const struct greylist_rules hasty = {1, 5000, 9000};
	static const struct {
		const struct greylist_rules *rules;
		int64_t passed_s, deferred_n, lag_s;
	} lags[] = {
	    {&defaults, 0, 1, GREYLIST_REPEAT_S - 1},
	    {&defaults, 0, 2, 86400 / 840},
	    {&defaults, NOW, 1, 3024000 / 840},
	    {&hasty, 0, 1, 5000 / 840},
	    {&hasty, NOW, 1, 9000 / 840},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lags); i++) {
		struct greylist_rules rules = *lags[i].rules;
		const struct record record = {
		    .first_seen_s = NOW,
		    .last_seen_s = NOW,
		    .passed_s = lags[i].passed_s,
		    .deferred_n = lags[i].deferred_n,
		};
		struct verdict verdict = {0};
		struct change change;
		int64_t lag_s;

		rules.delay_s = 4000; /* all retries are early */
		lag_s = greylist_lag_s(&record, &rules);
		assert_int_equal(lag_s, lags[i].lag_s);
		greylist_decide(&record, NOW + lag_s, &rules, &verdict,
		    &change);
		assert_int_equal(change.how, CHANGE_NONE);
		greylist_decide(&record, NOW + lag_s + 1, &rules, &verdict,
		    &change);
		assert_int_equal(change.how, CHANGE_MERGE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lag),
	    cmocka_unit_test(test_first_retry),
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_delays),
	    cmocka_unit_test(test_delay_of_other_key),
	    cmocka_unit_test(test_phases),
	    cmocka_unit_test(test_pairs),
	    cmocka_unit_test(test_changes),
	    cmocka_unit_test(test_expiry_saturates),
	    cmocka_unit_test(test_never_longer_than_delay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
