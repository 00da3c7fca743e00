/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_stats: tardigrey stats counts decisions by reason, and the delays of
 * first passes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "decide/hourly_stats.h"
#include "system/clock.h"
#include "store/store_open.h"
#include "tools/ctl.h"
#include "tools/memory.h"
#include "tools/report.h"
#include "tools/show.h"

#define DAY_S 86400

struct sums {
	int64_t from_s, to_s;
	int64_t reasons_n[REASON_COUNT];
	int64_t groups_n[REASON_GROUPS];
	int64_t others_n;  /* decisions with reasons of a newer version */
	int64_t total_n;   /* all decisions */
	int64_t *delays_n; /* owned; first passes, by bound of their delay */
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

	sums->total_n += count->n;
	for (size_t i = 0; i < REASON_COUNT; i++) {
		if (strcmp(count->name, reason_word((enum reason)i)) != 0)
			continue;
		sums->reasons_n[i] += count->n;
		sums->groups_n[reason_group((enum reason)i)] += count->n;
		if (i == REASON_RETRIED)
			sums->delays_n[bucket_of(count->bound_s)] += count->n;
		return;
	}
	sums->others_n += count->n;
}

static int64_t
deferred_n(const struct sums *sums)
{
	int64_t n = 0;

	for (size_t i = 0; i < REASON_COUNT; i++)
		if (reason_defers((enum reason)i))
			n += sums->reasons_n[i];
	return n;
}

/* ---- Reporting ---- */

static double
percent(int64_t n, int64_t of_n)
{
	return of_n > 0 ? 100.0 * (double)n / (double)of_n : 0;
}

static void
add_line(struct report *report, const char *word, int64_t n, double share,
    const char *help)
{
	report_line(report, "%-20s %12" PRId64 " %6.1f%%%s%s", word, n, share,
	    help[0] != '\0' ? "  " : "", help);
}

/* With --json this prints nothing, because the object has no members. */
static void
report_summary(enum output_form form, const struct sums *sums)
{
	int64_t total = sums->total_n, deferred = deferred_n(sums);
	int64_t passed = total - deferred -
	    sums->groups_n[REASON_GROUP_FAILED] - sums->others_n;
	struct report report;

	report_begin(&report, form);
	report_line(&report, "from %s to %s", show_time(sums->from_s),
	    show_time(sums->to_s));
	report_line(&report, "%s", "");
	add_line(&report, "deferred", deferred, percent(deferred, total), "");
	add_line(&report, "passed", passed, percent(passed, total), "");
	report_line(&report, "%s", "");
	report_line(&report, "summary");
	for (size_t i = 0; i < REASON_GROUPS; i++)
		add_line(&report, reason_group_word((enum reason_group)i),
		    sums->groups_n[i], percent(sums->groups_n[i], total),
		    reason_group_help((enum reason_group)i));
	report_end(&report);
}

static void
report_heading(enum output_form form, const char *text)
{
	struct report report;

	report_begin(&report, form);
	report_line(&report, "%s", "");
	report_line(&report, "%s", text);
	report_end(&report);
}

static void
report_reason(enum output_form form, const struct sums *sums,
    enum reason reason)
{
	int64_t n = sums->reasons_n[reason];
	struct report report;

	report_begin(&report, form);
	report_text(&report, "name", reason_word(reason));
	report_number(&report, "bound", -1);
	report_number(&report, "n", n);
	add_line(&report, reason_word(reason), n, percent(n, sums->total_n),
	    reason_help(reason));
	report_end(&report);
}

/* so_far_n is the number of passes with this delay or a shorter one. */
static void
report_delay(enum output_form form, const struct sums *sums, size_t i,
    int64_t so_far_n)
{
	int64_t bound_s = hourly_stats_bounds_s[i], n = sums->delays_n[i];
	bool is_last = bound_s == INT64_MAX;
	char bound[DURATION_TEXT_SIZE] = "", text[DURATION_TEXT_SIZE + 16];
	struct report report;

	if (!is_last)
		duration_format(bound_s * 1000, bound);
	snprintf(text, sizeof(text), "%s%s", is_last ? "longer" : "up to ",
	    bound);
	report_begin(&report, form);
	report_text(&report, "name", "delay");
	report_number(&report, "bound", is_last ? -1 : bound_s);
	report_number(&report, "n", n);
	add_line(&report, text, n,
	    percent(so_far_n, sums->reasons_n[REASON_RETRIED]), "");
	report_end(&report);
}

static void
report_all(enum output_form form, const struct sums *sums)
{
	int64_t so_far_n = 0;

	report_summary(form, sums);
	report_heading(form, "reasons");
	for (size_t i = 0; i < REASON_COUNT; i++)
		report_reason(form, sums, (enum reason)i);
	report_heading(form,
	    "delays of first passes, and the share that had passed by then");
	for (size_t i = 0; i < hourly_stats_bounds_n; i++) {
		so_far_n += sums->delays_n[i];
		report_delay(form, sums, i, so_far_n);
	}
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
	    memory_alloc(hourly_stats_bounds_n, sizeof(*sums.delays_n));
	rc = store->counts->counts(store, sums.from_s, sums.to_s, add_count,
	    &sums, &err);
	store_close(store);
	if (rc == STORE_OK)
		report_all(ctl->form, &sums);
	else
		complain("%s", err.text);
	free(sums.delays_n);
	return rc == STORE_OK ? CTL_DONE : CTL_REFUSED;
}
