/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BENCH_KEYS_H
#define TARDIGREY_BENCH_KEYS_H

#include <stdint.h>

/*
 * keys: whom the benchmark's mail comes from. The preloader and the load
 * generator make the same keys from the same numbers, so that nothing has to
 * be passed on.
 *
 *   NEW      a triplet that nobody has seen; "seed" tells runs apart
 *   KNOWN    row i of a database of n rows: a triplet that has passed
 *   EXPIRED  row i of n: a triplet that may be removed
 *   AUTO     row i: a client that is whitelisted automatically
 *   LISTED   a client within KEYS_LISTED_NETWORK
 *
 * Every text has the same length for all numbers. Triplets are spread over
 * half a million networks, and row i is before row i + 1 in the order of
 * keys. Senders have no digits, so nothing in them is normalised.
 */

#define KEYS_LISTED_NETWORK "130.0.0.0/8"

#define KEYS_ADDRESS_N   15 /* octets, as "150.100.100.100" */
#define KEYS_NAME_N      15 /* "mx.abcd.example" */
#define KEYS_SENDER_N    29 /* "abcdabcdefgh@mailabcd.example" */
#define KEYS_RECIPIENT_N 20 /* "userabcd@example.org" */

/* One row in so many is a client, not a triplet. */
#define KEYS_ROWS_PER_AUTO 10
#define KEYS_AUTO_MAX      1000000 /* there are no more addresses */

enum key_kind { KEY_NEW, KEY_KNOWN, KEY_EXPIRED, KEY_AUTO, KEY_LISTED };

struct key {
	char address[KEYS_ADDRESS_N + 1];
	char name[KEYS_NAME_N + 1]; /* of the client */
	char sender[KEYS_SENDER_N + 1];
	char recipient[KEYS_RECIPIENT_N + 1];
};

/* Of "rows" rows, how many are clients; the others are triplets. */
uint64_t keys_auto_n(uint64_t rows);

/* A number that looks like chance, the same for the same i (splitmix64). */
uint64_t keys_mix(uint64_t i);

/* Key i of a kind. "of" is the number of rows of that kind (KEY_KNOWN,
 * KEY_EXPIRED), or the seed of a run. */
void keys_make(enum key_kind kind, uint64_t i, uint64_t of, struct key *out);

#endif
