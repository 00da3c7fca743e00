/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "base/keyed_hash.h"

struct state {
	uint64_t v0, v1, v2, v3;
};

static uint64_t
rotate(uint64_t value, unsigned bits)
{
	return value << bits | value >> (64 - bits);
}

/* Read a little-endian number. Compilers make one load of this expression. */
static uint64_t
read_word(const uint8_t *octets)
{
	return (uint64_t)octets[0] | (uint64_t)octets[1] << 8 |
	    (uint64_t)octets[2] << 16 | (uint64_t)octets[3] << 24 |
	    (uint64_t)octets[4] << 32 | (uint64_t)octets[5] << 40 |
	    (uint64_t)octets[6] << 48 | (uint64_t)octets[7] << 56;
}

/* Read fewer than 8 octets. */
static uint64_t
read_rest(const uint8_t *octets, size_t n)
{
	uint64_t word = 0;

	for (size_t i = 0; i < n; i++)
		word |= (uint64_t)octets[i] << (8 * i);
	return word;
}

static inline void
mix(struct state *s)
{
	s->v0 += s->v1;
	s->v2 += s->v3;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v1;
	s->v0 += s->v3;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 = rotate(s->v2, 32);
}

static inline void
take(struct state *s, uint64_t word)
{
	s->v3 ^= word;
	mix(s);
	s->v0 ^= word;
}

uint64_t
keyed_hash(const uint8_t secret[KEYED_HASH_SECRET_SIZE], const void *octets,
    size_t n)
{
	const uint8_t *at = octets;
	uint64_t k0 = read_word(secret), k1 = read_word(secret + 8);
	struct state s = {
	    .v0 = k0 ^ 0x736f6d6570736575ULL,
	    .v1 = k1 ^ 0x646f72616e646f6dULL,
	    .v2 = k0 ^ 0x6c7967656e657261ULL,
	    .v3 = k1 ^ 0x7465646279746573ULL,
	};
	size_t words_n = n / 8;

	for (size_t i = 0; i < words_n; i++)
		take(&s, read_word(at + 8 * i));
	take(&s, (uint64_t)n << 56 | read_rest(at + 8 * words_n, n % 8));
	s.v2 ^= 0xff;
	mix(&s);
	mix(&s);
	mix(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
