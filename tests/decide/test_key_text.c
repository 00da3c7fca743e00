/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "decide/key_text.h"
#include "mail/request.h"

#define A10 "aaaaaaaaaa"
#define B10 "bbbbbbbbbb"
#define C10 "cccccccccc"
#define A40 A10 A10 A10 A10
#define B50 B10 B10 B10 B10 B10

/* The lengths of 128 and 129 octets. The digests stay: they are in databases
 * and in the references of bounces. */
static const struct {
	const char *address, *want;
} rows[] = {
    {"", ""},
    {"<>", "<>"},
    {"a@example.net", "a@example.net"},
    {A40 B50 C10 C10 "@example.net"
		     "123456",
	A40 B50 C10 C10 "@example.net"
			"123456"},
    {A40 B50 C10 C10 "@example.net"
		     "1234567",
	A40 "~cd2f82039fb65199~"
	    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" C10 C10 "@example.net"
	    "1234567"},
    {"\xff" A40 B50 C10 C10 "@example.net"
     "123456",
	"\xff"
	"aaaaaaaaa" A10 A10 A10 "~5904af2fedf7aa8e~"
	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" C10 C10 "@example.net"
	"123456"},
};

static void
test_texts(void **state)
{
	char out[KEY_TEXT_SIZE], again[KEY_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool is_long = strlen(rows[i].address) > KEY_TEXT_MAX;

		key_text(rows[i].address, out);
		assert_string_equal(out, rows[i].want);
		assert_int_equal(key_text_is_shortened(out), is_long);
		assert_false(key_text_is_shortened(rows[i].address));
		key_text(out, again);
		assert_string_equal(again, out);
	}
}

/* Each octet of a long address counts, also those that are left out. */
static void
test_long_addresses_differ(void **state)
{
	static char address[REQUEST_ADDRESS_MAX + 1];
	char out[KEY_TEXT_SIZE], other[KEY_TEXT_SIZE];

	(void)state;
	memset(address, 'a', REQUEST_ADDRESS_MAX);
	key_text(address, out);
	assert_int_equal(strlen(out), KEY_TEXT_MAX);
	for (size_t i = 0; i < REQUEST_ADDRESS_MAX; i++) {
		address[i] = 'b';
		key_text(address, other);
		assert_string_not_equal(other, out);
		address[i] = 'a';
	}
	address[REQUEST_ADDRESS_MAX - 1] = '\0';
	key_text(address, other);
	assert_string_not_equal(other, out);
}

/* Texts that look similar. */
static void
test_is_shortened(void **state)
{
	char out[KEY_TEXT_SIZE + 1];

	(void)state;
	key_text(rows[4].address, out);
	for (size_t at = 40; at < 58; at++) {
		char was = out[at];

		out[at] = 'x';
		assert_false(key_text_is_shortened(out));
		out[at] = was;
	}
	assert_true(key_text_is_shortened(out));
	strcat(out, "x");
	assert_false(key_text_is_shortened(out));
	out[KEY_TEXT_MAX - 1] = '\0';
	assert_false(key_text_is_shortened(out));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_long_addresses_differ),
	    cmocka_unit_test(test_is_shortened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
