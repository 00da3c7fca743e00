/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_ERR_H
#define TARDIGREY_BASE_ERR_H

#include <stdbool.h>

/*
 * err: one sentence that says what went wrong.
 *
 * The caller owns a struct err and passes it down. The function that fails
 * writes the sentence. Each caller above may put context in front of it. The
 * top caller prints it once, in the log or on standard error. Only src/daemon
 * and src/tools print.
 *
 * The sentence says what is wrong, where, and what to write instead:
 * "tardigrey.conf:7: delay: out of range: \"2d\" (write 0 to 1d)".
 */

#define ERR_SIZE 512

struct err {
	char text[ERR_SIZE]; /* "" while nothing failed */
};

/* Set the sentence. A sentence that is too long is cut and ends in "...".
 * Always returns -1, so that a function can end with "return err_set(...)". */
int err_set(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Put "context: " in front of the sentence. Always returns -1. */
int err_prefix(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Set the sentence to "out of memory". Call this function for every allocation
 * that fails. Always returns -1. */
int err_no_memory(struct err *err);

/* True if err_no_memory() set the sentence. Then the input may be right, and
 * the same call may succeed later. */
bool err_is_no_memory(const struct err *err);

#endif
