/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include "store/sqlite/sqlite_space.h"

#define MIB       (1024LL * 1024)
#define UNLIMITED INT64_MAX

/* clang-format off */
/* All sizes are in MiB. free = -1: unlimited. */
static const struct {
	const char *what;
	int64_t free, main, log, database_max;
	int64_t limit;
} limits[] = {
	{ "a small database", 10000, 1, 0, 0, 32 },
	{ "as long as the database", 10000, 100, 0, 0, 100 },
	{ "a large database", 10000, 5000, 0, 0, 256 },
	{ "unknown free space", -1, 100, 50, 0, 100 },
	{ "a tenth of what is free", 200, 100, 0, 0, 20 },
	{ "what the log has is free too", 150, 100, 50, 0, 20 },
	{ "nothing is free", 0, 100, 0, 0, 0 },
	{ "a tenth of max_database_size", 10000, 100, 0, 500, 50 },
};

static const struct {
	const char *what;
	int64_t free, main, unused, log, database_max;
	enum sqlite_space_state was, want;
} judgements[] = {
	{ "much space", 1000, 10, 0, 0, 0, SPACE_ENOUGH, SPACE_ENOUGH },
	{ "unknown free space", -1, 10, 0, 0, 0, SPACE_ENOUGH, SPACE_ENOUGH },
	{ "room for the log and 8 MiB", 9, 100, 0, 1, 0, SPACE_ENOUGH, SPACE_ENOUGH },
	{ "less", 8, 100, 0, 1, 0, SPACE_ENOUGH, SPACE_DISK_SHORT },
	{ "the main file has room", 8, 100, 5, 1, 0, SPACE_ENOUGH, SPACE_ENOUGH },
	{ "but the log has none", 3, 100, 50, 1, 0, SPACE_ENOUGH, SPACE_DISK_SHORT },
	{ "a little more than short", 12, 100, 0, 1, 0, SPACE_DISK_SHORT, SPACE_DISK_SHORT },
	{ "enough again", 14, 100, 0, 1, 0, SPACE_DISK_SHORT, SPACE_ENOUGH },
	{ "below the size", 1000, 90, 0, 9, 100, SPACE_ENOUGH, SPACE_ENOUGH },
	{ "at the size", 1000, 90, 0, 10, 100, SPACE_ENOUGH, SPACE_DATABASE_FULL },
	{ "unused pages are room", 1000, 90, 5, 10, 100, SPACE_ENOUGH, SPACE_ENOUGH },
	{ "a little below the size", 1000, 88, 0, 0, 100, SPACE_DATABASE_FULL, SPACE_DATABASE_FULL },
	{ "far enough below", 1000, 87, 0, 0, 100, SPACE_DATABASE_FULL, SPACE_ENOUGH },
	{ "the limit was removed", 1000, 94, 0, 0, 0, SPACE_DATABASE_FULL, SPACE_ENOUGH },
	{ "both: the disk is reported", 1, 100, 0, 0, 100, SPACE_ENOUGH, SPACE_DISK_SHORT },
};
/* clang-format on */

static int64_t
free_octets(int64_t mib)
{
	return mib < 0 ? UNLIMITED : mib * MIB;
}

static void
test_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		const struct sqlite_space space = {
		    .free = free_octets(limits[i].free),
		    .main = limits[i].main * MIB,
		    .log = limits[i].log * MIB,
		};
		int64_t got = sqlite_space_log_limit(&space,
		    limits[i].database_max * MIB);

		if (got != limits[i].limit * MIB)
			fail_msg("%s: %lld", limits[i].what, (long long)got);
	}
}

static void
test_judge(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(judgements); i++) {
		const struct sqlite_space space = {
		    .free = free_octets(judgements[i].free),
		    .main = judgements[i].main * MIB,
		    .unused = judgements[i].unused * MIB,
		    .log = judgements[i].log * MIB,
		};
		enum sqlite_space_state got = sqlite_space_judge(&space,
		    judgements[i].database_max * MIB, judgements[i].was);

		if (got != judgements[i].want)
			fail_msg("%s: %d", judgements[i].what, (int)got);
	}
}

static void
test_error(void **state)
{
	const struct sqlite_space space = {.free = 9 * MIB};
	struct err err;

	(void)state;
	sqlite_space_error(&space, SPACE_DISK_SHORT, "/p", &err);
	assert_string_equal(err.text,
	    "database /p: its file system has only 9 MiB left, so new triplets "
	    "are not stored");
	sqlite_space_error(&space, SPACE_DATABASE_FULL, "/p", &err);
	assert_string_equal(err.text,
	    "database /p: it has reached max_database_size, so new triplets "
	    "are not stored");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_limit),
	    cmocka_unit_test(test_judge),
	    cmocka_unit_test(test_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
