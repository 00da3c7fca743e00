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
 * A triplet that passes by a retry is a proof, if enough time lies between its
 * first attempt and those of earlier proofs. Two triplets of one burst prove no
 * more than one. In the record of a client, passed_n is the number of proofs,
 * and first_seen_s is the earliest first attempt of a triplet that passed by a
 * retry. When passed_n reaches "after", passed_s is set and the client is
 * auto-whitelisted: it passes at once, until it has sent nothing for keep_s. A
 * deferral never changes the record [C6].
 *
 * A pool has a record for the domain of the sender, and one more for the domain
 * and the network of the client. Until the pool has retried from two networks,
 * it is auto-whitelisted only in the network that has retried. Otherwise one
 * host would let a thousand others pass.
 *
 * Two processes may count the same moment twice. This adds to passed_n, but it
 * does not set passed_s. Only a proof that is later or earlier than the proofs
 * of a record that was read sets passed_s.
 */

struct auto_whitelist_rules {
	unsigned after;    /* proofs; 0: never */
	int64_t spacing_s; /* between the first attempts of two proofs */
	int64_t keep_s;
};

/* True if the client passes at once. *record is its record, or NULL if it has
 * none. */
bool auto_whitelist_passes(const struct record *record, int64_t now_s,
    const struct auto_whitelist_rules *rules);

/* True if the record has not been used for longer than keep_s. */
bool auto_whitelist_is_expired(const struct record *record, int64_t now_s,
    const struct auto_whitelist_rules *rules);

/* True if the record has n proofs (n > 0) and has not expired. *record may be
 * NULL. */
bool auto_whitelist_has_proofs(const struct record *record, int64_t n,
    int64_t now_s, const struct auto_whitelist_rules *rules);

/* The number of proofs that the client still needs until it is
 * auto-whitelisted. *record is its record, or NULL if it has none. */
int64_t auto_whitelist_retries_needed(const struct record *record,
    int64_t now_s, const struct auto_whitelist_rules *rules);

/* The change after an auto-whitelisted client has passed: a refresh, as in
 * greylist.h. */
void auto_whitelist_refresh(const struct record *record, int64_t now_s,
    const struct auto_whitelist_rules *rules, struct change *change);

/*
 * True if a pool has retried for a domain from two networks, one of which is
 * the network that retries now. *domain and *network are the records of the
 * pool for the domain, and for the domain in this network, before this retry is
 * counted. Both may be NULL.
 *
 * The first retry of all begins both records with the same first_seen_s. So the
 * domain's record is the older one only if another network has begun it.
 */
bool auto_whitelist_spans_networks(const struct record *domain,
    const struct record *network, int64_t now_s,
    const struct auto_whitelist_rules *rules);

/* The change after a triplet has passed by a retry. first_attempt_s is the time
 * of the triplet's first attempt, at most now_s. *record may be NULL. */
void auto_whitelist_count_retry(const struct record *record,
    int64_t first_attempt_s, int64_t now_s,
    const struct auto_whitelist_rules *rules, struct change *change);

#endif
