/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Questions for tardigrey-lookup, and what its answers change. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "service/lookup_table.h"

#define NOW 1000000000

static struct lookup_table *table;
static struct lookup_attempt attempt;

static int
set_up(void **state)
{
	(void)state;
	table = lookup_table_new();
	return table != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	lookup_table_free(table);
	return 0;
}

static const struct request *
request_of(const char *client, const char *sender)
{
	static struct request request;

	request_clear(&request);
	assert_int_equal(netaddr_parse(client, &request.client), 0);
	strcpy(request.sender, sender);
	strcpy(request.recipient, "r@d.example");
	return &request;
}

static void
ask(const char *client, const char *sender, int64_t now_s, const char *wanted)
{
	char line[LOOKUP_LINE_SIZE] = "";
	size_t n =
	    lookup_table_ask(table, request_of(client, sender), now_s, line);

	assert_string_equal(line, wanted);
	assert_int_equal(n, strlen(wanted));
}

static bool
authorises(const char *client, const char *sender, int64_t now_s)
{
	return lookup_table_authorises(table, request_of(client, sender),
	    now_s);
}

static void
test_questions(void **state)
{
	char longest[REQUEST_ADDRESS_MAX + 1], line[LOOKUP_LINE_SIZE];

	(void)state;
	ask("192.0.2.1", "A@Example.NET", NOW, "1 192.0.2.1 example.net\n");
	ask("2001:db8::1", "a@example.net", NOW, "2 2001:db8::1 example.net\n");
	ask("192.0.2.1", "b@example.net", NOW, ""); /* asked already */
	ask("192.0.2.1", "b@example.net", NOW + LOOKUP_PATIENCE_S - 1, "");
	ask("192.0.2.1", "b@example.net", NOW + LOOKUP_PATIENCE_S,
	    "3 192.0.2.1 example.net\n");
	ask("192.0.2.1", "b@example.net", NOW - 1, /* the clock went back */
	    "4 192.0.2.1 example.net\n");
	/* No domain that could be asked about. */
	ask("192.0.2.1", "", NOW, "");
	ask("192.0.2.1", "#@[]", NOW, "");
	ask("192.0.2.1", "a", NOW, "");
	ask("192.0.2.1", "@example.org", NOW, "");
	ask("192.0.2.1", "a@", NOW, "");
	ask("192.0.2.1", "a@[192.0.2.1]", NOW, "");
	ask("192.0.2.1", "a@x y.example", NOW, "");
	ask("192.0.2.1", "a@x\ty.example", NOW, "");
	ask("192.0.2.1", "a@..", NOW, "");

	memset(longest, 'x', REQUEST_ADDRESS_MAX);
	longest[REQUEST_ADDRESS_MAX] = '\0';
	longest[1] = '@';
	ask("192.0.2.1", longest, NOW, "");
	longest[257] = '\0';
	for (size_t i = 60; i < 257; i += 50)
		longest[i] = '.';
	assert_int_equal(
	    lookup_table_ask(table,
		request_of("2001:db8:1111:2222:3333:4444:5555:6666", longest),
		NOW, line),
	    0); /* 255 octets */
	longest[255] = '\0';
	assert_in_range(lookup_table_ask(table,
			    request_of("2001:db8:1111:2222:3333:4444:5555:6666",
				longest),
			    NOW, line),
	    290, LOOKUP_LINE_SIZE - 1);
	assert_int_equal(line[strlen(line) - 1], '\n');
}

static void
test_answers(void **state)
{
	static const char *const others[] = {"", "1", "1 ", " yes", "yes",
	    "1 maybe", "1 yes ", "1  yes", "1 YES", "2 yes", "257 yes",
	    "-1 yes", "+1 yes", "01 yes", "4294967297 yes",
	    "99999999999999999999999 yes", "x1 yes"};

	(void)state;
	ask("192.0.2.1", "A@Example.NET", NOW, "1 192.0.2.1 example.net\n");
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (lookup_table_answer(table, others[i], NOW + 1, &attempt))
			fail_msg("\"%s\" is an answer", others[i]);
	assert_false(authorises("192.0.2.1", "a@example.net", NOW + 1));
	assert_true(lookup_table_answer(table, "1 yes", NOW + 5, &attempt));
	assert_int_equal(attempt.at_s, NOW);
	assert_string_equal(attempt.request.sender, "A@Example.NET");
	assert_string_equal(attempt.request.recipient, "r@d.example");
	assert_true(attempt.request.client_is_authorised);
	assert_int_equal(attempt.request.client.family, NETADDR_IPV4);
	/* An answer counts once. */
	assert_false(lookup_table_answer(table, "1 yes", NOW + 5, &attempt));

	assert_true(authorises("192.0.2.1", "b@example.net", NOW + 5));
	assert_false(authorises("192.0.2.1", "b@sub.example.net", NOW + 5));
	assert_false(authorises("192.0.2.2", "b@example.net", NOW + 5));
	assert_false(authorises("192.0.2.1", "", NOW + 5));
	assert_false(authorises("192.0.2.1", "b@example.net", NOW + 4));
	assert_true(authorises("192.0.2.1", "b@example.net",
	    NOW + 4 + LOOKUP_KEEP_YES_S));
	assert_false(authorises("192.0.2.1", "b@example.net",
	    NOW + 5 + LOOKUP_KEEP_YES_S));
	ask("192.0.2.1", "b@example.net", NOW + 4 + LOOKUP_KEEP_YES_S, "");

	ask("192.0.2.2", "b@example.net", NOW, "2 192.0.2.2 example.net\n");
	assert_false(lookup_table_answer(table, "2 no", NOW, &attempt));
	assert_false(authorises("192.0.2.2", "b@example.net", NOW));
	ask("192.0.2.2", "b@example.net", NOW + LOOKUP_KEEP_NO_S - 1, "");
	ask("192.0.2.2", "b@example.net", NOW + LOOKUP_KEEP_NO_S,
	    "3 192.0.2.2 example.net\n");
}

/* Questions without an answer are limited. Further ones are dropped and
 * counted. */
static void
test_too_many(void **state)
{
	char client[NETADDR_TEXT_SIZE], line[LOOKUP_LINE_SIZE];
	size_t asked_n = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(client, sizeof(client), "10.0.%d.%d", i / 250,
		    i % 250);
		asked_n +=
		    lookup_table_ask(table, request_of(client, "a@example.net"),
			NOW, line) > 0;
	}
	assert_int_equal(asked_n, LOOKUP_QUESTIONS);
	assert_int_equal(lookup_table_take_dropped(table),
	    1000 - LOOKUP_QUESTIONS);
	assert_int_equal(lookup_table_take_dropped(table), 0);
	ask("10.0.3.1", "a@example.net", NOW + LOOKUP_PATIENCE_S,
	    "257 10.0.3.1 example.net\n");
	/* The question that had its place has no answer any more. */
	assert_false(lookup_table_answer(table, "1 yes", NOW, &attempt));
	assert_true(lookup_table_answer(table, "257 yes", NOW, &attempt));
}

/* A question that is never answered stops no others. */
static void
test_one_without_answer(void **state)
{
	char client[NETADDR_TEXT_SIZE], line[LOOKUP_LINE_SIZE], answer[64];
	const char *number_end;

	(void)state;
	ask("192.0.2.1", "a@example.net", NOW, "1 192.0.2.1 example.net\n");
	for (int i = 0; i < 3 * LOOKUP_QUESTIONS; i++) {
		snprintf(client, sizeof(client), "10.0.%d.%d", i / 250,
		    i % 250);
		assert_true(lookup_table_ask(table,
				request_of(client, "a@example.net"),
				NOW + i / 50, line) > 0);
		number_end = strchr(line, ' ');
		assert_non_null(number_end);
		snprintf(answer, sizeof(answer), "%.*s yes",
		    (int)(number_end - line), line);
		assert_true(lookup_table_answer(table, answer, NOW + i / 50,
		    &attempt));
	}
	assert_int_equal(lookup_table_take_dropped(table), 0);
	assert_true(lookup_table_answer(table, "1 yes", NOW + 20, &attempt));
}

/* The table has a fixed size. Of many pairs, some are forgotten, and none is
 * taken for another one. */
static void
test_forgetting(void **state)
{
	char client[NETADDR_TEXT_SIZE], line[LOOKUP_LINE_SIZE], answer[64];
	size_t known_n = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		snprintf(client, sizeof(client), "10.%d.%d.1", i / 250,
		    i % 250);
		assert_true(lookup_table_ask(table,
				request_of(client, "a@example.net"), NOW + i,
				line) > 0);
		snprintf(answer, sizeof(answer), "%d %s", i + 1,
		    i % 2 == 0 ? "yes" : "no");
		assert_int_equal(lookup_table_answer(table, answer, NOW + i,
				     &attempt),
		    i % 2 == 0);
	}
	for (int i = 0; i < 20000; i++) {
		snprintf(client, sizeof(client), "10.%d.%d.1", i / 250,
		    i % 250);
		if (!authorises(client, "a@example.net", NOW + 20000))
			continue;
		assert_int_equal(i % 2, 0);
		known_n++;
	}
	assert_in_range(known_n, 1000, 4096);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_questions),
	    TEST(test_answers),
	    TEST(test_too_many),
	    TEST(test_one_without_answer),
	    TEST(test_forgetting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
