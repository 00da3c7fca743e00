/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "bench/histogram.h"

/* The index of the count for a value. Each value below HISTOGRAM_PARTS has its
 * own count. For other values, the highest bit gives the power of two, and the
 * next five bits give the part of this power. */
static unsigned
place_of(uint64_t ns)
{
	unsigned shift;

	if (ns < HISTOGRAM_PARTS)
		return (unsigned)ns;
	shift = 63 - (unsigned)__builtin_clzll(ns) - 5;
	return (shift + 1) * HISTOGRAM_PARTS +
	    (unsigned)(ns >> shift & (HISTOGRAM_PARTS - 1));
}

/* The first value that belongs to the next count. */
static int64_t
end_of(unsigned place)
{
	unsigned shift = place / HISTOGRAM_PARTS;
	int64_t part = place % HISTOGRAM_PARTS + 1;

	if (shift == 0)
		return part;
	return (HISTOGRAM_PARTS + part) << (shift - 1);
}

void
histogram_add(struct histogram *histogram, int64_t ns)
{
	if (ns < 0)
		ns = 0;
	if (ns > histogram->max_ns)
		histogram->max_ns = ns;
	histogram->n++;
	histogram->counts[place_of((uint64_t)ns)]++;
}

int64_t
histogram_per_mille(const struct histogram *histogram, unsigned per_mille)
{
	uint64_t wanted_n = (histogram->n * per_mille + 999) / 1000;
	uint64_t n = 0;

	for (unsigned i = 0; i < HISTOGRAM_SIZE && wanted_n > 0; i++) {
		n += histogram->counts[i];
		if (n >= wanted_n)
			return end_of(i) < histogram->max_ns
			    ? end_of(i)
			    : histogram->max_ns;
	}
	return 0;
}
