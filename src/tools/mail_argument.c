/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/mail_argument.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/lowercase.h"
#include "decide/key_text.h"

void
mail_argument_strip(const char *text, char out[MAIL_ARGUMENT_SIZE])
{
	size_t n = strlen(text);
	bool has_brackets = n > 2 && text[0] == '<' && text[n - 1] == '>';

	snprintf(out, MAIL_ARGUMENT_SIZE, "%.*s",
	    (int)(has_brackets ? n - 2 : strnlen(text, MAIL_ARGUMENT_SIZE)),
	    has_brackets ? text + 1 : text);
}

void
mail_argument_glob(const char *text, char out[MAIL_ARGUMENT_SIZE])
{
	char address[MAIL_ARGUMENT_SIZE];

	mail_argument_strip(text, out);
	if (strpbrk(out, "*?[\\") != NULL)
		return;
	lowercase(out, address);
	key_text(address, out);
}

/* True if there is a text on both sides of the last "@". */
static bool
is_address(const char *text)
{
	const char *at = strrchr(text, '@');

	return at != NULL && at > text && at[1] != '\0';
}

static int
strip(const char *text, char out[MAIL_ARGUMENT_SIZE], struct err *err)
{
	if (strlen(text) > REQUEST_ADDRESS_MAX)
		return err_set(err,
		    "the mail address is too long (at most %d octets)",
		    REQUEST_ADDRESS_MAX);
	mail_argument_strip(text, out);
	return 0;
}

int
mail_argument_parse_sender(const char *text, char out[MAIL_ARGUMENT_SIZE],
    struct err *err)
{
	if (strip(text, out, err) != 0)
		return -1;
	if (strcmp(out, "<>") == 0)
		out[0] = '\0';
	if (out[0] == '\0' || is_address(out))
		return 0;
	return err_set(err,
	    "not the mail address of a sender: \"%s\" (write it like "
	    "a@example.net, or <>)",
	    text);
}

int
mail_argument_parse_recipient(const char *text, char out[MAIL_ARGUMENT_SIZE],
    struct err *err)
{
	if (strip(text, out, err) != 0)
		return -1;
	if (is_address(out) || strcasecmp(out, "postmaster") == 0)
		return 0;
	return err_set(err,
	    "not the mail address of a recipient: \"%s\" (write it like "
	    "a@example.net)",
	    text);
}
