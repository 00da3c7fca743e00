/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/shell_word.h"

#include <string.h>

#include "tools/memory.h"

#define PLAIN                                                            \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" \
	"%+,-./:=@_"

/* Each octet takes at most four: '\'' ends the quotes, adds one quote, and
 * begins quotes again. */
char *
shell_word(const char *text)
{
	size_t plain_n = strspn(text, PLAIN);
	char *word = memory_alloc(4 * strlen(text) + 3, 1), *out = word;

	if (plain_n > 0 && text[plain_n] == '\0')
		return strcpy(word, text);
	*out++ = '\'';
	for (; *text != '\0'; text++) {
		if (*text == '\'') {
			memcpy(out, "'\\''", 4);
			out += 4;
		} else {
			*out++ = *text;
		}
	}
	strcpy(out, "'");
	return word;
}
