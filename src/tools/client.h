/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_CLIENT_H
#define TARDIGREY_TOOLS_CLIENT_H

#include <stdbool.h>

#include "core/err.h"
#include "core/triplet.h"

/* client: an address, or a network as the triplets have it. */

struct client {
	struct netaddr address;
	unsigned prefix_bits; /* all of them for an address */
	bool is_network;      /* was written with a prefix */
};

/* Parse "192.0.2.1" or "192.0.2.0/24". Returns 0, or -1 with what was
 * expected. */
int client_parse(const char *text, struct client *out, struct err *err);

/* Whether one is in the other. */
bool client_overlaps(const struct client *a, const struct client *b);

/* The client of a triplet: the network as it is, or that of the address. */
void client_key(const struct client *client, const struct triplet_rules *rules,
    char out[TRIPLET_CLIENT_SIZE]);

#endif
