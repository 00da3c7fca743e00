/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_LISTS_REGEX_H
#define TARDIGREY_LISTS_REGEX_H

#include <stdbool.h>

#include "base/err.h"

/*
 * regex: Perl-compatible regular expressions (PCRE2). The steps of a match are
 * limited. A match that reaches the limit fails. Only this module uses PCRE2.
 */

struct regex;

/* Compile "/.../"; matches ignore case. The caller frees the regex. Returns
 * NULL with what is wrong and at which octet. */
struct regex *regex_new(const char *text, struct err *err);
void regex_free(struct regex *regex);

/* True if the regex matches a part of the subject. A subject of more than 320
 * octets never matches: an address has fewer. */
bool regex_match(struct regex *regex, const char *subject);

/* The number of matches that have failed since the last call because they
 * reached a limit or because memory was short. */
unsigned regex_take_overruns(struct regex *regex);

#endif
