/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_stats: tardigrey stats counts decisions by reason, and the delays of
 * first passes. */
#include <inttypes.h>
#include <stdio.h>

#include "base/duration.h"
#include "system/clock.h"
#include "store/store_open.h"
#include "tools/ctl.h"
#include "tools/report.h"
#include "tools/show.h"
#include "view/history.h"

#define DAY_S 86400

struct sums {
	int64_t from_s, to_s;
	struct history all;
};

static void
add_count(const struct hourly_stats_count *count, void *arg)
{
	struct sums *sums = arg;

	history_add(&sums->all, count);
}

/* ---- JSON ---- */

static void
add_item(struct report *report, const char *word, int64_t n)
{
	struct report item;

	report_begin_item(&item, report);
	report_text(&item, "name", word);
	report_number(&item, "n", n);
	report_end(&item);
}

static void
add_members(struct report *report, const struct sums *sums)
{
	report_time(report, "from", sums->from_s);
	report_time(report, "to", sums->to_s);
	report_number(report, "total", sums->all.total_n);
	report_number(report, "deferred", history_deferred_n(&sums->all));
	report_number(report, "failed", history_failed_n(&sums->all));
	report_number(report, "would_defer", sums->all.would_defer_n);
	report_number(report, "deferred_named",
	    sums->all.deferred_n[CLASS_NAMED]);
	report_number(report, "deferred_suspicious",
	    sums->all.deferred_n[CLASS_SUSPICIOUS]);
	report_number(report, "passed",
	    sums->all.total_n - history_deferred_n(&sums->all) -
		history_failed_n(&sums->all));
	report_begin_list(report, "groups");
	for (size_t i = 0; i < REASON_GROUPS; i++)
		add_item(report, reason_group_word((enum reason_group)i),
		    sums->all.groups_n[i]);
	report_begin_list(report, "reasons");
	for (size_t i = 0; i < REASON_COUNT; i++)
		add_item(report, reason_word((enum reason)i),
		    sums->all.reasons_n[i]);
}

static void
add_delay_members(struct report *report, const struct sums *sums)
{
	int64_t median_s = history_percentile_s(&sums->all, 50);
	int64_t late_s = history_percentile_s(&sums->all, 95);
	struct report item;

	report_begin_list(report, "delays");
	for (size_t i = 0; i < hourly_stats_bounds_n; i++) {
		int64_t bound_s = hourly_stats_bounds_s[i];

		report_begin_item(&item, report);
		report_number(&item, "bound",
		    bound_s == INT64_MAX ? -1 : bound_s);
		report_number(&item, "n", sums->all.delays_n[i]);
		report_end(&item);
	}
	report_number(report, "delay_median",
	    median_s == INT64_MAX ? -1 : median_s);
	report_number(report, "delay_95", late_s == INT64_MAX ? -1 : late_s);
	report_number(report, "first_attempts",
	    history_first_attempts_n(&sums->all));
	report_number(report, "never_came_back",
	    history_never_came_back_n(&sums->all));
}

/* ---- Text ---- */

static double
percent(int64_t n, int64_t of_n)
{
	return of_n > 0 ? 100.0 * (double)n / (double)of_n : 0;
}

static void
add_line(struct report *report, const char *word, int64_t n, double share,
    const char *help)
{
	report_line(report, "%-22s %10" PRId64 " %6.1f%%%s%s", word, n, share,
	    help[0] != '\0' ? "  " : "", help);
}

enum part { PART_DEFERRED, PART_PASSED, PART_FAILED };

static enum part
part_of(enum reason reason)
{
	if (reason_defers(reason))
		return PART_DEFERRED;
	return reason_group(reason) == REASON_GROUP_FAILED ? PART_FAILED
							   : PART_PASSED;
}

/* Add a total and, below it, the reasons that it consists of. */
static void
add_part(struct report *report, const struct sums *sums, enum part part,
    const char *word, int64_t total_n)
{
	char indented[48];

	add_line(report, word, total_n, percent(total_n, sums->all.total_n),
	    "");
	for (size_t i = 0; i < REASON_COUNT; i++) {
		int64_t n = sums->all.reasons_n[i];

		if (n == 0 || part_of((enum reason)i) != part)
			continue;
		snprintf(indented, sizeof(indented), "  %s",
		    reason_word((enum reason)i));
		add_line(report, indented, n, percent(n, sums->all.total_n),
		    reason_help((enum reason)i));
	}
}

static void
add_decisions(struct report *report, const struct sums *sums)
{
	int64_t deferred = history_deferred_n(&sums->all),
		failed = history_failed_n(&sums->all);

	report_line(report, "from %s to %s", show_time(sums->from_s),
	    show_time(sums->to_s));
	report_line(report, "%s", "");
	report_line(report, "%-22s %10s %7s", "decisions", "number", "share");
	add_part(report, sums, PART_DEFERRED, "deferred", deferred);
	if (sums->all.would_defer_n > 0)
		add_line(report, "  only a trial", sums->all.would_defer_n,
		    percent(sums->all.would_defer_n, sums->all.total_n),
		    "Of these. They passed because of mode = shadow.");
	add_part(report, sums, PART_PASSED, "passed",
	    sums->all.total_n - deferred - failed);
	if (failed > 0)
		add_part(report, sums, PART_FAILED, "failed", failed);
}

/* "up to 5m", "longer". Valid until the next call. */
static const char *
bound_text(int64_t bound_s)
{
	static char text[DURATION_TEXT_SIZE + 16];
	char bound[DURATION_TEXT_SIZE];

	if (bound_s == INT64_MAX)
		return "longer";
	duration_format(bound_s * 1000, bound);
	snprintf(text, sizeof(text), "up to %s", bound);
	return text;
}

static void
add_delays(struct report *report, const struct sums *sums)
{
	int64_t all_n = sums->all.reasons_n[REASON_RETRIED], so_far_n = 0;

	report_line(report, "%s", "");
	report_line(report, "%-22s %10s %7s", "delays of first passes",
	    "number", "sum");
	for (size_t i = 0; i < hourly_stats_bounds_n; i++) {
		int64_t n = sums->all.delays_n[i];

		so_far_n += n;
		if (n > 0)
			add_line(report, bound_text(hourly_stats_bounds_s[i]),
			    n, percent(so_far_n, all_n), "");
	}
	if (all_n > 0) {
		report_line(report, "%-22s %s", "median",
		    bound_text(history_percentile_s(&sums->all, 50)));
		report_line(report, "%-22s %s", "95 of 100",
		    bound_text(history_percentile_s(&sums->all, 95)));
	}
	add_line(report, "never came back",
	    history_never_came_back_n(&sums->all),
	    percent(history_never_came_back_n(&sums->all),
		history_first_attempts_n(&sums->all)),
	    "of the first attempts, so far");
}

static void
report_all(enum output_form form, const struct sums *sums)
{
	struct report report;

	report_begin(&report, form);
	add_members(&report, sums);
	add_delay_members(&report, sums);
	add_decisions(&report, sums);
	add_delays(&report, sums);
	report_end(&report);
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
	sums.to_s = now_s;
	store = ctl_open_store(ctl);
	if (store == NULL)
		return CTL_REFUSED;
	rc = store->counts->counts(store, sums.from_s, sums.to_s + 1, add_count,
	    &sums, &err);
	store_close(store);
	if (rc == STORE_OK)
		report_all(ctl->form, &sums);
	else
		complain("%s", err.text);
	return rc == STORE_OK ? CTL_DONE : CTL_REFUSED;
}
