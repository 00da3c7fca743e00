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
 *   known          condition                    verdict            change
 *   no             delay > 0                    greylist new       merge
 *   waiting        age < delay                  greylist early     merge: the
 * first retry; else lazily waiting        delay <= age <= window       pass
 * retried       merge waiting        age > window                 greylist late
 * restart passed         unused for <= keep           pass known         lazily
 *   passed         unused for > keep            greylist new       restart
 *   any            delay = 0                    as above, but due at once
 *
 * "lazily": a merge only if last_seen_s is older than 1/840 of the record's
 * lifetime (an hour of 35 days). A known triplet, and one that retries every
 * few seconds, is read but rarely written.
 *
 * The first early retry is written, so that the record says that the sender
 * retries: a store evicts triplets first that were never retried. A request
 * within GREYLIST_REPEAT_S of the first attempt is no retry: mail servers
 * repeat requests, and a repeated request counts once [C37].
 *
 * A first_seen_s in the future (the clock was set back) counts as now, and is
 * written as now: nothing passes because of it, and nothing waits longer than
 * delay. No time overflows.
 */

#define GREYLIST_REPEAT_S 10

struct greylist_rules {
	int64_t delay_s;
	int64_t retry_window_s; /* > delay_s */
	int64_t keep_s;
};

/* Where a triplet is between its first attempt and the end of its record. */
enum greylist_phase {
	PHASE_FIRST,     /* no record */
	PHASE_WAITING,   /* before delay */
	PHASE_DUE,       /* between delay and retry_window */
	PHASE_OVERDUE,   /* after retry_window without a pass */
	PHASE_KNOWN,     /* passed, and used within keep */
	PHASE_FORGOTTEN, /* passed, but unused for longer than keep */
};

enum greylist_phase greylist_phase(const struct record *known, int64_t now_s,
    const struct greylist_rules *rules);

/*
 * Decide about a triplet with the record *known (NULL: it has none). Sets
 * action, reason, wait_s and age_s of *verdict, and *change.
 */
void greylist_decide(const struct record *known, int64_t now_s,
    const struct greylist_rules *rules, struct verdict *verdict,
    struct change *change);

/* Whether the triplet is known: it has passed, and was used within keep. */
bool greylist_knows(const struct record *known, int64_t now_s,
    const struct greylist_rules *rules);

#define GREYLIST_KEYS_MAX 2

/*
 * The same for a triplet with 1 to GREYLIST_KEYS_MAX keys; known[i] is the
 * record under key i (NULL: none), changes[i] its change. The triplet is due if
 * it is due under any key, and a pass is a pass under all keys. Returns the
 * index of the key that decided.
 */
size_t greylist_decide_any(const struct record *const known[], size_t n,
    int64_t now_s, const struct greylist_rules *rules, struct verdict *verdict,
    struct change changes[]);

#endif
