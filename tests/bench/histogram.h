/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BENCH_HISTOGRAM_H
#define TARDIGREY_BENCH_HISTOGRAM_H

#include <stdint.h>

/*
 * histogram: counts of times, with a precision of 1/32. The struct has no
 * pointers. A histogram of zeros is empty.
 */

#define HISTOGRAM_PARTS 32 /* of each power of two */
#define HISTOGRAM_SIZE  (60 * HISTOGRAM_PARTS)

struct histogram {
	uint64_t n;
	int64_t max_ns;
	uint64_t counts[HISTOGRAM_SIZE];
};

/* Add a time. A negative time counts as 0. */
void histogram_add(struct histogram *histogram, int64_t ns);

/* A percentile: the time that per_mille of 1,000 times do not exceed, rounded
 * up to the precision. Returns 0 if the histogram is empty. */
int64_t histogram_per_mille(const struct histogram *histogram,
    unsigned per_mille);

#endif
