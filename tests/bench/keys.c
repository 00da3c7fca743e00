/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "bench/keys.h"

#include <string.h>

/* 150..199 . 100..199 . 100..199 . 0/24 */
#define NETWORKS UINT64_C(500000)

#define USERS   5000
#define DOMAINS 50000

uint64_t
keys_auto_n(uint64_t rows)
{
	uint64_t n = rows / KEYS_ROWS_PER_AUTO;

	return n < KEYS_AUTO_MAX ? n : KEYS_AUTO_MAX;
}

uint64_t
keys_known_n(uint64_t rows)
{
	return (rows - KEYS_ROWS_OF_EACH * keys_auto_n(rows)) /
	    KEYS_ROWS_OF_EACH;
}

uint64_t
keys_mix(uint64_t i)
{
	i += UINT64_C(0x9e3779b97f4a7c15);
	i = (i ^ i >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	i = (i ^ i >> 27) * UINT64_C(0x94d049bb133111eb);
	return i ^ i >> 31;
}

/* Write a number as n letters 'a' to 'p', the most significant first. */
static void
put_letters(char *out, unsigned n, uint64_t value)
{
	for (unsigned i = n; i-- > 0; value >>= 4)
		out[i] = (char)('a' + (value & 15));
}

/* "1DD" */
static void
put_octet(char *out, unsigned value)
{
	out[0] = '1';
	out[1] = (char)('0' + value / 10 % 10);
	out[2] = (char)('0' + value % 10);
}

static void
put_address(char *out, unsigned a, uint64_t b, uint64_t c, uint64_t d)
{
	put_octet(out, a);
	out[3] = '.';
	put_octet(out + 4, (unsigned)(b % 100));
	out[7] = '.';
	put_octet(out + 8, (unsigned)(c % 100));
	out[11] = '.';
	put_octet(out + 12, (unsigned)(d % 100));
	out[15] = '\0';
}

/* Write an address in a network, 0..NETWORKS-1. Networks with higher numbers
 * have greater texts. */
static void
put_client(char *out, uint64_t network, uint64_t host)
{
	put_address(out, 50 + (unsigned)(network / 10000), network / 100,
	    network, host);
}

/* "mark" is four letters: the seed of the run, or "sent" or "past". A
 * seed has no letters after 'p', so it is never one of these words. */
static void
put_sender(char *out, const char *mark, uint64_t i, uint64_t chance)
{
	memcpy(out, mark, 4);
	put_letters(out + 4, 8, i);
	memcpy(out + 12, "@mailabcd.example", sizeof("@mailabcd.example"));
	put_letters(out + 17, 4, (chance >> 8) % DOMAINS);
}

/* Write a host name: of a mail provider with a pool, or of a dial-up line.
 * Write the recipient too. */
static void
put_names(struct envelope *out, uint64_t chance, bool has_pool)
{
	if (has_pool) {
		memcpy(out->name, "mx.abcd.example", sizeof(out->name));
		put_letters(out->name + 3, 4, (chance >> 8) % DOMAINS);
	} else {
		memcpy(out->name, "ppp.abc.example", sizeof(out->name));
		put_letters(out->name + 4, 3, chance >> 8);
	}
	memcpy(out->recipient, "userabcd@example.org", sizeof(out->recipient));
	put_letters(out->recipient + 4, 4, (chance >> 32) % USERS);
}

void
keys_make(enum envelope_kind kind, uint64_t i, uint64_t of,
    struct envelope *out)
{
	uint64_t chance = keys_mix(i ^ (uint64_t)kind << 56);
	char seed[4];

	put_letters(seed, 4, of);
	put_names(out, chance, kind != ENVELOPE_EXPIRED);
	switch (kind) {
	case ENVELOPE_NEW:
		chance = keys_mix(chance ^ of << 40);
		put_names(out, chance, chance >> 62 == 0);
		put_client(out->address, chance % NETWORKS, chance >> 48);
		put_sender(out->sender, seed, i, chance);
		break;
	case ENVELOPE_KNOWN:
	case ENVELOPE_EXPIRED:
		put_client(out->address, i * NETWORKS / of, chance >> 48);
		put_sender(out->sender,
		    kind == ENVELOPE_KNOWN ? "sent" : "past", i, chance);
		break;
	case ENVELOPE_AUTO:
		put_address(out->address, 40, i / 10000, i / 100, i);
		put_sender(out->sender, seed, keys_mix(i + of), chance);
		memcpy(out->sender + 13, "auto", 4); /* its own domain */
		break;
	case ENVELOPE_LISTED:
		put_address(out->address, 30, i / 10000, i / 100, i);
		put_sender(out->sender, seed, i, chance);
		break;
	}
}
