/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_NETWORKS_H
#define TARDIGREY_BASE_NETWORKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/netaddr.h"

/* networks: a short list of networks as a value. Long lists are in lists/. */

#define NETWORKS_MAX 64

struct network {
	struct netaddr address; /* without host bits */
	unsigned prefix_bits;
};

struct networks {
	struct network items[NETWORKS_MAX];
	size_t n;
};

/* True if the address is in one of the networks. NETADDR_NONE never is. */
bool networks_have(const struct networks *networks,
    const struct netaddr *address);

#endif
