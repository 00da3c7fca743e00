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

/* A match, and how specific it is. A match with a lower class is more specific.
 * In one class, a match with a greater length is more specific. */
struct slow_match {
	bool matches;
	unsigned class;
	size_t length;
};

/* Match a pattern (the text of struct pattern) with a request. slow_knows()
 * must be true for the pattern. */
struct slow_match slow_match(enum list_kind kind, const char *pattern,
    const struct request *request);

/* True if slow_match() can match the pattern: every pattern except regular
 * expressions, and regular expressions of letters, digits, '@' and '-' with an
 * optional '^' and '$'. */
bool slow_knows(const char *pattern);

#endif
