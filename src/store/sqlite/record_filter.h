/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_RECORD_FILTER_H
#define TARDIGREY_STORE_SQLITE_RECORD_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * record_filter: a Bloom filter of hashes. It tells for certain that a hash was
 * never added. A hash that was not added may seem to be in the filter.
 *
 * The filter has an octet for each hash that it has room for. If it is full,
 * one of 40 such hashes seems to be in it. With twice as many, one of 3.
 */

struct record_filter {
	void *memory;              /* owned; NULL: no filter */
	uint32_t (*blocks)[8];     /* in memory, aligned */
	size_t blocks_n, octets_n; /* octets_n: there is room for so many */
	size_t added_n;            /* hashes that did not seem to be in it */
};

/* Make an empty filter with room for at least n hashes. Returns 0, or -1 when
 * memory is short; then there is no filter. */
int record_filter_make(struct record_filter *filter, size_t n);
/* Free the filter, if there is one. */
void record_filter_free(struct record_filter *filter);

bool record_filter_exists(const struct record_filter *filter);
bool record_filter_is_full(const struct record_filter *filter);

/* Add a hash. The hashes should be evenly distributed over 64 bits. */
void record_filter_add(struct record_filter *filter, uint64_t hash);

/* Return false if the hash was never added. */
bool record_filter_may_have(const struct record_filter *filter, uint64_t hash);

/* Begin to load what record_filter_may_have() reads. */
void record_filter_prefetch(const struct record_filter *filter, uint64_t hash);

#endif
