/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_MILTER_WORDS_H
#define TARDIGREY_IMPORT_MILTER_WORDS_H

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

#endif
