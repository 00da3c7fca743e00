/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "base/byte_order_mark.h"

#include <string.h>

size_t
byte_order_mark_n(const char *text, size_t n)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t mark_n = sizeof(mark) - 1;

	return n >= mark_n && memcmp(text, mark, mark_n) == 0 ? mark_n : 0;
}
