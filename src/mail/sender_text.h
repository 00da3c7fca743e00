/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_SENDER_TEXT_H
#define TARDIGREY_MAIL_SENDER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * sender_text: tests and changes of a sender address in lower case, for the
 * rules of mail/sender_key.h.
 */

static inline bool
text_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
text_is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static inline bool
text_is_hex(char c)
{
	return text_is_digit(c) || (c >= 'a' && c <= 'f');
}

static inline bool
text_is_alnum(char c)
{
	return text_is_digit(c) || text_is_letter(c);
}

/* True if the octet is in the set. A NUL is in no set. */
static inline bool
text_is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static inline bool
text_starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* The last "@", or the end of an address without one. */
static inline char *
text_local_end(char *address)
{
	char *at = strrchr(address, '@');

	return at != NULL ? at : address + strlen(address);
}

/* Remove the octets from "from" up to "to", in place. */
static inline void
text_cut(char *from, const char *to)
{
	memmove(from, to, strlen(to) + 1);
}

/* If the text begins with a shape, return the length of the shape, else 0. In a
 * shape D is a digit, A a letter, H a hexadecimal digit; other octets stand for
 * themselves. */
size_t text_shape_n(const char *text, const char *shape);

/* True if the octets up to "to" are a domain: labels that are not empty, with
 * dots between. */
bool text_is_domain(const char *from, const char *to);

#endif
