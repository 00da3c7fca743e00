/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_AUTO_WHITELIST_H
#define TARDIGREY_DECIDE_AUTO_WHITELIST_H

#include <stdbool.h>
#include <stdint.h>

#include "decide/record.h"

/*
 * auto_whitelist: clients that have shown that they retry pass at once (RFC
 * 6647 5.1).
 *
 * The record of such a client counts in passed_n the different triplets that
 * passed by a retry. Once there are "after" of them, the client passes at once
 * until its record was not used for keep_s. A deferral never changes the record
 * [C6].
 */

struct auto_whitelist_rules {
	unsigned after; /* triplets; 0: never */
	int64_t keep_s;
};

/* Whether a client with the record *known (NULL: none) passes at once. */
bool auto_whitelist_passes(const struct record *known, int64_t now_s,
    const struct auto_whitelist_rules *rules);

/* True if the record has not been used for longer than keep_s. */
bool auto_whitelist_is_expired(const struct record *known, int64_t now_s,
    const struct auto_whitelist_rules *rules);

/* How many more counted retries the client needs until it is auto-whitelisted.
 * *known is its record; NULL: it has none. */
int64_t auto_whitelist_missing(const struct record *known, int64_t now_s,
    const struct auto_whitelist_rules *rules);

/* The change when the client has passed at once: lazily, as in greylist.h. */
void auto_whitelist_used(const struct record *known, int64_t now_s,
    const struct auto_whitelist_rules *rules, struct change *change);

/* The change when one more triplet has passed by a retry. */
void auto_whitelist_count_retry(const struct record *known, int64_t now_s,
    const struct auto_whitelist_rules *rules, struct change *change);

#endif
