/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_RCPTCHECK_H
#define TARDIGREY_MAIL_RCPTCHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * rcptcheck: what qmail asks and how it wants to be answered, without the
 * process around it. From the environment of a check to the question, from
 * the reply of the policy server to an exit status and a line.
 *
 * Three doors:
 *   original   Soffian's RCPTCHECK: 0 accepts, 111 makes qmail-smtpd say 421
 *              and hang up; there is no way to say 450
 *   fd 4       later variants set USE_FD4: a reply line on descriptor 4 and
 *              exit 100 give the sender that line and keep the session
 *   qmail-spp  a line "E450 ..." on standard output, exit 0
 */

#define RCPTCHECK_SOCKET      "/run/tardigrey/policy.sock"
#define RCPTCHECK_REQUEST_MAX 8192 /* octets */
#define RCPTCHECK_LINE_MAX    480  /* of a line to qmail, with its newline */

enum rcptcheck_door {
	RCPTCHECK_ORIGINAL,
	RCPTCHECK_FD4,
	RCPTCHECK_SPP,
};

/* Texts are borrowed from the environment; "" when absent. */
struct rcptcheck {
	enum rcptcheck_door door;
	bool exempt; /* relay client, logged in, foreign domain: ask nobody */
	bool called; /* there is a recipient: qmail-smtpd called us */
	const char *client_address; /* "" is accepted too: nobody to remember */
	const char *client_name;
	bool client_name_confirmed;
	const char *sender;
	const char *recipient;
	const char *socket_path;
	const char *database;    /* "": ask the daemon */
	const char *config_file; /* "": the default */
	int64_t timeout_ms;
	bool tempfail_on_failure;
};

/* getenv(3), or a table in a test. */
typedef const char *rcptcheck_getenv_fn(const char *name);

/* Read the environment; "spp" forces that door. Returns 0, or -1 and which
 * variable was not understood; its default is in *out then, so the caller
 * says so and goes on. */
int rcptcheck_read(struct rcptcheck *out, bool spp,
    rcptcheck_getenv_fn *environment, struct err *err);

/* Write the question as a policy request. Returns its length, or 0 when a
 * value cannot be sent (a newline in it, or too long). */
size_t rcptcheck_request(const struct rcptcheck *check,
    char out[RCPTCHECK_REQUEST_MAX]);

enum rcptcheck_rc {
	RCPTCHECK_ACCEPT,
	RCPTCHECK_DEFER,
	RCPTCHECK_FAILED, /* could not be told */
};

/*
 * Understand a policy reply, "action=...\n\n". For RCPTCHECK_DEFER, *line is
 * "450 4.2.0 text\n" or so: one line of ASCII, 4yz, at most
 * RCPTCHECK_LINE_MAX. What is not a whole reply that accepts or defers is
 * RCPTCHECK_FAILED.
 */
enum rcptcheck_rc rcptcheck_reply(const char *octets, size_t octets_n,
    char line[RCPTCHECK_LINE_MAX + 1]);

/* How to leave: write "line" (if not empty) to "fd", and exit with "status"
 * if it was written whole, else with "status_unwritten". */
struct rcptcheck_exit {
	int status, status_unwritten;
	int fd;
	char line[RCPTCHECK_LINE_MAX + 2];
};

/* "line" counts for RCPTCHECK_DEFER. RCPTCHECK_FAILED accepts or defers as
 * tempfail_on_failure says. */
void rcptcheck_exit(const struct rcptcheck *check, enum rcptcheck_rc rc,
    const char *line, struct rcptcheck_exit *out);

#endif
