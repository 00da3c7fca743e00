/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_VIEW_HISTORY_H
#define TARDIGREY_VIEW_HISTORY_H

#include "decide/hourly_stats.h"

/* history: the sums of hourly statistics over a period. */

#define HISTORY_DELAYS 14 /* hourly_stats_bounds_n */

struct history {
	int64_t reasons_n[REASON_COUNT];
	int64_t groups_n[REASON_GROUPS];
	int64_t others_n; /* decisions with reasons of a newer version */
	int64_t total_n;  /* all decisions */
	/* Triplets whose retry_window closed in the period without a retry. */
	int64_t never_returned_n;
	/* Decisions that are counted above as deferrals, but passed because of
	 * shadow mode. */
	int64_t would_defer_n;
	int64_t deferred_n[CLIENT_CLASSES]; /* deferrals by class */
	int64_t retried_n[CLIENT_CLASSES];  /* first passes by class */
	int64_t delays_n[HISTORY_DELAYS];   /* first passes, by bound */
};

void history_add(struct history *history,
    const struct hourly_stats_count *count);

/* Add the sums of another period. */
void history_merge(struct history *history, const struct history *more);

int64_t history_deferred_n(const struct history *history);
int64_t history_failed_n(const struct history *history);

/* Deferrals that began a wait: first attempts, and retries after the window. */
int64_t history_first_attempts_n(const struct history *history);

/* First attempts without a later retry. Some first passes of a period belong to
 * first attempts before it. */
int64_t history_never_came_back_n(const struct history *history);

/* The bound of the delay that "percent" of the first passes did not exceed.
 * INT64_MAX: longer than the last bound. -1: there were no first passes. */
int64_t history_percentile_s(const struct history *history, int64_t percent);

#endif
