/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_MAINTENANCE_NOTICES_H
#define TARDIGREY_SERVICE_MAINTENANCE_NOTICES_H

#include <stdint.h>

#include "decide/record_store.h"
#include "service/notices.h"

/*
 * maintenance_notices: says what a slice of maintenance has removed.
 *
 * Records that were removed because of a limit are a warning. A triplet that
 * never returned gets a line like that of a decision. A day after a flood, many
 * thousand triplets end within minutes. So at most NEVER_RETURNED_PER_S lines a
 * second are logged. The others are counted, and at most once a minute one line
 * has their number.
 */

#define NEVER_RETURNED_PER_S 8

struct never_returned_log {
	int64_t second_s;   /* the second of the last line */
	unsigned logged_n;  /* lines in this second */
	int64_t left_out_n; /* triplets without a line, not yet reported */
	int64_t reported_s; /* when the last number was logged */
};

/* Add the notices for evicted, forgotten and refused records. */
void maintenance_notices_add(struct notices *notices,
    const struct record_maintenance *report);

/* Add the lines for the triplets that never returned. */
void maintenance_notices_add_never_returned(struct notices *notices,
    struct never_returned_log *log, const struct record_maintenance *report,
    int64_t now_s);

#endif
