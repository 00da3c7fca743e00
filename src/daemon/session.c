/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/session.h"

#include <string.h>

#define SILENT_MAX_S 3600

void
session_begin(struct session *session)
{
	policy_begin(&session->parser);
	session->input = session->kept;
	session->input_n = 0;
	session->input_is_kept = true;
	session->output_at = session->output_n = 0;
	session->pending_n = 0;
	session->input_ended = false;
	session->refused = false;
}

bool
session_may_read(const struct session *session)
{
	return !session->input_ended && !session->refused &&
	    session->input_n == 0 && session->pending_n == 0 &&
	    session->output_n == 0;
}

void
session_received(struct session *session, const char *octets, size_t n)
{
	session->input = octets;
	session->input_n = n;
	session->input_is_kept = false;
	if (n == 0)
		session->input_ended = true;
}

void
session_keep_input(struct session *session)
{
	if (session->input_is_kept || session->input_n == 0)
		return;
	memcpy(session->kept, session->input, session->input_n);
	session->input = session->kept;
	session->input_is_kept = true;
}

bool
session_has_input(const struct session *session)
{
	return session->input_n > 0 && !session->refused &&
	    session->pending_n < SESSION_PENDING_MAX && session->output_n == 0;
}

/* Most requests come whole: only the others go through "partial". */
enum session_rc
session_next(struct session *session, struct request *out, struct err *err)
{
	bool is_begun = !policy_idle(&session->parser);
	enum policy_rc rc;
	size_t used;

	if (!session_has_input(session))
		return SESSION_NOTHING;
	rc = policy_feed(&session->parser, session->input, session->input_n,
	    &used, is_begun ? &session->partial : out, err);
	session->input += used;
	session->input_n -= used;
	switch (rc) {
	case POLICY_REQUEST:
		if (is_begun)
			request_copy(out, &session->partial);
		session->pending_n++;
		return SESSION_REQUEST;
	case POLICY_MORE:
		if (!is_begun)
			request_copy(&session->partial, out);
		return SESSION_NOTHING;
	case POLICY_BAD:
		break;
	}
	session->input_n = 0;
	session->input_ended = true;
	return SESSION_BAD;
}

void
session_answer(struct session *session, const char *reply, size_t reply_n)
{
	session->pending_n--;
	if (reply_n == 0)
		session->refused = true;
	if (session->refused)
		return;
	memcpy(session->output + session->output_at + session->output_n, reply,
	    reply_n);
	session->output_n += reply_n;
}

size_t
session_output(const struct session *session, const char **octets)
{
	*octets = session->output + session->output_at;
	return session->output_n;
}

void
session_sent(struct session *session, size_t n)
{
	session->output_at += n;
	session->output_n -= n;
	if (session->output_n == 0)
		session->output_at = 0;
}

bool
session_over(const struct session *session)
{
	if (session->pending_n > 0 || session->output_n > 0)
		return false;
	return session->refused ||
	    (session->input_ended && session->input_n == 0);
}

bool
session_quiet(const struct session *session)
{
	return session->pending_n == 0 && session->output_n == 0 &&
	    session->input_n == 0 && policy_idle(&session->parser);
}

bool
session_is_dead(int64_t silent_s)
{
	return silent_s > SILENT_MAX_S;
}
