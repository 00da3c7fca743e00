/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The table of messages: it does not grow, and does not mix up messages. [C14]
 */
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

static bool
has_passed(struct messages *messages, const struct request *request,
    int64_t now_s)
{
	return message_has_passed(messages_find(messages, request, now_s));
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
	assert_false(message_has_passed(message));
	message_note_pass(message);
	assert_true(has_passed(messages, request("1.a", "192.0.2.1", "a@b"),
	    NOW + 7200));

	/* If one part differs, it is another message. */
	assert_false(has_passed(messages, request("1.b", "192.0.2.1", "a@b"),
	    NOW));
	assert_false(has_passed(messages, request("1.a", "192.0.2.2", "a@b"),
	    NOW));
	assert_false(has_passed(messages, request("1.a", "192.0.2.1", "a@c"),
	    NOW));
	/* The end of one part is not the start of the next. */
	assert_false(has_passed(messages, request("1.a1", "92.0.2.1", "a@b"),
	    NOW));
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

/* A message is over after two hours, or after the clock was set back. [C57] */
static void
test_over(void **state)
{
	struct messages *messages = messages_new();
	const struct request *one = request("1.a", "192.0.2.1", "a@b");

	(void)state;
	message_note_pass(messages_find(messages, one, NOW));
	assert_false(has_passed(messages, one, NOW + 7201));
	message_note_pass(messages_find(messages, one, NOW + 7201));
	assert_false(has_passed(messages, one, NOW - 100));
	messages_free(messages);
}

/* Messages from the future, after the clock was set back, are dropped first.
 * [C57] */
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
		message_note_pass(messages_find(messages,
		    request(instance, "192.0.2.1", "a@b"), NOW));
	}
	for (int i = 0; i < 2000; i++) {
		snprintf(instance, sizeof(instance), "n.%d", i);
		found_n += has_passed(messages,
		    request(instance, "192.0.2.1", "a@b"), NOW);
	}
	assert_true(found_n > 1900);
	messages_free(messages);
}

/* After many messages, the table still has most of the newest ones. */
static void
test_many(void **state)
{
	struct messages *messages = messages_new();
	char instance[32];
	int found_n = 0;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		snprintf(instance, sizeof(instance), "%x.5f.%d", i, i);
		message_note_pass(messages_find(messages,
		    request(instance, "192.0.2.1", "a@b"), NOW + i / 1000));
	}
	for (int i = 99000; i < 100000; i++) {
		snprintf(instance, sizeof(instance), "%x.5f.%d", i, i);
		found_n += has_passed(messages,
		    request(instance, "192.0.2.1", "a@b"), NOW + 100);
	}
	assert_true(found_n > 950);
	messages_free(messages);
}

/* The first retry of a message counts, and the header is added once. */
static void
test_once(void **state)
{
	struct messages *messages = messages_new();
	struct message *message =
	    messages_find(messages, request("1.a", "192.0.2.1", "a@b"), NOW);

	(void)state;
	assert_true(message_first_retry(message));
	assert_false(message_first_retry(message));
	assert_true(message_first_header(message));
	assert_false(message_first_header(message));
	/* Without an instance, every retry counts. */
	assert_true(message_first_retry(NULL));
	assert_true(message_first_retry(NULL));
	assert_false(message_first_header(NULL));
	assert_false(message_has_passed(NULL));
	message_note_pass(NULL);
	messages_free(messages);
}

static void
assert_postponed(const struct message *message, int64_t now_s, int64_t wait_s,
    const char *reference)
{
	struct verdict verdict;

	message_decide_postponed(message, now_s, &verdict);
	assert_int_equal(verdict.action,
	    wait_s > 0 ? ACTION_GREYLIST : ACTION_PASS);
	assert_int_equal(verdict.reason,
	    wait_s > 0 ? REASON_EARLY : REASON_STATE);
	assert_int_equal(verdict.wait_s, wait_s);
	assert_string_equal(verdict.reference, reference);
}

/* A deferral that is postponed until DATA. [C10, C57] */
static void
test_postponed(void **state)
{
	struct messages *messages = messages_new();
	struct message *message =
	    messages_find(messages, request("1.a", "192.0.2.1", ""), NOW);
	const struct verdict slow = {.wait_s = 180, .reference = "slow"};
	const struct verdict quick = {.wait_s = 60, .reference = "quick"};

	(void)state;
	assert_postponed(message, NOW, 0, "");
	message_postpone(message, &slow, NOW);
	assert_postponed(message, NOW, 180, "slow");
	/* The recipient that is due first ends the wait. */
	message_postpone(message, &quick, NOW);
	message_postpone(message, &slow, NOW);
	assert_postponed(message, NOW + 1, 59, "quick");
	assert_postponed(message, NOW + 59, 1, "quick");
	assert_postponed(message, NOW + 60, 0, "");
	/* The clock went back: never longer than the wait. */
	assert_postponed(message, NOW - 1000, 60, "quick");
	message_cancel_postponed(message);
	assert_postponed(message, NOW, 0, "");
	/* A recipient has passed on its own. */
	message_postpone(message, &slow, NOW);
	message_note_pass(message);
	assert_postponed(message, NOW, 0, "");
	/* Without an instance nothing is postponed. */
	message_postpone(NULL, &slow, NOW);
	message_cancel_postponed(NULL);
	assert_postponed(NULL, NOW, 0, "");
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
	    cmocka_unit_test(test_once),
	    cmocka_unit_test(test_postponed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
