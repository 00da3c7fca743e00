/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_POLICY_H
#define TARDIGREY_MAIL_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "mail/request.h"
#include "mail/verdict.h"

/*
 * policy: a push parser for requests of the Postfix policy delegation protocol
 * (SMTPD_POLICY_README). It does no input or output, and allocates nothing.
 *
 * A request is lines "name=value" in any order, and an empty line at the end.
 * The parser skips unknown names. The last of two equal names counts. A missing
 * value is empty. A value is any octets except NUL and newline. If client_name,
 * queue_id, policy_context or stress is too long, the parser treats it as
 * missing. If another known value is too long, the request is bad.
 */

#define POLICY_REQUEST_MAX 16384 /* octets of all lines of one request */

enum policy_rc {
	POLICY_MORE,    /* all octets are consumed; the request is incomplete */
	POLICY_REQUEST, /* one request is complete */
	POLICY_BAD,     /* not this protocol, or too long: see err, and close */
};

struct policy_field; /* a row of the attribute table, see policy.c */

/* The state of the parser. It is public only so that others can embed it. */
struct policy_parser {
	size_t request_n;                 /* octets of this request so far */
	size_t value_n;                   /* octets of the value so far */
	size_t name_n;                    /* octets in name */
	const struct policy_field *field; /* NULL: the value is skipped */
	bool in_value;
	bool is_policy; /* the request has request=smtpd_access_policy */
	char name[32];
};

void policy_begin(struct policy_parser *parser);

/*
 * Feed octets. The parser consumes at most one request and sets *used to the
 * number of octets; call again with the rest. "request" belongs to the caller
 * and must be the same until POLICY_REQUEST. The parser clears it before the
 * first octet of each request. Do not feed the parser after POLICY_BAD.
 */
enum policy_rc policy_feed(struct policy_parser *parser, const char *octets,
    size_t octets_n, size_t *used, struct request *request, struct err *err);

/* The name of attribute i of the table, or NULL after the last one. A test
 * compares the names with the manual. */
const char *policy_attribute(size_t i);

/* True if the parser has no octets of an incomplete request. */
bool policy_idle(const struct policy_parser *parser);

#endif
