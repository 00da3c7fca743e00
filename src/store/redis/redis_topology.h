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
 * Each server has accepted the password and has the scripts. A server of a
 * cluster may be away: then the topology is partial. When a server fails, the
 * owner makes another topology, because the servers may then have other roles.
 * Meanwhile it uses the partial one.
 */

#define REDIS_NODES_MAX 250 /* primaries of a cluster */

struct redis_topology {
	struct redis_node nodes[REDIS_NODES_MAX]; /* not connected: away */
	size_t nodes_n;
	bool is_partial;
	struct err why_partial; /* of the last node that went away */
	uint8_t node_of_slot[REDIS_SLOTS];
	struct redis_scripts scripts;
	struct redis_tls_context *tls; /* owned; NULL: none */
};

/* Find the servers, and connect to them. The caller frees the topology. Returns
 * NULL and a sentence on failure. */
struct redis_topology *redis_topology_new(const struct redis_uri *uri,
    int64_t deadline_ms, struct err *err);
void redis_topology_free(struct redis_topology *topology);

/* Return the number of slots that can be used: their nodes are not away. */
unsigned redis_topology_slots_n(const struct redis_topology *topology);

/* From now on, this node has a slot. */
void redis_topology_map(struct redis_topology *topology, unsigned slot,
    const struct redis_node *node);

/* Close the connection to a node: it is away. The topology is partial if the
 * node has slots. */
void redis_topology_lose(struct redis_topology *topology,
    struct redis_node *node, const struct err *why);

/* Find the node with this address, or connect to it. The node is away if that
 * fails. Returns NULL and a sentence if there are too many nodes. */
struct redis_node *redis_topology_node(struct redis_topology *topology,
    const struct redis_uri *uri, const struct redis_address *address,
    int64_t deadline_ms, struct err *err);

/* Parse HOST:PORT as the servers write it. host is used if the servers write
 * no host. Returns 0, or -1 if it is not an address. */
int redis_topology_parse_address(const char *text, const char *host,
    struct redis_address *out);

#endif
