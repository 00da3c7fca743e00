/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* One line for each decision, with any values. [C9, C56, C59] */
#include "test.h"

#include <stdio.h>
#include <limits.h>
#include <string.h>

#include "mail/log_line.h"

/* clang-format off */
static const struct {
	const char *name;
	struct request request;
	struct verdict verdict;
	const char *want;
} lines[] = {
	{ "new",
	  { .protocol_state = "RCPT", .client_address = "192.0.2.7",
	    .client_name = "mail.example.net", .sender = "a@example.net",
	    .recipient = "b@example.org", .instance = "1b2c.66f0a1b2.3c4d5.0" },
	  { .action = ACTION_GREYLIST, .reason = REASON_NEW, .wait_s = 180,
	    .key_client = "192.0.2.0/24" },
	  "action=greylist, reason=new, client_name=mail.example.net, "
	  "client_address=192.0.2.7, sender=a@example.net, "
	  "recipient=b@example.org, wait=180, key_client=192.0.2.0/24, "
	  "state=RCPT, instance=1b2c.66f0a1b2.3c4d5.0" },
	{ "early",
	  { .protocol_state = "RCPT", .client_address = "192.0.2.7",
	    .client_name = "unknown", .sender = "a@example.net",
	    .recipient = "b@example.org" },
	  { .action = ACTION_GREYLIST, .reason = REASON_EARLY, .wait_s = 1,
	    .age_s = 179, .key_client = "192.0.2.0/24" },
	  "action=greylist, reason=early, client_name=unknown, "
	  "client_address=192.0.2.7, sender=a@example.net, "
	  "recipient=b@example.org, age=179, wait=1, key_client=192.0.2.0/24, "
	  "state=RCPT" },
	/* Only the first pass has a delay. */
	{ "retried",
	  { .protocol_state = "RCPT", .client_address = "2001:db8::1",
	    .client_name = "mail.example.net", .sender = "a@example.net",
	    .recipient = "b@example.org", .instance = "i", .queue_id = "4F1A2",
	    .policy_context = "mx" },
	  { .action = ACTION_PASS, .reason = REASON_RETRIED, .age_s = 412,
	    .key_client = "2001:db8::/64" },
	  "action=pass, reason=retried, delay=412, "
	  "client_name=mail.example.net, client_address=2001:db8::1, "
	  "sender=a@example.net, recipient=b@example.org, age=412, "
	  "key_client=2001:db8::/64, state=RCPT, instance=i, queue_id=4F1A2, "
	  "policy_context=mx" },
	{ "retried at once",
	  { .protocol_state = "RCPT", .client_address = "192.0.2.7" },
	  { .action = ACTION_PASS, .reason = REASON_RETRIED,
	    .key_client = "192.0.2.0/24" },
	  "action=pass, reason=retried, delay=0, client_name=, "
	  "client_address=192.0.2.7, sender=, recipient=, "
	  "key_client=192.0.2.0/24, state=RCPT" },
	{ "known",
	  { .protocol_state = "DATA", .client_address = "192.0.2.7",
	    .client_name = "mail.example.net", .sender = "a@example.net",
	    .recipient = "b@example.org" },
	  { .action = ACTION_PASS, .reason = REASON_KNOWN, .age_s = 90000,
	    .key_client = "192.0.2.0/24" },
	  "action=pass, reason=known, client_name=mail.example.net, "
	  "client_address=192.0.2.7, sender=a@example.net, "
	  "recipient=b@example.org, age=90000, key_client=192.0.2.0/24, "
	  "state=DATA" },
	{ "named",
	  { .protocol_state = "RCPT", .client_address = "192.0.2.7",
	    .client_name = "n", .sender = "s", .recipient = "r" },
	  { .action = ACTION_GREYLIST, .reason = REASON_NEW, .wait_s = 60,
	    .client_class = CLASS_NAMED, .key_client = "192.0.2.0/24" },
	  "action=greylist, reason=new, client_name=n, "
	  "client_address=192.0.2.7, sender=s, recipient=r, wait=60, "
	  "class=named, key_client=192.0.2.0/24, state=RCPT" },
	{ "suspicious",
	  { .protocol_state = "RCPT", .client_address = "192.0.2.7",
	    .client_name = "unknown", .sender = "s", .recipient = "r" },
	  { .action = ACTION_PASS, .reason = REASON_SENDER_WHITELIST,
	    .client_class = CLASS_SUSPICIOUS },
	  "action=pass, reason=sender-whitelist, client_name=unknown, "
	  "client_address=192.0.2.7, sender=s, recipient=r, "
	  "class=suspicious, state=RCPT" },
	{ "late, case is kept",
	  { .protocol_state = "RCPT", .client_address = "192.0.2.7",
	    .client_name = "MAIL.Example.Net", .sender = "Foo.Bar@Example.NET",
	    .recipient = "User@LAB.Example" },
	  { .action = ACTION_GREYLIST, .reason = REASON_LATE, .wait_s = 180,
	    .key_client = "192.0.2.0/24" },
	  "action=greylist, reason=late, client_name=MAIL.Example.Net, "
	  "client_address=192.0.2.7, sender=Foo.Bar@Example.NET, "
	  "recipient=User@LAB.Example, wait=180, key_client=192.0.2.0/24, "
	  "state=RCPT" },
	/* In shadow mode, the line has the action of enforce mode. [C17] */
	{ "shadow",
	  { .protocol_state = "RCPT", .client_address = "192.0.2.7",
	    .client_name = "n", .sender = "s", .recipient = "r" },
	  { .action = ACTION_PASS, .reason = REASON_EARLY, .shadow = true,
	    .would = ACTION_GREYLIST, .wait_s = 60, .age_s = 120,
	    .key_client = "192.0.2.0/24" },
	  "action=pass, reason=early, client_name=n, client_address=192.0.2.7, "
	  "sender=s, recipient=r, would=greylist, age=120, wait=60, "
	  "key_client=192.0.2.0/24, state=RCPT" },
	{ "shadow, failure",
	  { .protocol_state = "RCPT", .client_address = "192.0.2.7" },
	  { .action = ACTION_PASS, .reason = REASON_FAILURE, .shadow = true,
	    .would = ACTION_TEMPFAIL, .key_client = "192.0.2.0/24" },
	  "action=pass, reason=failure, client_name=, client_address=192.0.2.7, "
	  "sender=, recipient=, would=tempfail, key_client=192.0.2.0/24, "
	  "state=RCPT" },
	{ "failure, closed",
	  { .protocol_state = "RCPT", .client_address = "192.0.2.7" },
	  { .action = ACTION_CLOSE, .reason = REASON_FAILURE,
	    .key_client = "192.0.2.0/24" },
	  "action=close, reason=failure, client_name=, "
	  "client_address=192.0.2.7, sender=, recipient=, "
	  "key_client=192.0.2.0/24, state=RCPT" },
	{ "authenticated",
	  { .protocol_state = "RCPT", .client_address = "192.0.2.7",
	    .authenticated = true, .sender = "a@example.net" },
	  { .action = ACTION_PASS, .reason = REASON_AUTHENTICATED },
	  "action=pass, reason=authenticated, client_name=, "
	  "client_address=192.0.2.7, sender=a@example.net, recipient=, "
	  "state=RCPT" },
	{ "no client, nothing known", { .sender = "" },
	  { .action = ACTION_PASS, .reason = REASON_NO_CLIENT },
	  "action=pass, reason=no-client, client_name=, client_address=, "
	  "sender=, recipient=, state=" },
	{ "another state",
	  { .protocol_state = "END-OF-MESSAGE", .state = REQUEST_OTHER },
	  { .action = ACTION_PASS, .reason = REASON_STATE },
	  "action=pass, reason=state, client_name=, client_address=, "
	  "sender=, recipient=, state=END-OF-MESSAGE" },

	/* A value cannot add a line or a field. [C56] */
	{ "line break", { .sender = "a\naction=pass, reason=known" },
	  { .action = ACTION_PASS, .reason = REASON_NO_CLIENT },
	  "action=pass, reason=no-client, client_name=, client_address=, "
	  "sender=a\\x0aaction=pass\\x2c\\x20reason=known, recipient=, state=" },
	{ "a field of his own", { .client_name = "x, client_address=192.0.2.9" },
	  { .action = ACTION_PASS, .reason = REASON_NO_CLIENT },
	  "action=pass, reason=no-client, "
	  "client_name=x\\x2c\\x20client_address=192.0.2.9, client_address=, "
	  "sender=, recipient=, state=" },
	{ "an escape of his own", { .recipient = "\\x0a\\", .queue_id = "\r\t" },
	  { .action = ACTION_PASS, .reason = REASON_NO_CLIENT },
	  "action=pass, reason=no-client, client_name=, client_address=, "
	  "sender=, recipient=\\x5cx0a\\x5c, state=, queue_id=\\x0d\\x09" },
	{ "terminal codes and UTF-8",
	  { .sender = "\x1b[31m@x", .recipient = "\xc3\xa4@\xff" },
	  { .action = ACTION_PASS, .reason = REASON_NO_CLIENT },
	  "action=pass, reason=no-client, client_name=, client_address=, "
	  "sender=\\x1b[31m@x, recipient=\\xc3\\xa4@\\xff, state=" },
	{ "in every other field",
	  { .protocol_state = "R C", .client_address = "1,2", .instance = "i\n",
	    .queue_id = "q\\", .policy_context = "p\x7f" },
	  { .action = ACTION_PASS, .reason = REASON_STATE },
	  "action=pass, reason=state, client_name=, client_address=1\\x2c2, "
	  "sender=, recipient=, state=R\\x20C, instance=i\\x0a, "
	  "queue_id=q\\x5c, policy_context=p\\x7f" },
	{ "percent signs are text", { .sender = "%s%n%d", .recipient = "100%" },
	  { .action = ACTION_PASS, .reason = REASON_STATE },
	  "action=pass, reason=state, client_name=, client_address=, "
	  "sender=%s%n%d, recipient=100%, state=" },
};
/* clang-format on */

static void
assert_one_line(const char *line)
{
	for (; *line != '\0'; line++)
		if (*line < ' ' || *line > '~')
			fail_msg("octet %d in a line", *line);
}

static void
test_lines(void **state)
{
	char got[LOG_LINE_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		memset(got, '!', sizeof(got));
		log_line_format(&lines[i].request, &lines[i].verdict, got);
		if (strcmp(got, lines[i].want) != 0)
			fail_msg("%s: got\n%s\nwanted\n%s", lines[i].name, got,
			    lines[i].want);
		assert_one_line(got);
	}
}

/* Every octet stays, or becomes \xHH. [C56] */
static void
test_every_octet(void **state)
{
	(void)state;
	for (int octet = 1; octet < 256; octet++) {
		char value[2] = {(char)octet}, want[8], got[32];
		bool plain =
		    octet > ' ' && octet < 127 && octet != ',' && octet != '\\';

		snprintf(want, sizeof(want), plain ? "%c" : "\\x%02x", octet);
		log_line_escape(value, got, sizeof(got));
		if (strcmp(got, want) != 0)
			fail_msg("octet %d: got \"%s\"", octet, got);
	}
}

/* A long value is never cut inside an escape. [C56] */
static void
check_cut(const char *value, size_t size)
{
	char whole[4096], got[4096];
	size_t n;

	log_line_escape(value, whole, sizeof(whole));
	memset(got, '!', sizeof(got));
	log_line_escape(value, got, size);
	n = strlen(got);
	if (n >= size || got[size] != '!')
		fail_msg("%zu octets in %zu", n, size);
	if (strcmp(got, whole) == 0)
		return;
	if (strlen(whole) < size)
		fail_msg("%zu octets do not fit %zu", strlen(whole), size);
	assert_string_equal(got + n - 3, "...");
	assert_memory_equal(got, whole, n - 3);
	got[n - 3] = '\0';
	if (strrchr(got, '\\') != NULL && strlen(strrchr(got, '\\')) < 4)
		fail_msg("torn: \"%s\"", got);
}

static void
test_cut(void **state)
{
	static const char *const octets[] = {"a", "\x01", "a\x01", "\x01z\xff"};
	char value[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(octets); i++) {
		value[0] = '\0';
		for (int n = 0; n < 100; n++) {
			for (size_t size = 9; size < 500; size++)
				check_cut(value, size);
			strcat(value, octets[i]);
		}
	}
}

static void
fill(char *text, char octet, size_t n)
{
	memset(text, octet, n);
	text[n] = '\0';
}

/* A cut value ends in "..."; a value of usual length is whole. */
static void
test_long_values(void **state)
{
	static struct request request;
	struct verdict verdict = {.reason = REASON_NO_CLIENT};
	char line[LOG_LINE_SIZE], want[REQUEST_ADDRESS_MAX + 32];

	(void)state;
	request_clear(&request);
	fill(request.sender, 's', LOG_LINE_VALUE_MAX);
	fill(request.recipient, 'r', LOG_LINE_VALUE_MAX + 1);
	log_line_format(&request, &verdict, line);
	snprintf(want, sizeof(want), "sender=%s, recipient=rrr",
	    request.sender);
	assert_non_null(strstr(line, want));
	assert_non_null(strstr(line, "rrr..., state="));
	assert_true(strspn(strstr(line, "rrr"), "r") <= LOG_LINE_VALUE_MAX);
}

static void
fill_all(struct request *request, char octet)
{
	request_clear(request);
	fill(request->protocol_state, octet, REQUEST_TEXT_MAX);
	fill(request->client_address, octet, REQUEST_TEXT_MAX);
	fill(request->client_name, octet, REQUEST_TEXT_MAX);
	fill(request->instance, octet, REQUEST_TEXT_MAX);
	fill(request->queue_id, octet, REQUEST_TEXT_MAX);
	fill(request->policy_context, octet, REQUEST_TEXT_MAX);
	fill(request->sender, octet, REQUEST_ADDRESS_MAX);
	fill(request->recipient, octet, REQUEST_ADDRESS_MAX);
}

/* The longest line has every field. */
static void
check_longest(char octet)
{
	static const char *const names[] = {"action=close, ", "reason=retried",
	    ", delay=-9223372036854775808, ",
	    ", client_name=", ", client_address=", ", sender=", ", recipient=",
	    ", would=tempfail, ", ", reference=", ", list=", ", pattern=",
	    ", state=", ", instance=", ", queue_id=", ", policy_context="};
	static struct request request;
	char pattern[2000];
	const struct verdict_listed entry = {
	    .pattern = pattern, .source = pattern, .line_n = UINT_MAX};
	struct verdict verdict = {.action = ACTION_CLOSE,
	    .reason = REASON_RETRIED,
	    .shadow = true,
	    .would = ACTION_TEMPFAIL,
	    .wait_s = INT64_MAX,
	    .age_s = INT64_MIN,
	    .listed = entry};
	char line[LOG_LINE_SIZE + 1];

	fill_all(&request, octet);
	fill(verdict.key_client, octet, sizeof(verdict.key_client) - 1);
	fill(verdict.reference, octet, sizeof(verdict.reference) - 1);
	fill(pattern, octet, sizeof(pattern) - 1);
	line[LOG_LINE_SIZE] = '!';
	log_line_format(&request, &verdict, line);
	assert_int_equal(line[LOG_LINE_SIZE], '!');
	assert_true(strlen(line) < LOG_LINE_SIZE);
	assert_one_line(line);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strstr(line, names[i]) == NULL)
			fail_msg("octet %d: no %s", octet, names[i]);
}

static void
test_longest(void **state)
{
	(void)state;
	check_longest('\x01');
	check_longest('\xff');
	check_longest('x');
	check_longest('=');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_every_octet),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_long_values),
	    cmocka_unit_test(test_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
