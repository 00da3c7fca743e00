/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The words of the log. Scripts of administrators search for them: never change
 * them. [C59] */
#include "test.h"

#include <stdbool.h>
#include <string.h>

#include "mail/verdict.h"

/* clang-format off */
static const char *const actions[] = {
	[ACTION_PASS] = "pass",
	[ACTION_GREYLIST] = "greylist",
	[ACTION_TEMPFAIL] = "tempfail",
	[ACTION_CLOSE] = "close",
};

static const char *const reasons[] = {
	[REASON_NEW] = "new",
	[REASON_EARLY] = "early",
	[REASON_LATE] = "late",
	[REASON_RETRIED] = "retried",
	[REASON_KNOWN] = "known",
	[REASON_AUTHENTICATED] = "authenticated",
	[REASON_NO_CLIENT] = "no-client",
	[REASON_OWN_NETWORK] = "own-network",
	[REASON_STATE] = "state",
	[REASON_CLIENT_WHITELIST] = "client-whitelist",
	[REASON_SENDER_WHITELIST] = "sender-whitelist",
	[REASON_RECIPIENT_WHITELIST] = "recipient-whitelist",
	[REASON_UNLISTED] = "unlisted",
	[REASON_AUTO_WHITELISTED] = "auto-whitelisted",
	[REASON_CORRESPONDENT] = "correspondent",
	[REASON_AUTHORISED] = "authorised",
	[REASON_MESSAGE] = "message",
	[REASON_NAMED] = "named",
	[REASON_NULL_SENDER] = "null-sender",
	[REASON_STRESS] = "stress",
	[REASON_FAILURE] = "failure",
};
/* clang-format on */

static void
check_word(const char *word)
{
	assert_non_null(word);
	assert_true(word[0] != '\0');
	if (strspn(word, "abcdefghijklmnopqrstuvwxyz-") != strlen(word))
		fail_msg("\"%s\" is no plain word", word);
}

static void
test_actions(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
		check_word(action_word((enum action)i));
		assert_string_equal(action_word((enum action)i), actions[i]);
	}
}

static void
test_reasons(void **state)
{
	(void)state;
	assert_int_equal(ARRAY_LEN(reasons), REASON_COUNT);
	for (size_t i = 0; i < REASON_COUNT; i++) {
		check_word(reason_word((enum reason)i));
		assert_string_equal(reason_word((enum reason)i), reasons[i]);
	}
}

/* Each group has a word, and the first three groups are the deferrals. */
static void
test_groups(void **state)
{
	(void)state;
	for (size_t i = 0; i < REASON_GROUPS; i++) {
		check_word(reason_group_word((enum reason_group)i));
		assert_true(strlen(reason_group_help((enum reason_group)i)) >
		    10);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(
			    reason_group_word((enum reason_group)i),
			    reason_group_word((enum reason_group)j));
	}
	for (size_t i = 0; i < REASON_COUNT; i++)
		assert_int_equal(reason_defers((enum reason)i),
		    i == REASON_NEW || i == REASON_EARLY || i == REASON_LATE);
	assert_int_equal(reason_group(REASON_RETRIED), REASON_GROUP_PASSED);
	assert_int_equal(reason_group(REASON_KNOWN), REASON_GROUP_PASSED);
	assert_int_equal(reason_group(REASON_STATE), REASON_GROUP_SKIPPED);
	assert_int_equal(reason_group(REASON_UNLISTED),
	    REASON_GROUP_WHITELISTED);
	assert_int_equal(reason_group(REASON_AUTO_WHITELISTED),
	    REASON_GROUP_AUTO_WHITELISTED);
	assert_int_equal(reason_group(REASON_STRESS), REASON_GROUP_EXEMPTED);
	assert_int_equal(reason_group(REASON_FAILURE), REASON_GROUP_FAILED);
}

static void
test_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < REASON_COUNT; i++)
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(reason_word((enum reason)i),
			    reason_word((enum reason)j));
			assert_string_not_equal(reason_help((enum reason)i),
			    reason_help((enum reason)j));
		}
}

static void
test_help_is_a_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < REASON_COUNT; i++) {
		const char *help = reason_help((enum reason)i);

		assert_non_null(help);
		assert_true(strlen(help) > 10);
		if (help[0] < 'A' || help[0] > 'Z' ||
		    help[strlen(help) - 1] != '.' || strchr(help, '\n') != NULL)
			fail_msg("%s: \"%s\"", reasons[i], help);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_actions),
	    cmocka_unit_test(test_reasons),
	    cmocka_unit_test(test_groups),
	    cmocka_unit_test(test_unique),
	    cmocka_unit_test(test_help_is_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
