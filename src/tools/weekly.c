/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The document has no scripts and needs no other files, so that it can be sent
 * by mail. It has the style and the plots of the status page. */
#include "tools/weekly.h"

#include "tools/show.h"
#include "view/page_parts.h"
#include "view/page_style.h"

#define DAY_S        86400
#define DAYS_PLOTTED 31

int64_t
weekly_passed_n(const struct weekly *weekly)
{
	const struct history *all = &weekly->all;

	return all->total_n - history_deferred_n(all) - history_failed_n(all) +
	    all->would_defer_n;
}

int64_t
weekly_days_n(const struct weekly *weekly)
{
	int64_t n = (weekly->to_s - weekly->from_s + DAY_S - 1) / DAY_S;

	return n < WEEKLY_DAYS_MAX ? n : WEEKLY_DAYS_MAX;
}

/* ---- HTML ---- */

static void
add_head(struct text *out, const struct weekly *weekly)
{
	text_add(out,
	    "<!doctype html>\n<html lang=\"en\"><head><meta "
	    "charset=\"utf-8\">\n<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n"
	    "<title>Greylisting report</title>\n<style>\n");
	text_add(out, page_style);
	text_add(out,
	    "</style></head>\n<body><main>\n<header><h1>Greylisting "
	    "report</h1><span class=\"host\">");
	page_add_value(out, show_time(weekly->from_s));
	text_add(out, " to ");
	page_add_value(out, show_time(weekly->to_s));
	text_add(out, "</span></header>\n");
	if (weekly->all.would_defer_n == 0)
		return;
	text_add(out, "<p class=\"trial\"><b>A trial</b>: ");
	page_add_number(out, weekly->all.would_defer_n);
	text_add(out,
	    " deferrals are what would have been. This mail passed, because "
	    "of shadow mode.</p>\n");
}

static void
add_row(struct text *out, const char *class, const char *word, int64_t n)
{
	text_format(out,
	    "<tr%s><td class=\"mail\">%s</td><td class=\"n today\">", class,
	    word);
	page_add_number(out, n);
	text_add(out, "</td></tr>\n");
}

static void
add_numbers(struct text *out, const struct weekly *weekly)
{
	const struct history *all = &weekly->all;

	text_add(out,
	    "<section><h2>What happened to mail</h2><table class=\"sums\">\n");
	add_row(out, "", "Passed", weekly_passed_n(weekly));
	add_row(out, " class=\"main\"", "of these after waiting",
	    all->reasons_n[REASON_RETRIED]);
	add_row(out, "", "Deferred, first attempts",
	    history_first_attempts_n(all));
	add_row(out, "", "of these never came back",
	    history_never_came_back_n(all));
	add_row(out, "", "Deferrals of suspicious clients",
	    all->deferred_n[CLASS_SUSPICIOUS]);
	add_row(out, "", "Deferrals of named clients",
	    all->deferred_n[CLASS_NAMED]);
	if (history_failed_n(all) > 0)
		add_row(out, "", "Not checked: the database failed",
		    history_failed_n(all));
	text_add(out, "</table></section>\n");
}

static void
add_plots(struct text *out, const struct weekly *weekly)
{
	if (weekly_days_n(weekly) <= DAYS_PLOTTED) {
		text_add(out,
		    "<section><h2>By day</h2><p class=\"note\"><span "
		    "class=\"key strong\"></span>came back and passed<span "
		    "class=\"key\"></span>never came back</p>\n");
		page_add_columns(out, weekly->days,
		    (size_t)weekly_days_n(weekly));
		text_add(out, "</section>\n");
	}
	text_add(out, "<section><h2>How long mail was delayed</h2>\n");
	if (weekly->all.reasons_n[REASON_RETRIED] > 0)
		page_add_delays(out, &weekly->all);
	else
		text_add(out, "<p class=\"none\">No mail has come back.</p>");
	text_add(out, "</section>\n");
}

/* has_delay: the largest value of an item is a delay. */
static void
add_tally(struct text *out, const char *title, const char *none,
    const struct tally *tally, bool has_delay)
{
	size_t n = tally->n < WEEKLY_TOP ? tally->n : WEEKLY_TOP;

	text_format(out, "<section><h2>%s</h2>", title);
	text_add(out, n == 0 ? "<p class=\"none\">" : "<table class=\"list\">");
	text_add(out, n == 0 ? none : "");
	for (size_t i = 0; i < n; i++) {
		text_add(out, "<tr><td class=\"mail\">");
		page_add_value(out, tally->items[i].name);
		if (has_delay) {
			text_add(out, "<small>up to ");
			page_add_span(out, tally->items[i].largest);
			text_add(out, "; tardigrey whitelist add sender ");
			page_add_value(out, tally->items[i].name);
			text_add(out, "</small>");
		}
		text_add(out, "</td><td class=\"n\">");
		page_add_number(out, tally->items[i].n);
		text_add(out, "</td></tr>\n");
	}
	text_add(out, n == 0 ? "</p></section>\n" : "</table></section>\n");
}

void
weekly_html(const struct weekly *weekly, struct text *out)
{
	add_head(out, weekly);
	text_add(out, "<div class=\"two\">\n");
	add_numbers(out, weekly);
	add_plots(out, weekly);
	add_tally(out, "Senders delayed most", "No sender was delayed.",
	    &weekly->senders, true);
	add_tally(out, "Clients that have not come back",
	    "No client is waiting.", &weekly->clients, false);
	add_tally(out, "Clients that retried too early, and have not passed",
	    "There are none.", &weekly->early, false);
	text_add(out,
	    "</div>\n<footer>tardigrey report --html</footer>\n"
	    "</main></body></html>\n");
}
