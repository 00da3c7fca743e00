/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/complain.h"

#include <stdarg.h>
#include <stdio.h>

#include "tools/show.h"

static void print_line(const char *prefix, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

static void
print_line(const char *prefix, const char *format, va_list ap)
{
	char text[SHOW_TEXT_SIZE];

	vsnprintf(text, sizeof(text), format, ap);
	fprintf(stderr, "%s%s\n", prefix, show_text(text));
}

void
complain(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	print_line("tardigrey: ", format, ap);
	va_end(ap);
}

void
complain_line(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	print_line("", format, ap);
	va_end(ap);
}
