/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* References never change. The parser accepts common typing mistakes. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide/key.h"

/* clang-format off */
/* Fixed values: bounces that are days old have such references. */
static const struct {
	const char *client, *sender, *recipient, *want;
} known[] = {
	{ "192.0.2.0/24", "a@example.net", "b@example.org", "asks5rq4" },
	{ "192.0.2.0/24", "<>", "b@example.org", "f6rrb7de" },
	{ "2001:db8::/64", "a@example.net", "b@example.org", "q1h47n62" },
	{ "example.com", "a@example.net", "b@example.org", "8m3wa882" },
};

static const struct {
	const char *text, *want; /* NULL: not a reference */
} typed[] = {
	{ "asks5rq4", "asks5rq4" },
	{ "ASKS5RQ4", "asks5rq4" },
	{ "asks-5rq4", "asks5rq4" },
	{ "-a-s-k-s-5-r-q-4-", "asks5rq4" },
	{ "oOiIlL01", "00111101" },
	{ "asks5rq", NULL },
	{ "asks5rq4a", NULL },
	{ "asks5ru4", NULL },
	{ "asks 5rq4", NULL },
	{ "asks5rq\xff", NULL },
	{ "192.0.2.1", NULL },
	{ "", NULL },
	{ "--------", NULL },
};
/* clang-format on */

static struct key
triplet(const char *client, const char *sender, const char *recipient)
{
	static struct key triplet;

	strcpy(triplet.client, client);
	strcpy(triplet.sender, sender);
	strcpy(triplet.recipient, recipient);
	return triplet;
}

static void
test_known(void **state)
{
	char got[REFERENCE_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		const struct key key = triplet(known[i].client, known[i].sender,
		    known[i].recipient);

		key_reference(&key, got);
		assert_string_equal(got, known[i].want);
	}
}

static void
test_typed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
		char got[REFERENCE_SIZE] = "untouch";
		int rc = reference_parse(typed[i].text, got);

		if (rc != (typed[i].want == NULL ? -1 : 0) ||
		    strcmp(got, rc == 0 ? typed[i].want : "untouch") != 0)
			fail_msg("\"%s\": %d, %s", typed[i].text, rc, got);
	}
}

/* References of neighbouring hashes differ, and can be parsed. */
static void
test_spread(void **state)
{
	static char seen[20000][REFERENCE_SIZE];
	char recipient[64], again[REFERENCE_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(seen); i++) {
		struct key key;

		snprintf(recipient, sizeof(recipient), "b%zu@example.org", i);
		key = triplet("192.0.2.0/24", "a@example.net", recipient);
		key_reference(&key, seen[i]);
		assert_int_equal(strlen(seen[i]), REFERENCE_SIZE - 1);
		assert_int_equal(reference_parse(seen[i], again), 0);
		assert_string_equal(again, seen[i]);
	}
	/* There are 2^40 references. Two of 20,000 random ones are equal in one
	 * of 5,000 such tests; these 20,000 are always the same. */
	qsort(seen, ARRAY_LEN(seen), sizeof(seen[0]),
	    (int (*)(const void *, const void *))strcmp);
	for (size_t i = 1; i < ARRAY_LEN(seen); i++)
		assert_string_not_equal(seen[i - 1], seen[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_known),
	    cmocka_unit_test(test_typed),
	    cmocka_unit_test(test_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
