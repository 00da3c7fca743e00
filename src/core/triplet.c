/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "core/triplet.h"

#include <string.h>

#include "core/fold.h"
#include "core/sender.h"

/* What qmail passes for the sender of a double bounce. */
#define QMAIL_DOUBLE_BOUNCE "#@[]"

bool
triplet_null_sender(const char *sender)
{
	return sender[0] == '\0' || strcmp(sender, QMAIL_DOUBLE_BOUNCE) == 0;
}

static unsigned
prefix_bits(const struct netaddr *client, const struct triplet_rules *rules)
{
	return client->family == NETADDR_IPV4 ? rules->ipv4_prefix_bits
					      : rules->ipv6_prefix_bits;
}

void
triplet_of(const struct request *request, const struct triplet_rules *rules,
    struct triplet *out)
{
	netaddr_format_network(&request->client,
	    prefix_bits(&request->client, rules), out->client);
	sender_key(request->sender, rules->sender, out->sender);
	fold(request->recipient, out->recipient);
}

void
triplet_copy(struct triplet *to, const struct triplet *from)
{
	strcpy(to->client, from->client);
	strcpy(to->sender, from->sender);
	strcpy(to->recipient, from->recipient);
}

bool
triplet_equal(const struct triplet *a, const struct triplet *b)
{
	return strcmp(a->recipient, b->recipient) == 0 &&
	    strcmp(a->sender, b->sender) == 0 &&
	    strcmp(a->client, b->client) == 0;
}

static uint64_t
hash_part(uint64_t hash, const char *part)
{
	do {
		hash = (hash ^ (uint8_t)*part) * 0x100000001b3ULL;
	} while (*part++ != '\0');
	return hash;
}

uint64_t
triplet_hash(const struct triplet *triplet)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	hash = hash_part(hash, triplet->client);
	hash = hash_part(hash, triplet->sender);
	return hash_part(hash, triplet->recipient);
}
