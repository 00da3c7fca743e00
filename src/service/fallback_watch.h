/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_FALLBACK_WATCH_H
#define TARDIGREY_SERVICE_FALLBACK_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "decide/store.h"
#include "service/measures.h"
#include "service/notices.h"

/*
 * fallback_watch: says when database_fallback begins to decide, and when all of
 * its records are in the database.
 */

struct fallback_watch {
	bool is_open; /* something is not merged yet */
	/* The numbers when that began. */
	int64_t outages_n, merged_n, requests_n;
};

/* True if the store has a fallback that decides now. */
bool fallback_watch_decides(const struct store *store);

/* Look at a store after a batch of requests_n requests, or with 0 between two
 * batches. Adds notices, and counts. */
void fallback_watch_look(struct fallback_watch *watch,
    const struct store *store, size_t requests_n, struct notices *notices,
    struct measures *measures);

#endif
