/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/correspondent.h"

#include <stddef.h>

bool
correspondent_passes(const struct record *record, int64_t now_s,
    const struct correspondent_rules *rules)
{
	return rules->use != 0 && record != NULL &&
	    record_since(record->last_seen_s, now_s) <= rules->keep_s;
}

void
correspondent_note_mail(const struct record *record, int64_t now_s,
    const struct correspondent_rules *rules, struct change *change)
{
	*change = (struct change){
	    .how = CHANGE_MERGE,
	    .record = record_of_use(now_s, rules->keep_s),
	};
	change->record.passed_n = 1;
	if (record == NULL)
		return;
	change->read = *record;
	if (!correspondent_passes(record, now_s, rules))
		change->how = CHANGE_RESTART;
	else if (!record_worth_refreshing(record, now_s, rules->keep_s))
		change->how = CHANGE_NONE;
}
