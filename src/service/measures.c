/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/measures.h"

#define MINUTE_S 60
#define HOUR_S   3600

const struct histogram_bounds measures_batch_bounds = {
    .n = 9,
    .items = {1, 2, 4, 8, 16, 32, 64, 128, INT64_MAX},
};

const struct histogram_bounds measures_delay_bounds = {
    .n = 13,
    .items = {MINUTE_S, 3 * MINUTE_S, 5 * MINUTE_S, 10 * MINUTE_S,
	15 * MINUTE_S, 20 * MINUTE_S, 30 * MINUTE_S, HOUR_S, 2 * HOUR_S,
	4 * HOUR_S, 8 * HOUR_S, 24 * HOUR_S, INT64_MAX},
};

void
measures_add_batch(struct measures *measures, const struct verdict *verdicts,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct verdict *verdict = &verdicts[i];

		measures->decisions_n[verdict->client_class][verdict->action]
				     [verdict->reason]++;
		if (verdict->reason == REASON_RETRIED)
			histogram_add(&measures->delays, &measures_delay_bounds,
			    verdict->age_s);
	}
	histogram_add(&measures->batches, &measures_batch_bounds, (int64_t)n);
}

int64_t
measures_decisions_n(const struct measures *measures, enum action action,
    enum reason reason)
{
	int64_t n = 0;

	for (int class = 0; class < CLIENT_CLASSES; class ++)
		n += measures->decisions_n[class][action][reason];
	return n;
}

void
measures_add_maintenance(struct measures *measures,
    const struct record_maintenance *report)
{
	measures->expired_n += report->expired_n;
	measures->never_returned_n += report->never_returned_n;
	measures->evicted_n += report->evicted_n;
	measures->refused_n += report->refused_n;
}
