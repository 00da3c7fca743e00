/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_KEYED_HASH_H
#define TARDIGREY_BASE_KEYED_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * keyed_hash: SipHash-1-3 (Aumasson and Bernstein, 2012). For tables whose
 * contents strangers choose: without the secret nobody can find texts with
 * equal hashes.
 */

#define KEYED_HASH_SECRET_SIZE 16

uint64_t keyed_hash(const uint8_t secret[KEYED_HASH_SECRET_SIZE],
    const void *octets, size_t n);

#endif
