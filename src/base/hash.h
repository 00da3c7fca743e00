/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_HASH_H
#define TARDIGREY_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * hash: FNV-1a with 64 bits, for references (mail/reference.h) and for small
 * tables in memory. Never change it: bounces contain references, and an old
 * reference must still name its triplet.
 *
 *   hash = hash_end(hash_text(hash_text(HASH_BEGIN, "a"), "b"));
 *
 * The hash has no secret key: a sender can choose texts with equal hashes. If
 * this does harm, use keyed_hash().
 */

#define HASH_BEGIN 0xcbf29ce484222325ULL

/* Add a text and its NUL, so that "a", "bc" differs from "ab", "c". */
uint64_t hash_text(uint64_t hash, const char *text);

/* Add n octets. */
uint64_t hash_octets(uint64_t hash, const void *octets, size_t n);

/* Mix all bits of the hash (the finalizer of SplitMix64). Without this step the
 * last octets hardly change the upper bits. */
uint64_t hash_end(uint64_t hash);

#endif
