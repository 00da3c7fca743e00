/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_LISTS_PATTERN_H
#define TARDIGREY_LISTS_PATTERN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/netaddr.h"

/*
 * pattern: what an entry of a list matches, taken from its text. The syntax
 * is that of postgrey's files and of Postfix's access(5); tardigrey-lists(5)
 * describes it.
 *
 *   client                        sender, recipient
 *   192.0.2.1  2001:db8::1        user@example.org   and user+ext@
 *   192.0.2.0/24  2001:db8::/32   user@              at any domain
 *   192.0.2  192.168              example.org        and its subdomains
 *   mx.example.org  example.org   .example.org       its subdomains alone
 *   .example.org  *.example.org   <>                 (sender) the null sender
 *   /regex/                       /regex/
 */

enum list_kind { LIST_CLIENT, LIST_SENDER, LIST_RECIPIENT };
#define LIST_KINDS (LIST_RECIPIENT + 1)

enum pattern_type {
	PATTERN_NETWORK,
	PATTERN_DOMAIN,     /* a host or domain name and what is below it */
	PATTERN_SUBDOMAINS, /* only what is below it */
	PATTERN_ADDRESS,    /* user@domain */
	PATTERN_USER,       /* user@ */
	PATTERN_NULL_SENDER,
	PATTERN_REGEX,
};

#define PATTERN_SIZE 512 /* of the text, with its NUL */

struct pattern {
	enum pattern_type type;
	struct netaddr network; /* PATTERN_NETWORK */
	unsigned prefix_bits;   /* PATTERN_NETWORK */
	bool had_host_bits;     /* was 192.0.2.77/24; text says 192.0.2.0/24 */
	bool was_two_octets;    /* was 192.168; postgrey's program reads /24 */
	/* The one spelling of the pattern: ASCII letters in lower case, a
	 * network as ADDRESS/BITS or, for a single address, ADDRESS; a regex
	 * as it was, with its slashes. Parses to the same pattern. */
	char text[PATTERN_SIZE];
};

/* Parse one pattern without blanks around it. Returns 0, or -1 with what was
 * expected. A regex is not compiled here (lists/regex.h). */
int pattern_parse(enum list_kind kind, const char *text, struct pattern *out,
    struct err *err);

/* "client", "sender", "recipient". */
const char *list_kind_word(enum list_kind kind);

/* The kind of that word. Returns 0 or -1. */
int list_kind_parse(const char *word, enum list_kind *out);

#endif
