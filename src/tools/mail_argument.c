/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/mail_argument.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/lowercase.h"

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
mail_argument_glob(const char *text, struct mail_glob *out)
{
	char address[MAIL_ARGUMENT_SIZE];

	mail_argument_strip(text != NULL ? text : "*", out->text);
	lowercase(out->text, address);
	key_text(address, out->key);
}

bool
mail_argument_matches(const struct mail_glob *glob, const char *address)
{
	return strcasecmp(glob->text, address) == 0 ||
	    strcasecmp(glob->key, address) == 0 ||
	    fnmatch(glob->text, address, FNM_CASEFOLD) == 0;
}

static bool
is_control(char octet)
{
	return (unsigned char)octet < ' ' || octet == 0x7f;
}

/* True if the text has no control character, and outside quotes (RFC 5321
 * 4.1.2) no blank, bracket, comma or semicolon. */
static bool
is_clean(const char *text)
{
	bool quoted = false;

	for (size_t i = 0; text[i] != '\0'; i++) {
		if (is_control(text[i]) ||
		    (!quoted && strchr("<> ,;", text[i]) != NULL))
			return false;
		if (text[i] == '"')
			quoted = !quoted;
		else if (quoted && text[i] == '\\' &&
		    (text[i + 1] == '"' || text[i + 1] == '\\'))
			i++;
	}
	return true;
}

/* True if there is a text on both sides of the last "@", and the domain is
 * clean: that of "Joe <joe@example.net>" is not. The local part can be
 * anything: Postfix removes its quotes, so the log has senders with a blank or
 * a bracket. */
static bool
is_address(const char *text)
{
	const char *at = strrchr(text, '@');

	return at != NULL && at > text && at[1] != '\0' && is_clean(at + 1);
}

/* True also for a shortened address, of which the "@" may be left out. */
static bool
is_address_of_key(const char *text)
{
	return is_address(text) || key_text_is_shortened(text);
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

/* Of "Joe <joe@example.net>" propose joe@example.net, else the example. */
static int
refuse(const char *what, const char *text, const char *example, struct err *err)
{
	char address[MAIL_ARGUMENT_SIZE];
	const char *begin = strrchr(text, '<');
	size_t n = begin != NULL ? strcspn(++begin, ">") : 0;

	snprintf(address, sizeof(address), "%.*s", (int)n,
	    begin != NULL ? begin : "");
	if (is_address(address) && is_clean(address))
		return err_set(err, "not %s: \"%s\" (write %s)", what, text,
		    address);
	return err_set(err, "not %s: \"%s\" (write it like %s)", what, text,
	    example);
}

int
mail_argument_parse_sender(const char *text, char out[MAIL_ARGUMENT_SIZE],
    struct err *err)
{
	if (strip(text, out, err) != 0)
		return -1;
	if (strcmp(out, "<>") == 0)
		out[0] = '\0';
	if (out[0] == '\0' || is_address_of_key(out))
		return 0;
	return refuse("the mail address of a sender", text,
	    "a@example.net, or <>", err);
}

int
mail_argument_parse_recipient(const char *text, char out[MAIL_ARGUMENT_SIZE],
    struct err *err)
{
	if (strip(text, out, err) != 0)
		return -1;
	if (is_address_of_key(out) || strcasecmp(out, "postmaster") == 0)
		return 0;
	return refuse("the mail address of a recipient", text, "a@example.net",
	    err);
}

int
mail_argument_parse_correspondent(const char *text,
    char out[MAIL_ARGUMENT_SIZE], struct err *err)
{
	if (strip(text, out, err) != 0)
		return -1;
	if (strcmp(out, "<>") == 0 || out[0] == '\0')
		return err_set(err,
		    "the null sender cannot be a correspondent (write an "
		    "address like a@example.net)");
	if (is_address(out) && is_clean(out))
		return 0;
	return refuse("the mail address of a correspondent", text,
	    "a@example.net", err);
}
