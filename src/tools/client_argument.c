/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/client_argument.h"

#include <string.h>

#include "base/lowercase.h"
#include "mail/host_name.h"

/* ---- Parsing ---- */

static int
check_host_bits(const struct client_argument *client, struct err *err)
{
	char network[NETADDR_PREFIX_SIZE], address[NETADDR_TEXT_SIZE];
	struct netaddr masked =
	    netaddr_network(client->address, client->prefix_bits);

	if (memcmp(&masked, &client->address, sizeof(masked)) == 0)
		return 0;
	netaddr_format_network(&masked, client->prefix_bits, network);
	netaddr_format(&client->address, address);
	return err_set(err,
	    "%s/%u has bits after its prefix: use %s for "
	    "the network, or %s for the address",
	    address, client->prefix_bits, network, address);
}

/* Copy a host name, perhaps after POOL_BY_SENDER. */
static int
parse_pool(const char *text, struct client_argument *client)
{
	if (strlen(text) >= sizeof(client->pool) ||
	    !is_host_name(text + (text[0] == POOL_BY_SENDER)))
		return -1;
	lowercase(text, client->pool);
	return 0;
}

int
client_argument_parse(const char *text, struct client_argument *out,
    struct err *err)
{
	struct client_argument client = {0};

	client.is_network = strchr(text, '/') != NULL;
	if (netaddr_parse_network(text, &client.address, &client.prefix_bits) ==
	    0) {
		if (check_host_bits(&client, err) != 0)
			return -1;
	} else if (client.is_network) {
		return err_set(err,
		    "not a network: \"%s\" (write it like 192.0.2.0/24 or "
		    "2001:db8::/64)",
		    text);
	} else if (parse_pool(text, &client) != 0) {
		return err_set(err,
		    "not a client: \"%s\" (write an address, a network like "
		    "192.0.2.0/24, or a pool like example.com)",
		    text);
	}
	*out = client;
	return 0;
}

/* ---- Properties ---- */

void
client_argument_format(const struct client_argument *client,
    char out[KEY_CLIENT_SIZE])
{
	if (client->pool[0] != '\0')
		strcpy(out, client->pool);
	else if (client->is_network)
		netaddr_format_network(&client->address, client->prefix_bits,
		    out);
	else
		netaddr_format(&client->address, out);
}

bool
client_argument_overlaps(const struct client_argument *a,
    const struct client_argument *b)
{
	unsigned bits =
	    a->prefix_bits < b->prefix_bits ? a->prefix_bits : b->prefix_bits;
	struct netaddr one = netaddr_network(a->address, bits);
	struct netaddr other = netaddr_network(b->address, bits);

	return strcmp(a->pool, b->pool) == 0 && one.family == other.family &&
	    memcmp(one.octets, other.octets, sizeof(one.octets)) == 0;
}

bool
client_argument_owns(const struct client_argument *client,
    const struct client_argument *record_client)
{
	return client_argument_overlaps(client, record_client) &&
	    (!client->is_network ||
		record_client->prefix_bits >= client->prefix_bits);
}

static unsigned
prefix_of_requests(const struct client_argument *client,
    const struct key_rules *rules)
{
	return client->address.family == NETADDR_IPV4 ? rules->ipv4_prefix_bits
						      : rules->ipv6_prefix_bits;
}

void
client_argument_key(const struct client_argument *client,
    const struct key_rules *rules, struct key *triplet)
{
	struct client_argument key = *client;
	bool is_pool = client->pool[0] != '\0';

	if (!key.is_network)
		key.prefix_bits = prefix_of_requests(client, rules);
	key.is_network = true;
	triplet->kind = is_pool ? KEY_TRIPLET_POOL : KEY_TRIPLET_NETWORK;
	client_argument_format(&key, triplet->client);
}

int
client_argument_check_pool(const struct client_argument *client,
    const struct key_rules *rules, struct err *err)
{
	static struct request request; /* large */
	char pool[POOL_SIZE];

	if (client->pool[0] == '\0' ||
	    (client->pool[0] == POOL_BY_SENDER && rules->pools))
		return 0;
	request_clear(&request);
	strcpy(request.client_name, client->pool);
	request.client_name_confirmed = true;
	if (!rules->pools || !pool_of(&request, pool))
		return err_set(err,
		    "no client can have the pool %s: see the option pools "
		    "in tardigrey.conf(5)",
		    client->pool);
	if (strcmp(pool, client->pool) != 0)
		return err_set(err, "%s is not a pool: its pool is %s",
		    client->pool, pool);
	return 0;
}

int
client_argument_check_network(const struct client_argument *client,
    const struct key_rules *rules, struct err *err)
{
	unsigned bits = prefix_of_requests(client, rules);
	char given[KEY_CLIENT_SIZE], right[NETADDR_PREFIX_SIZE];

	if (!client->is_network || client->prefix_bits == bits)
		return 0;
	client_argument_format(client, given);
	netaddr_format_network(&client->address, bits, right);
	return err_set(err,
	    "no request has the network %s, because %s is %u: use %s%s", given,
	    client->address.family == NETADDR_IPV4 ? "ipv4_prefix"
						   : "ipv6_prefix",
	    bits, client->prefix_bits < bits ? "a network in it like " : "",
	    right);
}
