/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/row_state.h"

#include <inttypes.h>
#include <stdio.h>

#define TEXTS 8

const char *
row_state_of_triplet(const struct record *record,
    const struct engine_rules *rules, int64_t now_s)
{
	switch (greylist_phase(record, now_s, &rules->greylist)) {
	case PHASE_FIRST:
	case PHASE_WAITING:
		return "waiting";
	case PHASE_DUE:
		return "due";
	case PHASE_KNOWN:
		return "passed";
	case PHASE_OVERDUE:
	case PHASE_EXPIRED:
		break;
	}
	return "expired";
}

const char *
row_state_of_auto_whitelist(const struct record *record,
    const struct engine_rules *rules, int64_t now_s)
{
	static char texts[TEXTS][48];
	static size_t next;
	struct auto_whitelist_rules own = engine_rules_auto_whitelist(rules);
	char *text = texts[next++ % TEXTS];

	if (own.after == 0)
		return "";
	if (auto_whitelist_is_expired(record, now_s, &own))
		return "expired";
	if (auto_whitelist_passes(record, now_s, &own))
		return "whitelisted";
	snprintf(text, sizeof(texts[0]), "%" PRId64 " of %u", record->passed_n,
	    own.after);
	return text;
}
