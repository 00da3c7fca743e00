/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_HOURLY_STATS_H
#define TARDIGREY_DECIDE_HOURLY_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/verdict.h"

/*
 * hourly_stats: how many decisions there were, by hour and reason; of first
 * passes also by delay. Kept in memory until they are written to the store.
 */

#define HOURLY_STATS_HOUR_S 3600

/* The upper bounds of the delays, in seconds: a pass counts under the first
 * bound that is not less than its delay. The last bound is INT64_MAX. */
extern const int64_t hourly_stats_bounds_s[];
extern const size_t hourly_stats_bounds_n;

/* One number, as the store keeps it. */
struct hourly_stats_count {
	int64_t hour_s;   /* the start of the hour, Unix seconds */
	const char *name; /* the reason */
	int64_t bound_s;  /* "retried": from hourly_stats_bounds_s; else 0 */
	int64_t n;
};

#define HOURLY_STATS_MAX (REASON_COUNT + 24) /* numbers of one hour */

struct hourly_stats {
	size_t n;
	struct hourly_stats_count counts[HOURLY_STATS_MAX];
};

/* Count one verdict. The numbers are of one hour: returns false, and counts
 * nothing, if those of another hour must be written first. */
bool hourly_stats_add(struct hourly_stats *stats, const struct verdict *verdict,
    int64_t now_s);

/* Count under the hour of now what could not be written under its own. */
void hourly_stats_move(struct hourly_stats *stats, int64_t now_s);

#endif
