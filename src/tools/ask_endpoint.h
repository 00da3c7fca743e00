/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_ASK_ENDPOINT_H
#define TARDIGREY_TOOLS_ASK_ENDPOINT_H

#include <stddef.h>

#include "base/err.h"
#include "config/endpoint.h"

/*
 * ask_endpoint: connects to a socket of the daemon, sends a text, and reads
 * the answer.
 */

#define ASK_TIMEOUT_S 5

/* Read until the answer contains the text "end", until the daemon closes the
 * connection, or until out is full. *out ends in NUL. Returns 0, or -1 and an
 * error if there is no answer. */
int ask_endpoint(const struct endpoint *endpoint, const char *question,
    const char *end, char *out, size_t size, struct err *err);

#endif
