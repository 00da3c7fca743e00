/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_LISTS_PATTERN_H
#define TARDIGREY_LISTS_PATTERN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/netaddr.h"

/*
 * pattern: the text of a list entry, parsed. The syntax is that of postgrey's
 * files and of Postfix's access(5); tardigrey-lists(5) describes it.
 *
 *   client                        sender, recipient
 *   192.0.2.1  2001:db8::1        user@example.org  also user+ext@example.org
 *   192.0.2.0/24  2001:db8::/32   user@             in every domain
 *   192.0.2  192.168              example.org       also its subdomains
 *   mx.example.org  example.org   .example.org      only its subdomains
 *   .example.org  *.example.org   <>                only sender: null sender
 *   /regex/                       /regex/
 */

enum list_kind { LIST_CLIENT, LIST_SENDER, LIST_RECIPIENT };
#define LIST_KINDS (LIST_RECIPIENT + 1)

enum pattern_type {
	PATTERN_NETWORK,
	PATTERN_DOMAIN,     /* a host or domain name, and its subdomains */
	PATTERN_SUBDOMAINS, /* only the subdomains */
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
	bool had_host_bits;     /* as 192.0.2.77/24 has */
	bool was_two_octets;    /* as 192.168: a /16, but postgrey's is a /24 */
	/* The canonical spelling: ASCII letters in lower case; a network as
	 * ADDRESS/BITS, or ADDRESS for a single address; a regex as written,
	 * with its slashes. It parses to the same pattern. */
	char text[PATTERN_SIZE];
};

/* Parse one pattern without blanks around it. Returns 0, or -1 with what is
 * wrong and what to write instead. Does not compile a regex (lists/regex.h). */
int pattern_parse(enum list_kind kind, const char *text, struct pattern *out,
    struct err *err);

/* True if the pattern matches a whole top-level domain: "info", ".com". */
bool pattern_is_top_level(const struct pattern *pattern);

/* "client", "sender", "recipient". */
const char *list_kind_word(enum list_kind kind);

/* Find the kind of a word from list_kind_word(). Returns 0, or -1 for another
 * word. */
int list_kind_parse(const char *word, enum list_kind *out);

#endif
