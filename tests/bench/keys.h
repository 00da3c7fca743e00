/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BENCH_KEYS_H
#define TARDIGREY_BENCH_KEYS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * keys: the envelopes of the benchmark's mail. preload and load make the same
 * envelopes from the same numbers, so they need not exchange data.
 *
 *   NEW      a new triplet; runs with different seeds have different triplets.
 *            One client in four has a pool, the others are dial-up lines
 *   KNOWN    triplet i of n: it has passed; its client has a pool
 *   EXPIRED  triplet i of n: its record has expired; its client has no pool
 *   AUTO     client i of n: it is auto-whitelisted, by its address and by its
 *            pool for one domain
 *   LISTED   a client in KEYS_LISTED_NETWORK
 *
 * Texts of one kind have the same length for all numbers. Triplets are spread
 * over half a million networks and 50,000 pools. KNOWN and EXPIRED triplets
 * with higher numbers have greater networks. Senders have no digits, so
 * normalising does not change them.
 */

#define KEYS_LISTED_NETWORK "130.0.0.0/8"

#define KEYS_ADDRESS_N   15 /* octets, as "150.100.100.100" */
#define KEYS_NAME_N      15 /* "mx.abcd.example" */
#define KEYS_SENDER_N    29 /* "abcdabcdefgh@mailabcd.example" */
#define KEYS_RECIPIENT_N 20 /* "userabcd@example.org" */

/* Each KNOWN triplet and each AUTO client has two records: one for its network
 * or address, and one for its pool. There is one AUTO client for every
 * KEYS_ROWS_PER_AUTO records. */
#define KEYS_ROWS_OF_EACH  2
#define KEYS_ROWS_PER_AUTO 20
#define KEYS_AUTO_MAX      1000000 /* there are no more addresses */

enum envelope_kind {
	ENVELOPE_NEW,
	ENVELOPE_KNOWN,
	ENVELOPE_EXPIRED,
	ENVELOPE_AUTO,
	ENVELOPE_LISTED
};

struct envelope {
	char address[KEYS_ADDRESS_N + 1];
	char name[KEYS_NAME_N + 1]; /* of the client */
	char sender[KEYS_SENDER_N + 1];
	char recipient[KEYS_RECIPIENT_N + 1];
};

/* The number of AUTO clients, and of KNOWN triplets, in a database of "rows"
 * records. */
uint64_t keys_auto_n(uint64_t rows);
uint64_t keys_known_n(uint64_t rows);

/* A pseudo-random number, the same for the same i (splitmix64). */
uint64_t keys_mix(uint64_t i);

/* Make envelope i of a kind. "of" is the number of envelopes of this kind
 * (ENVELOPE_KNOWN, ENVELOPE_EXPIRED), or the seed of the run. */
void keys_make(enum envelope_kind kind, uint64_t i, uint64_t of,
    struct envelope *out);

#endif
