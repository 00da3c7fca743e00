/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "view/page_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/duration.h"

/* ---- Values ---- */

static void
add_octet(struct text *out, unsigned char octet)
{
	char one[2] = {(char)octet, '\0'};

	switch (octet) {
	case '&':
		text_add(out, "&amp;");
		break;
	case '<':
		text_add(out, "&lt;");
		break;
	case '>':
		text_add(out, "&gt;");
		break;
	case '"':
		text_add(out, "&quot;");
		break;
	case '\'':
		text_add(out, "&#39;");
		break;
	default:
		if (octet < ' ' || octet >= 0x7f)
			text_format(out, "\\x%02x", octet);
		else
			text_add(out, one);
	}
}

void
page_add_value(struct text *out, const char *value)
{
	for (; *value != '\0'; value++)
		add_octet(out, (unsigned char)*value);
}

void
page_add_number(struct text *out, int64_t number)
{
	char digits[24];
	size_t n = (size_t)snprintf(digits, sizeof(digits), "%" PRId64, number);

	for (size_t i = 0; i < n; i++) {
		char one[2] = {digits[i], '\0'};

		if (i > 0 && (n - i) % 3 == 0 && digits[i - 1] != '-')
			text_add(out, ",");
		text_add(out, one);
	}
}

void
page_add_span(struct text *out, int64_t span_s)
{
	if (span_s < 60)
		text_format(out, "%" PRId64 " s", span_s > 0 ? span_s : 0);
	else if (span_s < 3600)
		text_format(out, "%" PRId64 " min", span_s / 60);
	else if (span_s < 2 * 86400 && span_s % 3600 >= 60)
		text_format(out, "%" PRId64 " h %" PRId64 " min", span_s / 3600,
		    span_s % 3600 / 60);
	else if (span_s < 2 * 86400)
		text_format(out, "%" PRId64 " h", span_s / 3600);
	else
		text_format(out, "%" PRId64 " days", span_s / 86400);
}

void
page_add_sum(struct text *out, bool is_main, const char *word, const char *help,
    const int64_t *numbers, size_t n)
{
	text_format(out, "<tr%s><td class=\"mail\">%s<small>%s</small></td>",
	    is_main ? " class=\"main\"" : "", word, help);
	for (size_t i = 0; i < n; i++) {
		text_format(out, "<td class=\"n%s\">", i == 0 ? " today" : "");
		page_add_number(out, numbers[i]);
		text_add(out, "</td>");
	}
	text_add(out, "</tr>\n");
}

/* ---- The days ---- */

#define PLOT_WIDTH  480
#define PLOT_HEIGHT 150

static int64_t
max_first_attempts_n(const struct history *days, size_t n)
{
	int64_t max = 1;

	for (size_t i = 0; i < n; i++)
		if (history_first_attempts_n(&days[i]) > max)
			max = history_first_attempts_n(&days[i]);
	return max;
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

#define DAY_S 86400

static void
add_day(struct text *out, size_t ago, int64_t date_s)
{
	char date[DATE_SIZE];

	if (date_s != 0) {
		date_format(date_s - (int64_t)ago * DAY_S, date);
		text_add(out, date);
	} else if (ago == 0) {
		text_add(out, "today");
	} else {
		text_format(out, "%zu day%s ago", ago, ago == 1 ? "" : "s");
	}
}

static void
add_column(struct text *out, const struct history *day, size_t i, size_t n,
    int64_t max, int64_t date_s)
{
	int64_t all_n = history_first_attempts_n(day);
	int64_t back_n = least(day->reasons_n[REASON_RETRIED], all_n);
	int64_t width = PLOT_WIDTH / (int64_t)n;
	int64_t x = PLOT_WIDTH - width * (int64_t)(i + 1);
	int64_t all = all_n * PLOT_HEIGHT / max,
		back = back_n * PLOT_HEIGHT / max;

	text_add(out, "<g><title>");
	add_day(out, i, date_s);
	text_format(out,
	    ": %" PRId64 " deferred, %" PRId64
	    " came back</title><rect class=\"column\" x=\"%" PRId64
	    "\" y=\"%" PRId64 "\" width=\"%" PRId64 "\" height=\"%" PRId64
	    "\"/><rect class=\"part\" x=\"%" PRId64 "\" y=\"%" PRId64
	    "\" width=\"%" PRId64 "\" height=\"%" PRId64 "\"/></g>",
	    all_n, back_n, x, PLOT_HEIGHT - all, width - 4, all, x,
	    PLOT_HEIGHT - back, width - 4, back);
}

void
page_add_columns(struct text *out, const struct history *days, size_t n,
    int64_t date_s)
{
	int64_t max = max_first_attempts_n(days, n);

	text_format(out,
	    "<svg viewBox=\"0 -14 %d %d\" role=\"img\" aria-label=\"First "
	    "attempts of each day, and how many came back\">"
	    "<text x=\"0\" y=\"-4\">",
	    PLOT_WIDTH, PLOT_HEIGHT + 34);
	page_add_number(out, max);
	text_add(out, "</text>");
	for (size_t i = 0; i < n; i++)
		add_column(out, &days[i], i, n, max, date_s);
	text_format(out,
	    "<line class=\"base\" x1=\"0\" y1=\"%d.5\" x2=\"%d\" y2=\"%d.5\"/>"
	    "<text x=\"0\" y=\"%d\">",
	    PLOT_HEIGHT, PLOT_WIDTH, PLOT_HEIGHT, PLOT_HEIGHT + 16);
	add_day(out, n - 1, date_s);
	text_format(out, "</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">",
	    PLOT_WIDTH - 4, PLOT_HEIGHT + 16);
	add_day(out, 0, date_s);
	text_add(out, "</text></svg>");
}

/* ---- The delays ---- */

#define BAR_STEP  19
#define BAR_LEFT  94
#define BAR_WIDTH 326

static void
add_bound(struct text *out, size_t i)
{
	char bound[DURATION_TEXT_SIZE];

	if (hourly_stats_bounds_s[i] == INT64_MAX) {
		text_add(out, "longer");
		return;
	}
	duration_format(hourly_stats_bounds_s[i] * 1000, bound);
	text_format(out, "up to %s", bound);
}

static void
add_bar(struct text *out, const struct history *history, size_t i, int y,
    int64_t max)
{
	int64_t n = history->delays_n[i];
	int64_t width = n * BAR_WIDTH / max;

	if (n > 0 && width == 0)
		width = 1;
	text_format(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">",
	    BAR_LEFT - 10, y + 11);
	add_bound(out, i);
	text_format(out,
	    "</text><rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"%" PRId64
	    "\" height=\"12\"/><text class=\"value\" x=\"%" PRId64
	    "\" y=\"%d\">",
	    BAR_LEFT, y, width, BAR_LEFT + width + 8, y + 11);
	page_add_number(out, n);
	text_add(out, "</text>");
}

/* Leave out the short and the long delays that did not occur. */
void
page_add_delays(struct text *out, const struct history *history)
{
	size_t first = 0, last = hourly_stats_bounds_n - 1;
	int64_t max = 1;

	while (first < last && history->delays_n[first] == 0)
		first++;
	while (last > first && history->delays_n[last] == 0)
		last--;
	for (size_t i = first; i <= last; i++)
		if (history->delays_n[i] > max)
			max = history->delays_n[i];
	text_format(out,
	    "<svg viewBox=\"0 0 480 %d\" role=\"img\" aria-label=\"How long "
	    "mail was delayed\">",
	    (int)(last - first + 1) * BAR_STEP);
	for (size_t i = first; i <= last; i++)
		add_bar(out, history, i, (int)(i - first) * BAR_STEP, max);
	text_add(out, "</svg>");
}
