/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/show.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TEXTS     8
#define TEXT_SIZE (4 * SHOW_TEXT_SIZE)

static char *
next_text(void)
{
	static char texts[TEXTS][TEXT_SIZE];
	static size_t next;

	return texts[next++ % TEXTS];
}

const char *
show_text(const char *text)
{
	static const char hex[] = "0123456789abcdef";
	char *shown = next_text(), *out = shown;

	for (; *text != '\0' && out < shown + TEXT_SIZE - 5; text++) {
		unsigned char octet = (unsigned char)*text;

		if (octet >= ' ' && octet < 0x7f && octet != '\\') {
			*out++ = (char)octet;
			continue;
		}
		*out++ = '\\';
		*out++ = 'x';
		*out++ = hex[octet >> 4];
		*out++ = hex[octet & 15];
	}
	*out = '\0';
	return shown;
}

const char *
show_time(int64_t time_s)
{
	char *shown = next_text();
	bool people = isatty(STDOUT_FILENO);
	time_t when = (time_t)time_s;
	struct tm tm;

	if ((people ? localtime_r(&when, &tm) : gmtime_r(&when, &tm)) == NULL ||
	    tm.tm_year > 9999 - 1900 || tm.tm_year < 0)
		snprintf(shown, TEXT_SIZE, "%" PRId64, time_s);
	else
		strftime(shown, TEXT_SIZE,
		    people ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%dT%H:%M:%SZ", &tm);
	return shown;
}

const char *
show_plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

const char *
show_span(int64_t span_s)
{
	static const struct {
		const char *word;
		int64_t unit_s;
	} units[] = {
	    {"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}};
	char *shown = next_text();
	size_t i = 0, n = 0;

	if (span_s < 1)
		return "0 seconds";
	while (span_s < units[i].unit_s)
		i++;
	for (size_t last = i + 2; i < last && i < 4; i++) {
		int64_t count = span_s / units[i].unit_s;

		span_s %= units[i].unit_s;
		if (count > 0)
			n += (size_t)snprintf(shown + n, TEXT_SIZE - n,
			    "%s%" PRId64 " %s%s", n > 0 ? " " : "", count,
			    units[i].word, show_plural(count));
	}
	return shown;
}
