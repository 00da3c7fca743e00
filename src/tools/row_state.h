/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_ROW_STATE_H
#define TARDIGREY_TOOLS_ROW_STATE_H

#include "decide/engine_rules.h"
#include "decide/key.h"

/* row_state: the state of a record as a text, without regard to lists. Each
 * text is valid until the eighth call after it. */

/* The class of the clients of a triplet. A client of a network may be named or
 * suspicious: CLASS_SUSPICIOUS, which has the longer delay. */
enum client_class row_state_class(const struct key *key);

/* Of a triplet of a client of this class: "waiting", "due", "passed" or
 * "expired". */
const char *row_state_of_triplet(enum client_class client_class,
    const struct record *record, const struct engine_rules *rules,
    int64_t now_s);

/* The same with the time left: "passes in 2m", "passes now, 23h left",
 * "known, 34d left" or "expired". The time is rounded up to one unit. */
const char *row_state_with_time(enum client_class client_class,
    const struct record *record, const struct engine_rules *rules,
    int64_t now_s);

/* Of an auto-whitelist record: "whitelisted", "1 of 2" or "expired"; "" if
 * auto_whitelist_after is 0. */
const char *row_state_of_auto_whitelist(const struct record *record,
    const struct engine_rules *rules, int64_t now_s);

/* Of a correspondent: "remembered" or "expired"; "" if correspondents is no. */
const char *row_state_of_correspondent(const struct record *record,
    const struct engine_rules *rules, int64_t now_s);

#endif
