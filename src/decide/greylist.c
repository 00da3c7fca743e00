/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/greylist.h"

#include <stddef.h>

int64_t
greylist_delay_s(const struct record *record,
    const struct greylist_rules *rules)
{
	return record->delay_s > 0 && record->delay_s < rules->delay_s
	    ? record->delay_s
	    : rules->delay_s;
}

enum greylist_phase
greylist_phase(const struct record *record, int64_t now_s,
    const struct greylist_rules *rules)
{
	int64_t age_s;

	if (record == NULL)
		return PHASE_FIRST;
	if (record->passed_s != 0)
		return record_since(record->last_seen_s, now_s) <= rules->keep_s
		    ? PHASE_KNOWN
		    : PHASE_EXPIRED;
	age_s = record_since(record->first_seen_s, now_s);
	if (age_s > rules->retry_window_s)
		return PHASE_OVERDUE;
	return age_s >= greylist_delay_s(record, rules) ? PHASE_DUE
							: PHASE_WAITING;
}

static void
set_verdict(struct verdict *verdict, enum action action, enum reason reason,
    int64_t age_s, int64_t wait_s)
{
	verdict->action = action;
	verdict->reason = reason;
	verdict->age_s = age_s;
	verdict->wait_s = wait_s;
}

/* The wait begins now. If the delay is 0, it also ends now. */
static void
begin_wait(struct verdict *verdict, enum reason reason, int64_t delay_s)
{
	if (delay_s > 0)
		set_verdict(verdict, ACTION_GREYLIST, reason, 0, delay_s);
	else
		set_verdict(verdict, ACTION_PASS, REASON_RETRIED, 0, 0);
}

static void
verdict_of_phase(enum greylist_phase phase, const struct record *record,
    int64_t age_s, const struct greylist_rules *rules, struct verdict *verdict)
{
	switch (phase) {
	case PHASE_FIRST:
	case PHASE_EXPIRED:
		begin_wait(verdict, REASON_NEW, rules->delay_s);
		break;
	case PHASE_OVERDUE:
		begin_wait(verdict, REASON_LATE, rules->delay_s);
		break;
	case PHASE_WAITING:
		set_verdict(verdict, ACTION_GREYLIST, REASON_EARLY, age_s,
		    greylist_delay_s(record, rules) - age_s);
		break;
	case PHASE_DUE:
		set_verdict(verdict, ACTION_PASS, REASON_RETRIED, age_s, 0);
		break;
	case PHASE_KNOWN:
		set_verdict(verdict, ACTION_PASS, REASON_KNOWN, age_s, 0);
		break;
	}
}

static bool
is_first_retry(const struct record *known, int64_t now_s)
{
	return known->deferred_n <= 1 &&
	    record_since(known->last_seen_s, now_s) >= GREYLIST_REPEAT_S;
}

static enum change_how
how_to_change(enum greylist_phase phase, const struct record *record,
    int64_t now_s, const struct greylist_rules *rules)
{
	int64_t lifetime_s = rules->keep_s;

	switch (phase) {
	case PHASE_FIRST:
	case PHASE_DUE:
		return CHANGE_MERGE;
	case PHASE_OVERDUE:
	case PHASE_EXPIRED:
		return CHANGE_RESTART;
	case PHASE_WAITING:
		if (is_first_retry(record, now_s) ||
		    rules->delay_s < record->delay_s)
			return CHANGE_MERGE;
		lifetime_s = rules->retry_window_s;
		break;
	case PHASE_KNOWN:
		break;
	}
	return record_worth_refreshing(record, now_s, lifetime_s) ? CHANGE_MERGE
								  : CHANGE_NONE;
}

/* The change of the record by one attempt, for a merge. */
static struct record
record_of_attempt(const struct verdict *verdict, int64_t now_s,
    const struct greylist_rules *rules)
{
	struct record more = {
	    .first_seen_s = now_s - verdict->age_s,
	    .last_seen_s = now_s,
	};

	if (verdict->action == ACTION_PASS) {
		more.passed_s = now_s;
		more.passed_n = 1;
		more.expires_s = record_later_by(now_s, rules->keep_s);
	} else {
		more.deferred_n = 1;
		more.delay_s = verdict->age_s + verdict->wait_s;
		more.expires_s =
		    record_later_by(more.first_seen_s, rules->retry_window_s);
	}
	return more;
}

void
greylist_decide(const struct record *record, int64_t now_s,
    const struct greylist_rules *rules, struct verdict *verdict,
    struct change *change)
{
	enum greylist_phase phase;
	int64_t age_s = 0;

	phase = greylist_phase(record, now_s, rules);
	if (record != NULL)
		age_s = record_since(record->first_seen_s, now_s);
	verdict_of_phase(phase, record, age_s, rules, verdict);

	*change = (struct change){
	    .how = how_to_change(phase, record, now_s, rules),
	    .record = record_of_attempt(verdict, now_s, rules),
	};
	if (record != NULL)
		change->read = *record;
}

bool
greylist_knows(const struct record *record, int64_t now_s,
    const struct greylist_rules *rules)
{
	return greylist_phase(record, now_s, rules) == PHASE_KNOWN;
}

int64_t
greylist_lag_s(const struct record *record, const struct greylist_rules *rules)
{
	int64_t refresh_s =
	    record_refresh_s(record->passed_s != 0 ? rules->keep_s
						   : rules->retry_window_s);

	if (record->passed_s == 0 && record->deferred_n <= 1 &&
	    refresh_s >= GREYLIST_REPEAT_S)
		return GREYLIST_REPEAT_S - 1;
	return refresh_s;
}

/* ---- Several keys ---- */

/* True if verdict a, of a later key than b, decides. A pass is better than a
 * deferral, "known" is better than "retried", and a shorter wait is better than
 * a longer one. Of two passes with the same reason, the older triplet is
 * better. Of two equal waits the later key decides, because its reference is in
 * the reply. */
static bool
is_better(const struct verdict *a, const struct verdict *b)
{
	if (a->action != b->action)
		return a->action == ACTION_PASS;
	if (a->action != ACTION_PASS)
		return a->wait_s <= b->wait_s;
	if (a->reason != b->reason)
		return a->reason == REASON_KNOWN;
	return a->age_s > b->age_s;
}

/* The triplet passed under another key. Record the pass under this key, too. */
static void
pass_too(const struct record *record, int64_t now_s,
    const struct greylist_rules *rules, const struct verdict *verdict,
    struct change *change)
{
	enum greylist_phase phase = greylist_phase(record, now_s, rules);

	change->how = phase == PHASE_OVERDUE || phase == PHASE_EXPIRED
	    ? CHANGE_RESTART
	    : CHANGE_MERGE;
	change->record = record_of_attempt(verdict, now_s, rules);
}

/* The triplet is deferred under all keys. A record that begins now has the
 * first attempt of the key that decided. */
static void
wait_too(const struct record *record, int64_t now_s,
    const struct greylist_rules *rules, const struct verdict *verdict,
    struct change *change)
{
	switch (greylist_phase(record, now_s, rules)) {
	case PHASE_FIRST:
	case PHASE_OVERDUE:
	case PHASE_EXPIRED:
		change->record = record_of_attempt(verdict, now_s, rules);
		break;
	case PHASE_WAITING:
	case PHASE_DUE:
	case PHASE_KNOWN:
		break;
	}
}

size_t
greylist_decide_any(const struct record *const records[], size_t n,
    int64_t now_s, const struct greylist_rules *rules, struct verdict *verdict,
    struct change changes[])
{
	struct verdict verdicts[GREYLIST_KEYS_MAX];
	size_t best = 0;

	verdicts[0] = *verdict;
	greylist_decide(records[0], now_s, rules, &verdicts[0], &changes[0]);
	for (size_t i = 1; i < n; i++) {
		verdicts[i] = *verdict;
		greylist_decide(records[i], now_s, rules, &verdicts[i],
		    &changes[i]);
		if (is_better(&verdicts[i], &verdicts[best]))
			best = i;
	}
	*verdict = verdicts[best];
	for (size_t i = 0; i < n; i++)
		if (verdict->action != ACTION_PASS)
			wait_too(records[i], now_s, rules, verdict,
			    &changes[i]);
		else if (verdicts[i].action != ACTION_PASS)
			pass_too(records[i], now_s, rules, verdict,
			    &changes[i]);
	return best;
}
