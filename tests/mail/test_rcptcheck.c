/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "mail/rcptcheck.h"

/* The environment of a test case: NAME=VALUE, NULL at the end. */
static const char *const *variables;

static const char *
environment(const char *name)
{
	size_t name_n = strlen(name);

	for (size_t i = 0; variables[i] != NULL; i++)
		if (strncmp(variables[i], name, name_n) == 0 &&
		    variables[i][name_n] == '=')
			return variables[i] + name_n + 1;
	return NULL;
}

static struct rcptcheck
read_from(const char *const *from)
{
	struct rcptcheck check;
	struct err err;

	variables = from;
	assert_int_equal(rcptcheck_read(&check, false, environment, &err), 0);
	return check;
}

#define ENV(...) ((const char *const[]){__VA_ARGS__, NULL})
#define CALLED   "SENDER=a@example.net", "RECIPIENT=b@example.org"

/* [C45] */
static void
test_exempt(void **state)
{
	static const struct {
		const char *variable;
		bool exempt;
	} rows[] = {
	    {"RELAYCLIENT=", true},
	    {"RELAYCLIENT=@fixme", true},
	    {"SMTP_AUTH_USER=alice", true},
	    {"SMTPAUTHUSER=alice", true},
	    {"SMTP_AUTH_USER=", false},
	    {"SMTPAUTHUSER=", false},
	    {"TCPREMOTEINFO=alice", false},
	    {"NORELAYCLIENT=1", false},
	    {"SMTPRCPTHOSTSOK=0", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rcptcheck check =
		    read_from(ENV(CALLED, rows[i].variable));

		if (check.exempt != rows[i].exempt)
			fail_msg("%s", rows[i].variable);
	}
}

/* qmail-spp runs a plugin for foreign domains too. */
static void
test_foreign_domain(void **state)
{
	struct rcptcheck check;

	(void)state;
	check = read_from(ENV("SMTPRCPTTO=c@d", "SMTPRCPTHOSTSOK=0"));
	assert_true(check.exempt);
	check = read_from(ENV("SMTPRCPTTO=c@d", "SMTPRCPTHOSTSOK=1"));
	assert_false(check.exempt);
	check = read_from(ENV("SMTPRCPTTO=c@d"));
	assert_false(check.exempt);
}

/* [C38, C47] */
static void
test_interfaces(void **state)
{
	struct rcptcheck check;
	struct err err;

	(void)state;
	check = read_from(ENV(CALLED));
	assert_int_equal(check.interface, RCPTCHECK_ORIGINAL);
	assert_true(check.called);
	assert_string_equal(check.sender, "a@example.net");
	check = read_from(ENV(CALLED, "USE_FD4=1"));
	assert_int_equal(check.interface, RCPTCHECK_FD4);
	check = read_from(ENV(CALLED, "USE_FD4="));
	assert_int_equal(check.interface, RCPTCHECK_ORIGINAL);
	/* Both hooks in one qmail-smtpd: here RCPTCHECK runs. */
	check = read_from(ENV(CALLED, "USE_FD4=1", "SMTPRCPTTO=c@example.org"));
	assert_int_equal(check.interface, RCPTCHECK_FD4);
	assert_string_equal(check.recipient, "b@example.org");
	check = read_from(ENV("USE_FD4=1", "SMTPRCPTTO=c@example.org",
	    "SMTPMAILFROM=d@example.net"));
	assert_int_equal(check.interface, RCPTCHECK_SPP);
	assert_string_equal(check.sender, "d@example.net");
	assert_string_equal(check.recipient, "c@example.org");
	variables = ENV(CALLED);
	rcptcheck_read(&check, true, environment, &err);
	assert_int_equal(check.interface, RCPTCHECK_SPP);
	assert_false(check.called);
}

/* Any variable can be missing. [C44] */
static void
test_bare_environment(void **state)
{
	struct rcptcheck check = read_from(ENV("PATH=/bin"));

	(void)state;
	assert_false(check.called);
	assert_false(check.exempt);
	assert_string_equal(check.client_address, "");
	assert_string_equal(check.sender, "");
	assert_string_equal(check.socket_path, RCPTCHECK_SOCKET);
	assert_string_equal(check.database, "");
	assert_int_equal(check.timeout_ms, 5000);
	assert_false(check.tempfail_on_failure);
	check = read_from(ENV("TCP6REMOTEIP=2001:db8::1"));
	assert_string_equal(check.client_address, "2001:db8::1");
	check = read_from(ENV("TCPREMOTEIP=192.0.2.1", "TCP6REMOTEIP=::1"));
	assert_string_equal(check.client_address, "192.0.2.1");
}

static void
test_settings(void **state)
{
	static const struct {
		const char *variable;
		const char *words; /* NULL: fine */
	} rows[] = {
	    {"TARDIGREY_TIMEOUT=250ms", NULL},
	    {"TARDIGREY_TIMEOUT=60s", NULL},
	    {"TARDIGREY_TIMEOUT=", NULL},
	    {"TARDIGREY_TIMEOUT=5", "TARDIGREY_TIMEOUT: not a duration from"},
	    {"TARDIGREY_TIMEOUT=0", "TARDIGREY_TIMEOUT: not a duration from"},
	    {"TARDIGREY_TIMEOUT=61s", "TARDIGREY_TIMEOUT: not a duration from"},
	    {"TARDIGREY_ON_FAILURE=pass", NULL},
	    {"TARDIGREY_ON_FAILURE=tempfail", NULL},
	    {"TARDIGREY_ON_FAILURE=reject",
		"TARDIGREY_ON_FAILURE: not pass or tempfail"},
	    {"TARDIGREY_CONFIRMED_HOST=0", NULL},
	    {"TARDIGREY_CONFIRMED_HOST=1", NULL},
	    {"TARDIGREY_CONFIRMED_HOST=yes", "TARDIGREY_CONFIRMED_HOST"},
	};
	struct rcptcheck check;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int rc;

		variables = ENV(CALLED, rows[i].variable);
		rc = rcptcheck_read(&check, false, environment, &err);
		if (rc != (rows[i].words == NULL ? 0 : -1) ||
		    (rc != 0 && strstr(err.text, rows[i].words) == NULL))
			fail_msg("%s", rows[i].variable);
		assert_true(check.timeout_ms >= 250);
	}
	check = read_from(ENV("TARDIGREY_TIMEOUT=250ms",
	    "TARDIGREY_ON_FAILURE=tempfail", "TARDIGREY_SOCKET=/s",
	    "TARDIGREY_DATABASE=sqlite:/d", "TARDIGREY_CONFIG=/c"));
	assert_int_equal(check.timeout_ms, 250);
	assert_true(check.tempfail_on_failure);
	assert_string_equal(check.socket_path, "/s");
	assert_string_equal(check.database, "sqlite:/d");
	assert_string_equal(check.config_file, "/c");
}

static void
test_request(void **state)
{
	char text[RCPTCHECK_REQUEST_MAX];
	struct rcptcheck check = read_from(ENV("SENDER=a b=@x", "RECIPIENT=\"q",
	    "TCPREMOTEIP=192.0.2.1", "TCPREMOTEHOST=mail.example.net"));
	size_t n = rcptcheck_request(&check, text);
	static const char want[] = "request=smtpd_access_policy\n"
				   "protocol_state=RCPT\n"
				   "protocol_name=SMTP\n"
				   "client_address=192.0.2.1\n"
				   "client_name=mail.example.net\n"
				   "sender=a b=@x\n"
				   "recipient=\"q\n"
				   "policy_context=rcptcheck\n"
				   "\n";

	(void)state;
	assert_int_equal(n, sizeof(want) - 1);
	assert_memory_equal(text, want, n);
}

#define STAT(name, start)                                                \
	"4711 (" name ") S 1 4711 4711 0 -1 4194304 1 0 0 0 0 0 0 0 20 " \
	"0 1 0 " start " 1 2 3\n"

/* The instance names the process that qmail-smtpd is, and its connection. */
static void
test_instance(void **state)
{
	static const struct {
		const char *port, *stat, *instance;
	} rows[] = {
	    {"TCPREMOTEPORT=25000", STAT("qmail-smtpd", "88"), "4711.88.25000"},
	    {"TCP6REMOTEPORT=9", STAT("qmail-smtpd", "88"), "4711.88.9"},
	    {"X=", STAT("qmail-smtpd", "18446744073709551615"),
		"4711.18446744073709551615."},
	    {"TCPREMOTEPORT=1", STAT("a) S 1 (b c", "88"), "4711.88.1"},
	    {"TCPREMOTEPORT=1", STAT("\n", "88"), "4711.88.1"},
	    {"TCPREMOTEPORT=123456", STAT("q", "88"), "4711.88."},
	    {"TCPREMOTEPORT=1\n", STAT("q", "88"), "4711.88."},
	    {"TCPREMOTEPORT=-1", STAT("q", "88"), "4711.88."},
	    /* Without a start time, the number of the process is not enough. */
	    {"TCPREMOTEPORT=1", "", ""},
	    {"TCPREMOTEPORT=1", STAT("q", "x"), ""},
	    {"TCPREMOTEPORT=1", STAT("q", "184467440737095516150"), ""},
	    {"TCPREMOTEPORT=1", "4711 (q) S 1 2 3", ""},
	    {"TCPREMOTEPORT=1", "4711 q S 1 2 3", ""},
	};
	char text[RCPTCHECK_REQUEST_MAX + 1], want[80];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rcptcheck check = read_from(ENV(CALLED, rows[i].port));

		rcptcheck_set_instance(&check, 4711, rows[i].stat,
		    strlen(rows[i].stat));
		assert_string_equal(check.instance, rows[i].instance);
		text[rcptcheck_request(&check, text)] = '\0';
		snprintf(want, sizeof(want), "\ninstance=%s\n", check.instance);
		assert_true((strstr(text, want) != NULL) ==
		    (rows[i].instance[0] != '\0'));
		assert_true((strstr(text, "instance=") != NULL) ==
		    (rows[i].instance[0] != '\0'));
	}
}

/* A name is confirmed only if the administrator sets the variable. */
static void
test_confirmed_name(void **state)
{
	static char host[14 + 256 + 1] = "TCPREMOTEHOST=";
	char text[RCPTCHECK_REQUEST_MAX + 1];
	size_t n;
	struct rcptcheck check = read_from(ENV(CALLED, "TCPREMOTEHOST=h",
	    "TCPREMOTEIP=192.0.2.1", "TARDIGREY_CONFIRMED_HOST=1"));

	(void)state;
	text[rcptcheck_request(&check, text)] = '\0';
	assert_non_null(strstr(text, "\nreverse_client_name=h\n"));
	/* A name longer than any host name is left out; the request is sent. */
	memset(host + 14, 'h', 256);
	check = read_from(ENV(CALLED, host, "TARDIGREY_CONFIRMED_HOST=1"));
	text[rcptcheck_request(&check, text)] = '\0';
	assert_non_null(strstr(text, "\nclient_name=\n"));
	assert_null(strstr(text, "reverse_client_name"));
	/* So is a name with a newline, and nothing of it is an attribute. */
	check = read_from(ENV(CALLED, "TCPREMOTEHOST=h\nsasl_username=alice",
	    "TARDIGREY_CONFIRMED_HOST=1"));
	n = rcptcheck_request(&check, text);
	assert_int_not_equal(n, 0);
	text[n] = '\0';
	assert_non_null(strstr(text, "\nclient_name=\n"));
	assert_null(strstr(text, "reverse_client_name"));
	assert_null(strstr(text, "alice"));
	check = read_from(ENV(CALLED, "TARDIGREY_CONFIRMED_HOST=1"));
	text[rcptcheck_request(&check, text)] = '\0';
	assert_null(strstr(text, "reverse_client_name"));
}

/* A request is not sent if a value would arrive changed. [C44] */
static void
test_unsendable(void **state)
{
	static char sender[RCPTCHECK_REQUEST_MAX + 16] = "SENDER=";
	char text[RCPTCHECK_REQUEST_MAX];
	struct rcptcheck check;

	(void)state;
	check = read_from(ENV("SENDER=a\n\nrequest=x", "RECIPIENT=b"));
	assert_int_equal(rcptcheck_request(&check, text), 0);
	memset(sender + 7, 'a', 900);
	check = read_from(ENV(sender, "RECIPIENT=b"));
	assert_true(rcptcheck_request(&check, text) > 900);
	for (size_t n = RCPTCHECK_REQUEST_MAX - 300; n < RCPTCHECK_REQUEST_MAX;
	     n++) {
		memset(sender + 7, 'a', n);
		check = read_from(ENV(sender, "RECIPIENT=b"));
		assert_in_range(rcptcheck_request(&check, text), 0,
		    sizeof(text));
	}
	assert_int_equal(rcptcheck_request(&check, text), 0);
}

struct reply_row {
	const char *reply;
	enum rcptcheck_rc rc;
	const char *line;
};

/* clang-format off */
static const struct reply_row replies[] = {
	{ "action=DUNNO\n\n", RCPTCHECK_ACCEPT, "" },
	{ "action=dunno\n\n", RCPTCHECK_ACCEPT, "" },
	{ "action=OK\n\n", RCPTCHECK_ACCEPT, "" },
	{ "action=PREPEND X-Greylist: delayed\n\n", RCPTCHECK_ACCEPT, "" },
	{ "foo=bar\naction=DUNNO\n\n", RCPTCHECK_ACCEPT, "" },
	{ "action=DEFER_IF_PERMIT 4.2.0 Greylisted\n\n", RCPTCHECK_DEFER,
	  "450 4.2.0 Greylisted\n" },
	{ "action=DEFER 4.2.0 Greylisted\n\n", RCPTCHECK_DEFER,
	  "450 4.2.0 Greylisted\n" },
	{ "action=451 4.3.0 x\n\n", RCPTCHECK_DEFER, "451 4.3.0 x\n" },
	{ "action=421 4.3.0 x\n\n", RCPTCHECK_DEFER, "421 4.3.0 x\n" },
	{ "action=452 4.2.2  x\n\n", RCPTCHECK_DEFER, "452 4.2.2  x\n" },
	/* The first action counts, as in Postfix's protocol. */
	{ "action=DUNNO\naction=DEFER 4.2.0 x\n\n", RCPTCHECK_ACCEPT, "" },
	/* Octets behind the reply do not count. */
	{ "action=DUNNO\n\naction=DEFER 4.2.0 x\n\n", RCPTCHECK_ACCEPT, "" },
	{ "", RCPTCHECK_FAILED, "" },
	{ "\n", RCPTCHECK_FAILED, "" },
	{ "\n\n", RCPTCHECK_FAILED, "" },
	{ "action=DUNNO", RCPTCHECK_FAILED, "" },
	{ "action=DUNNO\n", RCPTCHECK_FAILED, "" },
	{ "action=\n\n", RCPTCHECK_FAILED, "" },
	{ "action=450\n\n", RCPTCHECK_FAILED, "" },
	{ "action=450 \n\n", RCPTCHECK_FAILED, "" },
	{ "action=DEFER\n\n", RCPTCHECK_FAILED, "" },
	{ "action = DUNNO\n\n", RCPTCHECK_FAILED, "" },
	{ "action=DUNNO\r\n\r\n", RCPTCHECK_FAILED, "" },
	{ "action=REJECT go away\n\n", RCPTCHECK_FAILED, "" },
	{ "action=550 5.7.1 go away\n\n", RCPTCHECK_FAILED, "" },
	{ "action=DEFER 4.2.0 caf\xc3\xa9\n\n", RCPTCHECK_FAILED, "" },
	{ "action=DEFER 4.2.0 a\x1b[2Jb\n\n", RCPTCHECK_FAILED, "" },
	{ "HTTP/1.1 200 OK\n\n", RCPTCHECK_FAILED, "" },
};
/* clang-format on */

/* [C40] */
static void
test_replies(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
		char line[RCPTCHECK_LINE_MAX + 1] = "";
		enum rcptcheck_rc rc = rcptcheck_reply(replies[i].reply,
		    strlen(replies[i].reply), line);

		if (rc != replies[i].rc || strcmp(line, replies[i].line) != 0)
			fail_msg("%s: got %d %s", replies[i].reply, rc, line);
	}
}

/* A line is never longer than qmail accepts. [C40] */
static void
test_long_replies(void **state)
{
	char reply[1024] = "action=DEFER ", line[RCPTCHECK_LINE_MAX + 1];

	(void)state;
	for (size_t text_n = 1; text_n < 700; text_n++) {
		enum rcptcheck_rc rc;

		memset(reply + 13, 'x', text_n);
		memcpy(reply + 13 + text_n, "\n\n", 3);
		rc = rcptcheck_reply(reply, 13 + text_n + 2, line);
		assert_int_equal(rc,
		    text_n + 5 <= RCPTCHECK_LINE_MAX ? RCPTCHECK_DEFER
						     : RCPTCHECK_FAILED);
		if (rc == RCPTCHECK_DEFER)
			assert_int_equal(strlen(line), text_n + 5);
	}
}

struct exit_row {
	enum rcptcheck_interface interface;
	bool tempfail;
	enum rcptcheck_rc rc;
	int status, unwritten, fd;
	const char *line;
};

#define LATER "451 4.3.0 Temporary failure, please try again later\n"

/* clang-format off */
static const struct exit_row exits[] = {
	{ RCPTCHECK_ORIGINAL, false, RCPTCHECK_ACCEPT, 0, 0, -1, "" },
	{ RCPTCHECK_ORIGINAL, false, RCPTCHECK_DEFER, 111, 111, -1, "" },
	{ RCPTCHECK_ORIGINAL, false, RCPTCHECK_FAILED, 0, 0, -1, "" },
	{ RCPTCHECK_ORIGINAL, true, RCPTCHECK_FAILED, 111, 111, -1, "" },
	{ RCPTCHECK_FD4, true, RCPTCHECK_ACCEPT, 0, 0, -1, "" },
	{ RCPTCHECK_FD4, false, RCPTCHECK_DEFER, 100, 111, 4, "450 4.2.0 x\n" },
	{ RCPTCHECK_FD4, false, RCPTCHECK_FAILED, 0, 0, -1, "" },
	{ RCPTCHECK_FD4, true, RCPTCHECK_FAILED, 100, 111, 4, LATER },
	{ RCPTCHECK_SPP, true, RCPTCHECK_ACCEPT, 0, 0, -1, "" },
	{ RCPTCHECK_SPP, false, RCPTCHECK_DEFER, 0, 0, 1, "E450 4.2.0 x\n" },
	{ RCPTCHECK_SPP, false, RCPTCHECK_FAILED, 0, 0, -1, "" },
	{ RCPTCHECK_SPP, true, RCPTCHECK_FAILED, 0, 0, 1, "E" LATER },
};
/* clang-format on */

/* [C38, C39, C47] */
static void
test_exits(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(exits); i++) {
		const struct exit_row *row = &exits[i];
		struct rcptcheck check = {
		    .interface = row->interface,
		    .tempfail_on_failure = row->tempfail,
		};
		struct rcptcheck_exit how;

		rcptcheck_exit(&check, row->rc, "450 4.2.0 x\n", &how);
		if (how.status != row->status ||
		    how.status_unwritten != row->unwritten ||
		    how.fd != row->fd || strcmp(how.line, row->line) != 0)
			fail_msg("row %zu: got %d %d %d %s", i, how.status,
			    how.status_unwritten, how.fd, how.line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_exempt),
	    cmocka_unit_test(test_foreign_domain),
	    cmocka_unit_test(test_interfaces),
	    cmocka_unit_test(test_bare_environment),
	    cmocka_unit_test(test_settings),
	    cmocka_unit_test(test_request),
	    cmocka_unit_test(test_instance),
	    cmocka_unit_test(test_confirmed_name),
	    cmocka_unit_test(test_unsendable),
	    cmocka_unit_test(test_replies),
	    cmocka_unit_test(test_long_replies),
	    cmocka_unit_test(test_exits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
