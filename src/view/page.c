/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "view/page.h"

#include <inttypes.h>

#include "base/date.h"
#include "view/page_mail.h"
#include "view/page_parts.h"
#include "view/page_style.h"

#define REFRESH "30"

/* Replace the content by that of a new page. Its head is left out: the policy
 * of this page forbids the styles there, which have another nonce. Without
 * JavaScript, the browser loads the page again. */
static const char script[] =
    "const title = document.title;\n"
    "setInterval(async () => {\n"
    "  try {\n"
    "    const answer = await fetch(location.pathname);\n"
    "    const text = await answer.text();\n"
    "    const page = new DOMParser().parseFromString(\n"
    "      text.slice(text.indexOf('<main>')), 'text/html');\n"
    "    document.querySelector('main').replaceWith(\n"
    "      page.querySelector('main'));\n"
    "    document.title = title;\n"
    "  } catch (error) {\n"
    "    document.title = 'Tardigrey: no answer';\n"
    "  }\n"
    "}, " REFRESH "000);\n";

/* ---- Head ---- */

static void
add_head(struct text *out, const struct page *page, const char *nonce)
{
	text_add(out,
	    "<!doctype html>\n<html lang=\"en\"><head><meta "
	    "charset=\"utf-8\">\n<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n"
	    "<link rel=\"icon\" href=\"data:,\">\n<title>Tardigrey: ");
	page_add_value(out, page->host);
	text_add(out,
	    "</title>\n<noscript><meta http-equiv=\"refresh\" "
	    "content=\"" REFRESH "\"></noscript>\n");
	text_format(out, "<style nonce=\"%s\">\n", nonce);
	text_add(out, page_style);
	text_add(out, "</style></head>\n<body><main>\n");
}

static void
add_trial(struct text *out, int64_t until_s)
{
	char date[DATE_SIZE];

	text_add(out, "<p class=\"trial\"><b>A trial");
	if (until_s != INT64_MAX) {
		date_format(until_s, date);
		text_format(out, " until %s", date);
	}
	text_add(out,
	    "</b> (mode = shadow). No mail is deferred. The numbers "
	    "say what would have been deferred.</p>\n");
}

static void
add_banner(struct text *out, const struct page *page)
{
	const struct snapshot *snapshot = page->snapshot;

	text_add(out, "<header><h1>Tardigrey</h1><span class=\"host\">");
	page_add_value(out, page->host);
	text_format(out, "</span><span class=\"health%s\">%s</span></header>\n",
	    snapshot->is_healthy ? "" : " bad",
	    snapshot->is_healthy ? "healthy" : "not healthy");
	if (!snapshot->is_healthy) {
		text_add(out,
		    "<p class=\"alarm\" role=\"alert\">The database "
		    "fails: ");
		page_add_value(out, snapshot->failure.text);
		text_add(out,
		    ". The option on_failure decides about mail until "
		    "it works again.</p>\n");
	}
	if (snapshot->is_shadow)
		add_trial(out, snapshot->shadow_until_s);
}

/* ---- Sums ---- */

/* Mail that passed without having waited. */
static int64_t
passed_at_once_n(const struct history *history)
{
	return history->total_n - history_deferred_n(history) -
	    history_failed_n(history) - history->reasons_n[REASON_RETRIED];
}

static void
add_bold(struct text *out, int64_t n)
{
	text_add(out, "<b>");
	page_add_number(out, n);
	text_add(out, "</b>");
}

static void
add_median(struct text *out, const struct history *history)
{
	int64_t median_s = history_percentile_s(history, 50);

	if (median_s == INT64_MAX)
		text_add(out, ", half of it after more than a day");
	else if (median_s > 0) {
		text_add(out,
		    history->reasons_n[REASON_RETRIED] == 1
			? " within "
			: ", half of it within ");
		page_add_span(out, median_s);
	}
}

static const char *
asked_words(int64_t n, bool is_shadow)
{
	if (is_shadow)
		return " would have been asked to come back later. ";
	return n == 1 ? " was asked to come back later. "
		      : " were asked to come back later. ";
}

/* The numbers of today in one sentence. */
static void
add_lead(struct text *out, const struct history *today, bool is_shadow)
{
	int64_t first_n = history_first_attempts_n(today);
	int64_t back_n = today->reasons_n[REASON_RETRIED];

	text_add(out, "<p class=\"lead\">");
	if (today->total_n == 0) {
		text_add(out,
		    "No mail has been checked today. When a mail "
		    "server asks, its mail appears here.</p>\n");
		return;
	}
	text_add(out, "Today, ");
	add_bold(out, passed_at_once_n(today));
	text_add(out, " passed at once, and ");
	add_bold(out, first_n);
	text_add(out, asked_words(first_n, is_shadow));
	add_bold(out, back_n);
	text_add(out, " came back and passed");
	add_median(out, today);
	text_add(out, ".</p>\n");
}

static void
add_sum(struct text *out, const char *word, const char *help, int64_t today_n,
    int64_t month_n)
{
	const int64_t numbers[] = {today_n, month_n};

	page_add_sum(out, false, word, help, numbers, 2);
}

static void
add_sums(struct text *out, const struct history *today,
    const struct history *month)
{
	const int64_t back_n[] = {
	    today->reasons_n[REASON_RETRIED], month->reasons_n[REASON_RETRIED]};

	text_add(out,
	    "<section><h2>What happened to mail</h2><p class=\"note\">Mail of "
	    "unknown senders is deferred. Real mail servers try again, most "
	    "spam does not. Each recipient of a message counts.</p><table "
	    "class=\"sums\"><thead><tr><th></th><th class=\"n\">today</th>"
	    "<th class=\"n\">30 days</th></tr></thead>\n");
	add_sum(out, "Passed at once",
	    "known, whitelisted, or not to be greylisted",
	    passed_at_once_n(today), passed_at_once_n(month));
	add_sum(out, "Deferred", "first attempts: try again later",
	    history_first_attempts_n(today), history_first_attempts_n(month));
	page_add_sum(out, true, "Came back and passed",
	    "after waiting, as real mail servers do", back_n, 2);
	add_sum(out, "Has not come back", "so far; most of it is spam",
	    history_never_came_back_n(today), history_never_came_back_n(month));
	if (month->never_returned_n > 0)
		add_sum(out, "Never came back",
		    "no second attempt in time (retry_window)",
		    today->never_returned_n, month->never_returned_n);
	if (month->would_defer_n > 0)
		add_sum(out, "Only a trial",
		    "counted as deferred, but passed (mode = shadow)",
		    today->would_defer_n, month->would_defer_n);
	if (history_failed_n(month) > 0)
		add_sum(out, "Not checked", "the database failed",
		    history_failed_n(today), history_failed_n(month));
	text_add(out, "</table></section>\n");
}

static void
add_days(struct text *out, const struct page *page, const struct history *month)
{
	text_add(out,
	    "<section><h2>The last 30 days</h2><p class=\"note\"><span "
	    "class=\"key strong\"></span>came back and passed<span "
	    "class=\"key\"></span>has not come back</p>\n");
	if (history_first_attempts_n(month) > 0)
		page_add_columns(out, page->days, PAGE_DAYS, 0);
	else
		text_add(out,
		    "<p class=\"none\">No mail has been deferred yet.</p>");
	text_add(out, "</section>\n");
}

static void
add_delays(struct text *out, const struct history *month)
{
	text_add(out,
	    "<section><h2>How long mail was delayed</h2><p "
	    "class=\"note\">From the first attempt to the first "
	    "pass, 30 days.</p>\n");
	if (month->reasons_n[REASON_RETRIED] > 0)
		page_add_delays(out, month);
	else
		text_add(out,
		    "<p class=\"none\">No deferred mail has come back "
		    "yet.</p>");
	text_add(out, "</section>\n");
}

/* ---- Health ---- */

static void
add_list_n(struct text *out, const struct snapshot *snapshot, int source)
{
	int64_t n[2] = {0, 0};

	for (int list = 0; list < 2; list++)
		for (int kind = 0; kind < LIST_KINDS; kind++)
			n[list] += snapshot->entries_n[source][list][kind];
	page_add_number(out, n[1]);
	text_add(out, " whitelist, ");
	page_add_number(out, n[0]);
	text_add(out, " greylist");
}

static void
add_records_n(struct text *out, const struct snapshot *snapshot)
{
	int64_t n = 0;

	if (snapshot->census.records_n[0] < 0) {
		text_add(out, "not counted yet");
		return;
	}
	for (int kind = 0; kind < KEY_KINDS; kind++)
		n += snapshot->census.records_n[kind];
	page_add_number(out, n);
}

static void
add_health(struct text *out, const struct page *page)
{
	const struct snapshot *snapshot = page->snapshot;

	text_add(out, "<section><h2>Health</h2><dl>");
	text_format(out, "<dt>database</dt><dd>%s</dd>",
	    snapshot->is_healthy ? "works" : "fails");
	text_add(out, "<dt>failures</dt><dd>");
	page_add_number(out, snapshot->measures.failures_n);
	text_add(out, "</dd><dt>known records</dt><dd>");
	add_records_n(out, snapshot);
	text_add(out, "</dd><dt>lines of list files</dt><dd>");
	add_list_n(out, snapshot, 0);
	text_add(out, "</dd><dt>list entries</dt><dd>");
	add_list_n(out, snapshot, 1);
	text_add(out, "</dd><dt>mail servers</dt><dd>");
	page_add_number(out, snapshot->connections_n);
	text_format(out, " connection%s</dd><dt>running for</dt><dd>",
	    snapshot->connections_n == 1 ? "" : "s");
	page_add_span(out, record_since(snapshot->started_s, snapshot->now_s));
	text_add(out, "</dd></dl></section>\n");
}

/* ---- All ---- */

static void
add_history(struct text *out, const struct page *page,
    const struct history *month)
{
	add_lead(out, &page->days[0], page->snapshot->is_shadow);
	text_add(out, "<div class=\"two\">\n");
	add_sums(out, &page->days[0], month);
	add_days(out, page, month);
	add_delays(out, month);
	page_add_clients(out, page);
	text_add(out, "</div>\n");
}

void
page_write(const struct page *page, const char *nonce, struct text *out)
{
	struct history month = {.total_n = 0};

	for (size_t i = 0; i < PAGE_DAYS; i++)
		history_merge(&month, &page->days[i]);
	add_head(out, page, nonce);
	add_banner(out, page);
	if (page->has_days)
		add_history(out, page, &month);
	else
		text_add(out,
		    "<p class=\"lead\">The numbers of the last days cannot be "
		    "read.</p>\n");
	page_add_waiting(out, page);
	page_add_decisions(out, page);
	add_health(out, page);
	text_format(out,
	    "<footer>tardigreyd %s. Numbers are up to a few seconds "
	    "old; the page renews itself every " REFRESH " seconds. <a "
	    "href=\"/metrics\">Metrics</a></footer>\n</main>\n"
	    "<script nonce=\"%s\">\n",
	    page->snapshot->version, nonce);
	text_add(out, script);
	text_add(out, "</script></body></html>\n");
}
