/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/client_argument.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lowercase.h"

/* ---- Parsing ---- */

static int
parse_prefix(const char *text, struct client_argument *client)
{
	size_t n = strspn(text, "0123456789");

	if (n == 0 || n > 3 || text[n] != '\0' || (n > 1 && text[0] == '0'))
		return -1;
	client->prefix_bits = (unsigned)strtoul(text, NULL, 10);
	client->is_network = true;
	return client->prefix_bits <= netaddr_bits(client->address.family) ? 0
									   : -1;
}

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

static int
parse_network(const char *text, size_t address_n,
    struct client_argument *client, struct err *err)
{
	client->prefix_bits = netaddr_bits(client->address.family);
	if (text[address_n] == '/' &&
	    parse_prefix(text + address_n + 1, client) != 0)
		return err_set(err,
		    "not a network: \"%s\" (write it like 192.0.2.0/24 or "
		    "2001:db8::/64)",
		    text);
	return check_host_bits(client, err);
}

/* Parse a domain name of two labels or more, perhaps after POOL_BY_SENDER. The
 * last label must not be a number: such a text is a part of an address. */
static int
parse_pool(const char *text, struct client_argument *client)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *label = client->pool + (text[0] == POOL_BY_SENDER);
	size_t labels_n = 0;

	if (strlen(text) > 253)
		return -1;
	lowercase(text, client->pool);
	for (;; label++) {
		size_t n = strspn(label, plain);

		if (n == 0 || n > 63)
			return -1;
		labels_n++;
		if (label[n] == '\0')
			break;
		label += n;
		if (*label != '.')
			return -1;
	}
	return labels_n > 1 && label[strspn(label, "0123456789")] != '\0' ? 0
									  : -1;
}

int
client_argument_parse(const char *text, struct client_argument *out,
    struct err *err)
{
	size_t address_n = strcspn(text, "/");
	struct client_argument client = {0};
	char address[NETADDR_TEXT_SIZE];

	snprintf(address, sizeof(address), "%.*s", (int)address_n, text);
	if (address_n < sizeof(address) &&
	    netaddr_parse(address, &client.address) == 0) {
		if (parse_network(text, address_n, &client, err) != 0)
			return -1;
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

void
client_argument_key(const struct client_argument *client,
    const struct key_rules *rules, struct key *triplet)
{
	struct client_argument key = *client;
	bool is_pool = client->pool[0] != '\0';

	if (!key.is_network)
		key.prefix_bits = key.address.family == NETADDR_IPV4
		    ? rules->ipv4_prefix_bits
		    : rules->ipv6_prefix_bits;
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
