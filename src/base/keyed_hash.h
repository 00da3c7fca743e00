/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_KEYED_HASH_H
#define TARDIGREY_BASE_KEYED_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * keyed_hash: SipHash-1-3 (Aumasson and Bernstein, 2012), for hash tables of
 * values that come from the network. Without the secret, an attacker cannot
 * choose values with equal hashes.
 */

#define KEYED_HASH_SECRET_SIZE 16

/* Return the hash of n octets. It depends on the secret. */
uint64_t keyed_hash(const uint8_t secret[KEYED_HASH_SECRET_SIZE],
    const void *octets, size_t n);

#endif
