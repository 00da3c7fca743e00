/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
parse_prefix(const char *text, struct client *client)
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
expect_no_host_bits(const struct client *client, struct err *err)
{
	char network[NETADDR_PREFIX_SIZE], address[NETADDR_TEXT_SIZE];
	struct netaddr masked =
	    netaddr_network(client->address, client->prefix_bits);

	if (memcmp(&masked, &client->address, sizeof(masked)) == 0)
		return 0;
	netaddr_format_network(&masked, client->prefix_bits, network);
	netaddr_format(&client->address, address);
	return err_set(err, "expected the network %s or the address %s",
	    network, address);
}

int
client_parse(const char *text, struct client *out, struct err *err)
{
	size_t address_n = strcspn(text, "/");
	struct client client = {0};
	char address[NETADDR_TEXT_SIZE];

	snprintf(address, sizeof(address), "%.*s", (int)address_n, text);
	if (address_n >= sizeof(address) ||
	    netaddr_parse(address, &client.address) != 0)
		return err_set(err,
		    "expected an address or a network as a client, got \"%s\"",
		    text);
	client.prefix_bits = netaddr_bits(client.address.family);
	if (text[address_n] == '/' &&
	    parse_prefix(text + address_n + 1, &client) != 0)
		return err_set(err,
		    "expected a network like 192.0.2.0/24 or 2001:db8::/64, "
		    "got \"%s\"",
		    text);
	if (expect_no_host_bits(&client, err) != 0)
		return -1;
	*out = client;
	return 0;
}

bool
client_overlaps(const struct client *a, const struct client *b)
{
	unsigned bits =
	    a->prefix_bits < b->prefix_bits ? a->prefix_bits : b->prefix_bits;
	struct netaddr one = netaddr_network(a->address, bits);
	struct netaddr other = netaddr_network(b->address, bits);

	return one.family == other.family &&
	    memcmp(one.octets, other.octets, sizeof(one.octets)) == 0;
}

void
client_key(const struct client *client, const struct triplet_rules *rules,
    char out[TRIPLET_CLIENT_SIZE])
{
	unsigned prefix_bits = client->prefix_bits;

	if (!client->is_network)
		prefix_bits = client->address.family == NETADDR_IPV4
		    ? rules->ipv4_prefix_bits
		    : rules->ipv6_prefix_bits;
	netaddr_format_network(&client->address, prefix_bits, out);
}
