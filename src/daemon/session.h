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
 * session: one policy connection without its socket. It makes requests of the
 * octets that the client sends, and collects the replies to them in the order
 * of the requests. It uses a fixed amount of memory: while the client does not
 * read its replies, nothing is read from the client.
 */

#define SESSION_INPUT_SIZE  4096
#define SESSION_PENDING_MAX 16 /* requests taken and not yet answered */
#define SESSION_OUTPUT_SIZE (SESSION_PENDING_MAX * REPLY_MAX)

struct session {
	struct policy_parser parser;
	const char *input; /* octets not parsed yet: in "kept", or borrowed */
	size_t input_n;
	bool input_is_kept;
	size_t output_at, output_n; /* octets not sent yet */
	unsigned pending_n;         /* requests taken and not yet answered */
	bool input_ended; /* after end of file or a bad request: read no more */
	bool refused;     /* add no more replies; close after the output */
	char output[SESSION_OUTPUT_SIZE];
	struct request partial; /* a request that is not complete yet */
	char kept[SESSION_INPUT_SIZE];
};

void session_begin(struct session *session);

/* Whether octets from the client may be read now. They may not while requests
 * are unanswered or replies are unsent, and after the input has ended. */
bool session_may_read(const struct session *session);

/* The caller has read n octets, at most SESSION_INPUT_SIZE; 0 is the end of
 * input. Most requests are taken at once. So all sessions can share one buffer
 * for reading, which stays in the cache of the processor. The caller must not
 * change the octets before session_keep_input(). */
void session_received(struct session *session, const char *octets, size_t n);

/* Copy the octets that were not taken. */
void session_keep_input(struct session *session);

enum session_rc {
	SESSION_REQUEST, /* *out is a complete request */
	SESSION_NOTHING, /* no complete request, or too many unanswered ones */
	SESSION_BAD,     /* not a request, see err; the input has ended */
};

/* Whether there is input that session_next() would read now. */
bool session_has_input(const struct session *session);

/* Take the next complete request. Each request that is taken must be answered.
 * Without a complete request, *out may be written, too. */
enum session_rc session_next(struct session *session, struct request *out,
    struct err *err);

/* Answer the oldest unanswered request. If reply_n is 0, this request and all
 * later ones get no reply, and the session is over after the output. */
void session_answer(struct session *session, const char *reply, size_t reply_n);

/* Find the octets to send. Returns their number. */
size_t session_output(const struct session *session, const char **octets);

/* The caller has sent n octets of the output. */
void session_sent(struct session *session, size_t n);

/* Whether the connection must be closed now. */
bool session_over(const struct session *session);

/* Whether the session is between requests, with nothing to answer or send: if
 * it is closed, the client misses no reply. */
bool session_quiet(const struct session *session);

/*
 * Whether the client has probably crashed or lost its network, because it was
 * silent for so long. The limit is longer than that of Postfix: an idle Postfix
 * process keeps its connection for up to 1000 s (smtpd_policy_service_max_ttl).
 * If tardigreyd closed it earlier, the next recipient would be delayed by a
 * second.
 */
bool session_is_dead(int64_t silent_s);

#endif
