/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The change by an approval, for each phase of a triplet. */
#include "test.h"

#include "decide/admin_change.h"

#define NOW  1000000000
#define KEEP 3024000

static const struct greylist_rules rules = {180, 86400, KEEP};

/* clang-format off */
static const struct {
	const char *name;
	bool found; /* the triplet has a record */
	int64_t first, last, passed; /* relative to NOW; passed 0: never */
	enum change_how how;
	int64_t first_after; /* of the record, relative to NOW */
} rows[] = {
	{ "no record", false, 0, 0, 0, CHANGE_MERGE, 0 },
	{ "waiting", true, -10, -5, 0, CHANGE_MERGE, -10 },
	{ "due", true, -200, -5, 0, CHANGE_MERGE, -200 },
	{ "after retry_window", true, -86401, -5, 0, CHANGE_MERGE, -86401 },
	{ "known", true, -500, -5, -300, CHANGE_NONE, -500 },
	{ "unused for keep", true, -9000000, -KEEP, -8000000, CHANGE_NONE, -9000000 },
	{ "unused for keep + 1", true, -9000000, -KEEP - 1, -8000000,
	  CHANGE_MERGE, -9000000 },
	{ "first seen in the future", true, 500, 500, 0, CHANGE_MERGE, 0 },
};
/* clang-format on */

static void
check_row(size_t i)
{
	struct record record = {
	    .first_seen_s = NOW + rows[i].first,
	    .last_seen_s = NOW + rows[i].last,
	    .passed_s = rows[i].passed != 0 ? NOW + rows[i].passed : 0,
	    .deferred_n = 3,
	};
	bool found = rows[i].found;
	struct change change;

	admin_change_approve(found ? &record : NULL, NOW, &rules, &change);
	if (change.how != rows[i].how)
		fail_msg("%s: change %d", rows[i].name, change.how);
	record_apply(&record, &found, &change);
	assert_true(found);
	if (!greylist_knows(&record, NOW, &rules))
		fail_msg("%s: not known after the approval", rows[i].name);
	if (record.first_seen_s != NOW + rows[i].first_after)
		fail_msg("%s: first seen %lld", rows[i].name,
		    (long long)record.first_seen_s);
	assert_int_equal(record.passed_n, 0);
	if (change.how == CHANGE_MERGE)
		assert_int_equal(record.expires_s, NOW + KEEP);
}

static void
test_approve(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_row(i);
}

/* If a request writes the record between the lookup and the approval, both
 * changes are kept. */
static void
test_approve_merges(void **state)
{
	struct record record = {NOW - 400, NOW - 1, NOW - 1, NOW, 2, 1, 0};
	bool found = true;
	struct change change;

	(void)state;
	admin_change_approve(NULL, NOW, &rules, &change);
	record_apply(&record, &found, &change);
	assert_int_equal(record.first_seen_s, NOW - 400);
	assert_int_equal(record.passed_s, NOW - 1);
	assert_int_equal(record.deferred_n, 2);
	assert_int_equal(record.passed_n, 1);
}

static void
test_forget(void **state)
{
	struct record record = {NOW - 400, NOW - 1, NOW - 1, NOW, 2, 1, 0};
	bool found = true;
	struct change change;

	(void)state;
	admin_change_forget(&change);
	record_apply(&record, &found, &change);
	assert_false(found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_approve),
	    cmocka_unit_test(test_approve_merges),
	    cmocka_unit_test(test_forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
