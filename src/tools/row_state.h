/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_ROW_STATE_H
#define TARDIGREY_TOOLS_ROW_STATE_H

#include <stdbool.h>

#include "decide/engine.h"

/* state: what a row is good for now, in a word; as an attempt would find it,
 * were there no lists. Texts are good until the eighth call after. */

/* Of a triplet: "waiting", "due", "passed" or "expired". */
const char *row_state_of_triplet(const struct record *record,
    const struct engine_rules *rules, int64_t now_s);

/* Of what a client has proven: "whitelisted", "1 of 2" or "forgotten"; "" if
 * nobody is whitelisted automatically. */
const char *row_state_of_auto_whitelist(const struct record *record,
    const struct engine_rules *rules, int64_t now_s);

/* How many more triplets must pass by a retry until the client passes at
 * once. NULL: nothing is remembered of it. */
int64_t row_state_missing(const struct record *record,
    const struct engine_rules *rules, int64_t now_s);

/* Whether the client passes at once. */
bool row_state_whitelists(const struct record *record,
    const struct engine_rules *rules, int64_t now_s);

#endif
