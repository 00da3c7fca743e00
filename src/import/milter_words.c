/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/milter_words.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

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

bool
milter_words_is(const char *word, const char *keyword)
{
	size_t n = strlen(keyword);

	return strncasecmp(word, keyword, n) == 0 &&
	    (word[n] == '\0' || strcmp(word + n, ":") == 0);
}

bool
milter_words_line(const char **text, struct milter_line *out)
{
	char word[MILTER_WORD_SIZE];
	enum milter_word what;

	out->n = 0;
	out->second_is_quoted = out->is_cut = false;
	for (;;) {
		bool is_quoted = *milter_words_skip(*text) == '"';

		what = milter_words_next(text, word);
		if (what != MILTER_WORD)
			return what == MILTER_END_OF_LINE;
		if (out->n == 1)
			out->second_is_quoted = is_quoted;
		if (out->n < MILTER_LINE_WORDS_MAX)
			strcpy(out->words[out->n++], word);
		else
			out->is_cut = true;
	}
}
