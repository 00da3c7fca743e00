/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ASCII letters to lower case, and nothing else. [C9] */
#include "test.h"

#include <string.h>

#include "base/lowercase.h"

/* Every octet but NUL, alone. */
static void
test_every_octet(void **state)
{
	(void)state;
	for (int octet = 1; octet < 256; octet++) {
		char text[2] = {(char)octet, '\0'}, got[2];
		int want = octet >= 'A' && octet <= 'Z' ? octet + 32 : octet;

		lowercase(text, got);
		assert_int_equal((unsigned char)got[0], want);
		assert_int_equal(got[1], '\0');
	}
}

/* Every octet but NUL, at every place of texts of every length up to 32, among
 * octets that must not change it. */
static void
test_every_place(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 32; n++)
		for (size_t place = 0; place < n; place++)
			for (int octet = 1; octet < 256; octet++) {
				char text[33], want[33], got[33];

				memset(text, octet % 2 == 0 ? '\xff' : '\x01',
				    n);
				text[n] = '\0';
				text[place] = (char)octet;
				memcpy(want, text, n + 1);
				if (octet >= 'A' && octet <= 'Z')
					want[place] = (char)(octet + 32);
				lowercase(text, got);
				assert_string_equal(got, want);
				lowercase(text, text);
				assert_string_equal(text, want);
			}
}

static void
test_texts(void **state)
{
	char got[64];

	(void)state;
	lowercase("", got);
	assert_string_equal(got, "");
	lowercase("Foo.Bar+Ext@LAB.Example-1.ORG", got);
	assert_string_equal(got, "foo.bar+ext@lab.example-1.org");
	lowercase("gr\xc3\x9c\xc3\x9f E", got);
	assert_string_equal(got, "gr\xc3\x9c\xc3\x9f e");
}

/* The result may replace the text. */
static void
test_in_place(void **state)
{
	char text[] = "MX.Example.ORG";

	(void)state;
	lowercase(text, text);
	assert_string_equal(text, "mx.example.org");
}

/* Nothing is written beyond the NUL. */
static void
test_room(void **state)
{
	char got[8];

	(void)state;
	memset(got, '!', sizeof(got));
	lowercase("ABC", got);
	assert_memory_equal(got, "abc\0!!!!", sizeof(got));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_octet),
	    cmocka_unit_test(test_every_place),
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_in_place),
	    cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
