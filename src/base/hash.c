/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "base/hash.h"

#include <stddef.h>
#include <string.h>

#define FNV_PRIME 0x100000001b3ULL

uint64_t
hash_text(uint64_t hash, const char *text)
{
	do {
		hash = (hash ^ (uint8_t)*text) * FNV_PRIME;
	} while (*text++ != '\0');
	return hash;
}

uint64_t
hash_octets(uint64_t hash, const void *octets, size_t n)
{
	const uint8_t *at = octets;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ at[i]) * FNV_PRIME;
	return hash;
}

uint64_t
hash_end(uint64_t hash)
{
	hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9ULL;
	hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebULL;
	return hash ^ (hash >> 31);
}

#define QUICK_FACTOR 0x9e3779b97f4a7c15ULL /* odd, without a pattern */

static uint64_t
quick_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * QUICK_FACTOR;
	return hash ^ hash >> 32;
}

/* Read the octets after the last whole word together with some before them.
 * That is faster than reading each of them. */
uint64_t
hash_quick(uint64_t hash, const void *octets, size_t n)
{
	const uint8_t *at = octets, *end = at + n;
	uint64_t word = 0;

	for (; end - at >= (ptrdiff_t)sizeof(word); at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		hash = quick_word(hash, word);
	}
	if (n >= sizeof(word))
		memcpy(&word, end - sizeof(word), sizeof(word));
	for (; n < sizeof(word) && at < end; at++)
		word = word << 8 | *at;
	/* One round moves the upper bits down, and another one mixes them. */
	return quick_word(quick_word(hash, word), n);
}

uint64_t
hash_quick_text(uint64_t hash, const char *text)
{
	return hash_quick(hash, text, strlen(text));
}
