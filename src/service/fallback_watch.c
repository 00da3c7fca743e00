/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/fallback_watch.h"

#include <inttypes.h>

static const struct store_fallback_report *
report_of(const struct store *store)
{
	return store->ops->fallback != NULL ? store->ops->fallback(store)
					    : NULL;
}

bool
fallback_watch_decides(const struct store *store)
{
	const struct store_fallback_report *report = report_of(store);

	return report != NULL && report->decides;
}

static void
note_begin(const struct store_fallback_report *report, struct notices *notices)
{
	struct err text;

	err_set(&text,
	    "%s; until the database works again, database_fallback decides",
	    report->why.text);
	notices_add(notices, NOTICE_FALLBACK_BEGINS, text.text);
}

static void
note_end(int64_t requests_n, int64_t merged_n, struct notices *notices)
{
	struct err text;

	err_set(&text,
	    "the database works again; database_fallback decided %" PRId64
	    " requests, and %" PRId64
	    " of its records were merged into the database",
	    requests_n, merged_n);
	notices_add(notices, NOTICE_FALLBACK_ENDS, text.text);
}

void
fallback_watch_look(struct fallback_watch *watch, const struct store *store,
    size_t requests_n, struct notices *notices, struct measures *measures)
{
	const struct store_fallback_report *report = report_of(store);

	if (report == NULL)
		return;
	if (report->decides)
		measures->fallback_requests_n += (int64_t)requests_n;
	measures->fallback_outages_n = report->outages_n;
	measures->fallback_merged_n = report->merged_n;
	if (report->outages_n != watch->outages_n)
		note_begin(report, notices);
	watch->outages_n = report->outages_n;
	if (report->decides || report->merges) {
		watch->is_open = true;
		return;
	}
	if (!watch->is_open)
		return;
	watch->is_open = false;
	if (measures->fallback_requests_n > watch->requests_n ||
	    report->merged_n > watch->merged_n)
		note_end(measures->fallback_requests_n - watch->requests_n,
		    report->merged_n - watch->merged_n, notices);
	watch->requests_n = measures->fallback_requests_n;
	watch->merged_n = report->merged_n;
}
