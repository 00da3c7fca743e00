/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_CLIENT_ARGUMENT_H
#define TARDIGREY_TOOLS_CLIENT_ARGUMENT_H

#include <stdbool.h>

#include "base/err.h"
#include "decide/key.h"

/* client: an address, a network as the triplets have it, or a pool. */

struct client_argument {
	char pool[POOL_SIZE];   /* "": a network or an address */
	struct netaddr address; /* NETADDR_NONE: a pool */
	unsigned prefix_bits;   /* all of them for an address */
	bool is_network;        /* was written with a prefix */
};

/* Parse "192.0.2.1", "192.0.2.0/24" or "example.com". Returns 0, or -1 with
 * what was expected. */
int client_argument_parse(const char *text, struct client_argument *out,
    struct err *err);

/* The same client in its one spelling. */
void client_argument_format(const struct client_argument *client,
    char out[KEY_CLIENT_SIZE]);

/* Whether one is in the other; a pool is in itself only. */
bool client_argument_overlaps(const struct client_argument *a,
    const struct client_argument *b);

/* Whether what the store has under this row's client goes with *of: all in a
 * network, or in a pool; of an address itself and the networks around it. */
bool client_argument_owns(const struct client_argument *of,
    const struct client_argument *row);

/* The client of a triplet: the pool or network as it is, or that of the
 * address. */
void client_argument_key(const struct client_argument *client,
    const struct key_rules *rules, char out[KEY_CLIENT_SIZE]);

/* Whether a client may come to count as this pool. Returns 0, or -1 with a
 * sentence; 0 for what is no pool. */
int client_argument_check_pool(const struct client_argument *client,
    const struct key_rules *rules, struct err *err);

#endif
