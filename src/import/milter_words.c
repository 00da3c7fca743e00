/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/milter_words.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const char *
milter_words_skip(const char *text)
{
	for (;;) {
		text += strspn(text, " \t\r");
		if (*text == '#')
			return text + strcspn(text, "\n");
		if (*text != '\\')
			return text;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
}

#define ENDS " \t\r\n{}#\\" /* of a word without quotes and slashes */

/* "/24" */
static bool
is_prefix(const char *text)
{
	size_t n = strspn(text + 1, "0123456789");

	return n > 0 && (text[1 + n] == '\0' || strchr(ENDS, text[1 + n]));
}

/* The length of a regex with its slashes, or 0. A slash after a backslash ends
 * the regex only if no other one follows in the line. */
static size_t
regex_n(const char *text)
{
	size_t n = 0;

	if (*text != '/' || is_prefix(text))
		return 0;
	for (size_t i = 1; text[i] != '\0' && text[i] != '\n'; i++) {
		if (text[i] != '/')
			continue;
		n = i + 1;
		if (text[i - 1] != '\\')
			break;
	}
	return n;
}

/* The length of a word without quotes. */
static size_t
plain_n(const char *text)
{
	size_t n = regex_n(text);

	if (n > 0)
		return n;
	return *text == '{' || *text == '}' ? 1 : strcspn(text, ENDS);
}

enum milter_word
milter_words_next(const char **text, char out[MILTER_WORD_SIZE])
{
	const char *begin = milter_words_skip(*text);
	bool is_quoted = *begin == '"';
	size_t n;

	*text = begin;
	if (*begin == '\0')
		return MILTER_END;
	if (*begin == '\n') {
		*text = begin + 1;
		return MILTER_END_OF_LINE;
	}
	begin += is_quoted;
	n = is_quoted ? strcspn(begin, "\"\n") : plain_n(begin);
	*text = begin + n + (is_quoted && begin[n] == '"');
	snprintf(out, MILTER_WORD_SIZE, "%.*s", (int)n, begin);
	return MILTER_WORD;
}
