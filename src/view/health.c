/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "view/health.h"

#include <inttypes.h>

#include "base/duration.h"

static int64_t
all_decisions_n(const struct measures *measures)
{
	int64_t n = 0;

	for (int action = 0; action < ACTIONS; action++)
		for (int reason = 0; reason < REASON_COUNT; reason++)
			n += measures_decisions_n(measures, (enum action)action,
			    (enum reason)reason);
	return n;
}

void
health_write(const struct snapshot *snapshot, struct text *out)
{
	char up[DURATION_TEXT_SIZE];

	if (!snapshot->is_healthy) {
		text_format(out, "unhealthy: %s\n", snapshot->failure.text);
		return;
	}
	duration_format(record_since(snapshot->started_s, snapshot->now_s) *
		1000,
	    up);
	text_format(out,
	    "healthy: up %s, %" PRId64 " decisions, %" PRId64
	    " connections, the database works%s\n",
	    up, all_decisions_n(&snapshot->measures), snapshot->connections_n,
	    snapshot->is_shadow ? ", mode = shadow" : "");
}
