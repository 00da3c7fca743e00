/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_OVERRIDES_H
#define TARDIGREY_SYSTEM_OVERRIDES_H

#include <stddef.h>

#include "base/err.h"

/* overrides: the options -o NAME=VALUE of a command line, in their order. */

#define OVERRIDES_MAX 64

struct overrides {
	const char *items[OVERRIDES_MAX]; /* borrowed; each contains '=' */
	size_t n;
};

/* Add the argument of an option -o. Returns 0, or -1 and a sentence. */
int overrides_add(struct overrides *overrides, const char *text,
    struct err *err);

#endif
