/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "base/decimal.h"

#include <string.h>

size_t
decimal_format(int64_t number, char out[DECIMAL_SIZE])
{
	char digits[DECIMAL_SIZE];
	char *end = digits + sizeof(digits), *at = end;
	uint64_t left = (uint64_t)number;
	size_t n;

	if (number < 0)
		left = -left;
	*--at = '\0';
	do
		*--at = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (number < 0)
		*--at = '-';
	n = (size_t)(end - at);
	memcpy(out, at, n);
	return n - 1;
}
