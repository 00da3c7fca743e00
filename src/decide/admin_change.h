/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_ADMIN_CHANGE_H
#define TARDIGREY_DECIDE_ADMIN_CHANGE_H

#include "decide/greylist.h"

/* admin_change: changes of records that the administrator asks for. */

/* Approve a triplet: the change makes greylist_decide() answer "known" from
 * now on. *known is the record of the triplet; NULL: it has none. The change is
 * CHANGE_NONE if the triplet is known already. */
void admin_change_approve(const struct record *known, int64_t now_s,
    const struct greylist_rules *rules, struct change *change);

/* Remove a record: the next attempt is the first one. */
void admin_change_forget(struct change *change);

#endif
