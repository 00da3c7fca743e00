/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_HOURLY_STATS_H
#define TARDIGREY_DECIDE_HOURLY_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/verdict.h"

/*
 * hourly_stats: counts decisions by hour, reason and class of the client.
 * Decisions with the reason "retried" are also counted by delay. The counts
 * stay in memory until the caller writes them to the store.
 */

#define HOURLY_STATS_HOUR_S 3600

/* The upper bounds of the delays, in seconds: a pass counts under the first
 * bound that is not less than its delay. The last bound is INT64_MAX. */
extern const int64_t hourly_stats_bounds_s[];
extern const size_t hourly_stats_bounds_n;

/* One count, in the form of the store. */
struct hourly_stats_count {
	int64_t hour_s;   /* the start of the hour, Unix seconds */
	const char *name; /* the reason */
	int64_t bound_s;  /* of the delay if "retried", otherwise 0 */
	int64_t n;
	const char *client_class; /* the word of the class, or "" */
};

/* Counts of one hour. */
#define HOURLY_STATS_MAX (CLIENT_CLASSES * (REASON_COUNT + 24))

struct hourly_stats {
	size_t n;
	struct hourly_stats_count counts[HOURLY_STATS_MAX];
};

/* Count one verdict, unless its reason is REASON_STATE. All counts belong to
 * one hour. If the verdict is from another hour, returns false and counts
 * nothing: write the counts first. */
bool hourly_stats_add(struct hourly_stats *stats, const struct verdict *verdict,
    int64_t now_s);

/* The name under which decisions count a second time that would have been
 * deferrals, but passed because of shadow mode. */
#define HOURLY_STATS_WOULD_DEFER "would-defer"

/* Count n triplets that never came back, under NEVER_RETURNED_WORD. Returns as
 * hourly_stats_add(). */
bool hourly_stats_add_never_returned(struct hourly_stats *stats, int64_t n,
    int64_t now_s);

/* Move all counts to the hour of now, because they could not be written. */
void hourly_stats_move(struct hourly_stats *stats, int64_t now_s);

#endif
