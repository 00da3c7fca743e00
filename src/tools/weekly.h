/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_WEEKLY_H
#define TARDIGREY_TOOLS_WEEKLY_H

#include <limits.h>
#include <stdint.h>

#include "lists/pattern.h"
#include "tools/tally.h"
#include "view/history.h"
#include "view/text.h"

/* weekly: what tardigrey report knows about a period. */

#define WEEKLY_DAYS_MAX 400
#define WEEKLY_TOP      10 /* senders, clients and list lines to show */
#define WEEKLY_UNUSED_S (90 * 86400)

/* "KIND PATTERN (FILE:LINE)" */
#define WEEKLY_LINE_SIZE (PATTERN_SIZE + PATH_MAX + 48)

struct weekly {
	int64_t from_s, to_s;
	int64_t midnight_s; /* when the last day began */
	struct history all;
	struct history
	    days[WEEKLY_DAYS_MAX]; /* of the calendar; [0] is the last */
	struct tally senders; /* by weekly_sender_key(): the largest delay */
	struct tally clients; /* that never came back */
	struct tally early;   /* clients that retried, but did not pass */
	/* Whitelist lines and entries, and those without a hit for
	 * WEEKLY_UNUSED_S; -1: not known. */
	int64_t whitelist_n, unused_n;
	char unused[WEEKLY_TOP][WEEKLY_LINE_SIZE]; /* the first of them */
};

/* How many of a list of n are shown. */
size_t weekly_shown_n(int64_t n);

/* Add a count to the sum and to its day. */
void weekly_add(struct weekly *weekly, const struct hourly_stats_count *count);

/* A time that date_format() writes as the date of the last day by the clock of
 * the machine. 24 hours earlier is the date of the day before. */
int64_t weekly_date_s(const struct weekly *weekly);

/* The part of what passed that was delayed, in thousandths. */
int64_t weekly_delayed(const struct weekly *weekly);

/* What senders are counted by: "@" and the domain, or the whole sender if it
 * has no domain; borrowed from the sender. */
const char *weekly_sender_key(const char *sender);

/* The domain, or the sender without one; borrowed from the key. */
const char *weekly_sender_name(const char *key);

/* The command that lets these senders pass, for sh(1). NULL: no entry can, or
 * it would let too much mail pass. The caller frees it. */
char *weekly_sender_command(const char *key);

/* Mail that passed, after waiting or at once. */
int64_t weekly_passed_n(const struct weekly *weekly);

/* The number of days, up to WEEKLY_DAYS_MAX. */
int64_t weekly_days_n(const struct weekly *weekly);

/* Add the report as an HTML document. */
void weekly_html(const struct weekly *weekly, struct text *out);

#endif
