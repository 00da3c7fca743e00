/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_CORE_TRIPLET_H
#define TARDIGREY_CORE_TRIPLET_H

#include <stdbool.h>
#include <stdint.h>

#include "core/pool.h"
#include "core/request.h"

/*
 * triplet: the key (client identity, sender, recipient) that a message is
 * remembered by (RFC 6647 2.4).
 *
 * The parts are readable text, as an administrator sees them in the store:
 * the client's network ("192.0.2.0/24") or pool, the sender without what
 * changes from one attempt to the next (core/sender.h), "<>" for the null
 * sender, the recipient with ASCII letters in lower case. That only merges
 * keys and is never seen in a reply or a log (RFC 5321 2.4).
 */

#define TRIPLET_CLIENT_SIZE POOL_SIZE

struct triplet {
	char client[TRIPLET_CLIENT_SIZE];
	char sender[REQUEST_ADDRESS_MAX + 1];
	char recipient[REQUEST_ADDRESS_MAX + 1];
};

struct triplet_rules {
	unsigned ipv4_prefix_bits;
	unsigned ipv6_prefix_bits;
	unsigned sender; /* bits of enum sender_rule */
	unsigned pools;  /* whether pools are clients too */
};

/* The key of a request whose client is an address (family not
 * NETADDR_NONE), under its network. */
void triplet_of(const struct request *request,
    const struct triplet_rules *rules, struct triplet *out);

/* Whether a sender as it came is the null sender. */
bool triplet_null_sender(const char *sender);

/* Copy without touching the unused ends of the arrays. */
void triplet_copy(struct triplet *to, const struct triplet *from);

bool triplet_equal(const struct triplet *a, const struct triplet *b);

/* A hash (FNV-1a), for tables in memory and for references
 * (core/reference.h): never to be changed. */
uint64_t triplet_hash(const struct triplet *triplet);

#endif
