/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_SESSION_H
#define TARDIGREY_DAEMON_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "mail/policy.h"
#include "mail/reply.h"
#include "mail/request.h"

/*
 * session: one policy connection without its socket. Octets in, requests
 * out; replies in, octets out, in the order of the requests. Its memory is
 * fixed: a client that does not read its replies is not read from.
 */

#define SESSION_INPUT_SIZE  4096
#define SESSION_PENDING_MAX 16 /* requests taken and not yet answered */
#define SESSION_OUTPUT_SIZE (SESSION_PENDING_MAX * REPLY_MAX)

struct session {
	struct policy_parser parser;
	size_t input_at, input_n;   /* octets not parsed yet */
	size_t output_at, output_n; /* octets not sent yet */
	unsigned pending_n;         /* requests taken and not yet answered */
	bool input_ended; /* the client has sent all it will, or all we want */
	bool refused;     /* no further reply: close after the output */
	struct request request; /* being collected */
	char input[SESSION_INPUT_SIZE];
	char output[SESSION_OUTPUT_SIZE];
};

void session_begin(struct session *session);

/* Room for octets from the client. Returns how many may be read to *at now;
 * 0 while replies are outstanding or the input has ended. */
size_t session_room(struct session *session, char **at);

/* n octets were read to where session_room() said; 0 is the end of input. */
void session_received(struct session *session, size_t n);

enum session_rc {
	SESSION_REQUEST, /* session->request is one; answer it in its turn */
	SESSION_NOTHING, /* nothing complete, or too much unanswered */
	SESSION_BAD,     /* not a request: no more input is taken, see err */
};

/* Take the next complete request. */
enum session_rc session_next(struct session *session, struct err *err);

/* Answer the oldest request taken. Without a reply (reply_n 0) the session
 * is refused: that request and all after it get none. */
void session_answer(struct session *session, const char *reply, size_t reply_n);

/* Octets to send; 0 when there are none. */
size_t session_output(const struct session *session, const char **octets);

/* n of them were sent. */
void session_sent(struct session *session, size_t n);

/* Whether nothing is left to do but close the connection. */
bool session_over(const struct session *session);

/* Whether the session is between requests, with nothing to answer or send:
 * it may be closed without anybody missing a reply. */
bool session_quiet(const struct session *session);

/*
 * Whether a client that was silent for so long has gone without a word. An
 * idle Postfix process keeps its connection, for up to 1000 s by default
 * (smtpd_policy_service_max_ttl), and one that is closed earlier costs its
 * next recipient a second.
 */
bool session_is_dead(int64_t silent_s);

#endif
