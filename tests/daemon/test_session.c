/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "daemon/session.h"

#define REQUEST(n) "request=smtpd_access_policy\nsender=" n "@example.net\n\n"
#define REPLY      "action=DUNNO\n\n"

static struct session session;
static struct request request;
static char buffer[SESSION_INPUT_SIZE]; /* as of several connections */
static struct err err;

static int
set_up(void **state)
{
	(void)state;
	memset(&session, 0xaa, sizeof(session)); /* session_begin() clears */
	session_begin(&session);
	return 0;
}

static void
receive_n(const char *octets, size_t n)
{
	assert_true(session_may_read(&session));
	memcpy(buffer, octets, n);
	session_received(&session, buffer, n);
}

/* Another connection reads into the buffer, and the place of the next request
 * gets another request. */
static void
keep_and_use_buffer(void)
{
	session_keep_input(&session);
	memset(buffer, 0xaa, sizeof(buffer));
	memset(&request, 0xaa, sizeof(request));
}

static void
receive(const char *octets)
{
	receive_n(octets, strlen(octets));
}

static void
assert_next(const char *sender)
{
	assert_int_equal(session_next(&session, &request, &err),
	    SESSION_REQUEST);
	assert_string_equal(request.sender, sender);
}

static void
assert_nothing(void)
{
	assert_int_equal(session_next(&session, &request, &err),
	    SESSION_NOTHING);
}

static void
answer(const char *reply)
{
	session_answer(&session, reply, strlen(reply));
}

static void
assert_output(const char *want)
{
	const char *octets;
	size_t n = session_output(&session, &octets);

	assert_int_equal(n, strlen(want));
	assert_memory_equal(octets, want, n);
	session_sent(&session, n);
}

static void
test_ask_and_answer(void **state)
{
	(void)state;
	assert_true(session_quiet(&session));
	for (int i = 0; i < 3; i++) { /* the connection is used again */
		receive(REQUEST("a"));
		assert_next("a@example.net");
		assert_nothing();
		assert_false(session_quiet(&session));
		answer(REPLY);
		assert_output(REPLY);
		assert_true(session_quiet(&session));
		assert_false(session_over(&session));
	}
}

/* [C22] */
static void
test_octet_by_octet(void **state)
{
	const char *p = REQUEST("a");

	(void)state;
	for (; p[1] != '\0'; p++) {
		receive_n(p, 1);
		assert_nothing();
		keep_and_use_buffer();
		assert_false(session_quiet(&session));
		assert_false(session_over(&session));
	}
	receive_n(p, 1);
	assert_next("a@example.net");
}

/* [C22, C23] */
static void
test_several_in_one_packet(void **state)
{
	(void)state;
	receive(REQUEST("a") REQUEST("b") "request=smtpd_access");
	assert_next("a@example.net");
	keep_and_use_buffer();
	assert_next("b@example.net");
	assert_nothing();
	keep_and_use_buffer();
	answer("action=one\n\n");
	answer("action=two\n\n");
	assert_output("action=one\n\naction=two\n\n");
	receive("_policy\nsender=c\n\n");
	assert_next("c");
}

/* A client sends many requests and does not read its replies. After some
 * requests, the session takes no more and reads no more until the client has
 * read. [C20] */
static void
test_back_pressure(void **state)
{
	char octets[SESSION_INPUT_SIZE], reply[REPLY_MAX];
	const char *output;
	size_t n = 0, request_n = strlen(REQUEST("a")), taken_n = 0;

	(void)state;
	memset(reply, 'x', sizeof(reply));
	for (; n + request_n <= sizeof(octets); n += request_n)
		memcpy(octets + n, REQUEST("a"), request_n);
	receive_n(octets, n);
	keep_and_use_buffer();
	while (taken_n < n / request_n) {
		size_t round_n = 0;

		for (;
		     session_next(&session, &request, &err) == SESSION_REQUEST;
		     round_n++)
			;
		assert_in_range(round_n, 1, SESSION_PENDING_MAX);
		assert_false(session_may_read(&session));
		for (size_t i = 0; i < round_n; i++)
			session_answer(&session, reply, sizeof(reply));
		assert_nothing();
		assert_false(session_may_read(&session));
		assert_int_equal(session_output(&session, &output),
		    round_n * sizeof(reply));
		session_sent(&session, 1);
		assert_nothing();
		session_sent(&session, round_n * sizeof(reply) - 1);
		taken_n += round_n;
	}
	assert_int_equal(taken_n, n / request_n);
	assert_true(session_may_read(&session));
}

/* The client closes its side after complete requests. All are answered, and
 * then the session is over. [C32] */
static void
test_end_of_input(void **state)
{
	(void)state;
	receive(REQUEST("a") REQUEST("b"));
	assert_next("a@example.net");
	assert_next("b@example.net");
	answer(REPLY);
	answer(REPLY);
	assert_output(REPLY REPLY);
	assert_false(session_over(&session));
	session_received(&session, buffer, 0);
	assert_true(session_over(&session));
}

/* The client closes its side inside a request. The complete request before it
 * is answered, and then the session is over. [C32] */
static void
test_end_of_input_before_the_answer(void **state)
{
	(void)state;
	receive(REQUEST("a") "request=");
	assert_next("a@example.net");
	assert_nothing();
	session_received(&session, buffer, 0);
	assert_false(session_over(&session));
	answer(REPLY);
	assert_false(session_over(&session));
	assert_output(REPLY);
	assert_true(session_over(&session));
	assert_false(session_may_read(&session));
}

/* A bad request ends the input. Complete requests before it are answered. [C21]
 */
static void
test_bad_request(void **state)
{
	(void)state;
	receive(REQUEST("a") "request=other\n\n" REQUEST("b"));
	assert_next("a@example.net");
	assert_int_equal(session_next(&session, &request, &err), SESSION_BAD);
	assert_nothing();
	assert_false(session_over(&session));
	answer(REPLY);
	assert_output(REPLY);
	assert_true(session_over(&session));
}

/* on_failure = close: earlier replies are sent, later ones are not. [C29] */
static void
test_refused(void **state)
{
	(void)state;
	receive(REQUEST("a") REQUEST("b") REQUEST("c") REQUEST("d"));
	assert_next("a@example.net");
	assert_next("b@example.net");
	assert_next("c@example.net");
	answer(REPLY);
	session_answer(&session, "", 0);
	assert_false(session_over(&session));
	answer(REPLY);
	assert_nothing();
	assert_output(REPLY);
	assert_true(session_over(&session));
}

/* [C31, C68] */
static void
test_silence(void **state)
{
	static const struct {
		int64_t silent_s;
		bool dead;
	} rows[] = {
	    {0, false},
	    {300, false},
	    {1000, false},
	    {1001, false},
	    {3600, false},
	    {3601, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(session_is_dead(rows[i].silent_s),
		    rows[i].dead);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_ask_and_answer, set_up),
	    cmocka_unit_test_setup(test_octet_by_octet, set_up),
	    cmocka_unit_test_setup(test_several_in_one_packet, set_up),
	    cmocka_unit_test_setup(test_back_pressure, set_up),
	    cmocka_unit_test_setup(test_end_of_input, set_up),
	    cmocka_unit_test_setup(test_end_of_input_before_the_answer, set_up),
	    cmocka_unit_test_setup(test_bad_request, set_up),
	    cmocka_unit_test_setup(test_refused, set_up),
	    cmocka_unit_test(test_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
