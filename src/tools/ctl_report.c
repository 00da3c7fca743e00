/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_report: tardigrey report prints what greylisting has done in a period,
 * for example for a weekly mail to the postmaster. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "store/store_open.h"
#include "system/clock.h"
#include "tools/ctl.h"
#include "tools/listing.h"
#include "tools/report.h"
#include "tools/shell_word.h"
#include "tools/show.h"
#include "tools/walk.h"
#include "tools/weekly.h"

#define DAY_S     86400
#define BAR_WIDTH 40

/* ---- Collecting ---- */

static void
add_count(const struct hourly_stats_count *count, void *arg)
{
	weekly_add(arg, count);
}

static bool
is_within(const struct weekly *weekly, int64_t time_s)
{
	return time_s >= weekly->from_s && time_s < weekly->to_s;
}

/* A triplet with a pool has two records: take the one by network. A record that
 * passed at its first attempt has not waited. */
static bool
add_record(const struct store_row *row, void *arg)
{
	struct weekly *weekly = arg;
	const struct record *record = &row->record;
	int64_t waited_s = record->passed_s - record->first_seen_s;

	if (row->key.kind != KEY_TRIPLET_NETWORK)
		return true;
	if (record->passed_s != 0) {
		if (is_within(weekly, record->passed_s) && waited_s > 0 &&
		    record->deferred_n > 0)
			tally_add(&weekly->senders,
			    weekly_sender_key(row->key.sender), waited_s);
	} else if (record->deferred_n > 0 &&
	    is_within(weekly, record->first_seen_s)) {
		tally_add(record->deferred_n <= 1 ? &weekly->clients
						  : &weekly->early,
		    row->key.client, 0);
	}
	return true;
}

static void
add_line(const struct listed *listed, void *arg)
{
	struct weekly *weekly = arg;
	int64_t since_s = clock_now_s() - WEEKLY_UNUSED_S;

	if (listed->line.effect != LIST_WHITELIST)
		return;
	weekly->whitelist_n++;
	if (!listing_is_unused(listed, since_s))
		return;
	if (weekly->unused_n < WEEKLY_TOP)
		snprintf(weekly->unused[weekly->unused_n], WEEKLY_LINE_SIZE,
		    "%s %s (%s)", list_kind_word(listed->line.kind),
		    listed->line.pattern, listing_source(&listed->line));
	weekly->unused_n++;
}

/* If the lists cannot be read, listing_load() has complained. The rest of the
 * report is useful. */
static void
collect_lines(struct ctl *ctl, struct store *store, struct weekly *weekly)
{
	struct listing *listing;

	weekly->unused_n = -1;
	if (listing_load(ctl, store, &listing) != CTL_DONE)
		return;
	weekly->unused_n = 0;
	listing_each(listing, add_line, weekly);
	listing_free(listing);
}

/* ---- Text ---- */

static const char *
bound_text(int64_t bound_s)
{
	return bound_s == INT64_MAX ? "more than a day" : show_span(bound_s);
}

static void
add_number(struct report *report, const char *name, const char *word, int64_t n)
{
	report_number(report, name, n);
	report_line(report, "  %-30s %10" PRId64, word, n);
}

static void
add_numbers(struct report *report, const struct weekly *weekly)
{
	const struct history *all = &weekly->all;
	int64_t delayed = weekly_delayed(weekly);

	add_number(report, "passed", "passed", weekly_passed_n(weekly));
	report_number(report, "delayed", all->reasons_n[REASON_RETRIED]);
	report_line(report,
	    "  %-30s %10" PRId64 "   %" PRId64 ".%" PRId64 " %% of what passed",
	    "  of these after waiting", all->reasons_n[REASON_RETRIED],
	    delayed / 10, delayed % 10);
	report_number(report, "would_defer", all->would_defer_n);
	if (all->would_defer_n > 0)
		report_line(report,
		    "  %-30s %10" PRId64
		    "   deferred, if this were no trial (mode = shadow)",
		    "  of these would have been", all->would_defer_n);
	add_number(report, "first_attempts", "deferred, first attempts",
	    history_first_attempts_n(all));
	add_number(report, "never_came_back", "  of these have not come back",
	    history_never_came_back_n(all));
	add_number(report, "never_returned", "never came back in time",
	    all->never_returned_n);
	add_number(report, "deferrals_suspicious",
	    "deferrals, class suspicious", all->deferred_n[CLASS_SUSPICIOUS]);
	add_number(report, "deferrals_named", "deferrals, class named",
	    all->deferred_n[CLASS_NAMED]);
	if (history_failed_n(all) > 0)
		add_number(report, "failed", "not checked: database failed",
		    history_failed_n(all));
}

static void
add_percentiles(struct report *report, const struct history *all)
{
	static const struct {
		int64_t percent;
		const char *name;
	} rows[] = {{50, "delay_50"}, {90, "delay_90"}, {99, "delay_99"}};

	report_line(report, "%s", "");
	report_line(report, "%s",
	    all->reasons_n[REASON_RETRIED] > 0 ? "Delay of mail that came back"
					       : "No mail has come back");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t bound_s = history_percentile_s(all, rows[i].percent);

		report_number(report, rows[i].name,
		    bound_s == INT64_MAX ? -1 : bound_s);
		if (bound_s >= 0)
			report_line(report, "  %" PRId64 " of 100 within %s",
			    rows[i].percent, bound_text(bound_s));
	}
}

static void
add_bar(struct report *report, const char *label, int64_t n, int64_t max)
{
	static const char bar[BAR_WIDTH + 1] =
	    "########################################";
	int width = max > 0 ? (int)(n * BAR_WIDTH / max) : 0;

	report_line(report, "  %-12s %8" PRId64 " %.*s", label, n, width, bar);
}

static void
add_days(struct report *report, const struct weekly *weekly)
{
	int64_t days_n = weekly_days_n(weekly);
	int64_t max = 0;

	if (days_n > 31)
		return;
	for (int64_t i = 0; i < days_n; i++)
		if (history_first_attempts_n(&weekly->days[i]) > max)
			max = history_first_attempts_n(&weekly->days[i]);
	report_line(report, "%s", "");
	report_line(report, "%s", "First attempts by day");
	for (int64_t i = days_n - 1; i >= 0; i--) {
		char day[DATE_SIZE];

		date_format(weekly_date_s(weekly) - i * DAY_S, day);
		add_bar(report, day, history_first_attempts_n(&weekly->days[i]),
		    max);
	}
}

static void
add_senders(struct report *report, const struct tally *senders)
{
	size_t n = weekly_shown_n((int64_t)senders->n);

	report_begin_list(report, "senders");
	report_line(report, "%s", "");
	report_line(report, "%s",
	    n > 0 ? "Senders delayed most, and the entry that lets them pass"
		  : "No sender was delayed");
	for (size_t i = 0; i < n; i++) {
		const struct tally_item *sender = &senders->items[i];
		const char *name = weekly_sender_name(sender->name);
		char *command = weekly_sender_command(sender->name);
		char *text = command != NULL ? command : shell_word(name);
		struct report item;

		report_begin_item(&item, report);
		report_text(&item, "sender", name);
		report_number(&item, "n", sender->n);
		report_number(&item, "longest", sender->largest);
		report_end(&item);
		report_line(report, "  %6" PRId64 "  up to %-22s %s%s",
		    sender->n, show_span(sender->largest),
		    command != NULL ? "" : "no entry for ", text);
		free(text);
	}
}

static void
add_clients(struct report *report, const char *list, const char *title,
    const struct tally *clients)
{
	size_t n = weekly_shown_n((int64_t)clients->n);

	report_begin_list(report, list);
	report_line(report, "%s", "");
	report_line(report, "%s", title);
	for (size_t i = 0; i < n; i++) {
		struct report item;

		report_begin_item(&item, report);
		report_text(&item, "client", clients->items[i].name);
		report_number(&item, "n", clients->items[i].n);
		report_end(&item);
		report_line(report, "  %6" PRId64 "  %s", clients->items[i].n,
		    clients->items[i].name);
	}
}

static void
add_unused(struct report *report, const struct weekly *weekly)
{
	report_number(report, "whitelist_lines", weekly->whitelist_n);
	report_number(report, "unused_lines", weekly->unused_n);
	report_begin_list(report, "unused");
	for (int64_t i = 0; i < weekly->unused_n && i < WEEKLY_TOP; i++) {
		struct report item;

		report_begin_item(&item, report);
		report_text(&item, "line", weekly->unused[i]);
		report_end(&item);
	}
	if (weekly->unused_n <= 0)
		return;
	report_line(report, "%s", "");
	report_line(report,
	    "Whitelist lines without a hit in 90 days: %" PRId64 " of %" PRId64,
	    weekly->unused_n, weekly->whitelist_n);
	for (int64_t i = 0; i < weekly->unused_n && i < WEEKLY_TOP; i++)
		report_line(report, "  %s", weekly->unused[i]);
	if (weekly->unused_n > WEEKLY_TOP)
		report_line(report, "%s",
		    "  All: tardigrey whitelist list --unused 90d");
}

static void
print(enum output_form form, const struct weekly *weekly)
{
	struct report report;

	report_begin(&report, form);
	report_time(&report, "from", weekly->from_s);
	report_time(&report, "to", weekly->to_s);
	report_line(&report, "Greylisting from %s to %s",
	    show_time(weekly->from_s), show_time(weekly->to_s));
	report_line(&report, "%s", "");
	add_numbers(&report, weekly);
	add_percentiles(&report, &weekly->all);
	add_days(&report, weekly);
	add_senders(&report, &weekly->senders);
	add_clients(&report, "clients",
	    weekly->clients.n > 0
		? "Clients that have not come back, by waiting mail"
		: "No client is waiting",
	    &weekly->clients);
	if (weekly->early.n > 0 || form == OUTPUT_JSON)
		add_clients(&report, "early_clients",
		    "Clients that retried too early, and have not passed",
		    &weekly->early);
	add_unused(&report, weekly);
	report_end(&report);
}

static int
print_html(const struct weekly *weekly)
{
	struct text document = {0};
	int rc = -1;

	weekly_html(weekly, &document);
	if (!document.has_failed) {
		report_document(document.octets);
		rc = 0;
	} else {
		complain("out of memory");
	}
	text_free(&document);
	return rc;
}

/* ---- The command ---- */

static int
collect(struct store *store, struct weekly *weekly)
{
	struct err err;

	if (store->counts->counts(store, weekly->from_s, weekly->to_s,
		add_count, weekly, &err) != STORE_OK) {
		complain("%s", err.text);
		return -1;
	}
	return walk_rows(store, add_record, weekly);
}

static int
read_period(const struct ctl_arguments *arguments, struct weekly *weekly)
{
	int64_t now_s = clock_now_s(), since_s = 7 * DAY_S, until_s = 0;

	if (ctl_value_span(arguments, "since", &since_s) != 0 ||
	    ctl_value_span(arguments, "until", &until_s) != 0)
		return CTL_USAGE;
	if (arguments->json && ctl_value(arguments, "html") != NULL)
		return ctl_misused(arguments,
		    "use only one of --json and --html");
	if (until_s >= since_s)
		return ctl_misused(arguments,
		    "--until must be shorter ago than --since");
	weekly->from_s = since_s < now_s ? now_s - since_s : 0;
	weekly->from_s -= weekly->from_s % HOURLY_STATS_HOUR_S;
	weekly->to_s = now_s - until_s;
	weekly->midnight_s = clock_midnight_s(weekly->to_s - 1);
	return 0;
}

int
ctl_report(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	static struct weekly weekly; /* large */
	int rc = read_period(arguments, &weekly);
	struct store *store;

	if (rc != 0)
		return rc;
	store = ctl_open_store(ctl);
	if (store == NULL)
		return CTL_REFUSED;
	rc = collect(store, &weekly);
	if (rc == 0)
		collect_lines(ctl, store, &weekly);
	store_close(store);
	tally_sort(&weekly.senders);
	tally_sort(&weekly.clients);
	tally_sort(&weekly.early);
	if (rc == 0 && ctl_value(arguments, "html") == NULL)
		print(ctl->form, &weekly);
	else if (rc == 0)
		rc = print_html(&weekly);
	tally_free(&weekly.early);
	tally_free(&weekly.senders);
	tally_free(&weekly.clients);
	return rc == 0 ? CTL_DONE : CTL_REFUSED;
}
