/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "base/lowercase.h"

void
lowercase(const char *from, char *to)
{
	for (; *from != '\0'; from++, to++)
		*to = *from >= 'A' && *from <= 'Z' ? (char)(*from + 32) : *from;
	*to = '\0';
}
