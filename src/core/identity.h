/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_CORE_IDENTITY_H
#define TARDIGREY_CORE_IDENTITY_H

#include <stdbool.h>

#include "core/request.h"
#include "core/triplet.h"

/*
 * identity: the keys that a request is remembered by.
 *
 *   key       client              sender         recipient
 *   NETWORK   192.0.2.0/24        normalised     folded       always
 *   POOL      example.com         normalised     folded       if a pool
 *   ADDRESS   192.0.2.7           ""             ""           always
 *   DOMAIN    example.com         @example.net   ""           if a pool, and
 *                                                             a sender
 *
 * The first two are triplets: a message is due when either is. The others say
 * who is proven (core/proven.h): an exact address (of IPv6 its /64), or a pool
 * sending for one domain, so that a good customer of a hoster does not open
 * the door to all the others. No triplet has an empty sender.
 */

enum identity {
	IDENTITY_NETWORK,
	IDENTITY_POOL,
	IDENTITY_ADDRESS,
	IDENTITY_DOMAIN,
};
#define IDENTITIES                   (IDENTITY_DOMAIN + 1)
#define IDENTITY_IS_PROVEN(identity) ((identity) >= IDENTITY_ADDRESS)

/* The keys of a request whose client is an address; out[i] is identity i. */

/* Make that of the ADDRESS; triplet_of() makes that of the NETWORK. There are
 * always these two. */
void identity_address_key(const struct netaddr *client, struct triplet *out);

/* Make those of its pool, from its network's; this costs more. Returns which
 * there are, as bits (1U << identity). */
unsigned identity_pool_keys(const struct request *request,
    const struct triplet_rules *rules, const struct triplet *network,
    struct triplet out[IDENTITIES]);

/* Make all; returns which there are. */
unsigned identity_keys(const struct request *request,
    const struct triplet_rules *rules, struct triplet out[IDENTITIES]);

/* Whether a key that was stored is a triplet's, NETWORK or POOL. */
bool identity_is_triplet(const struct triplet *key);

#endif
