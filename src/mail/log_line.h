/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_LOG_LINE_H
#define TARDIGREY_MAIL_LOG_LINE_H

#include <stddef.h>

#include "mail/request.h"
#include "mail/verdict.h"

/*
 * logline: one decision, one line, in postgrey's field order first, so that
 * the tools that read postgrey's log read ours.
 *
 *   action=A, reason=R[, delay=SECONDS], client_name=N, client_address=A,
 *   sender=S, recipient=R[, would=ACTION][, age=S][, wait=S][, identity=I]
 *   [, reference=R][, list=FILE:LINE|entry, pattern=P],
 *   state=S[, instance=I][, queue_id=Q][, policy_context=C]
 *
 * delay= is on the first pass of a triplet: what greylisting cost the mail.
 * Every value is a stranger's: octets that are not printable ASCII, blanks,
 * commas and backslashes are written \xHH, and a value that would take more
 * than LOG_LINE_VALUE_MAX octets so is cut and ends in "...".
 */

#define LOG_LINE_VALUE_MAX 512
#define LOG_LINE_SIZE      6656 /* of any line, with its NUL */

/* Write the line. Returns its length without the NUL. */
size_t log_line_format(const struct request *request,
    const struct verdict *verdict, char out[LOG_LINE_SIZE]);

/* Escape one value into out (size > 8 octets) as above; always ends in NUL. */
void log_line_escape(const char *value, char *out, size_t size);

#endif
