/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_SETTLE_H
#define TARDIGREY_DECIDE_SETTLE_H

#include <stdbool.h>

#include "decide/engine_rules.h"
#include "decide/list_hits.h"
#include "decide/pending.h"
#include "mail/class_memo.h"
#include "mail/verdict.h"

/* settle: decides the requests that need no store. */

/*
 * Settle a request if its state, its login, its client, own_networks, a list,
 * null_sender = pass or greylist = suspicious decides. Sets the members of
 * *pending up to the plan, and the verdict if the request is settled. Counts
 * list hits unless hits is NULL.
 */
void settle(struct pending *pending, const struct engine_rules *rules,
    const struct lists *lists, struct list_hits *hits,
    struct class_memo *classes, int64_t now_s, struct verdict *verdict);

/* Whether an open request may pass at once, because of automatic whitelisting
 * or as an answer to our mail. It must not if a greylist matches. */
bool settle_allows_pass_at_once(const struct pending *pending);

#endif
