/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "view/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_MIN 4096

void
text_free(struct text *text)
{
	free(text->octets);
	*text = (struct text){.octets = NULL};
}

/* Make room for n more octets and a NUL. */
static bool
make_room(struct text *text, size_t n)
{
	size_t size = text->size > 0 ? text->size : SIZE_MIN;
	char *octets;

	if (text->has_failed || text->n + n < text->size)
		return !text->has_failed;
	while (size <= text->n + n)
		size *= 2;
	octets = realloc(text->octets, size);
	if (octets == NULL) {
		text->has_failed = true;
		return false;
	}
	text->octets = octets;
	text->size = size;
	return true;
}

void
text_add(struct text *text, const char *more)
{
	size_t n = strlen(more);

	if (!make_room(text, n))
		return;
	memcpy(text->octets + text->n, more, n + 1);
	text->n += n;
}

void
text_format(struct text *text, const char *format, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	if (n >= 0 && make_room(text, (size_t)n)) {
		vsnprintf(text->octets + text->n, (size_t)n + 1, format, again);
		text->n += (size_t)n;
	}
	va_end(again);
	va_end(ap);
}
