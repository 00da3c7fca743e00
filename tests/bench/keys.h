/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BENCH_KEYS_H
#define TARDIGREY_BENCH_KEYS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * keys: whom the benchmark's mail comes from. The preloader and the load
 * generator make the same keys from the same numbers, so that nothing has to
 * be passed on.
 *
 *   NEW      a triplet that nobody has seen; "seed" tells runs apart. One in
 *            four comes from a pool, the others from lines of customers
 *   KNOWN    triplet i of n: it has passed, from a pool
 *   EXPIRED  triplet i of n: it may be removed; from no pool
 *   AUTO     client i: it is whitelisted automatically, by its address and as
 *            a pool that sends for one domain
 *   LISTED   a client within KEYS_LISTED_NETWORK
 *
 * Every text has the same length for all numbers. Triplets are spread over
 * half a million networks and 50,000 pools, and a network's come in the order
 * of their numbers. Senders have no digits, so nothing in them is normalised.
 */

#define KEYS_LISTED_NETWORK "130.0.0.0/8"

#define KEYS_ADDRESS_N   15 /* octets, as "150.100.100.100" */
#define KEYS_NAME_N      15 /* "mx.abcd.example" */
#define KEYS_SENDER_N    29 /* "abcdabcdefgh@mailabcd.example" */
#define KEYS_RECIPIENT_N 20 /* "userabcd@example.org" */

/* Triplets that have passed, and proven clients, have a row for the network
 * or address and one for the pool. One in so many rows makes a client. */
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

/* In "rows" rows, how many clients and how many triplets there are. */
uint64_t keys_auto_n(uint64_t rows);
uint64_t keys_known_n(uint64_t rows);

/* A number that looks like chance, the same for the same i (splitmix64). */
uint64_t keys_mix(uint64_t i);

/* Envelope i of a kind. "of" is how many there are of it (ENVELOPE_KNOWN,
 * ENVELOPE_EXPIRED), or the seed of a run. */
void keys_make(enum envelope_kind kind, uint64_t i, uint64_t of,
    struct envelope *out);

#endif
