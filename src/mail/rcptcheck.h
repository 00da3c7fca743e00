/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_RCPTCHECK_H
#define TARDIGREY_MAIL_RCPTCHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * rcptcheck: the recipient checks of qmail, without input and output. Turns the
 * environment of a check into a policy request, and a policy reply into an exit
 * status and a line.
 *
 * There are three interfaces:
 *
 *   original   Soffian's RCPTCHECK. Status 0 accepts. After status 111,
 *              qmail-smtpd replies 421 and closes the session. A reply with
 *              code 450 is not possible.
 *   fd 4       Later variants set USE_FD4. After status 100 and a line on
 *              descriptor 4, qmail-smtpd replies with the line and continues.
 *   qmail-spp  A line "E450 ..." on standard output, and status 0.
 */

#define RCPTCHECK_SOCKET        "/run/tardigrey/policy.sock"
#define RCPTCHECK_REQUEST_MAX   8192 /* octets */
#define RCPTCHECK_LINE_MAX      480  /* of a line to qmail, with its newline */
#define RCPTCHECK_INSTANCE_SIZE 48

enum rcptcheck_interface {
	RCPTCHECK_ORIGINAL,
	RCPTCHECK_FD4,
	RCPTCHECK_SPP,
};

/* Texts are borrowed from the environment; "" when absent. */
struct rcptcheck {
	enum rcptcheck_interface interface;
	bool exempt; /* relay client, login or foreign domain: accept */
	bool called; /* qmail-smtpd started the program: there is a recipient */
	const char *client_address; /* "": accept; there is no triplet */
	const char *client_name;
	bool client_name_confirmed;
	const char *sender;
	const char *recipient;
	const char *client_port;
	/* The same for all recipients of an SMTP session; "": not known. */
	char instance[RCPTCHECK_INSTANCE_SIZE];
	const char *socket_path;
	const char *database;    /* "": send the request to the daemon */
	const char *config_file; /* "": the default file */
	int64_t timeout_ms;
	bool tempfail_on_failure;
};

/* getenv(3), or a table in a test. */
typedef const char *rcptcheck_getenv_fn(const char *name);

/* Read the environment. If "spp" is true, the interface is RCPTCHECK_SPP;
 * otherwise the environment decides. Returns 0. If a variable is wrong, returns
 * -1 with the reason in *err, and uses the default of the variable: the caller
 * can warn and continue. */
int rcptcheck_read(struct rcptcheck *out, bool spp,
    rcptcheck_getenv_fn *environment, struct err *err);

/* Set the instance to that of the qmail-smtpd process "pid", which started the
 * program. "stat" is the text of /proc/PID/stat, which has the start time of
 * the process: the number of a process is used again. If the text has no start
 * time, there is no instance. */
void rcptcheck_set_instance(struct rcptcheck *check, int pid, const char *stat,
    size_t stat_n);

/* Write the policy request. Returns its length, or 0 if a value cannot be sent
 * because it has a newline or is too long. */
size_t rcptcheck_request(const struct rcptcheck *check,
    char out[RCPTCHECK_REQUEST_MAX]);

enum rcptcheck_rc {
	RCPTCHECK_ACCEPT,
	RCPTCHECK_DEFER,
	RCPTCHECK_FAILED, /* no decision */
};

/*
 * Parse a policy reply, "action=...\n\n". For RCPTCHECK_DEFER, *line is one
 * line of ASCII with a 4yz code, such as "450 4.2.0 text\n", at most
 * RCPTCHECK_LINE_MAX octets. Returns RCPTCHECK_FAILED if the reply is
 * incomplete, or neither accepts nor defers.
 */
enum rcptcheck_rc rcptcheck_reply(const char *octets, size_t octets_n,
    char line[RCPTCHECK_LINE_MAX + 1]);

/* How the program exits: it writes "line" (unless empty) to "fd", and exits
 * with "status", or with "status_unwritten" if it could not write the whole
 * line. */
struct rcptcheck_exit {
	int status, status_unwritten;
	int fd;
	char line[RCPTCHECK_LINE_MAX + 2];
};

/* Set *out for a result. "line" is used only for RCPTCHECK_DEFER. For
 * RCPTCHECK_FAILED, tempfail_on_failure decides. */
void rcptcheck_exit(const struct rcptcheck *check, enum rcptcheck_rc rc,
    const char *line, struct rcptcheck_exit *out);

#endif
