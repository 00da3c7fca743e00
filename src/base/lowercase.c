/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "base/lowercase.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define EACH(octet) ((octet)*UINT64_C(0x0101010101010101))

/* Change eight octets. The sums set the upper bit of the octets from 'A' on,
 * and of those above 'Z'. */
static uint64_t
lowercase_word(uint64_t octets)
{
	uint64_t low = octets & EACH(0x7f);
	uint64_t is_upper =
	    (low + EACH(0x80 - 'A')) & ~(low + EACH(0x7f - 'Z')) & ~octets;

	return octets | (is_upper & EACH(0x80)) >> 2;
}

static void
lowercase_eight(const char *from, char *to)
{
	uint64_t octets;

	memcpy(&octets, from, sizeof(octets));
	octets = lowercase_word(octets);
	memcpy(to, &octets, sizeof(octets));
}

/* Eight octets at a time are faster. The last eight may overlap those before
 * them: to change an octet twice is the same as to change it once. */
void
lowercase(const char *from, char *to)
{
	size_t n = strlen(from), at = 0;

	for (; at + sizeof(uint64_t) <= n; at += sizeof(uint64_t))
		lowercase_eight(from + at, to + at);
	if (n > sizeof(uint64_t))
		lowercase_eight(from + n - sizeof(uint64_t),
		    to + n - sizeof(uint64_t));
	else
		for (; at < n; at++)
			to[at] = from[at] >= 'A' && from[at] <= 'Z'
			    ? (char)(from[at] + 32)
			    : from[at];
	to[n] = '\0';
}
