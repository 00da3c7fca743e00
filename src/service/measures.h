/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_MEASURES_H
#define TARDIGREY_SERVICE_MEASURES_H

#include <stddef.h>
#include <stdint.h>

#include "base/histogram.h"
#include "decide/record_store.h"
#include "mail/verdict.h"

/*
 * measures: counts the work of the checker since the program started, for
 * monitoring (view/metrics.h). The numbers only grow. They are in memory, so a
 * restart loses them. It does not lose the hourly statistics in the store
 * (decide/hourly_stats.h).
 */

struct measures {
	int64_t decisions_n[CLIENT_CLASSES][ACTIONS][REASON_COUNT];
	struct histogram batches; /* by their number of requests */
	struct histogram delays;  /* of first passes, seconds */
	/* Waiting triplets, see struct record_maintenance. */
	int64_t expired_n, never_returned_n, evicted_n, refused_n;
	int64_t failures_n; /* batches, flushes and slices that failed */
	/* With database_fallback: times that the database went away, requests
	 * decided meanwhile, and records merged into it later. */
	int64_t fallback_outages_n, fallback_requests_n, fallback_merged_n;
};

extern const struct histogram_bounds measures_batch_bounds;
extern const struct histogram_bounds measures_delay_bounds;

/* Count the decisions of a batch. */
void measures_add_batch(struct measures *measures,
    const struct verdict *verdicts, size_t n);

/* The decisions of all classes. */
int64_t measures_decisions_n(const struct measures *measures,
    enum action action, enum reason reason);

/* Count what a slice of maintenance has done. */
void measures_add_maintenance(struct measures *measures,
    const struct record_maintenance *report);

#endif
