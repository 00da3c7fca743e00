/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_CLIENT_ARGUMENT_H
#define TARDIGREY_TOOLS_CLIENT_ARGUMENT_H

#include <stdbool.h>

#include "base/err.h"
#include "decide/key.h"

/* client_argument: an address, a network or a pool, as the administrator writes
 * it in an argument and as it stands in the key of a record. */

struct client_argument {
	char pool[POOL_SIZE];   /* "": a network or an address */
	struct netaddr address; /* NETADDR_NONE: a pool */
	unsigned prefix_bits;   /* 32 or 128 for an address */
	bool is_network;        /* it has a prefix */
};

/* Parse "192.0.2.1", "192.0.2.0/24" or "example.com". A pool can be a host name
 * of one label. Returns 0, or -1 with a sentence. */
int client_argument_parse(const char *text, struct client_argument *out,
    struct err *err);

/* The canonical text. */
void client_argument_format(const struct client_argument *client,
    char out[KEY_CLIENT_SIZE]);

/* True if one of them contains the other. A pool contains only itself. */
bool client_argument_overlaps(const struct client_argument *a,
    const struct client_argument *b);

/* True if a record with the client *record_client is one of the records of
 * *client. The records of a network or a pool are those inside it. The records
 * of an address are its own and those of the networks that contain it. */
bool client_argument_owns(const struct client_argument *client,
    const struct client_argument *record_client);

/* Set the kind and the client of the key of a triplet. A pool or a network is
 * used unchanged. An address is replaced by its network. */
void client_argument_key(const struct client_argument *client,
    const struct key_rules *rules, struct key *triplet);

/* If the client is a pool, check that requests can have this pool. Returns 0,
 * or -1 with a sentence. */
int client_argument_check_pool(const struct client_argument *client,
    const struct key_rules *rules, struct err *err);

/* If the client is a network, check that requests can have this network: its
 * prefix has the configured length. Returns 0, or -1 with a sentence. */
int client_argument_check_network(const struct client_argument *client,
    const struct key_rules *rules, struct err *err);

#endif
