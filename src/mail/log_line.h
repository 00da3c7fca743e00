/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_LOG_LINE_H
#define TARDIGREY_MAIL_LOG_LINE_H

#include <stddef.h>

#include "mail/request.h"
#include "mail/verdict.h"

/*
 * log_line: one log line for each decision. The first fields are those of
 * postgrey in postgrey's order. The words of "reason" are our own.
 *
 *   action=A, reason=R[, delay=SECONDS], client_name=N, client_address=A,
 *   sender=S, recipient=R[, would=ACTION][, age=S][, wait=S]
 *   [, class=named|suspicious][, key_client=K][, reference=R]
 *   [, list=FILE:LINE|entry, pattern=P],
 *   state=S[, instance=I][, queue_id=Q][, policy_context=C]
 *
 * delay= is only on the first pass of a triplet: how long the mail was delayed.
 * The client controls most values. So an octet is written as \xHH if it is a
 * blank, a comma, a backslash, or not printable ASCII. A value of more than
 * LOG_LINE_VALUE_MAX octets in this form is cut, and ends in "...".
 */

#define LOG_LINE_VALUE_MAX 512
#define LOG_LINE_SIZE      6656 /* of the longest line, with its NUL */

/* Write the line. Returns its length without the NUL. */
size_t log_line_format(const struct request *request,
    const struct verdict *verdict, char out[LOG_LINE_SIZE]);

/* A triplet that was not retried within retry_window. All texts are borrowed;
 * client_address may be "". */
struct log_line_expired {
	const char *client_address, *sender, *recipient;
	int64_t age_s;
	const char *key_client, *reference;
};

/* Write the line of such a triplet:
 *
 *   action=expire, reason=never-returned[, client_address=A], sender=S,
 *   recipient=R, age=S, key_client=K, reference=R
 *
 * Returns its length without the NUL. */
size_t log_line_format_expired(const struct log_line_expired *expired,
    char out[LOG_LINE_SIZE]);

/* Escape and cut one value as above. "size" is at least 9. */
void log_line_escape(const char *value, char *out, size_t size);

#endif
