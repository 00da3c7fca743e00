/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Which answers pass, how long, and what our own mail changes. */
#include "test.h"

#include "decide/correspondent.h"

#define NOW  1000000000
#define KEEP (60 * 86400)

static const struct correspondent_rules yes = {1, KEEP};
static const struct correspondent_rules no = {0, KEEP};

/* clang-format off */
static const struct {
	const char *name;
	const struct correspondent_rules *rules;
	bool found;   /* there is a record */
	int64_t last; /* last_seen_s, relative to NOW */
	bool passes;
	enum change_how written; /* by one more mail of ours */
} rows[] = {
	{ "nobody", &yes, false, 0, false, CHANGE_MERGE },
	{ "just now", &yes, true, 0, true, CHANGE_NONE },
	{ "within 1/840 of keep", &yes, true, -6171, true, CHANGE_NONE },
	{ "after 1/840 of keep", &yes, true, -6172, true, CHANGE_MERGE },
	{ "the last second of keep", &yes, true, -KEEP, true, CHANGE_MERGE },
	{ "after keep", &yes, true, -KEEP - 1, false, CHANGE_RESTART },
	{ "the clock was set back", &yes, true, 500, true, CHANGE_MERGE },
	{ "switched off", &no, true, 0, false, CHANGE_RESTART },
};
/* clang-format on */

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t last_s = NOW + rows[i].last;
		struct record record = {
		    .first_seen_s = last_s,
		    .last_seen_s = last_s,
		    .passed_s = last_s,
		    .passed_n = 1,
		};
		const struct record *given = rows[i].found ? &record : NULL;
		struct change change;

		if (correspondent_passes(given, NOW, rows[i].rules) !=
		    rows[i].passes)
			fail_msg("%s: passes", rows[i].name);
		correspondent_note_mail(given, NOW, rows[i].rules, &change);
		if (change.how != rows[i].written)
			fail_msg("%s: written: %d", rows[i].name, change.how);
		assert_int_equal(change.record.expires_s, NOW + KEEP);
	}
}

/* Our mail begins and prolongs the time. After it is over, it begins again. */
static void
test_our_mail(void **state)
{
	struct record record = {0};
	bool found = false;
	struct change change;

	(void)state;
	correspondent_note_mail(NULL, NOW, &yes, &change);
	record_apply(&record, &found, &change);
	assert_true(correspondent_passes(&record, NOW + KEEP, &yes));
	assert_false(correspondent_passes(&record, NOW + KEEP + 1, &yes));
	correspondent_note_mail(&record, NOW + KEEP, &yes, &change);
	record_apply(&record, &found, &change);
	assert_true(correspondent_passes(&record, NOW + 2 * KEEP, &yes));
	assert_int_equal(record.first_seen_s, NOW);
	assert_int_equal(record.passed_n, 2);
	correspondent_note_mail(&record, NOW + 2 * KEEP + 1, &yes, &change);
	record_apply(&record, &found, &change);
	assert_int_equal(record.first_seen_s, NOW + 2 * KEEP + 1);
	assert_int_equal(record.passed_n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_our_mail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
