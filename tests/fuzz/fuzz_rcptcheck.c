/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The input is an environment, as lines NAME=value or NAME, then an empty line
 * and the reply of a policy server, which is also read as /proc/PID/stat. If
 * there is a request, the daemon's parser must read the same values from it.
 * The exit status for qmail must fit the reply. [C38-C48]
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/policy.h"
#include "mail/rcptcheck.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define VARIABLES_MAX 32

#define CHECK(claim)                              \
	do {                                      \
		if (!(claim))                     \
			broken(#claim, __LINE__); \
	} while (0)

static void
broken(const char *claim, int line)
{
	fprintf(stderr, "fuzz_rcptcheck: line %d: not true: %s\n", line, claim);
	abort();
}

/* ---- The environment ---- */

static struct {
	char *names[VARIABLES_MAX];
	char *values[VARIABLES_MAX];
	size_t n;
} environment;

static const char *
look_up(const char *name)
{
	for (size_t i = 0; i < environment.n; i++)
		if (strcmp(environment.names[i], name) == 0)
			return environment.values[i];
	return NULL;
}

/* Split a text into variables, in place. 0x01 in a value stands for a newline.
 * Returns the rest of the text. */
static char *
take_environment(char *text)
{
	char *line = text, *end;

	environment.n = 0;
	while (*line != '\0' && *line != '\n' &&
	    environment.n < VARIABLES_MAX) {
		size_t i = environment.n++;

		end = line + strcspn(line, "\n");
		if (*end == '\n')
			*end++ = '\0';
		environment.names[i] = line;
		line += strcspn(line, "=");
		environment.values[i] = line;
		if (*line == '=') {
			*line = '\0';
			environment.values[i]++;
		}
		for (char *p = environment.values[i]; *p != '\0'; p++)
			if (*p == '\1')
				*p = '\n';
		line = end;
	}
	return *line == '\n' ? line + 1 : line;
}

/* ---- The result of rcptcheck_read() ---- */

static void
check_read(const struct rcptcheck *check, bool spp, int rc,
    const struct err *err)
{
	const char *user = look_up("SMTP_AUTH_USER");

	CHECK((rc == 0) == (err->text[0] == '\0'));
	CHECK(check->timeout_ms >= 1 && check->timeout_ms <= 60000);
	CHECK(check->socket_path[0] != '\0');
	CHECK(!spp || check->interface == RCPTCHECK_SPP);
	CHECK(check->interface != RCPTCHECK_FD4 || look_up("USE_FD4") != NULL);
	CHECK(check->called || check->recipient[0] == '\0');
	CHECK(!check->client_name_confirmed || check->client_name[0] != '\0');
	CHECK(check->exempt || look_up("RELAYCLIENT") == NULL);
	CHECK(check->exempt || user == NULL || user[0] == '\0');
}

/* ---- The request ---- */

static bool
cannot_be_sent(const struct rcptcheck *check)
{
	const char *const texts[] = {check->client_address, check->client_name,
	    check->sender, check->recipient};
	size_t n = 260; /* names and fixed values */

	for (size_t i = 0; i < 4; i++) {
		if (strchr(texts[i], '\n') != NULL)
			return true;
		n += strlen(texts[i]);
	}
	n += strlen(check->client_name);
	return n > RCPTCHECK_REQUEST_MAX;
}

static void
check_request(const struct rcptcheck *check)
{
	static struct request request;
	char *out = malloc(RCPTCHECK_REQUEST_MAX);
	struct policy_parser parser;
	enum policy_rc rc;
	struct err err;
	size_t n, used;

	CHECK(out != NULL);
	n = rcptcheck_request(check, out);
	CHECK(n <= RCPTCHECK_REQUEST_MAX);
	CHECK(n > 0 || cannot_be_sent(check));
	policy_begin(&parser);
	rc = n > 0 ? policy_feed(&parser, out, n, &used, &request, &err)
		   : POLICY_MORE;
	free(out);
	if (rc != POLICY_REQUEST) {
		/* The daemon's limits are lower. */
		CHECK(n == 0 || strlen(check->sender) > REQUEST_ADDRESS_MAX ||
		    strlen(check->recipient) > REQUEST_ADDRESS_MAX ||
		    strlen(check->client_address) > REQUEST_TEXT_MAX);
		return;
	}
	CHECK(used == n && request.state == REQUEST_RCPT);
	CHECK(!request.authenticated);
	CHECK(strcmp(request.instance, check->instance) == 0);
	CHECK(strcmp(request.sender, check->sender) == 0);
	CHECK(strcmp(request.recipient, check->recipient) == 0);
	CHECK(strcmp(request.client_name, check->client_name) == 0);
	CHECK(strcmp(request.client_address, check->client_address) == 0);
	CHECK(!request.client_name_confirmed || check->client_name_confirmed);
}

/* ---- The answer ---- */

static void
check_line(const char *line, size_t max)
{
	size_t n = strlen(line);

	CHECK(n > 5 && n <= max && line[n - 1] == '\n');
	CHECK(line[0] == '4' && line[3] == ' ');
	for (size_t i = 0; i < n - 1; i++)
		CHECK(line[i] >= ' ' && line[i] <= '~');
}

/* To accept, the status is 0 without a line. To defer, it depends on the
 * interface: 111 without a line, 100 with a line on descriptor 4, or 0 with a
 * line on descriptor 1. */
static void
check_exit(const struct rcptcheck *check, enum rcptcheck_rc rc,
    const char *line)
{
	struct rcptcheck_exit leave;
	bool defers = rc == RCPTCHECK_DEFER ||
	    (rc == RCPTCHECK_FAILED && check->tempfail_on_failure);

	rcptcheck_exit(check, rc, line, &leave);
	CHECK((leave.fd >= 0) == (leave.line[0] != '\0'));
	if (!defers) {
		CHECK(leave.status == 0 && leave.fd == -1);
		return;
	}
	switch (check->interface) {
	case RCPTCHECK_ORIGINAL:
		CHECK(leave.status == 111 && leave.fd == -1);
		break;
	case RCPTCHECK_FD4:
		CHECK(leave.status == 100 && leave.status_unwritten == 111);
		CHECK(leave.fd == 4);
		check_line(leave.line, RCPTCHECK_LINE_MAX);
		break;
	case RCPTCHECK_SPP:
		CHECK(leave.status == 0 && leave.fd == 1);
		CHECK(leave.line[0] == 'E');
		check_line(leave.line + 1, RCPTCHECK_LINE_MAX);
		break;
	}
}

static void
check_answer(const struct rcptcheck *check, const char *octets, size_t n)
{
	char line[RCPTCHECK_LINE_MAX + 1] = "";
	enum rcptcheck_rc rc = rcptcheck_reply(octets, n, line);

	if (rc == RCPTCHECK_DEFER)
		check_line(line, RCPTCHECK_LINE_MAX);
	CHECK(rc == RCPTCHECK_FAILED || n >= strlen("action=OK\n\n"));
	check_exit(check, rc, line);
	check_exit(check, RCPTCHECK_FAILED, "");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *rest, *octets;
	size_t n;

	CHECK(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	rest = take_environment(text);
	n = (size_t)(text + size - rest);
	/* Copy the reply to memory of exactly its size: it has no NUL. */
	octets = malloc(n > 0 ? n : 1);
	CHECK(octets != NULL);
	memcpy(octets, rest, n);
	for (int spp = 0; spp < 2; spp++) {
		struct rcptcheck check;
		struct err err = {""};
		int rc = rcptcheck_read(&check, spp, look_up, &err);

		check_read(&check, spp, rc, &err);
		rcptcheck_set_instance(&check, INT_MAX, octets, n);
		check_request(&check);
		check_answer(&check, octets, n);
	}
	free(octets);
	free(text);
	return 0;
}
