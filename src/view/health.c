/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "view/health.h"

#include <inttypes.h>

#include "base/date.h"
#include "base/duration.h"

static int64_t
decisions_n(const struct measures *measures, enum action action)
{
	int64_t n = 0;

	for (int reason = 0; reason < REASON_COUNT; reason++)
		n +=
		    measures_decisions_n(measures, action, (enum reason)reason);
	return n;
}

static void
add_decisions(const struct measures *measures, struct text *out)
{
	int64_t deferred_n = decisions_n(measures, ACTION_GREYLIST), all_n = 0;

	for (int action = 0; action < ACTIONS; action++)
		all_n += decisions_n(measures, (enum action)action);
	text_format(out, "%" PRId64 " decision%s (%" PRId64 " deferred)", all_n,
	    all_n == 1 ? "" : "s", deferred_n);
}

static void
add_mode(const struct snapshot *snapshot, struct text *out)
{
	char date[DATE_SIZE];

	if (!snapshot->is_shadow)
		return;
	text_add(out, ", mode = shadow");
	if (snapshot->shadow_until_s == INT64_MAX)
		return;
	date_format(snapshot->shadow_until_s, date);
	text_format(out, " until %s", date);
}

void
health_write(const struct snapshot *snapshot, struct text *out)
{
	int64_t connections_n = snapshot->connections_n;
	char up[DURATION_TEXT_SIZE];

	if (!snapshot->is_healthy) {
		text_format(out, "unhealthy: %s\n", snapshot->failure.text);
		return;
	}
	duration_format(record_since(snapshot->started_s, snapshot->now_s) *
		1000,
	    up);
	text_format(out, "healthy: up %s, ", up);
	add_decisions(&snapshot->measures, out);
	text_format(out, ", %" PRId64 " connection%s, ", connections_n,
	    connections_n == 1 ? "" : "s");
	if (snapshot->fallback_decides)
		text_format(out,
		    "database_fallback decides, because the database is "
		    "away: %s",
		    snapshot->failure.text);
	else
		text_add(out, "the database works");
	add_mode(snapshot, out);
	text_add(out, "\n");
}
