/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Messages between their recipients: bounded, and never mixed up. [C14] */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "decide/message.h"

#define NOW 1000000000

static const struct request *
request(const char *instance, const char *client, const char *sender)
{
	static struct request request;

	request_clear(&request);
	strcpy(request.instance, instance);
	strcpy(request.client_address, client);
	strcpy(request.sender, sender);
	return &request;
}

static void
test_one_message(void **state)
{
	struct messages *messages = messages_new();
	struct message *message;

	(void)state;
	message =
	    messages_find(messages, request("1.a", "192.0.2.1", "a@b"), NOW);
	assert_non_null(message);
	assert_false(message->passed);
	message->passed = true;
	assert_true(messages_find(messages, request("1.a", "192.0.2.1", "a@b"),
	    NOW + 7200)
			->passed);

	/* Another in any of its parts is another. */
	assert_false(messages_find(messages, request("1.b", "192.0.2.1", "a@b"),
	    NOW)
			 ->passed);
	assert_false(messages_find(messages, request("1.a", "192.0.2.2", "a@b"),
	    NOW)
			 ->passed);
	assert_false(messages_find(messages, request("1.a", "192.0.2.1", "a@c"),
	    NOW)
			 ->passed);
	/* The parts do not run into each other. */
	assert_false(messages_find(messages, request("1.a1", "92.0.2.1", "a@b"),
	    NOW)
			 ->passed);
	messages_free(messages);
}

static void
test_no_instance(void **state)
{
	struct messages *messages = messages_new();

	(void)state;
	assert_null(messages_find(messages, request("", "192.0.2.1", "a@b"),
	    NOW));
	messages_free(messages);
}

/* Over after two hours, and after a step of the clock. [C57] */
static void
test_over(void **state)
{
	struct messages *messages = messages_new();
	const struct request *one = request("1.a", "192.0.2.1", "a@b");

	(void)state;
	messages_find(messages, one, NOW)->passed = true;
	assert_false(messages_find(messages, one, NOW + 7201)->passed);
	messages_find(messages, one, NOW + 7201)->passed = true;
	assert_false(messages_find(messages, one, NOW - 100)->passed);
	messages_free(messages);
}

/* Messages of a clock that was set back give way to those of today. [C57] */
static void
test_future(void **state)
{
	struct messages *messages = messages_new();
	char instance[32];
	int found_n = 0;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		snprintf(instance, sizeof(instance), "f.%d", i);
		messages_find(messages, request(instance, "192.0.2.1", "a@b"),
		    NOW + 315360000);
	}
	for (int i = 0; i < 2000; i++) {
		snprintf(instance, sizeof(instance), "n.%d", i);
		messages_find(messages, request(instance, "192.0.2.1", "a@b"),
		    NOW)
		    ->passed = true;
	}
	for (int i = 0; i < 2000; i++) {
		snprintf(instance, sizeof(instance), "n.%d", i);
		found_n += messages_find(messages,
		    request(instance, "192.0.2.1", "a@b"), NOW)
			       ->passed;
	}
	assert_true(found_n > 1900);
	messages_free(messages);
}

/* Many messages: the table does not grow, and the newest are there. */
static void
test_many(void **state)
{
	struct messages *messages = messages_new();
	char instance[32];
	int found_n = 0;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		snprintf(instance, sizeof(instance), "%x.5f.%d", i, i);
		messages_find(messages, request(instance, "192.0.2.1", "a@b"),
		    NOW + i / 1000)
		    ->passed = true;
	}
	for (int i = 99000; i < 100000; i++) {
		snprintf(instance, sizeof(instance), "%x.5f.%d", i, i);
		found_n += messages_find(messages,
		    request(instance, "192.0.2.1", "a@b"), NOW + 100)
			       ->passed;
	}
	assert_true(found_n > 950);
	messages_free(messages);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_message),
	    cmocka_unit_test(test_no_instance),
	    cmocka_unit_test(test_over),
	    cmocka_unit_test(test_future),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
