/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_REPLY_H
#define TARDIGREY_MAIL_REPLY_H

#include <stddef.h>

#include "base/err.h"
#include "mail/request.h"
#include "mail/verdict.h"

/*
 * reply: writes the reply for a verdict, in the Postfix policy protocol.
 *
 * The administrator writes the reply to a deferred client as a template,
 * "ACTION 4.Y.Z TEXT". ACTION is DEFER_IF_PERMIT, DEFER, 421, 450, 451 or 452.
 * In TEXT, these placeholders are filled in:
 *   %s   the seconds until a retry passes
 *   %i   the reference of the triplet (mail/reference.h)
 *   %r   the domain of the recipient; nothing if it has other characters than
 *        letters, digits, dots and hyphens, or is too long for the reply
 *   %%   a percent sign
 */
#define REPLY_TEXT_MAX 140 /* octets of TEXT when filled in, see reply.c */
#define REPLY_MAX      192 /* octets of a whole reply */

struct reply_template {
	char text[REPLY_MAX]; /* ACTION in upper case, the rest as written */
	size_t domain_max;    /* most octets for each %r */
};

/* Check and store a template. Returns 0. If the template is wrong, returns -1
 * and sets *err to a sentence that says what to write instead. */
int reply_template_parse(const char *text, struct reply_template *out,
    struct err *err);

/*
 * Write the reply to a verdict other than ACTION_CLOSE: "action=...\n\n", in
 * ASCII, without CR. Returns the length, at most REPLY_MAX.
 */
size_t reply_format(const struct reply_template *template,
    const struct request *request, const struct verdict *verdict,
    char out[REPLY_MAX]);

#endif
