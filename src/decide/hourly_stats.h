/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_HOURLY_STATS_H
#define TARDIGREY_DECIDE_HOURLY_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/verdict.h"

/*
 * tally: decisions counted by the hour, by reason, and first passes by how
 * long the mail was delayed. Kept in memory between two visits to the store.
 */

#define HOURLY_STATS_HOUR_S 3600

/* The delays are told apart by these bounds, in seconds: a pass counts under
 * the first bound that is not less than its delay, INT64_MAX being the
 * last. */
extern const int64_t hourly_stats_bounds_s[];
extern const size_t hourly_stats_bounds_n;

/* One number, as the store keeps it. */
struct hourly_stats_count {
	int64_t hour_s;   /* begin of the hour, Unix seconds */
	const char *name; /* the word of a reason */
	int64_t bound_s;  /* of "retried": from hourly_stats_bounds_s; else 0 */
	int64_t n;
};

#define HOURLY_STATS_MAX (REASON_COUNT + 24) /* counts of one tally */

struct hourly_stats {
	size_t n;
	struct hourly_stats_count counts[HOURLY_STATS_MAX];
};

/* Count one verdict. The tally holds one hour: returns false, having counted
 * nothing, when it holds another that must be written down first. */
bool hourly_stats_add(struct hourly_stats *tally, const struct verdict *verdict,
    int64_t now_s);

/* Let the hour of now hold what is there, as it could not be written down. */
void hourly_stats_move(struct hourly_stats *tally, int64_t now_s);

#endif
