/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/admin_change.h"

#include <stddef.h>

/* The change is a merge: if a request changes the record at the same time, both
 * changes are kept. passed_n does not grow: an approval is not a retry. */
void
admin_change_approve(const struct record *record, int64_t now_s,
    const struct greylist_rules *rules, struct change *change)
{
	*change = (struct change){.how = CHANGE_NONE};
	if (greylist_knows(record, now_s, rules))
		return;
	change->how = CHANGE_MERGE;
	change->record = record_of_use(now_s, rules->keep_s);
	if (record != NULL && record->first_seen_s < now_s)
		change->record.first_seen_s = record->first_seen_s;
}

void
admin_change_forget(struct change *change)
{
	*change = (struct change){.how = CHANGE_FORGET};
}
