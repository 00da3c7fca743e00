/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_AUTO_WHITELIST_H
#define TARDIGREY_DECIDE_AUTO_WHITELIST_H

#include <stdbool.h>
#include <stdint.h>

#include "decide/record.h"

/*
 * auto_whitelist: a client passes at once after it has shown that it retries
 * (RFC 6647 5.1).
 *
 * In the record of a client, passed_n is the number of different triplets that
 * passed by a retry. When passed_n reaches "after", the client is
 * auto-whitelisted: it passes at once, until it has sent nothing for keep_s. A
 * deferral never changes the record [C6].
 */

struct auto_whitelist_rules {
	unsigned after; /* triplets; 0: never */
	int64_t keep_s;
};

/* True if the client passes at once. *record is its record, or NULL if it has
 * none. */
bool auto_whitelist_passes(const struct record *record, int64_t now_s,
    const struct auto_whitelist_rules *rules);

/* True if the record has not been used for longer than keep_s. */
bool auto_whitelist_is_expired(const struct record *record, int64_t now_s,
    const struct auto_whitelist_rules *rules);

/* The number of counted retries that the client still needs until it is
 * auto-whitelisted. *record is its record, or NULL if it has none. */
int64_t auto_whitelist_retries_needed(const struct record *record,
    int64_t now_s, const struct auto_whitelist_rules *rules);

/* The change after an auto-whitelisted client has passed: a refresh, as in
 * greylist.h. */
void auto_whitelist_refresh(const struct record *record, int64_t now_s,
    const struct auto_whitelist_rules *rules, struct change *change);

/* The change after one more triplet has passed by a retry. *record may be NULL.
 */
void auto_whitelist_count_retry(const struct record *record, int64_t now_s,
    const struct auto_whitelist_rules *rules, struct change *change);

#endif
