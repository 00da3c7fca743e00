/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The dispatcher with a fake checker. Most tests run both inline and with a
 * worker.
 */
#include "test.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "daemon/dispatcher.h"
#include "daemon/fake_checker.h"
#include "daemon/log.h"

#define FULL 256 /* requests of a full batch */

static struct dispatcher *dispatcher;
static enum dispatcher_mode mode;
static FILE *log_file, *real_stderr;
static struct request request; /* large */

/* The answers in the order in which they came, each as "OWNER:REPLY;". */
static char answers[FULL * 64];
static size_t answers_n;
static int configured_n;

/* ---- Helpers ---- */

static void
on_answer(void *owner, const char *reply, size_t reply_n)
{
	const char *end = reply_n > 0 ? strchr(reply, '\n') : reply;
	size_t n = strlen(answers);

	answers_n++;
	if (n < sizeof(answers) / 2)
		snprintf(answers + n, sizeof(answers) - n, "%s:%.*s;",
		    (const char *)owner, (int)(end - reply), reply);
}

static void
on_configured(struct settings *old, void *arg)
{
	settings_free(old);
	assert_ptr_equal(arg, &mode);
	configured_n++;
}

static int
set_up(void **state)
{
	const struct dispatcher_hooks hooks = {on_answer, on_configured, &mode};
	struct err err;

	mode = *(const enum dispatcher_mode *)*state;
	fake_checker_reset();
	answers[0] = '\0';
	answers_n = 0;
	configured_n = 0;
	real_stderr = stderr;
	log_file = stderr = tmpfile();
	dispatcher = dispatcher_new(NULL, fake_settings(1), mode, &hooks, &err);
	return dispatcher != NULL && log_file != NULL
	    ? dispatcher_start(dispatcher, &err)
	    : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	dispatcher_free(dispatcher);
	dispatcher = NULL;
	log_flush();
	stderr = real_stderr;
	return fclose(log_file);
}

/* Add a request that was read when dispatcher_failures_n() was failures_n. */
static void
add_old(const char *owner, const char *sender, uint64_t failures_n)
{
	request_clear(&request);
	strcpy(request.sender, sender);
	dispatcher_add(dispatcher, (void *)owner, &request, failures_n);
}

/* Add a request that was read just now. */
static void
add(const char *owner, const char *sender)
{
	add_old(owner, sender, dispatcher_failures_n(dispatcher));
}

static void
add_until_full(const char *owner)
{
	while (!dispatcher_full(dispatcher))
		add(owner, "a");
}

static void
take_back(void)
{
	struct pollfd poll_fd = {
	    .fd = dispatcher_fd(dispatcher), .events = POLLIN};

	if (mode == DISPATCHER_INLINE)
		return;
	assert_int_equal(poll(&poll_fd, 1, -1), 1);
	dispatcher_take_back(dispatcher);
}

/* Run the checker until every request is answered. */
static void
run_all(void)
{
	do {
		dispatcher_hand_over(dispatcher);
		take_back();
	} while (!dispatcher_is_idle(dispatcher));
}

static void
assert_calls(const char *wanted)
{
	assert_string_equal(fake_checker_calls(), wanted);
}

static const char *
text_of_log(void)
{
	static char text[65536];
	size_t n;

	log_flush();
	rewind(log_file);
	n = fread(text, 1, sizeof(text) - 1, log_file);
	text[n] = '\0';
	return text;
}

static size_t
count(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		n++;
	return n;
}

/* ---- Answers ---- */

static void
test_answers_come_in_order(void **state)
{
	const char *text, *a, *b, *c;

	(void)state;
	add("one", "a");
	add("two", "b");
	add("one", "c");
	assert_false(dispatcher_is_idle(dispatcher));
	assert_string_equal(answers, "");
	run_all();
	assert_string_equal(answers,
	    "one:action=a 1;two:action=b 1;one:action=c 1;");
	text = text_of_log();
	a = strstr(text, "line of a");
	b = strstr(text, "line of b");
	c = strstr(text, "line of c");
	assert_true(a != NULL && a < b && b < c);
	assert_int_equal(count(text, "line of"), 3);
}

static void
test_no_reply_closes(void **state)
{
	(void)state;
	add("one", "close");
	add("two", "b");
	run_all();
	assert_string_equal(answers, "one:;two:action=b 1;");
}

static void
test_nothing_to_hand_over(void **state)
{
	(void)state;
	dispatcher_hand_over(dispatcher);
	assert_true(dispatcher_is_idle(dispatcher));
	dispatcher_take_back(dispatcher);
	assert_calls("");
}

static void
test_full_batch(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		add_until_full("one");
		assert_true(dispatcher_full(dispatcher));
		dispatcher_hand_over(dispatcher);
		assert_false(dispatcher_full(dispatcher));
		take_back();
	}
	assert_int_equal(answers_n, 3 * FULL);
	dispatcher_finish(dispatcher);
	assert_int_equal(count(fake_checker_calls(), "run:256"), 3);
}

/* ---- While the checker is busy ---- */

/* The checker has one batch and the dispatcher collects another. When that one
 * is full, connections must wait. */
static void
test_next_batch_is_collected(void **state)
{
	(void)state;
	fake_checker_close_gate();
	add("one", "a");
	dispatcher_hand_over(dispatcher);
	fake_checker_wait_at_gate();
	assert_false(dispatcher_full(dispatcher));
	add_until_full("two");
	dispatcher_hand_over(dispatcher); /* the checker is busy */
	dispatcher_take_back(dispatcher); /* too early */
	assert_true(dispatcher_full(dispatcher));
	assert_int_equal(answers_n, 0);
	assert_calls("run:1");
	fake_checker_open_gate();
	take_back();
	assert_string_equal(answers, "one:action=a 1;");
	assert_true(dispatcher_full(dispatcher));
	run_all();
	assert_int_equal(answers_n, 1 + FULL);
}

static void
test_reload_while_busy(void **state)
{
	(void)state;
	fake_checker_close_gate();
	add("one", "a");
	dispatcher_hand_over(dispatcher);
	dispatcher_configure(dispatcher, fake_settings(2));
	add("two", "b");
	dispatcher_configure(dispatcher, fake_settings(3)); /* instead of 2 */
	assert_int_equal(dispatcher_settings(dispatcher)
			     ->config.store.max_waiting,
	    3);
	dispatcher_hand_over(dispatcher);
	fake_checker_open_gate();
	take_back();
	assert_string_equal(answers, "one:action=a 1;");
	assert_int_equal(configured_n, 0);
	dispatcher_hand_over(dispatcher);
	dispatcher_configure(dispatcher, fake_settings(4));
	assert_int_equal(dispatcher_settings(dispatcher)
			     ->config.store.max_waiting,
	    4);
	take_back();
	assert_string_equal(answers, "one:action=a 1;two:action=b 3;");
	assert_int_equal(configured_n, 1);
	assert_int_equal(dispatcher_settings(dispatcher)
			     ->config.store.max_waiting,
	    4);
	run_all();
	assert_int_equal(configured_n, 2);
	dispatcher_finish(dispatcher);
	assert_non_null(strstr(fake_checker_calls(), "configure:4"));
}

static void
test_finish_while_busy(void **state)
{
	(void)state;
	fake_checker_close_gate();
	add("one", "a");
	dispatcher_hand_over(dispatcher);
	add("two", "b");
	fake_checker_wait_at_gate();
	fake_checker_open_gate();
	dispatcher_finish(dispatcher);
	assert_string_equal(answers, "one:action=a 1;two:action=b 1;");
	assert_calls("run:1 maintain run:1 maintain flush");
}

/* For sanitizers: nothing leaks, and nothing is used after it is freed. */
static void
test_free_while_busy(void **state)
{
	(void)state;
	fake_checker_close_gate();
	add("one", "a");
	dispatcher_hand_over(dispatcher);
	add("two", "b");
	dispatcher_configure(dispatcher, fake_settings(2));
	fake_checker_wait_at_gate();
	fake_checker_open_gate();
	dispatcher_free(dispatcher);
	dispatcher = NULL;
	assert_int_equal(answers_n, 0);
}

/* ---- Settings ---- */

static void
test_reload(void **state)
{
	(void)state;
	assert_int_equal(dispatcher_settings(dispatcher)
			     ->config.store.max_waiting,
	    1);
	dispatcher_configure(dispatcher, fake_settings(2));
	assert_int_equal(configured_n, 0);
	run_all(); /* also when there is no request */
	assert_int_equal(configured_n, 1);
	assert_calls("configure:2");
	dispatcher_configure(dispatcher, fake_settings(3));
	add("one", "a");
	run_all();
	assert_string_equal(answers, "one:action=a 3;");
	assert_int_equal(configured_n, 2);
	dispatcher_configure(dispatcher, fake_settings(4)); /* never used */
}

/* ---- A store that fails ---- */

/* Requests that were read before a failure do not wait for the store again.
 * Requests that were read later do. */
static void
test_give_up(void **state)
{
	uint64_t before = dispatcher_failures_n(dispatcher);

	(void)state;
	fake_checker_fail(1);
	add("one", "a");
	run_all();
	assert_true(dispatcher_failures_n(dispatcher) != before);
	add_old("two", "b", before);
	add("three", "c"); /* in the same batch */
	run_all();
	add("three", "d");
	run_all();
	assert_string_equal(answers,
	    "one:action=a 1;two:action=b 1;three:action=c 1;"
	    "three:action=d 1;");
	dispatcher_finish(dispatcher);
	assert_non_null(strstr(fake_checker_calls(), "run:1 give_up:2 run:1"));
}

/* With a worker, requests are read while another batch waits for the store.
 * These requests do not wait for the store again either. */
static void
test_give_up_what_was_collected_meanwhile(void **state)
{
	(void)state;
	fake_checker_fail(1);
	fake_checker_close_gate();
	add("one", "a");
	dispatcher_hand_over(dispatcher);
	add("two", "b");
	fake_checker_open_gate();
	take_back();
	run_all();
	add("two", "c");
	run_all();
	dispatcher_finish(dispatcher);
	assert_calls("run:1 give_up:1 run:1 maintain flush");
}

static void
test_failure_is_logged_once(void **state)
{
	const char *text;

	(void)state;
	fake_checker_fail(3);
	for (int i = 0; i < 3; i++) {
		add("one", "a");
		run_all();
	}
	text = text_of_log();
	assert_int_equal(count(text, "the store is away"), 1);
}

/* ---- Other work ---- */

static void
test_flush(void **state)
{
	(void)state;
	dispatcher_flush(dispatcher);
	run_all();
	dispatcher_end_turn(dispatcher);
	fake_checker_wait_for("flush maintain");
	dispatcher_flush(dispatcher);
	fake_checker_fail(1); /* no flush after a failure of the store */
	add("one", "a");
	run_all();
	dispatcher_end_turn(dispatcher);
	assert_calls("flush maintain run:1");
	dispatcher_finish(dispatcher); /* flushes all the same */
	assert_calls("flush maintain run:1 flush");
}

static void
test_maintain_after_the_answers(void **state)
{
	(void)state;
	add("one", "a");
	run_all();
	assert_int_equal(answers_n, 1);
	if (mode == DISPATCHER_INLINE) {
		assert_calls("run:1");
		add("one", "b"); /* in the same turn */
		run_all();
		dispatcher_end_turn(dispatcher);
		dispatcher_end_turn(dispatcher);
		assert_calls("run:1 run:1 maintain");
	} else {
		dispatcher_end_turn(dispatcher);
		fake_checker_wait_for("run:1 maintain");
	}
}

/* The first turn begins with maintenance. It goes on without requests while
 * there is more of it, but not after a failure. A worker does it after its jobs
 * only. */
static void
test_maintain_at_once(void **state)
{
	(void)state;
	if (mode == DISPATCHER_WORKER) {
		assert_false(dispatcher_end_turn(dispatcher));
		assert_calls("");
		return;
	}
	fake_checker_more_work(2, NULL);
	assert_true(dispatcher_end_turn(dispatcher));
	dispatcher_hand_over(dispatcher); /* no request */
	assert_true(dispatcher_end_turn(dispatcher));
	assert_false(dispatcher_end_turn(dispatcher));
	assert_false(dispatcher_end_turn(dispatcher));
	assert_calls("maintain maintain maintain");
	fake_checker_more_work(9, NULL);
	add("one", "a");
	run_all();
	assert_true(dispatcher_end_turn(dispatcher));
	fake_checker_fail(1);
	add("one", "b");
	run_all();
	assert_false(dispatcher_end_turn(dispatcher));
}

static void
test_no_maintenance_after_a_failure(void **state)
{
	(void)state;
	fake_checker_fail(1);
	add("one", "a");
	run_all();
	dispatcher_end_turn(dispatcher);
	dispatcher_finish(dispatcher);
	assert_calls("run:1 flush");
}

/* ---- tardigrey-lookup ---- */

static char questions[256];

static void
on_questions(void *arg, const char *text, size_t n)
{
	assert_ptr_equal(arg, questions);
	assert_int_equal(answers_n, 3); /* the replies go out first */
	snprintf(questions, sizeof(questions), "%.*s", (int)n, text);
}

static void
test_questions_are_sent(void **state)
{
	(void)state;
	questions[0] = '\0';
	add("one", "ask1");
	add("one", "b");
	add("two", "ask2");
	dispatcher_set_lookup(dispatcher, on_questions, questions);
	run_all();
	assert_string_equal(questions, "ask1\nask2\n");
}

/* Without tardigrey-lookup, questions are lost. */
static void
test_questions_without_lookup(void **state)
{
	(void)state;
	add("one", "ask1");
	run_all();
	assert_int_equal(answers_n, 1);
}

/* Answers reach the checker also if there is no request. */
static void
test_lookup_answers(void **state)
{
	(void)state;
	dispatcher_add_lookup_answer(dispatcher, "1 yes");
	dispatcher_add_lookup_answer(dispatcher, "2 no");
	run_all();
	assert_non_null(strstr(fake_checker_calls(),
	    "run:0 answered:1 yes answered:2 no"));
	add("one", "a");
	dispatcher_add_lookup_answer(dispatcher, "3 yes");
	run_all();
	assert_non_null(strstr(fake_checker_calls(), "run:1 answered:3 yes"));
}

/* A batch has room for some answers. The others are lost. */
static void
test_too_many_lookup_answers(void **state)
{
	char line[100];

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	for (int i = 0; i < 1000; i++)
		dispatcher_add_lookup_answer(dispatcher, line);
	run_all();
	assert_int_equal(count(fake_checker_calls(), "answered:"), 10);
	dispatcher_add_lookup_answer(dispatcher, "1 yes");
	run_all();
	assert_non_null(strstr(fake_checker_calls(), "answered:1 yes"));
}

int
main(void)
{
	static enum dispatcher_mode in_loop = DISPATCHER_INLINE;
	static enum dispatcher_mode in_thread = DISPATCHER_WORKER;
/* clang-format off */
#define IN(test, mode) {#test " (" #mode ")", test, set_up, tear_down, &mode}
#define IN_BOTH(test)  IN(test, in_loop), IN(test, in_thread)
	const struct CMUnitTest tests[] = {
		IN_BOTH(test_answers_come_in_order),
		IN_BOTH(test_no_reply_closes),
		IN_BOTH(test_nothing_to_hand_over),
		IN_BOTH(test_full_batch),
		IN(test_next_batch_is_collected, in_thread),
		IN(test_reload_while_busy, in_thread),
		IN(test_finish_while_busy, in_thread),
		IN(test_free_while_busy, in_thread),
		IN_BOTH(test_reload),
		IN_BOTH(test_give_up),
		IN(test_give_up_what_was_collected_meanwhile, in_thread),
		IN_BOTH(test_failure_is_logged_once),
		IN_BOTH(test_flush),
		IN_BOTH(test_maintain_after_the_answers),
		IN_BOTH(test_maintain_at_once),
		IN_BOTH(test_no_maintenance_after_a_failure),
		IN_BOTH(test_questions_are_sent),
		IN_BOTH(test_questions_without_lookup),
		IN_BOTH(test_lookup_answers),
		IN_BOTH(test_too_many_lookup_answers),
	};
	/* clang-format on */

	return cmocka_run_group_tests(tests, NULL, NULL);
}
