/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Shapes, domains and changes of text. test_sender_key.c tests the rules. */
#include "test.h"

#include "mail/sender_text.h"

/* clang-format off */
static const struct {
	const char *text, *shape;
	size_t want;
} shapes[] = {
	{ "", "", 0 },
	{ "12ab", "DD", 2 },
	{ "12ab", "DDAA", 4 },
	{ "12ab", "DDAAA", 0 }, /* the text ends first */
	{ "12ab", "AA", 0 },
	{ "1-x", "D-A", 3 },
	{ "1.x", "D-A", 0 },
	{ "0f9g", "HHH", 3 },
	{ "0f9g", "HHHH", 0 },
	{ "F", "H", 0 }, /* text is in lower case */
	{ "\xe4", "A", 0 },
};

static const struct {
	const char *text;
	bool want;
} domains[] = {
	{ "", false },
	{ ".", false },
	{ "a", true },
	{ "a.b", true },
	{ "a-1_b.example", true },
	{ ".a", false },
	{ "a.", false },
	{ "a..b", false },
	{ "a b", false },
	{ "a@b", false },
	{ "a=b", false },
	{ "\xc3\xa4.example", false },
};
/* clang-format on */

static void
test_shapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		if (text_shape_n(shapes[i].text, shapes[i].shape) !=
		    shapes[i].want)
			fail_msg("%s, %s", shapes[i].text, shapes[i].shape);
}

static void
test_domains(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(domains); i++) {
		const char *text = domains[i].text;

		if (text_is_domain(text, text + strlen(text)) !=
		    domains[i].want)
			fail_msg("%s", text);
	}
}

static void
test_characters(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		bool digit = c >= '0' && c <= '9';
		bool letter = c >= 'a' && c <= 'z';

		assert_int_equal(text_is_digit((char)c), digit);
		assert_int_equal(text_is_letter((char)c), letter);
		assert_int_equal(text_is_alnum((char)c), digit || letter);
		assert_int_equal(text_is_hex((char)c),
		    digit || (letter && c <= 'f'));
		assert_int_equal(text_is_one_of((char)c, "+-"),
		    c == '+' || c == '-');
	}
}

static void
test_local_end_and_cut(void **state)
{
	char address[] = "a@b@example.org", local[] = "postmaster";
	char *at = text_local_end(address);

	(void)state;
	assert_string_equal(at, "@example.org");
	text_cut(address + 1, at);
	assert_string_equal(address, "a@example.org");
	assert_string_equal(text_local_end(local), "");
	assert_true(text_starts_with(address, "a@"));
	assert_true(text_starts_with(address, ""));
	assert_false(text_starts_with("a", "a@"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_shapes),
	    cmocka_unit_test(test_domains),
	    cmocka_unit_test(test_characters),
	    cmocka_unit_test(test_local_end_and_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
