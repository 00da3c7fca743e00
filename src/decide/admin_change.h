/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_ADMIN_CHANGE_H
#define TARDIGREY_DECIDE_ADMIN_CHANGE_H

#include "decide/greylist.h"

/* admin_change: the changes of records that the administrator can make. */

/* Approve a triplet. After the change, greylist_decide() answers "known".
 * *record is the record of the triplet, or NULL if it has none. The change is
 * CHANGE_NONE if the triplet is known already. */
void admin_change_approve(const struct record *record, int64_t now_s,
    const struct greylist_rules *rules, struct change *change);

/* Remove the record. The next attempt is then a first attempt. */
void admin_change_forget(struct change *change);

#endif
