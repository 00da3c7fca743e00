/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The hash function never changes: references are made from it. */
#include "test.h"

#include <string.h>

#include "base/hash.h"

/* Values of FNV-1a with 64 bits, as its authors publish them. */
static const struct {
	const char *text;
	uint64_t want;
} known[] = {
    {"", 0xcbf29ce484222325ULL},
    {"a", 0xaf63dc4c8601ec8cULL},
    {"b", 0xaf63df4c8601f1a5ULL},
    {"foobar", 0x85944171f73967e8ULL},
};

static void
test_known_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		assert_true(hash_octets(HASH_BEGIN, known[i].text,
				strlen(known[i].text)) == known[i].want);
}

/* hash_text() includes the NUL. */
static void
test_text_is_octets_with_nul(void **state)
{
	static const char text[] = "example.org";

	(void)state;
	assert_true(hash_text(HASH_BEGIN, text) ==
	    hash_octets(HASH_BEGIN, text, sizeof(text)));
	assert_true(hash_text(HASH_BEGIN, "") ==
	    hash_octets(HASH_BEGIN, "\0", 1));
}

static uint64_t
hash_two(const char *a, const char *b)
{
	return hash_text(hash_text(HASH_BEGIN, a), b);
}

/* The border between two texts counts. */
static void
test_borders(void **state)
{
	(void)state;
	assert_true(hash_two("a", "bc") != hash_two("ab", "c"));
	assert_true(hash_two("", "abc") != hash_two("abc", ""));
	assert_true(hash_two("a", "b") != hash_two("b", "a"));
}

/* Octets above 127 count the same on machines with signed and unsigned char. */
static void
test_high_octets(void **state)
{
	(void)state;
	assert_true(hash_octets(HASH_BEGIN, "\xff", 1) ==
	    (HASH_BEGIN ^ 0xffU) * 0x100000001b3ULL);
	assert_true(hash_text(HASH_BEGIN, "\xff") ==
	    hash_octets(HASH_BEGIN, "\xff", 2));
}

/* No octets, and octets in several calls. */
static void
test_in_pieces(void **state)
{
	static const char text[] = "user@example.org";

	(void)state;
	assert_true(hash_octets(HASH_BEGIN, text, 0) == HASH_BEGIN);
	for (size_t n = 0; n < sizeof(text); n++)
		assert_true(hash_octets(hash_octets(HASH_BEGIN, text, n),
				text + n, sizeof(text) - n) ==
		    hash_text(HASH_BEGIN, text));
}

/* With seed 0, SplitMix64 first mixes 0x9e3779b97f4a7c15 and returns the
 * published value 0xe220a8397b1dcdaf. */
static void
test_end(void **state)
{
	(void)state;
	assert_true(hash_end(0) == 0);
	assert_true(hash_end(0x9e3779b97f4a7c15ULL) == 0xe220a8397b1dcdafULL);
}

static unsigned
bits_n(uint64_t value)
{
	unsigned n = 0;

	for (; value != 0; value &= value - 1)
		n++;
	return n;
}

/* After hash_end(), one other bit in the last octet changes about half of the
 * 64 bits. */
static void
test_end_mixes(void **state)
{
	uint64_t one = hash_end(hash_octets(HASH_BEGIN, "aaaaaaa0", 8));

	(void)state;
	for (char c = '1'; c <= '9'; c++) {
		char text[] = "aaaaaaa0";

		text[7] = c;
		assert_in_range(bits_n(one ^
				    hash_end(hash_octets(HASH_BEGIN, text, 8))),
		    16, 48);
	}
}

/* Texts of all lengths up to 40 that differ in one bit, or only in their
 * length, have other hashes, also in the low bits that choose a slot. */
static void
test_quick(void **state)
{
	char text[41] = "";
	size_t same_n = 0, n = 0;

	(void)state;
	for (size_t length = 0; length < 40; length++) {
		uint64_t hash = hash_quick(HASH_BEGIN, text, length);

		assert_true(hash != hash_quick(HASH_BEGIN, text, length + 1));
		for (size_t bit = 0; bit < 8 * length; bit++, n++) {
			uint64_t other;

			text[bit / 8] ^= (char)(1 << bit % 8);
			other = hash_quick(HASH_BEGIN, text, length);
			text[bit / 8] ^= (char)(1 << bit % 8);
			assert_true(hash != other);
			same_n += (hash & 1023) == (other & 1023);
		}
	}
	assert_in_range(same_n, 0, n / 200);
	assert_true(hash_quick(1, "a", 1) != hash_quick(2, "a", 1));
	assert_true(hash_quick_text(1, "example.org") ==
	    hash_quick(1, "example.org", 11));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_quick),
	    cmocka_unit_test(test_known_values),
	    cmocka_unit_test(test_text_is_octets_with_nul),
	    cmocka_unit_test(test_borders),
	    cmocka_unit_test(test_high_octets),
	    cmocka_unit_test(test_in_pieces),
	    cmocka_unit_test(test_end),
	    cmocka_unit_test(test_end_mixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
