/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The document has no scripts and needs no other files, so that it can be sent
 * by mail. It has the style and the plots of the status page. */
#include "tools/weekly.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "lists/wide_pattern.h"
#include "system/clock.h"
#include "tools/memory.h"
#include "tools/shell_word.h"
#include "tools/show.h"
#include "view/page_parts.h"
#include "view/page_style.h"

#define DAY_S        86400
#define DAYS_PLOTTED 31

static const char command_words[] = "tardigrey whitelist add sender ";

int64_t
weekly_passed_n(const struct weekly *weekly)
{
	const struct history *all = &weekly->all;

	return all->total_n - history_deferred_n(all) - history_failed_n(all) +
	    all->would_defer_n;
}

int64_t
weekly_delayed(const struct weekly *weekly)
{
	int64_t passed_n = weekly_passed_n(weekly);

	return passed_n > 0
	    ? weekly->all.reasons_n[REASON_RETRIED] * 1000 / passed_n
	    : 0;
}

/* How many days a time is before the last day. Days have 23 to 25 hours, and
 * the quotient is rounded. */
static int64_t
ago(const struct weekly *weekly, int64_t time_s)
{
	int64_t span_s = weekly->midnight_s - clock_midnight_s(time_s);

	return (span_s + DAY_S / 2) / DAY_S;
}

void
weekly_add(struct weekly *weekly, const struct hourly_stats_count *count)
{
	int64_t i = ago(weekly, count->hour_s);

	history_add(&weekly->all, count);
	if (i >= 0 && i < WEEKLY_DAYS_MAX)
		history_add(&weekly->days[i], count);
}

int64_t
weekly_days_n(const struct weekly *weekly)
{
	int64_t n = ago(weekly, weekly->from_s) + 1;

	return n < WEEKLY_DAYS_MAX ? n : WEEKLY_DAYS_MAX;
}

int64_t
weekly_date_s(const struct weekly *weekly)
{
	char text[32];
	struct tm tm;
	int64_t date_s;

	if (!clock_local_time(weekly->to_s - 1, &tm) ||
	    strftime(text, sizeof(text), "%Y-%m-%d", &tm) == 0 ||
	    date_parse(text, &date_s) != 0)
		return weekly->midnight_s;
	return date_s;
}

size_t
weekly_shown_n(int64_t n)
{
	return n < WEEKLY_TOP ? (size_t)n : WEEKLY_TOP;
}

/* ---- Senders ---- */

const char *
weekly_sender_key(const char *sender)
{
	const char *at = strrchr(sender, '@');

	return at != NULL && at[1] != '\0' ? at : sender;
}

const char *
weekly_sender_name(const char *key)
{
	return key[0] == '@' ? key + 1 : key;
}

/* True if an entry lets the senders of the key pass, and the command accepts
 * the entry. */
static bool
is_entry(const char *key)
{
	struct pattern pattern;
	struct err err;

	if (strcmp(key, "<>") == 0)
		return true;
	return key[0] == '@' &&
	    pattern_parse(LIST_SENDER, weekly_sender_name(key), &pattern,
		&err) == 0 &&
	    pattern.type == PATTERN_DOMAIN &&
	    wide_pattern_check(LIST_SENDER, &pattern, &err) == 0;
}

char *
weekly_sender_command(const char *key)
{
	const char *name = weekly_sender_name(key);
	char *word, *command;
	size_t size;

	if (!is_entry(key))
		return NULL;
	word = shell_word(name);
	size = sizeof(command_words) + sizeof("-- ") + strlen(word);
	command = memory_alloc(size, 1);
	snprintf(command, size, "%s%s%s", command_words,
	    name[0] == '-' ? "-- " : "", word);
	free(word);
	return command;
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
	page_add_value(out, show_minute(weekly->from_s));
	text_add(out, " to ");
	page_add_value(out, show_minute(weekly->to_s));
	text_add(out, "</span></header>\n");
	if (weekly->all.would_defer_n == 0)
		return;
	text_add(out, "<p class=\"trial\"><b>A trial</b> (mode = shadow). ");
	page_add_number(out, weekly->all.would_defer_n);
	text_add(out,
	    " of the deferrals are what would have been: this mail passed.</p>"
	    "\n");
}

static void
add_bold(struct text *out, int64_t n)
{
	text_add(out, "<b>");
	page_add_number(out, n);
	text_add(out, "</b>");
}

/* The period in one sentence. */
static void
add_lead(struct text *out, const struct weekly *weekly)
{
	int64_t delayed = weekly_delayed(weekly);

	text_add(out, "<p class=\"lead\">");
	if (weekly->all.total_n == 0) {
		text_add(out, "No mail was checked in this time.</p>\n");
		return;
	}
	add_bold(out, weekly_passed_n(weekly));
	text_format(out,
	    " passed, <b>%" PRId64 ".%" PRId64 " %%</b> of it after waiting. ",
	    delayed / 10, delayed % 10);
	add_bold(out, history_never_came_back_n(&weekly->all));
	text_add(out, " has not come back.</p>\n");
}

static void
add_sum(struct text *out, const char *word, const char *help, int64_t n)
{
	page_add_sum(out, false, word, help, &n, 1);
}

static void
add_sums(struct text *out, const struct weekly *weekly)
{
	const struct history *all = &weekly->all;
	struct text classes = {0};

	text_add(out,
	    "<section><h2>What happened to mail</h2><p class=\"note\">Each "
	    "recipient of a message counts.</p><table class=\"sums\">\n");
	add_sum(out, "Passed at once",
	    "known, whitelisted, or not to be greylisted",
	    weekly_passed_n(weekly) - all->reasons_n[REASON_RETRIED]);
	add_sum(out, "Deferred", "first attempts: try again later",
	    history_first_attempts_n(all));
	page_add_sum(out, true, "Came back and passed",
	    "after waiting, as real mail servers do",
	    &all->reasons_n[REASON_RETRIED], 1);
	add_sum(out, "Has not come back", "so far; most of it is spam",
	    history_never_came_back_n(all));
	if (all->never_returned_n > 0)
		add_sum(out, "Never came back",
		    "no second attempt in time (retry_window)",
		    all->never_returned_n);
	page_add_number(&classes, all->deferred_n[CLASS_SUSPICIOUS]);
	text_add(&classes, " of suspicious clients, ");
	page_add_number(&classes, all->deferred_n[CLASS_NAMED]);
	text_add(&classes, " of named clients");
	if (!classes.has_failed)
		add_sum(out, "All deferrals", classes.octets,
		    history_deferred_n(all));
	text_free(&classes);
	if (history_failed_n(all) > 0)
		add_sum(out, "Not checked", "the database failed",
		    history_failed_n(all));
	text_add(out, "</table></section>\n");
}

static void
add_percentile(struct text *out, const struct history *all, int64_t percent,
    const char *word)
{
	int64_t bound_s = history_percentile_s(all, percent);

	text_add(out, word);
	if (bound_s == INT64_MAX)
		text_add(out, " longer than a day");
	else
		page_add_span(out, bound_s);
}

static void
add_delays(struct text *out, const struct history *all)
{
	text_add(out, "<section><h2>How long mail was delayed</h2>\n");
	if (all->reasons_n[REASON_RETRIED] > 0) {
		text_add(out, "<p class=\"note\">");
		add_percentile(out, all, 50, "Half of it within ");
		add_percentile(out, all, 90, ", 90 of 100 within ");
		add_percentile(out, all, 99, ", 99 of 100 within ");
		text_add(out, ".</p>\n");
		page_add_delays(out, all);
	} else {
		text_add(out, "<p class=\"none\">No mail has come back.</p>");
	}
	text_add(out, "</section>\n");
}

static void
add_days(struct text *out, const struct weekly *weekly)
{
	if (weekly_days_n(weekly) > DAYS_PLOTTED)
		return;
	text_add(out,
	    "<section><h2>By day</h2><p class=\"note\"><span class=\"key "
	    "strong\"></span>came back and passed<span class=\"key\"></span>"
	    "has not come back</p>\n");
	if (history_first_attempts_n(&weekly->all) > 0)
		page_add_columns(out, weekly->days,
		    (size_t)weekly_days_n(weekly), weekly_date_s(weekly));
	else
		text_add(out, "<p class=\"none\">No mail was deferred.</p>");
	text_add(out, "</section>\n");
}

static void
begin_list(struct text *out, const char *title, const char *note)
{
	text_format(out,
	    "<section><h2>%s</h2><p class=\"note\">%s</p><table>\n", title,
	    note);
}

static void
add_command(struct text *out, const char *command)
{
	text_add(out, "<small><code>");
	page_add_value(out, command);
	text_add(out, "</code></small>");
}

static void
add_senders(struct text *out, const struct tally *senders)
{
	if (senders->n == 0)
		return;
	begin_list(out, "Senders delayed most",
	    "The command lets them pass at once.");
	for (size_t i = 0; i < weekly_shown_n((int64_t)senders->n); i++) {
		const struct tally_item *sender = &senders->items[i];
		char *command = weekly_sender_command(sender->name);

		text_add(out, "<tr><td class=\"mail\">");
		page_add_value(out, weekly_sender_name(sender->name));
		text_add(out, ", up to ");
		page_add_span(out, sender->largest);
		if (command != NULL)
			add_command(out, command);
		free(command);
		text_add(out, "</td><td class=\"n\">");
		page_add_number(out, sender->n);
		text_add(out, "</td></tr>\n");
	}
	text_add(out, "</table></section>\n");
}

static void
add_clients(struct text *out, const char *title, const struct tally *clients)
{
	if (clients->n == 0)
		return;
	begin_list(out, title, "By waiting mail.");
	for (size_t i = 0; i < weekly_shown_n((int64_t)clients->n); i++) {
		text_add(out, "<tr><td class=\"mail\">");
		page_add_value(out, clients->items[i].name);
		text_add(out, "</td><td class=\"n\">");
		page_add_number(out, clients->items[i].n);
		text_add(out, "</td></tr>\n");
	}
	text_add(out, "</table></section>\n");
}

static void
add_unused(struct text *out, const struct weekly *weekly)
{
	if (weekly->unused_n <= 0)
		return;
	begin_list(out, "Whitelist lines without a hit",
	    "In 90 days. All: <code>tardigrey whitelist list --unused "
	    "90d</code>");
	for (size_t i = 0; i < weekly_shown_n(weekly->unused_n); i++) {
		text_add(out, "<tr><td class=\"mail\">");
		page_add_value(out, weekly->unused[i]);
		text_add(out, "</td></tr>\n");
	}
	text_add(out, "</table><p class=\"note\">");
	page_add_number(out, weekly->unused_n);
	text_add(out, " of ");
	page_add_number(out, weekly->whitelist_n);
	text_add(out, " lines.</p></section>\n");
}

void
weekly_html(const struct weekly *weekly, struct text *out)
{
	add_head(out, weekly);
	add_lead(out, weekly);
	text_add(out, "<div class=\"two\">\n");
	add_sums(out, weekly);
	add_days(out, weekly);
	add_delays(out, &weekly->all);
	add_senders(out, &weekly->senders);
	add_clients(out, "Clients that have not come back", &weekly->clients);
	add_clients(out, "Clients that retried too early, and have not passed",
	    &weekly->early);
	add_unused(out, weekly);
	text_add(out,
	    "</div>\n<footer>tardigrey report --html</footer>\n"
	    "</main></body></html>\n");
}
