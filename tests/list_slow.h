/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_LIST_SLOW_H
#define TARDIGREY_TESTS_LIST_SLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "lists/pattern.h"
#include "mail/request.h"

/*
 * list_slow: what lists/list.c must find, by comparing one text with another:
 * no tables, no hashes, and nothing of lists/pattern.c or lists/list.c.
 */

/* How specific a match is: a lower class comes first, in it what is longer. */
struct slow_match {
	bool matches;
	unsigned class;
	size_t length;
};

/* Whether a pattern, as struct pattern has it, matches the request. Of regular
 * expressions it knows those that slow_knows() says. */
struct slow_match slow_match(enum list_kind kind, const char *pattern,
    const struct request *request);

/* Whether it is no regular expression, or one that is just letters, digits,
 * '@' and '-', perhaps between '^' and '$'. */
bool slow_knows(const char *pattern);

#endif
