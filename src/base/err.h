/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_ERR_H
#define TARDIGREY_BASE_ERR_H

#include <stdbool.h>

/*
 * err: one sentence about what went wrong.
 *
 * The caller owns a struct err and passes it down; the function that fails
 * writes the words, each level above may put context in front, and the top
 * says it once (log, stderr or exit code). Lower rings never log.
 */

#define ERR_SIZE 512

struct err {
	char text[ERR_SIZE]; /* "" while nothing failed */
};

/* Set the sentence. Longer ones are cut and end in "...". Always returns -1,
 * so that "return err_set(...)" reads well in functions that return int. */
int err_set(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Put "context: " in front of the sentence. Always returns -1. */
int err_prefix(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Memory is short: what fails today works tomorrow, and says nothing about
 * what was given. Always returns -1. */
int err_no_memory(struct err *err);
bool err_is_no_memory(const struct err *err);

#endif
