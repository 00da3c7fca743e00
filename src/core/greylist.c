/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "core/greylist.h"

#include <stddef.h>

/* Refresh when unused for this share of the lifetime: an hour of 35 days. */
#define REFRESH_SHARE 840

/* Where a triplet stands between its first attempt and being forgotten. */
enum phase {
	PHASE_FIRST,     /* nothing is remembered */
	PHASE_WAITING,   /* before delay */
	PHASE_DUE,       /* between delay and retry_window */
	PHASE_OVERDUE,   /* after retry_window without a pass */
	PHASE_KNOWN,     /* passed, and used within keep */
	PHASE_FORGOTTEN, /* passed, but unused for longer than keep */
};

static int64_t
seconds_since(int64_t time_s, int64_t now_s)
{
	if (time_s >= now_s)
		return 0; /* also the future: the clock was set back */
	return time_s < 0 ? now_s : now_s - time_s;
}

static int64_t
later_by(int64_t time_s, int64_t span_s)
{
	return span_s > INT64_MAX - time_s ? INT64_MAX : time_s + span_s;
}

static enum phase
phase_of(const struct record *known, int64_t now_s,
    const struct greylist_rules *rules)
{
	int64_t age_s;

	if (known == NULL)
		return PHASE_FIRST;
	if (known->passed_s != 0)
		return seconds_since(known->last_seen_s, now_s) <= rules->keep_s
		    ? PHASE_KNOWN
		    : PHASE_FORGOTTEN;
	age_s = seconds_since(known->first_seen_s, now_s);
	if (age_s > rules->retry_window_s)
		return PHASE_OVERDUE;
	return age_s >= rules->delay_s ? PHASE_DUE : PHASE_WAITING;
}

static void
answer(struct verdict *verdict, enum action action, enum reason reason,
    int64_t age_s, int64_t wait_s)
{
	verdict->action = action;
	verdict->reason = reason;
	verdict->age_s = age_s;
	verdict->wait_s = wait_s;
}

/* The wait begins now; without a delay it also ends now. */
static void
begin_wait(struct verdict *verdict, enum reason reason, int64_t delay_s)
{
	if (delay_s > 0)
		answer(verdict, ACTION_GREYLIST, reason, 0, delay_s);
	else
		answer(verdict, ACTION_PASS, REASON_RETRIED, 0, 0);
}

static void
judge(enum phase phase, int64_t age_s, int64_t delay_s, struct verdict *verdict)
{
	switch (phase) {
	case PHASE_FIRST:
	case PHASE_FORGOTTEN:
		begin_wait(verdict, REASON_NEW, delay_s);
		break;
	case PHASE_OVERDUE:
		begin_wait(verdict, REASON_LATE, delay_s);
		break;
	case PHASE_WAITING:
		answer(verdict, ACTION_GREYLIST, REASON_EARLY, age_s,
		    delay_s - age_s);
		break;
	case PHASE_DUE:
		answer(verdict, ACTION_PASS, REASON_RETRIED, age_s, 0);
		break;
	case PHASE_KNOWN:
		answer(verdict, ACTION_PASS, REASON_KNOWN, age_s, 0);
		break;
	}
}

/* Whether the record is worth a write although nothing was decided anew. */
static bool
worth_refreshing(const struct record *known, int64_t now_s, int64_t lifetime_s)
{
	return known->first_seen_s > now_s ||
	    seconds_since(known->last_seen_s, now_s) >
	    lifetime_s / REFRESH_SHARE;
}

static enum change_how
how_to_change(enum phase phase, const struct record *known, int64_t now_s,
    const struct greylist_rules *rules)
{
	int64_t lifetime_s = rules->keep_s;

	switch (phase) {
	case PHASE_FIRST:
	case PHASE_DUE:
		return CHANGE_MERGE;
	case PHASE_OVERDUE:
	case PHASE_FORGOTTEN:
		return CHANGE_RESTART;
	case PHASE_WAITING:
		lifetime_s = rules->retry_window_s;
		break;
	case PHASE_KNOWN:
		break;
	}
	return worth_refreshing(known, now_s, lifetime_s) ? CHANGE_MERGE
							  : CHANGE_NONE;
}

/* What one attempt adds to the memory of its triplet. */
static struct record
attempt(const struct verdict *verdict, int64_t now_s,
    const struct greylist_rules *rules)
{
	struct record record = {
	    .first_seen_s = now_s - verdict->age_s,
	    .last_seen_s = now_s,
	};

	if (verdict->action == ACTION_PASS) {
		record.passed_s = now_s;
		record.passed_n = 1;
		record.expires_s = later_by(now_s, rules->keep_s);
	} else {
		record.deferred_n = 1;
		record.expires_s =
		    later_by(record.first_seen_s, rules->retry_window_s);
	}
	return record;
}

void
greylist_decide(const struct record *known, int64_t now_s,
    const struct greylist_rules *rules, struct verdict *verdict,
    struct change *change)
{
	enum phase phase;
	int64_t age_s = 0;

	if (now_s < 1)
		now_s = 1; /* 0 means "never" in a record */
	phase = phase_of(known, now_s, rules);
	if (known != NULL)
		age_s = seconds_since(known->first_seen_s, now_s);
	judge(phase, age_s, rules->delay_s, verdict);

	*change = (struct change){
	    .how = how_to_change(phase, known, now_s, rules),
	    .record = attempt(verdict, now_s, rules),
	};
	if (known != NULL)
		change->read = *known;
}
