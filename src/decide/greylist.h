/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_GREYLIST_H
#define TARDIGREY_DECIDE_GREYLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decide/record.h"
#include "mail/verdict.h"

/*
 * greylist: the decision about a triplet (RFC 6647 2.4, 5.2, 5.3).
 *
 *   record         condition                    verdict            change
 *   none                                        greylist new       merge
 *   waiting        age < delay, first retry     greylist early     merge
 *   waiting        age < delay, later           greylist early     refresh
 *   waiting        delay <= age <= window       pass retried       merge
 *   waiting        age > window                 greylist late      restart
 *   passed         unused for <= keep           pass known         refresh
 *   passed         unused for > keep            greylist new       restart
 *
 * If delay is 0, the verdict is "pass retried" in place of each "greylist".
 * "window" is retry_window.
 *
 * The first early retry is written, so that the record says that the sender
 * retries: a store first evicts triplets that were never retried. A request
 * within GREYLIST_REPEAT_S of the first attempt is not a retry: mail servers
 * repeat requests, and a repeated request counts once [C37].
 *
 * A refresh is a merge that is done only if record_worth_refreshing() says so.
 * Because of this, the record of a known triplet, or of a client that retries
 * every few seconds, is read often and written seldom. If the mail server
 * repeats a request, it is counted once.
 *
 * "delay" is the shorter one of the rules and of the record: a triplet may be
 * deferred with a delay, and retry from a client with another one. If the rules
 * have the shorter one, it is written at once.
 *
 * If first_seen_s is in the future because the clock was set back, it is
 * treated as now and written as now. So no triplet passes too early, and none
 * waits longer than delay. No time overflows.
 */

#define GREYLIST_REPEAT_S 10

struct greylist_rules {
	int64_t delay_s;        /* of the client or the recipient */
	int64_t retry_window_s; /* > delay_s */
	int64_t keep_s;
};

/* Where a triplet is between its first attempt and the end of its record. */
enum greylist_phase {
	PHASE_FIRST,   /* no record */
	PHASE_WAITING, /* before delay */
	PHASE_DUE,     /* between delay and retry_window */
	PHASE_OVERDUE, /* after retry_window without a pass */
	PHASE_KNOWN,   /* passed, and used within keep */
	PHASE_EXPIRED, /* passed, but unused for longer than keep */
};

/* The delay of a waiting triplet. */
int64_t greylist_delay_s(const struct record *record,
    const struct greylist_rules *rules);

/* The phase of a triplet. *record is its record, or NULL if it has none. */
enum greylist_phase greylist_phase(const struct record *record, int64_t now_s,
    const struct greylist_rules *rules);

/* Below, now_s is at least 1: in a record, 0 means "never". */

/*
 * Decide about a triplet. *record is its record, or NULL if it has none. Sets
 * action, reason, wait_s and age_s of *verdict, and *change.
 */
void greylist_decide(const struct record *record, int64_t now_s,
    const struct greylist_rules *rules, struct verdict *verdict,
    struct change *change);

/* True if the triplet is known: it has passed, and was used within keep. */
bool greylist_knows(const struct record *record, int64_t now_s,
    const struct greylist_rules *rules);

/* How many seconds after last_seen_s of a record the last attempt may have
 * been: attempts up to then are not written. */
int64_t greylist_lag_s(const struct record *record,
    const struct greylist_rules *rules);

#define GREYLIST_KEYS_MAX 2

/*
 * Decide about a triplet that has 1 to GREYLIST_KEYS_MAX keys. records[i] is
 * the record under key i, or NULL if it has none. changes[i] is its change. The
 * triplet passes if it passes under any key, and the pass is recorded under all
 * keys. If it is deferred, the shortest wait counts, and records that begin now
 * have the first attempt of that key: the records that one message makes have
 * the same first_seen_s. Returns the index of the key that decided; of several
 * with equal waits, the last one.
 */
size_t greylist_decide_any(const struct record *const records[], size_t n,
    int64_t now_s, const struct greylist_rules *rules, struct verdict *verdict,
    struct change changes[]);

#endif
