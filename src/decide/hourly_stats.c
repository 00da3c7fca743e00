/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/hourly_stats.h"

#include <assert.h>

#define MINUTE_S 60
#define HOUR_S   HOURLY_STATS_HOUR_S

const int64_t hourly_stats_bounds_s[] = {
    0,
    MINUTE_S,
    3 * MINUTE_S,
    5 * MINUTE_S,
    10 * MINUTE_S,
    15 * MINUTE_S,
    20 * MINUTE_S,
    30 * MINUTE_S,
    1 * HOUR_S,
    2 * HOUR_S,
    4 * HOUR_S,
    8 * HOUR_S,
    24 * HOUR_S,
    INT64_MAX,
};
const size_t hourly_stats_bounds_n =
    sizeof(hourly_stats_bounds_s) / sizeof(hourly_stats_bounds_s[0]);

static_assert(CLIENT_CLASSES *
	    (sizeof(hourly_stats_bounds_s) / sizeof(hourly_stats_bounds_s[0]) +
		REASON_COUNT + 2) <=
	HOURLY_STATS_MAX,
    "there is room for all counts of an hour");

static int64_t
bound_of(int64_t delay_s)
{
	size_t i = 0;

	while (hourly_stats_bounds_s[i] < delay_s)
		i++;
	return hourly_stats_bounds_s[i];
}

static int64_t
hour_of(int64_t now_s)
{
	return now_s -
	    (now_s % HOURLY_STATS_HOUR_S + HOURLY_STATS_HOUR_S) %
	    HOURLY_STATS_HOUR_S;
}

/* The names are texts of this program, each at one address. */
static bool
add(struct hourly_stats *stats, struct hourly_stats_count count)
{
	if (stats->n > 0 && stats->counts[0].hour_s != count.hour_s)
		return false;
	for (size_t i = 0; i < stats->n; i++)
		if (stats->counts[i].name == count.name &&
		    stats->counts[i].client_class == count.client_class &&
		    stats->counts[i].bound_s == count.bound_s) {
			stats->counts[i].n += count.n;
			return true;
		}
	stats->counts[stats->n++] = count;
	return true;
}

bool
hourly_stats_add(struct hourly_stats *stats, const struct verdict *verdict,
    int64_t now_s)
{
	static const char would_defer[] = HOURLY_STATS_WOULD_DEFER;
	struct hourly_stats_count count = {
	    .hour_s = hour_of(now_s),
	    .name = reason_word(verdict->reason),
	    .bound_s = verdict->reason == REASON_RETRIED
		? bound_of(verdict->age_s)
		: 0,
	    .n = 1,
	    .client_class = client_class_word(verdict->client_class),
	};

	if (verdict->reason == REASON_STATE)
		return true; /* this is no mail, or it has been counted */
	if (!add(stats, count))
		return false;
	if (!verdict->shadow || !reason_defers(verdict->reason))
		return true;
	count.name = would_defer;
	return add(stats, count);
}

bool
hourly_stats_add_never_returned(struct hourly_stats *stats, int64_t n,
    int64_t now_s)
{
	static const char name[] = NEVER_RETURNED_WORD;

	return add(stats,
	    (struct hourly_stats_count){.hour_s = hour_of(now_s),
		.name = name,
		.n = n,
		.client_class = client_class_word(CLASS_UNKNOWN)});
}

void
hourly_stats_move(struct hourly_stats *stats, int64_t now_s)
{
	for (size_t i = 0; i < stats->n; i++)
		stats->counts[i].hour_s = hour_of(now_s);
}
