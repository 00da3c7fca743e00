/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/host_name.h"

#include <stddef.h>

#define LABEL_MAX_N 63 /* RFC 1035 2.3.4 */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_label_octet(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool
is_host_name(const char *text)
{
	size_t label_n = 0;
	bool letter = false;

	for (; *text != '\0'; text++) {
		if (*text == '.') {
			if (label_n == 0)
				return false;
			label_n = 0;
			letter = false;
			continue;
		}
		if (!is_label_octet(*text) || ++label_n > LABEL_MAX_N)
			return false;
		letter = letter || is_letter(*text);
	}
	return letter;
}
