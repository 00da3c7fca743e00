/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/reference.h"

#include <string.h>

/* Crockford's alphabet: without i, l and o, which look like digits, and u. */
static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

void
reference_format(uint64_t bits, char out[REFERENCE_SIZE])
{
	for (int i = 0; i < REFERENCE_SIZE - 1; i++) {
		out[i] = digits[bits & 31];
		bits >>= 5;
	}
	out[REFERENCE_SIZE - 1] = '\0';
}

static char
digit_meant(char octet)
{
	if (octet >= 'A' && octet <= 'Z')
		octet = (char)(octet + 32);
	if (octet == 'o')
		return '0';
	return octet == 'i' || octet == 'l' ? '1' : octet;
}

int
reference_parse(const char *text, char out[REFERENCE_SIZE])
{
	char read[REFERENCE_SIZE] = "";
	size_t n = 0;

	for (; *text != '\0'; text++) {
		if (*text == '-')
			continue;
		if (n == REFERENCE_SIZE - 1)
			return -1;
		read[n] = digit_meant(*text);
		if (strchr(digits, read[n]) == NULL)
			return -1;
		n++;
	}
	if (n != REFERENCE_SIZE - 1)
		return -1;
	memcpy(out, read, REFERENCE_SIZE);
	return 0;
}
