/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The upper 32 bits of a hash choose a block, which is within one cache line.
 * The lower 32 bits choose one bit in each word of the block. This is the split
 * block Bloom filter of Apache Parquet.
 */
#include "store/sqlite/record_filter.h"

#include <stdlib.h>

#define WORDS 8
#define BLOCK sizeof(uint32_t[WORDS])

/* Odd numbers. Each chooses another bit for the same hash. */
static const uint32_t salts[WORDS] = {
    0x47b6137bU,
    0x44974d91U,
    0x8824ad5bU,
    0xa2b7289dU,
    0x705495c7U,
    0x2df1424bU,
    0x9efc4947U,
    0x5c6bfb31U,
};

int
record_filter_make(struct record_filter *filter, size_t n)
{
	size_t blocks_n = n / BLOCK + 1;
	void *memory = calloc(blocks_n + 1, BLOCK);
	uintptr_t at = ((uintptr_t)memory + BLOCK - 1) / BLOCK * BLOCK;

	*filter = (struct record_filter){.memory = memory};
	if (memory == NULL)
		return -1;
	filter->blocks = (uint32_t(*)[WORDS])at;
	filter->blocks_n = blocks_n;
	filter->octets_n = blocks_n * BLOCK;
	return 0;
}

void
record_filter_free(struct record_filter *filter)
{
	free(filter->memory);
	*filter = (struct record_filter){.memory = NULL};
}

bool
record_filter_exists(const struct record_filter *filter)
{
	return filter->memory != NULL;
}

bool
record_filter_is_full(const struct record_filter *filter)
{
	return filter->added_n > filter->octets_n;
}

static uint32_t *
block_of(const struct record_filter *filter, uint64_t hash)
{
	return filter->blocks[(hash >> 32) * filter->blocks_n >> 32];
}

static uint32_t
bit_of(uint64_t hash, int word)
{
	return UINT32_C(1) << ((uint32_t)hash * salts[word] >> 27);
}

void
record_filter_add(struct record_filter *filter, uint64_t hash)
{
	uint32_t *block = block_of(filter, hash);

	if (record_filter_may_have(filter, hash))
		return;
	for (int word = 0; word < WORDS; word++)
		block[word] |= bit_of(hash, word);
	filter->added_n++;
}

/* Without a branch for each word, compilers vectorise this loop. */
bool
record_filter_may_have(const struct record_filter *filter, uint64_t hash)
{
	const uint32_t *block = block_of(filter, hash);
	uint32_t missing = 0;

	for (int word = 0; word < WORDS; word++)
		missing |= bit_of(hash, word) & ~block[word];
	return missing == 0;
}

void
record_filter_prefetch(const struct record_filter *filter, uint64_t hash)
{
	__builtin_prefetch(block_of(filter, hash));
}
