/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_MAIL_ARGUMENT_H
#define TARDIGREY_TOOLS_MAIL_ARGUMENT_H

#include <stdbool.h>

#include "base/err.h"
#include "decide/key_text.h"
#include "mail/request.h"

/* mail_argument: a mail address in an argument. The administrator copies it
 * from the log of a mail server, where it has angle brackets around it. */

#define MAIL_ARGUMENT_SIZE (REQUEST_ADDRESS_MAX + 1)

/* Copy a text without the angle brackets around it. "<>" stays as it is. If the
 * text is too long, only its beginning is copied. */
void mail_argument_strip(const char *text, char out[MAIL_ARGUMENT_SIZE]);

/* A glob for addresses, or one address. An address may have the characters of
 * globs: a@[192.0.2.9]. */
struct mail_glob {
	char text[MAIL_ARGUMENT_SIZE];
	char key[KEY_TEXT_SIZE]; /* the text as keys have it */
};

/* Read a glob, with or without angle brackets around it. NULL matches every
 * address. */
void mail_argument_glob(const char *text, struct mail_glob *out);

/* True if the address is the text of the glob, or its shortened form, or if the
 * glob matches it, all in any case. */
bool mail_argument_matches(const struct mail_glob *glob, const char *address);

/* Parse "a@example.net" or "<a@example.net>". The sender can also be "" or
 * "<>": *out is then "". The recipient can also be "postmaster" (RFC 5321
 * 4.1.1.3). Both can be in the form of key_text(). Refuses a name before the
 * address, as in "Joe <a@example.net>". Returns 0, or -1 with a sentence. */
int mail_argument_parse_sender(const char *text, char out[MAIL_ARGUMENT_SIZE],
    struct err *err);
int mail_argument_parse_recipient(const char *text,
    char out[MAIL_ARGUMENT_SIZE], struct err *err);

/* Parse the address of a correspondent, or of a user of ours. Refuses "" and
 * "<>", and also blanks, brackets, commas and semicolons outside quotes. Such a
 * text has a name before the address, or is a row of a table. */
int mail_argument_parse_correspondent(const char *text,
    char out[MAIL_ARGUMENT_SIZE], struct err *err);

#endif
