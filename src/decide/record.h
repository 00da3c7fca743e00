/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_RECORD_H
#define TARDIGREY_DECIDE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * record: what is remembered of one triplet, and how two memories merge.
 *
 * Times are Unix seconds; passed_s 0 means "never passed", so the triplet is
 * waiting. Merging commutes and keeps the oldest first_seen_s, so two
 * writers, a repeated write or a late one end in the same record.
 */

struct record {
	int64_t first_seen_s;
	int64_t last_seen_s; /* refreshed lazily, see greylist.h */
	int64_t passed_s;    /* the first pass; 0: none yet */
	int64_t expires_s;   /* after this, expiry may remove the record */
	int64_t deferred_n;  /* deferrals and passes that were written down */
	int64_t passed_n;
};

enum change_how {
	CHANGE_NONE,
	CHANGE_MERGE,   /* merge into what is there, or insert */
	CHANGE_RESTART, /* replace the record that was read; see store.h */
	CHANGE_FORGET,  /* remove it */
	CHANGE_EVICT,   /* remove it if it is the record that was read */
};

/* What a decision wants remembered. */
struct change {
	enum change_how how;
	struct record read;   /* CHANGE_RESTART, CHANGE_EVICT: what is there */
	struct record record; /* counters are increments */
};

/* Merge "more" into *record: first_seen and passed the earlier, last_seen and
 * expires the later, counters added (they stop at INT64_MAX). */
void record_merge(struct record *record, const struct record *more);

/* Seconds from a time until now; 0 for a time in the future, for then the
 * clock was set back. No value overflows. */
int64_t record_since(int64_t time_s, int64_t now_s);

/* time_s + span_s (>= 0), or INT64_MAX. */
int64_t record_later_by(int64_t time_s, int64_t span_s);

/* Whether a record of this lifetime is worth a write although nothing was
 * decided anew: it was not used for 1/840 of it, an hour of 35 days, or was
 * written by a clock that has been set back. */
bool record_worth_refreshing(const struct record *record, int64_t now_s,
    int64_t lifetime_s);

/* Whether two records are the same memory: their times of birth, use and
 * pass agree. Counters and expiry do not matter. */
bool record_same(const struct record *a, const struct record *b);

/* Apply a change to *record, of which *found says whether it exists: the
 * reference meaning of the store's apply. */
void record_apply(struct record *record, bool *found,
    const struct change *change);

#endif
