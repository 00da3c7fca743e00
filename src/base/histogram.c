/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "base/histogram.h"

void
histogram_add(struct histogram *histogram,
    const struct histogram_bounds *bounds, int64_t value)
{
	size_t i = 0;

	while (bounds->items[i] < value)
		i++;
	histogram->counts[i]++;
	histogram->n++;
	histogram->sum += value;
}
