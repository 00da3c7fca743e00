/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_REPLY_H
#define TARDIGREY_MAIL_REPLY_H

#include <stddef.h>

#include "base/err.h"
#include "mail/request.h"
#include "mail/verdict.h"

/*
 * The reply an administrator configures: "ACTION 4.Y.Z text", checked and
 * taken apart. ACTION is DEFER_IF_PERMIT, DEFER, 421, 450, 451 or 452.
 * In the text, %s stands for the seconds to wait, %i for the reference of the
 * triplet (mail/reference.h), %r for the domain of the recipient (nothing if
 * it is not plain letters, digits, dots and hyphens, or too long for the
 * reply), %% for a percent sign.
 */
#define REPLY_TEXT_MAX 140 /* octets of the expanded text, see policy.c */
#define REPLY_MAX      192 /* octets of a whole reply, never more */

struct reply_template {
	char text[REPLY_MAX]; /* ACTION in upper case, rest as given */
	size_t domain_max;    /* octets that are left for each %r */
};

/* Check and take a template. Returns 0, or -1 with what was expected. */
int reply_template_parse(const char *text, struct reply_template *out,
    struct err *err);

/*
 * Write the reply for a verdict that is not ACTION_CLOSE: "action=...\n\n",
 * one line, ASCII, LF only. Returns its length, at most REPLY_MAX.
 */
size_t reply_format(const struct reply_template *greylist,
    const struct request *request, const struct verdict *verdict,
    char out[REPLY_MAX]);

#endif
