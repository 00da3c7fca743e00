/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/generic_name.h"

#include <stddef.h>
#include <string.h>

#include "base/lowercase.h"
#include "mail/generic_words.h"
#include "mail/spelled_address.h"

#define NAME_MAX_N 253 /* RFC 1035 2.3.4, without the dot at the end */
#define SERIAL_MIN 12  /* hexadecimal digits of a MAC address */
#define QUAD_N     4
#define OCTET_MAX  255

/* The end of a number up to 255, or NULL if none begins here. */
static const char *
after_octet(const char *text)
{
	unsigned value = 0;
	unsigned digits_n = 0;

	for (; hex_digit(text[digits_n]) < 10 && digits_n < 4; digits_n++)
		value = value * 10 + hex_digit(text[digits_n]);
	return digits_n >= 1 && digits_n <= 3 && value <= OCTET_MAX
	    ? text + digits_n
	    : NULL;
}

static bool
quad_begins(const char *text)
{
	char separator = '\0';

	for (unsigned i = 0; i < QUAD_N; i++) {
		if (i == 1 && strchr("-._x", *text) != NULL)
			separator = *text;
		if (i > 0 && (separator == '\0' || *text++ != separator))
			return false;
		text = after_octet(text);
		if (text == NULL)
			return false;
	}
	return true;
}

/* True if the name has four numbers up to 255 with the same separator. They may
 * be another address of the client. */
static bool
has_quad(const char *name)
{
	for (size_t at = 0; name[at] != '\0'; at++) {
		if ((at == 0 || hex_digit(name[at - 1]) >= 10) &&
		    quad_begins(name + at))
			return true;
	}
	return false;
}

/* True if the name has SERIAL_MIN hexadecimal digits in a row, and at least one
 * of them is decimal. They may be a MAC address
 * (S0106001122334455.vc.shawcable.net) or a UUID. */
static bool
has_serial(const char *name)
{
	size_t digits_n = 0;
	bool decimal = false;

	for (; *name != '\0'; name++) {
		if (hex_digit(*name) == 16) {
			digits_n = 0;
			decimal = false;
			continue;
		}
		digits_n++;
		decimal = decimal || hex_digit(*name) < 10;
		if (digits_n >= SERIAL_MIN && decimal)
			return true;
	}
	return false;
}

bool
generic_name(const char *client_name, const struct netaddr *client)
{
	char name[NAME_MAX_N + 1];

	if (strlen(client_name) > NAME_MAX_N)
		return true;
	lowercase(client_name, name);
	return spelled_address(name, client) || has_quad(name) ||
	    has_serial(name) || generic_words_at_end(name) ||
	    generic_words_inside(name);
}
