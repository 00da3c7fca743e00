/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "view/history.h"

#include <string.h>

static size_t
bucket_of(int64_t bound_s)
{
	size_t i = 0;

	while (i + 1 < hourly_stats_bounds_n &&
	    hourly_stats_bounds_s[i] < bound_s)
		i++;
	return i;
}

static enum client_class
class_of(const char *word)
{
	int i = CLIENT_CLASSES - 1;

	while (i > 0 &&
	    strcmp(word, client_class_word((enum client_class)i)) != 0)
		i--;
	return (enum client_class)i;
}

void
history_add(struct history *history, const struct hourly_stats_count *count)
{
	if (strcmp(count->name, NEVER_RETURNED_WORD) == 0) {
		history->never_returned_n += count->n;
		return;
	}
	if (strcmp(count->name, HOURLY_STATS_WOULD_DEFER) == 0) {
		history->would_defer_n += count->n;
		return;
	}
	history->total_n += count->n;
	for (size_t i = 0; i < REASON_COUNT; i++) {
		if (strcmp(count->name, reason_word((enum reason)i)) != 0)
			continue;
		history->reasons_n[i] += count->n;
		history->groups_n[reason_group((enum reason)i)] += count->n;
		if (reason_defers((enum reason)i))
			history->deferred_n[class_of(count->client_class)] +=
			    count->n;
		if (i == REASON_RETRIED)
			history->retried_n[class_of(count->client_class)] +=
			    count->n;
		if (i == REASON_RETRIED)
			history->delays_n[bucket_of(count->bound_s)] +=
			    count->n;
		return;
	}
	history->others_n += count->n;
}

void
history_merge(struct history *history, const struct history *more)
{
	for (size_t i = 0; i < REASON_COUNT; i++)
		history->reasons_n[i] += more->reasons_n[i];
	for (size_t i = 0; i < REASON_GROUPS; i++)
		history->groups_n[i] += more->groups_n[i];
	for (size_t i = 0; i < HISTORY_DELAYS; i++)
		history->delays_n[i] += more->delays_n[i];
	for (size_t i = 0; i < CLIENT_CLASSES; i++) {
		history->deferred_n[i] += more->deferred_n[i];
		history->retried_n[i] += more->retried_n[i];
	}
	history->never_returned_n += more->never_returned_n;
	history->would_defer_n += more->would_defer_n;
	history->others_n += more->others_n;
	history->total_n += more->total_n;
}

int64_t
history_deferred_n(const struct history *history)
{
	int64_t n = 0;

	for (size_t i = 0; i < REASON_COUNT; i++)
		if (reason_defers((enum reason)i))
			n += history->reasons_n[i];
	return n;
}

int64_t
history_failed_n(const struct history *history)
{
	return history->groups_n[REASON_GROUP_FAILED] + history->others_n;
}

int64_t
history_first_attempts_n(const struct history *history)
{
	return history->reasons_n[REASON_NEW] + history->reasons_n[REASON_LATE];
}

int64_t
history_never_came_back_n(const struct history *history)
{
	int64_t n = history_first_attempts_n(history) -
	    history->reasons_n[REASON_RETRIED];

	return n > 0 ? n : 0;
}

int64_t
history_percentile_s(const struct history *history, int64_t percent)
{
	int64_t all_n = history->reasons_n[REASON_RETRIED], so_far_n = 0;

	for (size_t i = 0; i < hourly_stats_bounds_n; i++) {
		so_far_n += history->delays_n[i];
		if (so_far_n > 0 && so_far_n * 100 >= all_n * percent)
			return hourly_stats_bounds_s[i];
	}
	return -1;
}
