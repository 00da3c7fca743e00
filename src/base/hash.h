/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_HASH_H
#define TARDIGREY_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * hash: two hashes of 64 bits. hash_text() and hash_octets() are FNV-1a, for
 * references (mail/reference.h). Never change them: bounces contain references,
 * and an old reference must still name its triplet. hash_quick() and
 * hash_quick_text() are for tables in memory. They take an eighth of the time.
 *
 *   hash = hash_end(hash_text(hash_text(HASH_BEGIN, "a"), "b"));
 *
 * The hashes have no secret key: a sender can choose texts with equal hashes.
 * If this does harm, use keyed_hash().
 */

#define HASH_BEGIN 0xcbf29ce484222325ULL

/* Add a text and its NUL, so that "a", "bc" differs from "ab", "c". */
uint64_t hash_text(uint64_t hash, const char *text);

/* Add n octets. */
uint64_t hash_octets(uint64_t hash, const void *octets, size_t n);

/* Mix all bits of the hash (the finalizer of SplitMix64). Without this step the
 * last octets hardly change the upper bits. */
uint64_t hash_end(uint64_t hash);

/* Add n octets and their number, or a text, to a hash for a table in memory. It
 * depends on the byte order. No hash_end() is needed: all bits are mixed. */
uint64_t hash_quick(uint64_t hash, const void *octets, size_t n);
uint64_t hash_quick_text(uint64_t hash, const char *text);

#endif
