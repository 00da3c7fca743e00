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
	return rules->after > 0 && record != NULL && record->passed_s != 0 &&
	    record->passed_n >= (int64_t)rules->after &&
	    !auto_whitelist_is_expired(record, now_s, rules);
}

bool
auto_whitelist_has_proofs(const struct record *record, int64_t n, int64_t now_s,
    const struct auto_whitelist_rules *rules)
{
	return record != NULL && record->passed_n >= n &&
	    !auto_whitelist_is_expired(record, now_s, rules);
}

int64_t
auto_whitelist_retries_needed(const struct record *record, int64_t now_s,
    const struct auto_whitelist_rules *rules)
{
	int64_t after = rules->after;

	if (record == NULL || auto_whitelist_is_expired(record, now_s, rules))
		return after;
	if (record->passed_n < after)
		return after - record->passed_n;
	return after > 0 && record->passed_s == 0 ? 1 : 0;
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
	    .record = record_of_use(now_s, rules->keep_s),
	};
}

bool
auto_whitelist_spans_networks(const struct record *domain,
    const struct record *network, int64_t now_s,
    const struct auto_whitelist_rules *rules)
{
	if (domain == NULL || auto_whitelist_is_expired(domain, now_s, rules))
		return false;
	return network == NULL ||
	    auto_whitelist_is_expired(network, now_s, rules) ||
	    network->first_seen_s > domain->first_seen_s;
}

/* Seconds between the first attempt of a triplet and the earliest one of the
 * record. A record in the future began now: the clock was set back. */
static int64_t
distance(const struct record *record, int64_t first_attempt_s, int64_t now_s)
{
	int64_t begin_s =
	    record->first_seen_s < now_s ? record->first_seen_s : now_s;

	return begin_s < first_attempt_s
	    ? record_since(begin_s, first_attempt_s)
	    : record_since(first_attempt_s, begin_s);
}

/* True if a triplet is one more proof. The proof number n + 1 must be n times
 * the spacing away from the first one. */
static bool
is_apart(const struct record *record, int64_t first_attempt_s, int64_t now_s,
    const struct auto_whitelist_rules *rules)
{
	int64_t n = rules->after > 0 ? (int64_t)rules->after - 1 : 0;

	if (n > record->passed_n)
		n = record->passed_n;
	return distance(record, first_attempt_s, now_s) >= n * rules->spacing_s;
}

void
auto_whitelist_count_retry(const struct record *record, int64_t first_attempt_s,
    int64_t now_s, const struct auto_whitelist_rules *rules,
    struct change *change)
{
	bool begins =
	    record == NULL || auto_whitelist_is_expired(record, now_s, rules);
	bool proves = begins || is_apart(record, first_attempt_s, now_s, rules);
	int64_t n = begins ? 1 : record->passed_n + 1;

	*change = (struct change){
	    .how = CHANGE_MERGE,
	    .record = record_of_use(now_s, rules->keep_s),
	};
	change->record.first_seen_s = first_attempt_s;
	change->record.passed_n = proves;
	if (!proves || n < (int64_t)rules->after)
		change->record.passed_s = 0;
	if (record == NULL)
		return;
	change->read = *record;
	if (begins)
		change->how = CHANGE_RESTART;
}
