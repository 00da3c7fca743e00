/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/auto_whitelist.h"

#include <stddef.h>

bool
auto_whitelist_is_expired(const struct record *record, int64_t now_s,
    const struct auto_whitelist_rules *rules)
{
	return record_since(record->last_seen_s, now_s) > rules->keep_s;
}

bool
auto_whitelist_passes(const struct record *record, int64_t now_s,
    const struct auto_whitelist_rules *rules)
{
	return rules->after > 0 && record != NULL &&
	    record->passed_n >= (int64_t)rules->after &&
	    !auto_whitelist_is_expired(record, now_s, rules);
}

int64_t
auto_whitelist_retries_needed(const struct record *record, int64_t now_s,
    const struct auto_whitelist_rules *rules)
{
	int64_t after = rules->after;

	if (record == NULL || auto_whitelist_is_expired(record, now_s, rules))
		return after;
	return record->passed_n < after ? after - record->passed_n : 0;
}

static struct record
record_of_use(int64_t now_s, const struct auto_whitelist_rules *rules)
{
	return (struct record){
	    .first_seen_s = now_s,
	    .last_seen_s = now_s,
	    .passed_s = now_s,
	    .expires_s = record_later_by(now_s, rules->keep_s),
	};
}

void
auto_whitelist_refresh(const struct record *record, int64_t now_s,
    const struct auto_whitelist_rules *rules, struct change *change)
{
	*change = (struct change){
	    .how = record_worth_refreshing(record, now_s, rules->keep_s)
		? CHANGE_MERGE
		: CHANGE_NONE,
	    .read = *record,
	    .record = record_of_use(now_s, rules),
	};
}

void
auto_whitelist_count_retry(const struct record *record, int64_t now_s,
    const struct auto_whitelist_rules *rules, struct change *change)
{
	*change = (struct change){
	    .how = CHANGE_MERGE,
	    .record = record_of_use(now_s, rules),
	};
	change->record.passed_n = 1;
	if (record == NULL)
		return;
	change->read = *record;
	if (auto_whitelist_is_expired(record, now_s, rules))
		change->how = CHANGE_RESTART;
}
