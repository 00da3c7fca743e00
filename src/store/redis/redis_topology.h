/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_REDIS_REDIS_TOPOLOGY_H
#define TARDIGREY_STORE_REDIS_REDIS_TOPOLOGY_H

#include "store/redis/redis_node.h"
#include "store/redis/redis_script.h"
#include "store/redis/redis_slot.h"

/*
 * redis_topology: connections to all servers that hold data: one, or the
 * primaries of a cluster.
 *
 * A topology is made whole: every server has accepted the password and has the
 * scripts. When a server fails, the owner frees the topology and makes another
 * one, because the servers may then have other roles.
 */

#define REDIS_NODES_MAX 250 /* primaries of a cluster */

struct redis_topology {
	struct redis_node nodes[REDIS_NODES_MAX];
	size_t nodes_n;
	uint8_t node_of_slot[REDIS_SLOTS];
	struct redis_scripts scripts;
};

/* Find the servers, and connect to them. The caller frees the topology. Returns
 * NULL and a sentence on failure. */
struct redis_topology *redis_topology_new(const struct redis_uri *uri,
    int64_t deadline_ms, struct err *err);
void redis_topology_free(struct redis_topology *topology);

/* Find the node with this address, or connect to it. Returns NULL and a
 * sentence on failure. */
struct redis_node *redis_topology_node(struct redis_topology *topology,
    const struct redis_uri *uri, const struct redis_address *address,
    int64_t deadline_ms, struct err *err);

/* Parse HOST:PORT as the servers write it. host is used if the servers write
 * no host. Returns 0, or -1 if it is not an address. */
int redis_topology_parse_address(const char *text, const char *host,
    struct redis_address *out);

#endif
