/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "lists/wide_pattern.h"

#include <stddef.h>

#include "lists/regex.h"

/* Texts that have little in common. A regex that matches all of them matches
 * almost everything. */
#define PROBES 3
static const char *const hosts[PROBES] = {
    "q.example", "192-0-2-7.w.test", "mx.zoo.org"};
static const char *const addresses[PROBES] = {
    "u+v@q.example", "\"x y\"@w.test", "1@zoo.org"};

static bool
matches_all(enum list_kind kind, const char *text)
{
	const char *const *probes = kind == LIST_CLIENT ? hosts : addresses;
	struct err ignored;
	struct regex *regex = regex_new(text, &ignored);
	bool all = regex != NULL;

	for (size_t i = 0; all && i < PROBES; i++)
		all = regex_match(regex, probes[i]);
	regex_free(regex);
	return all;
}

static bool
is_wide_network(const struct pattern *pattern)
{
	unsigned bits = pattern->network.family == NETADDR_IPV4
	    ? WIDE_IPV4_PREFIX
	    : WIDE_IPV6_PREFIX;

	return pattern->prefix_bits < bits;
}

int
wide_pattern_check(enum list_kind kind, const struct pattern *pattern,
    struct err *err)
{
	const char *word = list_kind_word(kind);

	if (pattern->type == PATTERN_REGEX && matches_all(kind, pattern->text))
		return err_set(err, "%s matches every %s", pattern->text, word);
	if (pattern->type == PATTERN_NETWORK && is_wide_network(pattern))
		return err_set(err, "%s is a large network", pattern->text);
	if (pattern_is_top_level(pattern))
		return err_set(err,
		    "%s matches every %s in a whole top-level domain%s",
		    pattern->text, word,
		    kind == LIST_CLIENT ? "" : " (write user@ for a user)");
	return 0;
}
