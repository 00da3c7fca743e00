/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_HISTOGRAM_H
#define TARDIGREY_BASE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

/*
 * histogram: counts values by size. The bounds ascend, and the last one is
 * INT64_MAX. A value counts under the first bound that is not less than it.
 */

#define HISTOGRAM_BOUNDS_MAX 16

struct histogram_bounds {
	size_t n;
	int64_t items[HISTOGRAM_BOUNDS_MAX];
};

struct histogram {
	int64_t counts[HISTOGRAM_BOUNDS_MAX]; /* by bound */
	int64_t n;                            /* of all values */
	int64_t sum;
};

void histogram_add(struct histogram *histogram,
    const struct histogram_bounds *bounds, int64_t value);

#endif
