/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* A match ends after a limited number of steps, with any regular expression.
 * The test measures no time. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "lists/regex.h"

#define A30 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* clang-format off */
static const struct {
	const char *regex, *subject;
	bool matches, overruns;
} matches[] = {
	{ "/^mx[0-9]+\\.example\\.org$/", "mx12.example.org", true, false },
	{ "/^mx[0-9]+\\.example\\.org$/", "MX1.EXAMPLE.ORG", true, false },
	{ "/^mx[0-9]+\\.example\\.org$/", "mx.example.org", false, false },
	{ "/^mx[0-9]+\\.example\\.org$/", "amx1.example.org", false, false },
	{ "/example/", "mx.example.org", true, false },
	{ "/a/b/", "a/b", true, false },
	{ "/a.b/", "a\xff" "b", true, false },
	{ "/\\xff/", "a\xff" "b", true, false },
	{ "/^$/", "", true, false },
	{ "/./", "", false, false },
	{ "/(?<!a)b/", "ab", false, false },
	{ "/^(?:smtp\\w*|postfix)[0-9]+-g[0-9]+\\.free\\.fr$/",
	  "smtp2-g21.free.fr", true, false },

	/* Exponential patterns reach the limit and do not match. */
	{ "/^(a+)+$/", A30 "b", false, true },
	{ "/^(a|aa)+$/", A30 A30 "b", false, true },
	{ "/(x+x+)+y/", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxzy", false, true },
	{ "/^(.*a){20}$/", A30 A30 A30 "b", false, true },
	{ "/^(a?){30}a{30}$/", A30, false, true },
	{ "/^((a*)*)*$/", A30 "b", false, true },
	{ "/^(?:(?R)|a)+$/", A30 "b", false, true },
};

static const struct {
	const char *regex, *gist;
} refused[] = {
	{ "/(/", "at octet" },
	{ "/a)/", "at octet" },
	{ "/[a/", "at octet" },
	{ "/*/", "at octet 1 of *" },
	{ "/a{2,1}/", "at octet" },
	{ "/(?P<n/", "at octet" },
	{ "/(*UTF)a/", "at octet" },
	{ "/\\1/", "at octet" },
	{ "/(((a{255}){255}){255}){255}/", "regular expression" },
};
/* clang-format on */

static void
test_matches(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(matches); i++) {
		struct err err = {""};
		struct regex *regex = regex_new(matches[i].regex, &err);
		bool matched;

		if (regex == NULL)
			fail_msg("%s: %s", matches[i].regex, err.text);
		matched = regex_match(regex, matches[i].subject);
		if (matched != matches[i].matches)
			fail_msg("%s on %s", matches[i].regex,
			    matches[i].subject);
		if ((regex_take_overruns(regex) > 0) != matches[i].overruns)
			fail_msg("%s: overruns", matches[i].regex);
		assert_int_equal(regex_take_overruns(regex), 0);
		regex_free(regex);
	}
}

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct err err = {""};

		if (regex_new(refused[i].regex, &err) != NULL)
			fail_msg("%s: accepted", refused[i].regex);
		if (strstr(err.text, refused[i].gist) == NULL)
			fail_msg("%s: %s", refused[i].regex, err.text);
	}
}

/* The deepest nesting, and one level more. */
static void
test_depth(void **state)
{
	char text[256] = "/";
	struct err err;

	(void)state;
	for (int deep = 0; deep < 2; deep++) {
		struct regex *regex;

		memset(text + 1, '(', 51);
		memset(text + 52, ')', 51);
		strcpy(text + 103, "/");
		if (deep == 0) {
			memset(text + 1, '(', 50);
			memset(text + 51, ')', 50);
			strcpy(text + 101, "/");
		}
		regex = regex_new(text, &err);
		assert_int_equal(regex != NULL, deep == 0);
		regex_free(regex);
	}
}

/* The longest subjects, with patterns that read them to the end. */
static void
test_long_subjects(void **state)
{
	static char subject[2049];
	struct err err;
	struct regex *regex = regex_new("/(.)\\1{9}.*(.)\\2{9}$/", &err);

	(void)state;
	assert_non_null(regex);
	memset(subject, 'a', sizeof(subject) - 1);
	regex_match(regex, subject);
	for (size_t i = 0; i < sizeof(subject) - 1; i++)
		subject[i] = (char)('a' + i % 2);
	assert_false(regex_match(regex, subject));
	regex_free(regex);

	/* A subject longer than any address never matches. */
	regex = regex_new("/^a/", &err);
	memset(subject, 'a', sizeof(subject) - 1);
	assert_false(regex_match(regex, subject));
	subject[321] = '\0';
	assert_false(regex_match(regex, subject));
	subject[320] = '\0';
	assert_true(regex_match(regex, subject));
	assert_int_equal(regex_take_overruns(regex), 0);
	regex_free(regex);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_matches),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_depth),
	    cmocka_unit_test(test_long_subjects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
