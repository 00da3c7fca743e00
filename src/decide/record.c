/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/record.h"

#define REFRESH_SHARE 840

int64_t
record_since(int64_t time_s, int64_t now_s)
{
	if (time_s >= now_s)
		return 0;
	return time_s < 0 ? now_s : now_s - time_s;
}

int64_t
record_later_by(int64_t time_s, int64_t span_s)
{
	return span_s > INT64_MAX - time_s ? INT64_MAX : time_s + span_s;
}

int64_t
record_refresh_s(int64_t lifetime_s)
{
	return lifetime_s / REFRESH_SHARE;
}

bool
record_worth_refreshing(const struct record *record, int64_t now_s,
    int64_t lifetime_s)
{
	return record->first_seen_s > now_s ||
	    record_since(record->last_seen_s, now_s) >
	    record_refresh_s(lifetime_s);
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t
add(int64_t a, int64_t b)
{
	return b > INT64_MAX - a ? INT64_MAX : a + b;
}

/* The lesser of two values, of which 0 means none. */
static int64_t
lesser_if_any(int64_t a, int64_t b)
{
	if (a == 0 || b == 0)
		return a == 0 ? b : a;
	return earlier(a, b);
}

void
record_merge(struct record *record, const struct record *more)
{
	record->first_seen_s =
	    earlier(record->first_seen_s, more->first_seen_s);
	record->last_seen_s = later(record->last_seen_s, more->last_seen_s);
	record->passed_s = lesser_if_any(record->passed_s, more->passed_s);
	record->expires_s = later(record->expires_s, more->expires_s);
	record->deferred_n = add(record->deferred_n, more->deferred_n);
	record->passed_n = add(record->passed_n, more->passed_n);
	record->delay_s = lesser_if_any(record->delay_s, more->delay_s);
}

struct record
record_of_use(int64_t now_s, int64_t keep_s)
{
	return (struct record){
	    .first_seen_s = now_s,
	    .last_seen_s = now_s,
	    .passed_s = now_s,
	    .expires_s = record_later_by(now_s, keep_s),
	};
}

bool
record_same(const struct record *a, const struct record *b)
{
	return a->first_seen_s == b->first_seen_s &&
	    a->last_seen_s == b->last_seen_s && a->passed_s == b->passed_s;
}

bool
record_equal(const struct record *a, const struct record *b)
{
	return record_same(a, b) && a->expires_s == b->expires_s &&
	    a->deferred_n == b->deferred_n && a->passed_n == b->passed_n &&
	    a->delay_s == b->delay_s;
}

static int64_t
missing_n(int64_t wanted_n, int64_t there_n)
{
	return wanted_n > there_n ? wanted_n - there_n : 0;
}

bool
record_raise(const struct record *there, struct record *more)
{
	struct record merged = *there;

	more->deferred_n = missing_n(more->deferred_n, there->deferred_n);
	more->passed_n = missing_n(more->passed_n, there->passed_n);
	record_merge(&merged, more);
	return !record_equal(&merged, there);
}

void
record_apply(struct record *record, bool *found, const struct change *change)
{
	if (change->how == CHANGE_NONE)
		return;
	if (change->how == CHANGE_FORGET) {
		*found = false;
		return;
	}
	if (change->how == CHANGE_RESTART && *found &&
	    record_same(record, &change->read))
		*found = false;
	if (*found) {
		record_merge(record, &change->record);
	} else {
		*record = change->record;
		*found = true;
	}
}
