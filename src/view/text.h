/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_VIEW_TEXT_H
#define TARDIGREY_VIEW_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * text: a text that grows at its end. If memory is short, the text has failed,
 * and every later call does nothing.
 */

struct text {
	char *octets; /* owned; ends in NUL; NULL while the text is empty */
	size_t n;     /* without the NUL */
	size_t size;
	bool has_failed;
};

void text_free(struct text *text);

void text_add(struct text *text, const char *more);
void text_format(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
