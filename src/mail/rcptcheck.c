/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/rcptcheck.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/duration.h"
#include "mail/request.h"

#define TIMEOUT_MS     5000
#define TIMEOUT_MAX_MS 60000

/* Exit statuses that every variant knows; see tardigrey-rcptcheck(8). */
#define STATUS_ACCEPT 0
#define STATUS_LINE   100 /* reply with the line on descriptor 4, or reject */
#define STATUS_DEFER  111

#define FD_STDOUT 1
#define FD_LINE   4

/* ---- The environment ---- */

static const char *
get(rcptcheck_getenv_fn *environment, const char *name)
{
	const char *value = environment(name);

	return value != NULL ? value : "";
}

static const char *
first_of(rcptcheck_getenv_fn *environment, const char *a, const char *b)
{
	const char *value = get(environment, a);

	return value[0] != '\0' ? value : get(environment, b);
}

static int
read_timeout(struct rcptcheck *out, rcptcheck_getenv_fn *environment,
    struct err *err)
{
	const char *text = get(environment, "TARDIGREY_TIMEOUT");
	int64_t ms;

	out->timeout_ms = TIMEOUT_MS;
	if (text[0] == '\0')
		return 0;
	if (duration_parse(text, &ms) != 0 || ms < 1 || ms > TIMEOUT_MAX_MS)
		return err_set(err,
		    "TARDIGREY_TIMEOUT: not a duration from 1ms to 60s: \"%s\" "
		    "(using 5s)",
		    text);
	out->timeout_ms = ms;
	return 0;
}

static int
read_on_failure(struct rcptcheck *out, rcptcheck_getenv_fn *environment,
    struct err *err)
{
	const char *text = get(environment, "TARDIGREY_ON_FAILURE");

	out->tempfail_on_failure = strcmp(text, "tempfail") == 0;
	if (text[0] == '\0' || out->tempfail_on_failure ||
	    strcmp(text, "pass") == 0)
		return 0;
	return err_set(err,
	    "TARDIGREY_ON_FAILURE: not pass or tempfail: \"%s\" (using pass)",
	    text);
}

static int
read_confirmed(struct rcptcheck *out, rcptcheck_getenv_fn *environment,
    struct err *err)
{
	const char *text = get(environment, "TARDIGREY_CONFIRMED_HOST");

	out->client_name_confirmed =
	    strcmp(text, "1") == 0 && out->client_name[0] != '\0';
	if (text[0] == '\0' || strcmp(text, "0") == 0 || strcmp(text, "1") == 0)
		return 0;
	return err_set(err,
	    "TARDIGREY_CONFIRMED_HOST: not 0 or 1: \"%s\" (using 0)", text);
}

/* A qmail-smtpd with both hooks sets SMTPRCPTTO for both of them, but RECIPIENT
 * only for RCPTCHECK. */
static enum rcptcheck_interface
interface_of(bool spp, rcptcheck_getenv_fn *environment)
{
	bool is_check = environment("RECIPIENT") != NULL;

	if (spp || (!is_check && environment("SMTPRCPTTO") != NULL))
		return RCPTCHECK_SPP;
	return get(environment, "USE_FD4")[0] != '\0' ? RCPTCHECK_FD4
						      : RCPTCHECK_ORIGINAL;
}

static void
read_envelope(struct rcptcheck *out, rcptcheck_getenv_fn *environment)
{
	bool spp = out->interface == RCPTCHECK_SPP;
	const char *recipient = spp ? "SMTPRCPTTO" : "RECIPIENT";

	out->called = environment(recipient) != NULL;
	out->recipient = get(environment, recipient);
	out->sender = get(environment, spp ? "SMTPMAILFROM" : "SENDER");
}

/* True if the recipient is accepted without a check. Some variants run the
 * check for relay clients, too; RELAYCLIENT may be set to "". qmail-spp runs
 * before qmail-smtpd checks the domain of the recipient. qmail-smtpd itself
 * rejects a foreign domain afterwards. */
static bool
is_exempt(enum rcptcheck_interface interface, rcptcheck_getenv_fn *environment)
{
	return (interface == RCPTCHECK_SPP &&
		   strcmp(get(environment, "SMTPRCPTHOSTSOK"), "0") == 0) ||
	    environment("RELAYCLIENT") != NULL ||
	    first_of(environment, "SMTP_AUTH_USER", "SMTPAUTHUSER")[0] != '\0';
}

int
rcptcheck_read(struct rcptcheck *out, bool spp,
    rcptcheck_getenv_fn *environment, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->interface = interface_of(spp, environment);
	out->exempt = is_exempt(out->interface, environment);
	read_envelope(out, environment);
	out->client_address =
	    first_of(environment, "TCPREMOTEIP", "TCP6REMOTEIP");
	out->client_name =
	    first_of(environment, "TCPREMOTEHOST", "TCP6REMOTEHOST");
	/* No host name is longer, or has a newline. The client controls its
	 * name: it must not avoid greylisting with a request that cannot be
	 * sent. */
	if (strlen(out->client_name) > REQUEST_TEXT_MAX ||
	    strchr(out->client_name, '\n') != NULL)
		out->client_name = "";
	out->client_port =
	    first_of(environment, "TCPREMOTEPORT", "TCP6REMOTEPORT");
	out->socket_path = get(environment, "TARDIGREY_SOCKET");
	if (out->socket_path[0] == '\0')
		out->socket_path = RCPTCHECK_SOCKET;
	out->database = get(environment, "TARDIGREY_DATABASE");
	out->config_file = get(environment, "TARDIGREY_CONFIG");
	rc = read_timeout(out, environment, err);
	if (read_on_failure(out, environment, err) != 0)
		rc = -1;
	if (read_confirmed(out, environment, err) != 0)
		rc = -1;
	return rc;
}

/* ---- The instance ---- */

/* proc(5): the name of the program ends at the last ')', the start time is the
 * 20th field after it. */
#define START_FIELD 20

static size_t
digits_n(const char *text, size_t n)
{
	size_t i = 0;

	while (i < n && text[i] >= '0' && text[i] <= '9')
		i++;
	return i;
}

/* Find the start time. Returns the number of its digits, or 0. */
static size_t
find_start(const char *stat, size_t stat_n, const char **start)
{
	const char *end = stat + stat_n, *p = end;

	while (p > stat && p[-1] != ')')
		p--;
	if (p == stat)
		return 0;
	for (int field = 0; field < START_FIELD; field++) {
		p = memchr(p, ' ', (size_t)(end - p));
		if (p == NULL)
			return 0;
		p++;
	}
	*start = p;
	return digits_n(p, (size_t)(end - p));
}

void
rcptcheck_set_instance(struct rcptcheck *check, int pid, const char *stat,
    size_t stat_n)
{
	const char *port = check->client_port, *start = "";
	size_t start_n = find_start(stat, stat_n, &start);
	size_t port_n = digits_n(port, strlen(port));

	check->instance[0] = '\0';
	if (start_n == 0 || start_n > 20)
		return;
	if (port[port_n] != '\0' || port_n > 5)
		port = "";
	snprintf(check->instance, sizeof(check->instance), "%d.%.*s.%s", pid,
	    (int)start_n, start, port);
}

/* ---- The request ---- */

struct text {
	char *out;
	size_t n;
	bool failed;
};

static void
put(struct text *text, const char *name, const char *value)
{
	size_t room = RCPTCHECK_REQUEST_MAX - text->n;
	int n = snprintf(text->out + text->n, room, "%s=%s\n", name, value);

	if (n < 0 || (size_t)n >= room || strchr(value, '\n') != NULL)
		text->failed = true;
	else
		text->n += (size_t)n;
}

size_t
rcptcheck_request(const struct rcptcheck *check,
    char out[RCPTCHECK_REQUEST_MAX])
{
	struct text text = {.out = out};

	put(&text, "request", "smtpd_access_policy");
	put(&text, "protocol_state", "RCPT");
	put(&text, "protocol_name", "SMTP");
	put(&text, "client_address", check->client_address);
	put(&text, "client_name", check->client_name);
	if (check->client_name_confirmed)
		put(&text, "reverse_client_name", check->client_name);
	put(&text, "sender", check->sender);
	put(&text, "recipient", check->recipient);
	if (check->instance[0] != '\0')
		put(&text, "instance", check->instance);
	put(&text, "policy_context", "rcptcheck");
	if (text.failed || text.n + 1 >= RCPTCHECK_REQUEST_MAX)
		return 0;
	out[text.n++] = '\n';
	return text.n;
}

/* ---- The reply ---- */

/* The value of the first "action" of a complete reply, or NULL. */
static const char *
find_action(const char *octets, size_t octets_n, size_t *n_out)
{
	const char *p = octets, *end = octets + octets_n, *action = NULL;

	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));

		if (newline == NULL)
			return NULL;
		if (newline == p)
			return action; /* the empty line ends the reply */
		if (action == NULL && newline - p >= 7 &&
		    memcmp(p, "action=", 7) == 0) {
			action = p + 7;
			*n_out = (size_t)(newline - action);
		}
		p = newline + 1;
	}
	return NULL;
}

/* The meaning of an action word. For RCPTCHECK_DEFER, *code is the SMTP code.
 */
static enum rcptcheck_rc
understand(const char *word, size_t n, const char **code)
{
	static const struct {
		const char *word;
		enum rcptcheck_rc rc;
		const char *code;
	} actions[] = {
	    {"DUNNO", RCPTCHECK_ACCEPT, NULL},
	    {"OK", RCPTCHECK_ACCEPT, NULL},
	    {"PREPEND", RCPTCHECK_ACCEPT, NULL},
	    {"DEFER_IF_PERMIT", RCPTCHECK_DEFER, "450"},
	    {"DEFER", RCPTCHECK_DEFER, "450"},
	    {"421", RCPTCHECK_DEFER, "421"},
	    {"450", RCPTCHECK_DEFER, "450"},
	    {"451", RCPTCHECK_DEFER, "451"},
	    {"452", RCPTCHECK_DEFER, "452"},
	};

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strlen(actions[i].word) == n &&
		    strncasecmp(actions[i].word, word, n) == 0) {
			*code = actions[i].code;
			return actions[i].rc;
		}
	return RCPTCHECK_FAILED;
}

static bool
printable(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return true;
}

enum rcptcheck_rc
rcptcheck_reply(const char *octets, size_t octets_n,
    char line[RCPTCHECK_LINE_MAX + 1])
{
	size_t n = 0, word_n = 0;
	const char *action = find_action(octets, octets_n, &n);
	const char *code = NULL;
	enum rcptcheck_rc rc;

	if (action == NULL || !printable(action, n))
		return RCPTCHECK_FAILED;
	while (word_n < n && action[word_n] != ' ')
		word_n++;
	rc = understand(action, word_n, &code);
	if (rc != RCPTCHECK_DEFER)
		return rc;
	while (word_n < n && action[word_n] == ' ')
		word_n++;
	/* "450 ", the text, a newline */
	if (word_n == n || n - word_n + 5 > RCPTCHECK_LINE_MAX)
		return RCPTCHECK_FAILED;
	snprintf(line, RCPTCHECK_LINE_MAX + 1, "%s %.*s\n", code,
	    (int)(n - word_n), action + word_n);
	return RCPTCHECK_DEFER;
}

/* ---- The exit ---- */

static void
accept_it(struct rcptcheck_exit *out)
{
	*out = (struct rcptcheck_exit){STATUS_ACCEPT, STATUS_ACCEPT, -1, ""};
}

static void
defer_it(const struct rcptcheck *check, const char *line,
    struct rcptcheck_exit *out)
{
	*out = (struct rcptcheck_exit){.fd = -1};
	switch (check->interface) {
	case RCPTCHECK_ORIGINAL:
		out->status = out->status_unwritten = STATUS_DEFER;
		return;
	case RCPTCHECK_FD4:
		/* Status 100 without a line is a permanent rejection. */
		out->status = STATUS_LINE;
		out->status_unwritten = STATUS_DEFER;
		out->fd = FD_LINE;
		snprintf(out->line, sizeof(out->line), "%s", line);
		return;
	case RCPTCHECK_SPP:
		out->status = out->status_unwritten = STATUS_ACCEPT;
		out->fd = FD_STDOUT;
		snprintf(out->line, sizeof(out->line), "E%s", line);
		return;
	}
}

void
rcptcheck_exit(const struct rcptcheck *check, enum rcptcheck_rc rc,
    const char *line, struct rcptcheck_exit *out)
{
	switch (rc) {
	case RCPTCHECK_ACCEPT:
		accept_it(out);
		return;
	case RCPTCHECK_DEFER:
		defer_it(check, line, out);
		return;
	case RCPTCHECK_FAILED:
		if (check->tempfail_on_failure)
			defer_it(check,
			    "451 4.3.0 Temporary failure, please try again "
			    "later\n",
			    out);
		else
			accept_it(out);
		return;
	}
}
