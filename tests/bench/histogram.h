/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BENCH_HISTOGRAM_H
#define TARDIGREY_BENCH_HISTOGRAM_H

#include <stdint.h>

/*
 * histogram: many times, remembered to within 1/32 of each. A value without
 * pointers; all zero is empty.
 */

#define HISTOGRAM_PARTS 32 /* of each power of two */
#define HISTOGRAM_SIZE  (60 * HISTOGRAM_PARTS)

struct histogram {
	uint64_t n;
	int64_t max_ns;
	uint64_t counts[HISTOGRAM_SIZE];
};

/* Add a time; a negative one counts as 0. */
void histogram_add(struct histogram *histogram, int64_t ns);

/* The time that so many in a thousand were within, to the upper end of what is
 * remembered of it; 0 if empty. */
int64_t histogram_per_mille(const struct histogram *histogram,
    unsigned per_mille);

#endif
