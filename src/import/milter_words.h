/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_MILTER_WORDS_H
#define TARDIGREY_IMPORT_MILTER_WORDS_H

#include <stdbool.h>

/*
 * milter_words: cuts the text of greylist.conf of milter-greylist into words.
 *
 * A word is a text in double quotes, a regex between slashes, a brace, or a
 * text without blanks. A backslash joins a line with the next one, and what
 * follows it in its line is ignored.
 */

#define MILTER_WORD_SIZE 400

enum milter_word { MILTER_WORD, MILTER_END_OF_LINE, MILTER_END };

/* Skip blanks, comments, and ends of lines after a backslash. */
const char *milter_words_skip(const char *text);

/* Read the next word, without its quotes, and move *text behind it. A word that
 * is too long is cut. */
enum milter_word milter_words_next(const char **text,
    char out[MILTER_WORD_SIZE]);

/* True if the word is this keyword, without regard to case. A colon may follow
 * it. */
bool milter_words_is(const char *word, const char *keyword);

/* The words of a line. */
#define MILTER_LINE_WORDS_MAX 16
struct milter_line {
	char words[MILTER_LINE_WORDS_MAX][MILTER_WORD_SIZE];
	int n;
	bool second_is_quoted;
	bool is_cut; /* it has more words */
};

/* Read the rest of a line, and move *text behind it. Returns true, or false if
 * the text ends with it. */
bool milter_words_line(const char **text, struct milter_line *out);

#endif
