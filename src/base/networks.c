/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "base/networks.h"

#include <string.h>

static bool
network_has(const struct network *network, const struct netaddr *address)
{
	struct netaddr cut;

	if (network->address.family != address->family)
		return false;
	cut = netaddr_network(*address, network->prefix_bits);
	return memcmp(cut.octets, network->address.octets,
		   netaddr_bits(address->family) / 8) == 0;
}

bool
networks_have(const struct networks *networks, const struct netaddr *address)
{
	if (address->family == NETADDR_NONE)
		return false;
	for (size_t i = 0; i < networks->n; i++)
		if (network_has(&networks->items[i], address))
			return true;
	return false;
}
