/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_SETTLE_H
#define TARDIGREY_DECIDE_SETTLE_H

#include <stdbool.h>

#include "decide/engine_rules.h"
#include "decide/list_hits.h"
#include "decide/pending.h"
#include "mail/verdict.h"

/* settle: the verdicts that need no store. */

/*
 * Settle a request by its state, its login, its client, the lists, or the null
 * sender. Sets is_settled, is_postponed and listed, and the verdict if the
 * request is settled and not postponed. Counts list hits unless hits is NULL.
 */
void settle(struct pending *pending, const struct engine_rules *rules,
    const struct lists *lists, struct list_hits *hits, int64_t now_s,
    struct verdict *verdict);

#endif
