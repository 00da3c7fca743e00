/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "core/identity.h"

#include <stdio.h>
#include <string.h>

#include "core/fold.h"
#include "core/pool.h"

/* RFC 4291 2.5.4: a /64 is one link, and often one customer's. */
#define IPV6_HOST_BITS 64

void
identity_address_key(const struct netaddr *client, struct triplet *out)
{
	if (client->family == NETADDR_IPV4)
		netaddr_format(client, out->client);
	else
		netaddr_format_network(client, IPV6_HOST_BITS, out->client);
	out->sender[0] = '\0';
	out->recipient[0] = '\0';
}

/* A pool for one domain of senders; the literal one, so that a forwarder that
 * rewrites senders is known by its own. */
static bool
domain_key(const struct request *request, const char *pool, struct triplet *out)
{
	const char *at = strrchr(request->sender, '@');

	if (at == NULL || at[1] == '\0' || triplet_null_sender(request->sender))
		return false;
	strcpy(out->client, pool);
	fold(at, out->sender);
	out->recipient[0] = '\0';
	return true;
}

static void
pool_key(const struct triplet *network, const char *pool, struct triplet *out)
{
	strcpy(out->client, pool);
	strcpy(out->sender, network->sender);
	strcpy(out->recipient, network->recipient);
}

unsigned
identity_pool_keys(const struct request *request,
    const struct triplet_rules *rules, const struct triplet *network,
    struct triplet out[IDENTITIES])
{
	char pool[POOL_SIZE];

	if (!rules->pools || !pool_of(request, pool))
		return 0;
	pool_key(network, pool, &out[IDENTITY_POOL]);
	if (!domain_key(request, pool, &out[IDENTITY_DOMAIN]))
		return 1U << IDENTITY_POOL;
	return 1U << IDENTITY_POOL | 1U << IDENTITY_DOMAIN;
}

unsigned
identity_keys(const struct request *request, const struct triplet_rules *rules,
    struct triplet out[IDENTITIES])
{
	triplet_of(request, rules, &out[IDENTITY_NETWORK]);
	identity_address_key(&request->client, &out[IDENTITY_ADDRESS]);
	return 1U << IDENTITY_NETWORK | 1U << IDENTITY_ADDRESS |
	    identity_pool_keys(request, rules, &out[IDENTITY_NETWORK], out);
}

/* Somebody may have asked without a recipient: a network is no pool. */
bool
identity_is_triplet(const struct triplet *key)
{
	if (key->recipient[0] != '\0')
		return true;
	return key->sender[0] != '\0' &&
	    (key->sender[0] != '@' || strchr(key->client, '/') != NULL);
}
