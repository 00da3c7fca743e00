/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/admin_change.h"

#include <stddef.h>

/* The change merges, so that it keeps what a request writes meanwhile. It
 * counts no pass: an approval is not a counted retry. */
void
admin_change_approve(const struct record *known, int64_t now_s,
    const struct greylist_rules *rules, struct change *change)
{
	*change = (struct change){.how = CHANGE_NONE};
	if (greylist_knows(known, now_s, rules))
		return;
	change->how = CHANGE_MERGE;
	change->record = (struct record){
	    .first_seen_s = now_s,
	    .last_seen_s = now_s,
	    .passed_s = now_s,
	    .expires_s = record_later_by(now_s, rules->keep_s),
	};
	if (known != NULL && known->first_seen_s < now_s)
		change->record.first_seen_s = known->first_seen_s;
}

void
admin_change_forget(struct change *change)
{
	*change = (struct change){.how = CHANGE_FORGET};
}
