/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/row_state.h"

#include <inttypes.h>
#include <stdio.h>

#include "decide/auto_whitelist.h"

static bool
is_forgotten(const struct record *record, const struct engine_rules *rules,
    int64_t now_s)
{
	return record_since(record->last_seen_s, now_s) >
	    rules->greylist.keep_s;
}

const char *
row_state_of_triplet(const struct record *record,
    const struct engine_rules *rules, int64_t now_s)
{
	int64_t age_s = record_since(record->first_seen_s, now_s);

	if (record->passed_s != 0)
		return is_forgotten(record, rules, now_s) ? "expired"
							  : "passed";
	if (age_s > rules->greylist.retry_window_s)
		return "expired";
	return age_s >= rules->greylist.delay_s ? "due" : "waiting";
}

bool
row_state_whitelists(const struct record *record,
    const struct engine_rules *rules, int64_t now_s)
{
	const struct auto_whitelist_rules proven = {
	    rules->auto_whitelist_after, rules->greylist.keep_s};

	return auto_whitelist_passes(record, now_s, &proven);
}

int64_t
row_state_missing(const struct record *record, const struct engine_rules *rules,
    int64_t now_s)
{
	int64_t after = rules->auto_whitelist_after;

	if (record == NULL || is_forgotten(record, rules, now_s))
		return after;
	return record->passed_n < after ? after - record->passed_n : 0;
}

const char *
row_state_of_auto_whitelist(const struct record *record,
    const struct engine_rules *rules, int64_t now_s)
{
	static char texts[8][48];
	static size_t next;
	char *text = texts[next++ % 8];

	if (rules->auto_whitelist_after == 0)
		return "";
	if (is_forgotten(record, rules, now_s))
		return "forgotten";
	if (row_state_whitelists(record, rules, now_s))
		return "whitelisted";
	snprintf(text, sizeof(texts[0]), "%" PRId64 " of %u", record->passed_n,
	    rules->auto_whitelist_after);
	return text;
}
