/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_WEEKLY_H
#define TARDIGREY_TOOLS_WEEKLY_H

#include <stdint.h>

#include "tools/tally.h"
#include "view/history.h"
#include "view/text.h"

/* weekly: what tardigrey report knows about a period. */

#define WEEKLY_DAYS_MAX 400
#define WEEKLY_TOP      10 /* senders and clients to show */

struct weekly {
	int64_t from_s, to_s;
	struct history all;
	struct history days[WEEKLY_DAYS_MAX]; /* [0] is the last one */
	struct tally senders; /* of delayed mail: the largest delay */
	struct tally clients; /* that never came back */
	struct tally early;   /* clients that retried, but did not pass */
};

/* Mail that passed, after waiting or at once. */
int64_t weekly_passed_n(const struct weekly *weekly);

/* The number of days, up to WEEKLY_DAYS_MAX. */
int64_t weekly_days_n(const struct weekly *weekly);

/* Add the report as an HTML document. */
void weekly_html(const struct weekly *weekly, struct text *out);

#endif
