/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_LISTS_REGEX_H
#define TARDIGREY_LISTS_REGEX_H

#include <stdbool.h>

#include "base/err.h"

/*
 * regex: Perl-compatible patterns (PCRE2), bounded: a pattern that backtracks
 * without end gives up and does not match. The only file that knows PCRE2.
 */

struct regex;

/* Compile "/.../", without regard to case. The caller frees it. Returns NULL
 * with where in the pattern the fault is. */
struct regex *regex_new(const char *text, struct err *err);
void regex_free(struct regex *regex);

/* Whether it matches anywhere in the subject; any octets. One of more than 320
 * octets, longer than an address may be, never does. */
bool regex_match(struct regex *regex, const char *subject);

/* How often a match was given up since the last call: for its limit, or for
 * want of memory. */
unsigned regex_take_overruns(struct regex *regex);

#endif
