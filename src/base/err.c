/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void format_cut(char *text, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

static void
format_cut(char *text, const char *format, va_list ap)
{
	int len = vsnprintf(text, ERR_SIZE, format, ap);

	if (len >= ERR_SIZE)
		memcpy(text + ERR_SIZE - 4, "...", 4);
	else if (len < 0)
		text[0] = '\0';
}

int
err_set(struct err *err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	format_cut(err->text, format, ap);
	va_end(ap);
	return -1;
}

int
err_prefix(struct err *err, const char *format, ...)
{
	struct err context;
	char sentence[ERR_SIZE];
	va_list ap;

	va_start(ap, format);
	format_cut(context.text, format, ap);
	va_end(ap);
	memcpy(sentence, err->text, sizeof(sentence));
	return err_set(err, "%s: %s", context.text, sentence);
}

static const char no_memory[] = "out of memory";

int
err_no_memory(struct err *err)
{
	return err_set(err, "%s", no_memory);
}

bool
err_is_no_memory(const struct err *err)
{
	return strcmp(err->text, no_memory) == 0;
}
