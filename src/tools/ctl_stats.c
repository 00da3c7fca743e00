/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* tardigrey stats: what was decided, by the hour and by reason. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "decide/hourly_stats.h"
#include "system/clock.h"
#include "store/store_open.h"
#include "tools/ctl.h"
#include "tools/show.h"

#define DAY_S 86400

struct sums {
	int64_t from_s, to_s;
	int64_t reasons_n[REASON_COUNT];
	int64_t
	    *delays_n; /* first passes; one for each of hourly_stats_bounds_s */
	int64_t others_n; /* of names that this version does not know */
};

/* ---- Adding up ---- */

static size_t
bucket_of(int64_t bound_s)
{
	size_t i = 0;

	while (i + 1 < hourly_stats_bounds_n &&
	    hourly_stats_bounds_s[i] < bound_s)
		i++;
	return i;
}

static void
add_count(const struct hourly_stats_count *count, void *arg)
{
	struct sums *sums = arg;

	for (size_t i = 0; i < REASON_COUNT; i++) {
		if (strcmp(count->name, reason_word((enum reason)i)) != 0)
			continue;
		sums->reasons_n[i] += count->n;
		if (i == REASON_RETRIED)
			sums->delays_n[bucket_of(count->bound_s)] += count->n;
		return;
	}
	sums->others_n += count->n;
}

static int64_t
total(const struct sums *sums)
{
	int64_t n = sums->others_n;

	for (size_t i = 0; i < REASON_COUNT; i++)
		n += sums->reasons_n[i];
	return n;
}

/* The groups that people ask about. */
static const struct group {
	const char *word;
	const char *help;
	enum reason first, last; /* neighbours in enum reason */
} groups[] = {
    {"new", "first attempts", REASON_NEW, REASON_NEW},
    {"early", "retries before the delay was over", REASON_EARLY, REASON_EARLY},
    {"late", "retries after retry_window", REASON_LATE, REASON_LATE},
    {"passed", "passed greylisting, now or before", REASON_RETRIED,
	REASON_KNOWN},
    {"skipped", "authenticated, without a client, or of another state",
	REASON_AUTHENTICATED, REASON_STATE},
    {"listed", "whitelisted", REASON_CLIENT_WHITELIST, REASON_UNLISTED},
    {"proven", "whitelisted automatically", REASON_AUTO_WHITELISTED,
	REASON_AUTO_WHITELISTED},
    {"spared", "another recipient had passed, a bounce, or under stress",
	REASON_MESSAGE, REASON_STRESS},
    {"errors", "decided by on_failure", REASON_FAILURE, REASON_FAILURE},
};
#define GROUPS (sizeof(groups) / sizeof(groups[0]))

static int64_t
sum_range(const struct sums *sums, enum reason first, enum reason last)
{
	int64_t n = 0;

	for (int i = (int)first; i <= (int)last; i++)
		n += sums->reasons_n[i];
	return n;
}

/* ---- Printing ---- */

static double
percent(int64_t n, int64_t of_n)
{
	return of_n > 0 ? 100.0 * (double)n / (double)of_n : 0;
}

static void
print_line(const char *word, int64_t n, int64_t of_n, const char *help)
{
	printf("%-20s %12" PRId64 " %6.1f%%%s%s\n", word, n, percent(n, of_n),
	    help[0] != '\0' ? "  " : "", help);
}

/* The bound that every delay keeps to. */
static bool
is_last(int64_t bound_s)
{
	return bound_s == INT64_MAX;
}

static void
print_delays(const struct sums *sums)
{
	int64_t n = sums->reasons_n[REASON_RETRIED], so_far_n = 0;
	char bound[DURATION_TEXT_SIZE], text[DURATION_TEXT_SIZE + 16];

	printf("\ndelays of first passes, and how many had passed by then\n");
	for (size_t i = 0; i < hourly_stats_bounds_n; i++) {
		bool last = is_last(hourly_stats_bounds_s[i]);

		if (!last)
			duration_format(hourly_stats_bounds_s[i] * 1000, bound);
		snprintf(text, sizeof(text), "%s%s", last ? "longer" : "up to ",
		    last ? "" : bound);
		so_far_n += sums->delays_n[i];
		printf("%-20s %12" PRId64 " %6.1f%%\n", text, sums->delays_n[i],
		    percent(so_far_n, n));
	}
}

static void
print_text(const struct sums *sums)
{
	int64_t n = total(sums);
	int64_t deferred_n = sum_range(sums, REASON_NEW, REASON_LATE);
	int64_t errors_n = sums->reasons_n[REASON_FAILURE];

	printf("from %s to %s\n\n", show_time(sums->from_s),
	    show_time(sums->to_s));
	print_line("deferred", deferred_n, n, "");
	print_line("passed", n - deferred_n - errors_n - sums->others_n, n, "");
	printf("\nsummary\n");
	for (size_t i = 0; i < GROUPS; i++)
		print_line(groups[i].word,
		    sum_range(sums, groups[i].first, groups[i].last), n,
		    groups[i].help);
	printf("\nreasons\n");
	for (size_t i = 0; i < REASON_COUNT; i++)
		print_line(reason_word((enum reason)i), sums->reasons_n[i], n,
		    reason_help((enum reason)i));
	print_delays(sums);
}

static void
print_json(const struct sums *sums)
{
	static const struct column columns[] = {
	    {"name", COLUMN_TEXT},
	    {"bound", COLUMN_SPAN},
	    {"n", COLUMN_NUMBER},
	};
	struct table table;

	table_begin(&table, columns, 3, TABLE_JSON);
	for (size_t i = 0; i < REASON_COUNT; i++) {
		table_text(&table, reason_word((enum reason)i));
		table_number(&table, -1);
		table_number(&table, sums->reasons_n[i]);
	}
	for (size_t i = 0; i < hourly_stats_bounds_n; i++) {
		table_text(&table, "delay");
		table_number(&table,
		    is_last(hourly_stats_bounds_s[i])
			? -1
			: hourly_stats_bounds_s[i]);
		table_number(&table, sums->delays_n[i]);
	}
	table_end(&table);
}

int
ctl_stats(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	int64_t now_s = clock_now_s(), since_s = DAY_S;
	struct sums sums = {0};
	struct store *store;
	enum store_rc rc;
	struct err err;

	if (ctl_value_span(arguments, "since", &since_s) != 0)
		return CTL_USAGE;
	sums.from_s = since_s < now_s ? now_s - since_s : 0;
	sums.from_s -= sums.from_s % HOURLY_STATS_HOUR_S;
	sums.to_s = now_s - now_s % HOURLY_STATS_HOUR_S + HOURLY_STATS_HOUR_S;
	store = ctl_open_store(ctl);
	if (store == NULL)
		return CTL_REFUSED;
	sums.delays_n =
	    ctl_alloc(hourly_stats_bounds_n, sizeof(*sums.delays_n));
	rc = store->counts->counts(store, sums.from_s, sums.to_s, add_count,
	    &sums, &err);
	store_close(store);
	if (rc != STORE_OK)
		ctl_complain("%s", err.text);
	else if (ctl->json)
		print_json(&sums);
	else
		print_text(&sums);
	free(sums.delays_n);
	return rc == STORE_OK ? CTL_DONE : CTL_REFUSED;
}
