/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/sender_text.h"

size_t
text_shape_n(const char *text, const char *shape)
{
	size_t n = 0;

	for (; shape[n] != '\0'; n++) {
		bool fits = shape[n] == 'D' ? text_is_digit(text[n])
		    : shape[n] == 'A'       ? text_is_letter(text[n])
		    : shape[n] == 'H'       ? text_is_hex(text[n])
					    : text[n] == shape[n];

		if (!fits)
			return 0;
	}
	return n;
}

bool
text_is_domain(const char *from, const char *to)
{
	char before = '.';

	for (; from < to; from++) {
		if (!text_is_alnum(*from) && !text_is_one_of(*from, ".-_"))
			return false;
		if (*from == '.' && before == '.')
			return false;
		before = *from;
	}
	return before != '.';
}
