/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* "3m" to milliseconds and back. */
#include "test.h"

#include <string.h>

#include "base/duration.h"

#define S 1000LL
#define M (60 * S)
#define H (60 * M)
#define D (24 * H)
#define W (7 * D)

/* clang-format off */

/* duration_parse() reads the text, duration_format() writes the same. */
static const struct {
	const char *text;
	int64_t ms;
} canonical[] = {
	{ "0", 0 },
	{ "1ms", 1 },
	{ "250ms", 250 },
	{ "999ms", 999 },
	{ "1s", S },
	{ "1001ms", 1001 },
	{ "59s", 59 * S },
	{ "1m", M },
	{ "61s", 61 * S },
	{ "3m", 3 * M },
	{ "90s", 90 * S },
	{ "59m", 59 * M },
	{ "1h", H },
	{ "61m", 61 * M },
	{ "90m", 90 * M },
	{ "23h", 23 * H },
	{ "1d", D },
	{ "25h", 25 * H },
	{ "6d", 6 * D },
	{ "1w", W },
	{ "8d", 8 * D },
	{ "5w", 35 * D },
	/* The largest number of each unit. */
	{ "15250284452w", 15250284452 * W },
	{ "106751991167d", 106751991167 * D },
	{ "2562047788015h", 2562047788015 * H },
	{ "153722867280912m", 153722867280912 * M },
	{ "9223372036854775s", 9223372036854775 * S },
	{ "9223372036854775799ms", 9223372036854775799 },
	{ "9223372036854775800ms", 9223372036854775800 },
	{ "9223372036854775807ms", INT64_MAX },
};

/* duration_format() writes another text for the same duration. */
static const struct {
	const char *text;
	int64_t ms;
} other[] = {
	{ "0ms", 0 },
	{ "0s", 0 },
	{ "0w", 0 },
	{ "1000ms", S },
	{ "60s", M },
	{ "24h", D },
	{ "35d", 35 * D },
	{ "007m", 7 * M },
	{ "00000000000000000000000000000005s", 5 * S },
};

static const struct {
	const char *name, *text;
} bad[] = {
	{ "nothing", "" },
	{ "no unit", "1" },
	{ "no unit, large", "300" },
	{ "no number", "m" },
	{ "no number, two letters", "ms" },
	{ "blank before the unit", "3 m" },
	{ "blank after", "3m " },
	{ "blank before", " 3m" },
	{ "only a blank", " " },
	{ "newline", "3m\n" },
	{ "negative", "-1s" },
	{ "negative nothing", "-0" },
	{ "plus sign", "+1s" },
	{ "unknown unit", "1x" },
	{ "unit in upper case", "1M" },
	{ "unit in words", "1min" },
	{ "unit twice", "1ss" },
	{ "two units", "1h30m" },
	{ "unit first", "s1" },
	{ "fraction", "1.5h" },
	{ "comma", "1,5h" },
	{ "hexadecimal", "0x10s" },
	{ "digits of another script", "\xd9\xa3m" },
	{ "one week too many", "15250284453w" },
	{ "one day too many", "106751991168d" },
	{ "one hour too many", "2562047788016h" },
	{ "one minute too many", "153722867280913m" },
	{ "one second too many", "9223372036854776s" },
	{ "one millisecond too many", "9223372036854775808ms" },
	{ "wraps around to a small number", "18446744073709551617ms" },
	{ "wraps around by the unit", "9223372036854775807w" },
	{ "many digits", "99999999999999999999999999999999999999s" },
};
/* clang-format on */

#define UNTOUCHED (-4711)

static void
check_parse(const char *text, int64_t ms)
{
	int64_t got = UNTOUCHED;

	if (duration_parse(text, &got) != 0 || got != ms)
		fail_msg("\"%s\": got %lld", text, (long long)got);
}

static void
check_format(int64_t ms, const char *text)
{
	char got[DURATION_TEXT_SIZE];

	memset(got, '!', sizeof(got));
	duration_format(ms, got);
	if (strcmp(got, text) != 0)
		fail_msg("%lld: got \"%s\"", (long long)ms, got);
}

static void
test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(canonical); i++)
		check_parse(canonical[i].text, canonical[i].ms);
	for (size_t i = 0; i < ARRAY_LEN(other); i++)
		check_parse(other[i].text, other[i].ms);
}

static void
test_format(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(canonical); i++)
		check_format(canonical[i].ms, canonical[i].text);
}

static void
test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		int64_t got = UNTOUCHED;

		if (duration_parse(bad[i].text, &got) != -1)
			fail_msg("%s: accepted", bad[i].name);
		if (got != UNTOUCHED)
			fail_msg("%s: the result was touched", bad[i].name);
	}
}

static void
check_round_trip(int64_t ms)
{
	char text[DURATION_TEXT_SIZE];

	duration_format(ms, text);
	check_parse(text, ms);
}

/* duration_parse() reads back every text of duration_format(): around each unit
 * and for random numbers. */
static void
test_round_trip(void **state)
{
	static const int64_t units[] = {1, S, M, H, D, W};
	uint64_t random = 88172645463325252U;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		for (int64_t n = 1; n < 1000; n++) {
			check_round_trip(units[i] * n - 1);
			check_round_trip(units[i] * n);
			check_round_trip(units[i] * n + 1);
		}
	for (int i = 0; i < 100000; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		check_round_trip((int64_t)(random >> (1 + i % 63)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_format),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
