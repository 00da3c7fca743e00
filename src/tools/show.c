/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/show.h"

#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "system/clock.h"

#define TEXTS     8
#define TEXT_SIZE (4 * SHOW_TEXT_SIZE)

static char *
next_text(void)
{
	static char texts[TEXTS][TEXT_SIZE];
	static size_t next;

	return texts[next++ % TEXTS];
}

/* ---- Text ---- */

/* True if the locale of the environment is UTF-8. On other terminals, octets of
 * a UTF-8 character can be control characters. */
static bool
can_show_utf8(void)
{
	static bool is_known, is_utf8;
	locale_t locale;

	if (is_known)
		return is_utf8;
	is_known = true;
	locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	if (locale == (locale_t)0)
		return false;
	is_utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
	freelocale(locale);
	return is_utf8;
}

/* Characters that control a terminal, are invisible, or change the direction of
 * the text around them. */
static bool
is_harmful(uint32_t character)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
	    {0x80, 0x9f},         /* C1 controls */
	    {0xad, 0xad},         /* soft hyphen */
	    {0x61c, 0x61c},       /* Arabic letter mark */
	    {0x180e, 0x180e},     /* Mongolian vowel separator */
	    {0x200b, 0x200f},     /* zero width, direction marks */
	    {0x2028, 0x202e},     /* line separators, directions */
	    {0x2060, 0x206f},     /* invisible operators, directions */
	    {0xd800, 0xf8ff},     /* surrogates, private use */
	    {0xfe00, 0xfe0f},     /* variation selectors */
	    {0xfeff, 0xfeff},     /* byte order mark */
	    {0xfff0, 0xfffb},     /* annotations */
	    {0xfffe, 0xffff},     /* no characters */
	    {0xe0000, UINT32_MAX} /* tags, private use, no characters */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (character >= ranges[i].first && character <= ranges[i].last)
			return true;
	return false;
}

/* The number of octets of the harmless UTF-8 character (RFC 3629) that the text
 * begins with; 0 if it begins with something else, or with ASCII. */
static size_t
utf8_n(const unsigned char *text)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = text[0] >= 0xf0 && text[0] < 0xf8 ? 4
	    : text[0] >= 0xe0 && text[0] < 0xf0      ? 3
	    : text[0] >= 0xc0 && text[0] < 0xe0      ? 2
						     : 0;
	uint32_t character = text[0] & (0x7fU >> n);

	for (size_t i = 1; i < n; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (text[i] & 0x3fU);
	}
	return character < smallest[n] || is_harmful(character) ? 0 : n;
}

static char *
put_octet(char *out, unsigned char octet)
{
	static const char hex[] = "0123456789abcdef";

	*out++ = '\\';
	*out++ = 'x';
	*out++ = hex[octet >> 4];
	*out++ = hex[octet & 15];
	return out;
}

const char *
show_text(const char *text)
{
	char *shown = next_text(), *out = shown;

	while (*text != '\0' && out < shown + TEXT_SIZE - 5) {
		unsigned char octet = (unsigned char)*text;
		size_t n = octet >= ' ' && octet < 0x7f ? 1 : 0;

		if (octet >= 0x80 && can_show_utf8())
			n = utf8_n((const unsigned char *)text);
		if (n == 0)
			out = put_octet(out, (unsigned char)*text++);
		for (; n > 0; n--)
			*out++ = *text++;
	}
	*out = '\0';
	return shown;
}

int
show_width(const char *shown)
{
	int n = 0;

	for (; *shown != '\0'; shown++)
		n += ((unsigned char)*shown & 0xc0) != 0x80;
	return n;
}

/* ---- Numbers ---- */

const char *
show_time(int64_t time_s)
{
	char *shown = next_text();
	bool people = isatty(STDOUT_FILENO);
	struct tm tm;

	if (time_s < 0 || time_s > DATE_MAX_S)
		snprintf(shown, TEXT_SIZE, "%" PRId64, time_s);
	else if (people && clock_local_time(time_s, &tm))
		strftime(shown, TEXT_SIZE, "%Y-%m-%d %H:%M:%S", &tm);
	else
		date_time_format(time_s, shown);
	return shown;
}

const char *
show_minute(int64_t time_s)
{
	char *shown = next_text();
	time_t when = (time_t)time_s;
	struct tm tm;

	if (localtime_r(&when, &tm) == NULL)
		snprintf(shown, TEXT_SIZE, "%" PRId64, time_s);
	else
		strftime(shown, TEXT_SIZE, "%Y-%m-%d %H:%M", &tm);
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
