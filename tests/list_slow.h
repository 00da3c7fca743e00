/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_LIST_SLOW_H
#define TARDIGREY_TESTS_LIST_SLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "lists/pattern.h"
#include "mail/request.h"

/*
 * list_slow: a slow search for comparison with lists/list_search.c. It compares
 * texts, without hashes, and calls nothing of src/lists.
 */

/* How specific a match is: a lower class is first; in a class, a greater
 * length. */
struct slow_match {
	bool matches;
	unsigned class;
	size_t length;
};

/* Match a pattern (the text of struct pattern) with a request. slow_knows()
 * must be true for the pattern. */
struct slow_match slow_match(enum list_kind kind, const char *pattern,
    const struct request *request);

/* True for every pattern but a regular expression, and for a regular expression
 * of letters, digits, '@' and '-' with an optional '^' and '$'. */
bool slow_knows(const char *pattern);

#endif
