/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Values of another implementation of SipHash-1-3, CPython's. */
#include "test.h"

#include <string.h>

#include "base/keyed_hash.h"

static const struct {
	const char *text;
	uint64_t want;
} rows[] = {
    {"a", 0x407448d2b89b1813ULL},
    {"1234567", 0xa33d651594fdae81ULL},
    {"12345678", 0x3489982430560a87ULL},
    {"123456789", 0x0fbc0f0007965fcfULL},
    {"the quick brown fox jumps", 0x00c98b97e4f70042ULL},
};

static void
test_values(void **state)
{
	static const uint8_t secret[KEYED_HASH_SECRET_SIZE];
	uint8_t octets[63];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_true(keyed_hash(secret, rows[i].text,
				strlen(rows[i].text)) == rows[i].want);
	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (uint8_t)i;
	assert_true(keyed_hash(secret, octets, sizeof(octets)) ==
	    0x385d3e39e5f37359ULL);
}

static void
test_secret_counts(void **state)
{
	uint8_t secret[KEYED_HASH_SECRET_SIZE] = {0};
	uint64_t hash = keyed_hash(secret, "a", 1);

	(void)state;
	for (size_t i = 0; i < sizeof(secret); i++) {
		secret[i] = 1;
		assert_true(keyed_hash(secret, "a", 1) != hash);
		secret[i] = 0;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_secret_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
