/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_HASH_H
#define TARDIGREY_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * hash: the one hash function, FNV-1a with 64 bits. For tables in memory and
 * for references (mail/reference.h), which senders keep: never change it.
 *
 *   hash = hash_end(hash_text(hash_text(HASH_BEGIN, "a"), "b"));
 *
 * It is not keyed: a stranger who chooses the text can choose the hash.
 */

#define HASH_BEGIN 0xcbf29ce484222325ULL

/* Add a text with its NUL, so that "a", "bc" differs from "ab", "c". */
uint64_t hash_text(uint64_t hash, const char *text);

/* Add n octets. */
uint64_t hash_octets(uint64_t hash, const void *octets, size_t n);

/* Spread the hash over all its bits (the finalizer of SplitMix64): before
 * that, the last octets hardly change the upper bits. */
uint64_t hash_end(uint64_t hash);

#endif
