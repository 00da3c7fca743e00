/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_LISTS_WIDE_PATTERN_H
#define TARDIGREY_LISTS_WIDE_PATTERN_H

#include "lists/pattern.h"

/* wide_pattern: patterns that match so much mail that they are probably typing
 * errors. */

/* The widest networks that are not wide patterns. */
#define WIDE_IPV4_PREFIX 8
#define WIDE_IPV6_PREFIX 32

/* Returns 0, or -1 with a sentence that says what the pattern matches. */
int wide_pattern_check(enum list_kind kind, const struct pattern *pattern,
    struct err *err);

#endif
