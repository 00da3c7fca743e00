/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/address_counts.h"

#include <stdlib.h>

#define COUNTERS_BITS 20
#define COUNTERS      (1U << COUNTERS_BITS)
#define MASSES        32

struct address_counts {
	uint32_t low[COUNTERS], high[COUNTERS];
	/* masses[i]: the records of all addresses that have 2^i to 2^(i+1) - 1
	 * records each. */
	int64_t masses[MASSES];
};

struct address_counts *
address_counts_new(void)
{
	return calloc(1, sizeof(struct address_counts));
}

void
address_counts_free(struct address_counts *counts)
{
	free(counts);
}

static uint32_t
low_of(uint32_t address_hash)
{
	return address_hash & (COUNTERS - 1);
}

static uint32_t
high_of(uint32_t address_hash)
{
	return address_hash >> (32 - COUNTERS_BITS);
}

void
address_counts_prefetch(const struct address_counts *counts,
    uint32_t address_hash)
{
	__builtin_prefetch(&counts->low[low_of(address_hash)]);
	__builtin_prefetch(&counts->high[high_of(address_hash)]);
}

int64_t
address_counts_n(const struct address_counts *counts, uint32_t address_hash)
{
	uint32_t low = counts->low[low_of(address_hash)];
	uint32_t high = counts->high[high_of(address_hash)];

	return low < high ? low : high;
}

static int
mass_of(int64_t n)
{
	int i = 0;

	while (n >> (i + 1) != 0)
		i++;
	return i;
}

void
address_counts_add(struct address_counts *counts, uint32_t address_hash, int by)
{
	int64_t n = address_counts_n(counts, address_hash);

	if (n > 0)
		counts->masses[mass_of(n)] -= n;
	counts->low[low_of(address_hash)] += (uint32_t)by;
	counts->high[high_of(address_hash)] += (uint32_t)by;
	n = address_counts_n(counts, address_hash);
	if (n > 0)
		counts->masses[mass_of(n)] += n;
}

int
address_counts_heaviest(const struct address_counts *counts)
{
	int i = MASSES - 1;

	while (i > 0 && counts->masses[i] <= 0)
		i--;
	return i;
}

void
address_counts_none_in(struct address_counts *counts, int i)
{
	counts->masses[i] = 0;
}
