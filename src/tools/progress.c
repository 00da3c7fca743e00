/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/progress.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "system/clock.h"

static bool shown;

void
progress_show(const char *format, ...)
{
	static int64_t shown_s;
	int64_t now_s = clock_monotonic_s();
	va_list ap;

	if (now_s == shown_s || !isatty(STDERR_FILENO))
		return;
	shown_s = now_s;
	shown = true;
	fputc('\r', stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
}

void
progress_end(void)
{
	if (shown)
		fputs("\r\033[K", stderr);
	shown = false;
}
