/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Whether tardigrey expire may trust the clock, for each kind of evidence. */
#include "test.h"

#include "decide/expiry_clock.h"

#define NOW (EXPIRY_CLOCK_SOURCE_S + 1000)
#define OLD (EXPIRY_CLOCK_SOURCE_S - 1)

/* clang-format off */
static const struct {
	const char *name;
	struct expiry_clock clock;
	enum expiry_clock_doubt doubt;
} rows[] = {
	{ "set by a time daemon", { CLOCK_SYNCHRONISED, NOW, true, true },
	  EXPIRY_CLOCK_TRUSTED },
	{ "set, the server was off for months", { CLOCK_SYNCHRONISED, NOW, true, false },
	  EXPIRY_CLOCK_TRUSTED },
	{ "set, but before this source", { CLOCK_SYNCHRONISED, OLD, true, true },
	  EXPIRY_CLOCK_BEFORE_SOURCE },
	{ "at the time of this source", { CLOCK_SYNCHRONISED, OLD + 1, true, true },
	  EXPIRY_CLOCK_TRUSTED },
	{ "not set", { CLOCK_UNSYNCHRONISED, NOW, true, true },
	  EXPIRY_CLOCK_UNSYNCHRONISED },
	{ "not set, a new server", { CLOCK_UNSYNCHRONISED, NOW, false, false },
	  EXPIRY_CLOCK_UNSYNCHRONISED },
	{ "not set, in 1970", { CLOCK_UNSYNCHRONISED, 10, true, true },
	  EXPIRY_CLOCK_BEFORE_SOURCE },
	{ "unknown, mail every day", { CLOCK_SYNC_UNKNOWN, NOW, true, true },
	  EXPIRY_CLOCK_TRUSTED },
	{ "unknown, mail since last week", { CLOCK_SYNC_UNKNOWN, NOW, false, true },
	  EXPIRY_CLOCK_TRUSTED },
	{ "unknown, a new server", { CLOCK_SYNC_UNKNOWN, NOW, false, false },
	  EXPIRY_CLOCK_TRUSTED },
	{ "unknown, all mail is too old", { CLOCK_SYNC_UNKNOWN, NOW, true, false },
	  EXPIRY_CLOCK_JUMPED },
	{ "unknown, in 1970", { CLOCK_SYNC_UNKNOWN, 0, false, false },
	  EXPIRY_CLOCK_BEFORE_SOURCE },
};
/* clang-format on */

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (expiry_clock_judge(&rows[i].clock) != rows[i].doubt)
			fail_msg("%s", rows[i].name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
