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
 * policy: the Postfix policy delegation protocol (SMTPD_POLICY_README), read
 * as a push parser and written as one block. No I/O, no heap.
 *
 * A request is lines "name=value" in any order, ended by an empty line. Names
 * that are not ours are skipped, the last of two equal names counts, a
 * missing one is empty. Values are any octets but NUL and newline. An
 * over-long client_name, queue_id or policy_context counts as missing; any
 * other that we keep makes the request bad.
 */

#define POLICY_REQUEST_MAX 16384 /* octets of the lines of one request */

enum policy_rc {
	POLICY_MORE,    /* everything was consumed, the request goes on */
	POLICY_REQUEST, /* one request is complete */
	POLICY_BAD,     /* not this protocol or over a limit: close, see err */
};

struct policy_field; /* a row of the attribute table, see policy.c */

/* Where in a request the parser stands. Open only to be embedded. */
struct policy_parser {
	size_t request_n;                 /* octets of this request so far */
	size_t value_n;                   /* octets of the value so far */
	size_t name_n;                    /* octets in name */
	const struct policy_field *field; /* NULL: the value is skipped */
	bool in_value;
	bool is_policy; /* request=smtpd_access_policy was seen */
	char name[32];
};

void policy_begin(struct policy_parser *parser);

/*
 * Feed octets. Consumes up to the end of at most one request and says how
 * much in *used; call again with the rest. "request" belongs to the caller,
 * collects the values, and must be the same one until POLICY_REQUEST; the
 * parser clears it before the first octet of each request. After POLICY_BAD
 * the parser must not be fed again.
 */
enum policy_rc policy_feed(struct policy_parser *parser, const char *octets,
    size_t octets_n, size_t *used, struct request *request, struct err *err);

/* Whether the parser stands between requests. */
bool policy_idle(const struct policy_parser *parser);

#endif
