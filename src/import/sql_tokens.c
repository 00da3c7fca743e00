/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/sql_tokens.h"

#include <string.h>
#include <strings.h>

/* ---- Texts ---- */

void
sql_text_clear(struct sql_text *text)
{
	text->n = 0;
	text->text[0] = '\0';
	text->is_cut = text->has_nul = false;
}

void
sql_text_add(struct sql_text *text, char octet)
{
	if (text->n == SQL_TEXT_MAX) {
		text->is_cut = true;
		return;
	}
	if (octet == '\0')
		text->has_nul = true;
	text->text[text->n++] = octet;
	text->text[text->n] = '\0';
}

bool
sql_text_is(const struct sql_text *text, const char *word)
{
	return text->n == strlen(word) && strcasecmp(text->text, word) == 0;
}

/* ---- Octets ---- */

static bool
is_word(char octet)
{
	return (octet >= 'a' && octet <= 'z') ||
	    (octet >= 'A' && octet <= 'Z') || (octet >= '0' && octet <= '9') ||
	    octet == '_' || (unsigned char)octet >= 0x80;
}

static bool
is_space(char octet)
{
	return octet != '\0' && strchr(" \t\r\n\f\v", octet) != NULL;
}

static void
give(struct sql_tokens *tokens, enum sql_token kind, sql_token_fn *token,
    void *arg)
{
	token(arg, kind, &tokens->text);
	sql_text_clear(&tokens->text);
	tokens->in = SQL_IN_SPACE;
}

static void
give_punctuation(struct sql_tokens *tokens, char octet, sql_token_fn *token,
    void *arg)
{
	sql_text_clear(&tokens->text);
	sql_text_add(&tokens->text, octet);
	give(tokens, SQL_PUNCTUATION, token, arg);
}

static void
begin_quotes(struct sql_tokens *tokens, char quote, bool has_escapes)
{
	if (quote == '`')
		tokens->is_mysql = true;
	tokens->quote = quote;
	tokens->has_escapes =
	    quote == '\'' && (has_escapes || tokens->is_mysql);
	tokens->in = SQL_IN_QUOTES;
	sql_text_clear(&tokens->text);
}

/* Take an octet between two tokens. A backslash begins a command of psql, which
 * ends with the line. */
static void
take_first(struct sql_tokens *tokens, char octet, sql_token_fn *token,
    void *arg)
{
	tokens->in = SQL_IN_SPACE;
	if (is_space(octet))
		return;
	sql_text_clear(&tokens->text);
	if (is_word(octet)) {
		tokens->in = SQL_IN_WORD;
		sql_text_add(&tokens->text, octet);
	} else if (octet == '\'' || octet == '"' || octet == '`') {
		begin_quotes(tokens, octet, false);
	} else if (octet == '-') {
		tokens->in = SQL_AFTER_DASH;
	} else if (octet == '/') {
		tokens->in = SQL_AFTER_SLASH;
	} else if (octet == '\\') {
		tokens->in = SQL_IN_LINE;
	} else if (octet == '$') {
		tokens->in = SQL_IN_TAG;
		tokens->tag[0] = octet;
		tokens->tag_n = 1;
	} else {
		give_punctuation(tokens, octet, token, arg);
	}
}

static void
take_in_word(struct sql_tokens *tokens, char octet, sql_token_fn *token,
    void *arg)
{
	if (is_word(octet) || octet == '$') {
		sql_text_add(&tokens->text, octet);
	} else if (octet == '\'' && sql_text_is(&tokens->text, "E")) {
		begin_quotes(tokens, octet, true);
	} else {
		give(tokens, SQL_WORD, token, arg);
		take_first(tokens, octet, token, arg);
	}
}

/* ---- Strings ---- */

static void
take_in_quotes(struct sql_tokens *tokens, char octet)
{
	if (octet == tokens->quote)
		tokens->in = SQL_AFTER_QUOTE;
	else if (octet == '\\' && tokens->has_escapes)
		tokens->in = SQL_IN_ESCAPE;
	else
		sql_text_add(&tokens->text, octet);
}

static void
take_in_escape(struct sql_tokens *tokens, char octet)
{
	static const char letters[] = "0bnrtZ", octets[] = "\0\b\n\r\t\032";
	const char *letter = octet == '\0' ? NULL : strchr(letters, octet);

	sql_text_add(&tokens->text,
	    letter == NULL ? octet : octets[letter - letters]);
	tokens->in = SQL_IN_QUOTES;
}

/* Two quotes stand for one. */
static void
take_after_quote(struct sql_tokens *tokens, char octet, sql_token_fn *token,
    void *arg)
{
	if (octet == tokens->quote) {
		sql_text_add(&tokens->text, octet);
		tokens->in = SQL_IN_QUOTES;
		return;
	}
	give(tokens, tokens->quote == '\'' ? SQL_STRING : SQL_NAME, token, arg);
	take_first(tokens, octet, token, arg);
}

/* A parameter such as $1 is no tag, and has no use here. */
static void
take_in_tag(struct sql_tokens *tokens, char octet, sql_token_fn *token,
    void *arg)
{
	if ((octet != '$' && !is_word(octet)) ||
	    tokens->tag_n == sizeof(tokens->tag)) {
		take_first(tokens, octet, token, arg);
		return;
	}
	tokens->tag[tokens->tag_n++] = octet;
	if (octet == '$') {
		tokens->in = SQL_IN_DOLLARS;
		tokens->tag_match_n = 0;
	}
}

/* A tag has a dollar sign at its beginning and at its end only. So after a
 * mismatch only this octet can begin the tag again. The content is the body of
 * a function, and is not used. */
static void
take_in_dollars(struct sql_tokens *tokens, char octet, sql_token_fn *token,
    void *arg)
{
	if (octet != tokens->tag[tokens->tag_match_n])
		tokens->tag_match_n = 0;
	if (octet == tokens->tag[tokens->tag_match_n])
		tokens->tag_match_n++;
	if (tokens->tag_match_n == tokens->tag_n)
		give(tokens, SQL_STRING, token, arg);
}

/* ---- Comments ---- */

static void
take_after_sign(struct sql_tokens *tokens, char octet, sql_token_fn *token,
    void *arg)
{
	bool is_dash = tokens->in == SQL_AFTER_DASH;

	if (octet == (is_dash ? '-' : '*')) {
		tokens->in = is_dash ? SQL_IN_LINE : SQL_IN_COMMENT;
		return;
	}
	give_punctuation(tokens, is_dash ? '-' : '/', token, arg);
	take_first(tokens, octet, token, arg);
}

static void
take_in_line(struct sql_tokens *tokens, char octet)
{
	static const char *const beginnings[] = {
	    " MySQL dump", " MariaDB dump"};

	if (octet != '\n') {
		sql_text_add(&tokens->text, octet);
		return;
	}
	for (size_t i = 0; i < 2; i++)
		if (strncmp(tokens->text.text, beginnings[i],
			strlen(beginnings[i])) == 0)
			tokens->is_mysql = true;
	sql_text_clear(&tokens->text);
	tokens->in = SQL_IN_SPACE;
}

/* mysqldump hides commands for MySQL in comments. */
static void
take_in_comment(struct sql_tokens *tokens, char octet)
{
	sql_text_add(&tokens->text, octet);
	if (octet != '/' || tokens->in != SQL_IN_COMMENT_END) {
		tokens->in = octet == '*' ? SQL_IN_COMMENT_END : SQL_IN_COMMENT;
		return;
	}
	if (strstr(tokens->text.text, "SET TIME_ZONE='+00:00'") != NULL)
		tokens->is_utc = true;
	sql_text_clear(&tokens->text);
	tokens->in = SQL_IN_SPACE;
}

/* ---- The tokens ---- */

void
sql_tokens_take(struct sql_tokens *tokens, char octet, sql_token_fn *token,
    void *arg)
{
	switch (tokens->in) {
	case SQL_IN_SPACE:
		take_first(tokens, octet, token, arg);
		break;
	case SQL_IN_WORD:
		take_in_word(tokens, octet, token, arg);
		break;
	case SQL_IN_QUOTES:
		take_in_quotes(tokens, octet);
		break;
	case SQL_IN_ESCAPE:
		take_in_escape(tokens, octet);
		break;
	case SQL_AFTER_QUOTE:
		take_after_quote(tokens, octet, token, arg);
		break;
	case SQL_AFTER_DASH:
	case SQL_AFTER_SLASH:
		take_after_sign(tokens, octet, token, arg);
		break;
	case SQL_IN_LINE:
		take_in_line(tokens, octet);
		break;
	case SQL_IN_COMMENT:
	case SQL_IN_COMMENT_END:
		take_in_comment(tokens, octet);
		break;
	case SQL_IN_TAG:
		take_in_tag(tokens, octet, token, arg);
		break;
	case SQL_IN_DOLLARS:
		take_in_dollars(tokens, octet, token, arg);
		break;
	}
}

bool
sql_tokens_are_complete(const struct sql_tokens *tokens)
{
	return tokens->in == SQL_IN_SPACE || tokens->in == SQL_IN_LINE;
}
