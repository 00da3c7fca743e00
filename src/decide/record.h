/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_RECORD_H
#define TARDIGREY_DECIDE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * record: what the store remembers under one key, and how two records merge.
 *
 * Times are Unix seconds. A triplet with passed_s 0 is waiting: it has never
 * passed. The result of merging does not depend on the order. So the times end
 * the same if two processes write a record, or if a write is late or repeated.
 * A repeated write only adds its counters again.
 */

struct record {
	int64_t first_seen_s;
	int64_t last_seen_s; /* may lag by 1/840 of the lifetime */
	int64_t passed_s;    /* the first pass; 0: none yet */
	int64_t expires_s;   /* the record is ignored after this time */
	/* The deferrals that were written. An attempt that passed for another
	 * reason (mode = shadow, another recipient of its message) is none.
	 * Nor is a bounce that is deferred only at DATA: DATA writes nothing.
	 */
	int64_t deferred_n;
	int64_t passed_n; /* passes that were written */
	int64_t delay_s;  /* the shortest delay of its deferrals; 0: unknown */
};

enum change_how {
	CHANGE_NONE,
	CHANGE_MERGE,   /* merge into the record, or insert it */
	CHANGE_RESTART, /* replace the record if it is the one that was read,
			 * else merge */
	CHANGE_FORGET,  /* remove the record in any case */
};

/* What a decision changes in a record. */
struct change {
	enum change_how how;
	struct record read;   /* CHANGE_RESTART: the one read */
	struct record record; /* counters are increments */
};

/* Merge "more" into *record: the earlier first_seen_s and passed_s, the later
 * last_seen_s and expires_s, the shorter delay_s, the sum of the counters (at
 * most INT64_MAX). */
void record_merge(struct record *record, const struct record *more);

/* Seconds from a time until now. A time in the future gives 0: the clock was
 * set back. No value overflows. */
int64_t record_since(int64_t time_s, int64_t now_s);

/* time_s + span_s (>= 0), or INT64_MAX. */
int64_t record_later_by(int64_t time_s, int64_t span_s);

/* The age of last_seen_s after which a record needs a refresh: 1/840 of the
 * lifetime, which is one hour for 35 days. */
int64_t record_refresh_s(int64_t lifetime_s);

/* True if a record needs a refresh: write it even if only last_seen_s changes.
 * A record needs a refresh if last_seen_s is older than record_refresh_s(), or
 * if first_seen_s is in the future because the clock was set back. */
bool record_worth_refreshing(const struct record *record, int64_t now_s,
    int64_t lifetime_s);

/* The change of a record by one use now that passes, for a merge. The record is
 * kept for keep_s. The counters are 0. */
struct record record_of_use(int64_t now_s, int64_t keep_s);

/* True if two records are the same one: first_seen_s, last_seen_s and passed_s
 * are equal. Nothing else matters. */
bool record_same(const struct record *a, const struct record *b);

/* True if two records are equal in all fields. */
bool record_equal(const struct record *a, const struct record *b);

/* Reduce the counters of *more by those of "there", so that a merge into
 * "there" leaves the larger numbers, and a second merge changes nothing.
 * Returns false if the merge would change nothing. */
bool record_raise(const struct record *there, struct record *more);

/* Apply a change to *record. *found says whether the record exists. The record
 * store's apply must give the same result. */
void record_apply(struct record *record, bool *found,
    const struct change *change);

#endif
