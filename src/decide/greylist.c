/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/greylist.h"

#include <stddef.h>

enum greylist_phase
greylist_phase(const struct record *known, int64_t now_s,
    const struct greylist_rules *rules)
{
	int64_t age_s;

	if (known == NULL)
		return PHASE_FIRST;
	if (known->passed_s != 0)
		return record_since(known->last_seen_s, now_s) <= rules->keep_s
		    ? PHASE_KNOWN
		    : PHASE_FORGOTTEN;
	age_s = record_since(known->first_seen_s, now_s);
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

/* The wait begins now. Without a delay it ends now, too. */
static void
begin_wait(struct verdict *verdict, enum reason reason, int64_t delay_s)
{
	if (delay_s > 0)
		answer(verdict, ACTION_GREYLIST, reason, 0, delay_s);
	else
		answer(verdict, ACTION_PASS, REASON_RETRIED, 0, 0);
}

static void
judge(enum greylist_phase phase, int64_t age_s, int64_t delay_s,
    struct verdict *verdict)
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

static bool
is_first_retry(const struct record *known, int64_t now_s)
{
	return known->deferred_n == 1 &&
	    record_since(known->last_seen_s, now_s) >= GREYLIST_REPEAT_S;
}

static enum change_how
how_to_change(enum greylist_phase phase, const struct record *known,
    int64_t now_s, const struct greylist_rules *rules)
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
		if (is_first_retry(known, now_s))
			return CHANGE_MERGE;
		lifetime_s = rules->retry_window_s;
		break;
	case PHASE_KNOWN:
		break;
	}
	return record_worth_refreshing(known, now_s, lifetime_s) ? CHANGE_MERGE
								 : CHANGE_NONE;
}

/* The record of one attempt, to be merged. */
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
		record.expires_s = record_later_by(now_s, rules->keep_s);
	} else {
		record.deferred_n = 1;
		record.expires_s =
		    record_later_by(record.first_seen_s, rules->retry_window_s);
	}
	return record;
}

void
greylist_decide(const struct record *known, int64_t now_s,
    const struct greylist_rules *rules, struct verdict *verdict,
    struct change *change)
{
	enum greylist_phase phase;
	int64_t age_s = 0;

	if (now_s < 1)
		now_s = 1; /* 0 means "never" in a record */
	phase = greylist_phase(known, now_s, rules);
	if (known != NULL)
		age_s = record_since(known->first_seen_s, now_s);
	judge(phase, age_s, rules->delay_s, verdict);

	*change = (struct change){
	    .how = how_to_change(phase, known, now_s, rules),
	    .record = attempt(verdict, now_s, rules),
	};
	if (known != NULL)
		change->read = *known;
}

bool
greylist_knows(const struct record *known, int64_t now_s,
    const struct greylist_rules *rules)
{
	return greylist_phase(known, now_s < 1 ? 1 : now_s, rules) ==
	    PHASE_KNOWN;
}

/* ---- Several keys ---- */

/* Whether verdict a is better for the mail than b: a pass before a deferral, a
 * pass without delay before one after a retry, the shorter wait before the
 * longer. */
static bool
is_better(const struct verdict *a, const struct verdict *b)
{
	if (a->action != b->action)
		return a->action == ACTION_PASS;
	if (a->action != ACTION_PASS)
		return a->wait_s < b->wait_s;
	if (a->reason != b->reason)
		return a->reason == REASON_KNOWN;
	return a->age_s > b->age_s;
}

/* The triplet passed under another key: make it a pass under this one. */
static void
pass_too(const struct record *known, int64_t now_s,
    const struct greylist_rules *rules, const struct verdict *verdict,
    struct change *change)
{
	enum greylist_phase phase = greylist_phase(known, now_s, rules);

	change->how = phase == PHASE_OVERDUE || phase == PHASE_FORGOTTEN
	    ? CHANGE_RESTART
	    : CHANGE_MERGE;
	change->record = attempt(verdict, now_s, rules);
}

size_t
greylist_decide_any(const struct record *const known[], size_t n, int64_t now_s,
    const struct greylist_rules *rules, struct verdict *verdict,
    struct change changes[])
{
	struct verdict verdicts[GREYLIST_KEYS_MAX];
	size_t best = 0;

	verdicts[0] = *verdict;
	greylist_decide(known[0], now_s, rules, &verdicts[0], &changes[0]);
	for (size_t i = 1; i < n; i++) {
		verdicts[i] = *verdict;
		greylist_decide(known[i], now_s, rules, &verdicts[i],
		    &changes[i]);
		if (is_better(&verdicts[i], &verdicts[best]))
			best = i;
	}
	*verdict = verdicts[best];
	if (verdict->action != ACTION_PASS)
		return best;
	for (size_t i = 0; i < n; i++)
		if (verdicts[i].action != ACTION_PASS)
			pass_too(known[i], now_s < 1 ? 1 : now_s, rules,
			    verdict, &changes[i]);
	return best;
}
