/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_SQL_TOKENS_H
#define TARDIGREY_IMPORT_SQL_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * sql_tokens: cuts SQL text into tokens, as pg_dump, mysqldump and the command
 * .dump of sqlite3 write it. It takes one octet at a time, and its size is
 * fixed, so a dump may be of any size.
 *
 * Comments give no token. In strings of MySQL and MariaDB, and in E'...' of
 * PostgreSQL, a backslash begins an escape. The dump of MySQL and MariaDB is
 * recognised by its first comment, or by the first name in backticks.
 */

/* The longest text of a token. A longer token is cut. */
#define SQL_TEXT_MAX 2100

enum sql_token {
	SQL_WORD,   /* a keyword, a name or a number without quotes */
	SQL_NAME,   /* a name in double quotes or in backticks */
	SQL_STRING, /* in single quotes */
	SQL_PUNCTUATION,
};

struct sql_text {
	char text[SQL_TEXT_MAX + 1]; /* ends with a NUL */
	size_t n;
	bool is_cut; /* the token was longer */
	bool has_nul;
};

/* Called for each token. The text is borrowed. */
typedef void sql_token_fn(void *arg, enum sql_token kind,
    const struct sql_text *text);

enum sql_tokens_in {
	SQL_IN_SPACE,
	SQL_IN_WORD,
	SQL_IN_QUOTES,
	SQL_IN_ESCAPE,      /* after a backslash in a string */
	SQL_AFTER_QUOTE,    /* the end of the string, or the first of two */
	SQL_AFTER_DASH,     /* "-" or the beginning of a comment */
	SQL_AFTER_SLASH,    /* likewise */
	SQL_IN_LINE,        /* in a comment up to the end of the line */
	SQL_IN_COMMENT,     /* between the signs for a comment */
	SQL_IN_COMMENT_END, /* after an asterisk in it */
	SQL_IN_TAG,         /* between the dollar signs of a tag */
	SQL_IN_DOLLARS,     /* in a string between two equal tags */
};

struct sql_tokens {
	enum sql_tokens_in in;
	bool is_mysql;      /* backslashes are escapes in all strings */
	bool is_utc;        /* the dump says that its times are in UTC */
	bool has_escapes;   /* in this string */
	char quote;         /* of the string or the name */
	char tag[32];       /* such as "$$" or "$_$" */
	size_t tag_n;       /* its length */
	size_t tag_match_n; /* octets at the end of the text that match it */
	struct sql_text text;
};

/* Take the next octet. Begin with a struct of zeros. */
void sql_tokens_take(struct sql_tokens *tokens, char octet, sql_token_fn *token,
    void *arg);

/* True if no token and no comment is open. A comment that ends with its line is
 * never open. */
bool sql_tokens_are_complete(const struct sql_tokens *tokens);

/* For the readers of a text: begin an empty one, and add an octet. */
void sql_text_clear(struct sql_text *text);
void sql_text_add(struct sql_text *text, char octet);

/* True if the text is this word, without regard to case. */
bool sql_text_is(const struct sql_text *text, const char *word);

#endif
