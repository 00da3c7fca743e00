/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* One sentence, with context in front. It is cut at the size of its buffer. */
#include "test.h"

#include <stdbool.h>
#include <string.h>

#include "base/err.h"

/* clang-format off */
static const struct {
	const char *name;
	const char *sentence, *inner, *outer; /* NULL: no such prefix */
	const char *want;
} texts[] = {
	{ "a sentence", "no such file", NULL, NULL, "no such file" },
	{ "nothing", "", NULL, NULL, "" },
	{ "one prefix", "no such file", "a.conf", NULL, "a.conf: no such file" },
	{ "two prefixes", "no such file", "line 3", "a.conf",
	  "a.conf: line 3: no such file" },
	{ "before nothing", "", "a.conf", NULL, "a.conf: " },
	{ "an empty prefix", "no such file", "", NULL, ": no such file" },
	{ "percent signs are text", "%s%n%d", "%s", NULL, "%s: %s%n%d" },
};

/* Lengths of the sentence, of the prefix (0: none) and of the result. */
static const struct {
	const char *name;
	size_t sentence_n, prefix_n, want_n;
	bool cut;
} lengths[] = {
	{ "fits", 510, 0, 510, false },
	{ "just fits", 511, 0, 511, false },
	{ "one too long", 512, 0, 511, true },
	{ "far too long", 2000, 0, 511, true },
	{ "prefix, just fits", 500, 9, 511, false },
	{ "prefix, one too long", 500, 10, 511, true },
	{ "long prefix", 1, 511, 511, true },
	{ "prefix cut itself", 1, 600, 511, true },
	{ "both cut", 600, 600, 511, true },
};
/* clang-format on */

static void
test_texts(void **state)
{
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_int_equal(err_set(&err, "%s", texts[i].sentence), -1);
		if (texts[i].inner != NULL)
			assert_int_equal(err_prefix(&err, "%s", texts[i].inner),
			    -1);
		if (texts[i].outer != NULL)
			assert_int_equal(err_prefix(&err, "%s", texts[i].outer),
			    -1);
		if (strcmp(err.text, texts[i].want) != 0)
			fail_msg("%s: got \"%s\"", texts[i].name, err.text);
	}
}

static void
fill(char *text, char octet, size_t n)
{
	memset(text, octet, n);
	text[n] = '\0';
}

static void
test_lengths(void **state)
{
	char sentence[4096], prefix[4096];
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		size_t n;

		fill(sentence, 's', lengths[i].sentence_n);
		fill(prefix, 'p', lengths[i].prefix_n);
		err_set(&err, "%s", sentence);
		if (lengths[i].prefix_n > 0)
			err_prefix(&err, "%s", prefix);
		n = strlen(err.text);
		if (n != lengths[i].want_n ||
		    (strcmp(err.text + n - 3, "...") == 0) != lengths[i].cut)
			fail_msg("%s: got %zu octets", lengths[i].name, n);
	}
}

/* The prefix may point into the sentence. */
static void
test_prefix_of_itself(void **state)
{
	struct err err;

	(void)state;
	err_set(&err, "%d %s", 7, "seals");
	err_prefix(&err, "%s", err.text);
	assert_string_equal(err.text, "7 seals: 7 seals");
}

static void
test_no_memory(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(err_no_memory(&err), -1);
	assert_string_equal(err.text, "out of memory");
	assert_true(err_is_no_memory(&err));
	err_prefix(&err, "senders:7");
	assert_false(err_is_no_memory(&err)); /* it has a prefix now */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_lengths),
	    cmocka_unit_test(test_prefix_of_itself),
	    cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
