/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Connections: they are replaced when servers have closed them, and while some
 * servers or all are away. */
#include "store/redis/redis.h"
#include "store/redis/redis_clock.h"

/* A server gets at least this part of store_timeout, so that one that is only
 * slow does not count as away because a batch is late. */
#define PART_MIN 4

static void
use_topology(struct redis *redis, struct redis_topology *topology)
{
	redis->topology = topology;
	if (topology != NULL)
		redis->topology_number++;
}

void
redis_disconnect(struct redis *redis)
{
	struct err ignored;

	redis_topology_free(redis->topology);
	redis->topology = NULL;
	if (redis->reconnector != NULL) /* let it begin at once */
		use_topology(redis,
		    redis_reconnector_take(redis->reconnector, 0, &ignored));
}

static int64_t
deadline_of(const struct redis *redis)
{
	int64_t deadline_ms = redis_clock_ms() + redis->timeout_ms;

	return deadline_ms < redis->deadline_ms ? deadline_ms
						: redis->deadline_ms;
}

int64_t
redis_deadline_of_part(const struct redis *redis)
{
	int64_t now_ms = redis_clock_ms(), deadline_ms = deadline_of(redis);
	int64_t part_ms = (deadline_ms - now_ms) / 2;

	if (redis->topology == NULL || redis->topology->nodes_n <= 1)
		return deadline_ms;
	if (part_ms < redis->timeout_ms / PART_MIN)
		part_ms = redis->timeout_ms / PART_MIN;
	return now_ms + part_ms < deadline_ms ? now_ms + part_ms : deadline_ms;
}

/* Replace the topology if the new one serves more slots; it may be NULL. */
static void
use_better(struct redis *redis, struct redis_topology *topology,
    unsigned slots_n)
{
	if (topology == NULL || redis_topology_slots_n(topology) <= slots_n) {
		redis_topology_free(topology);
		return;
	}
	redis_topology_free(redis->topology);
	use_topology(redis, topology);
}

/* If there is a thread, it connects; "waits": wait for one attempt. */
static void
connect_again(struct redis *redis, bool waits)
{
	struct redis_reconnector *reconnector = redis->reconnector;
	unsigned slots_n = redis->topology != NULL
	    ? redis_topology_slots_n(redis->topology)
	    : 0;
	struct redis_topology *topology;

	if (reconnector == NULL)
		topology = redis_topology_new(&redis->uri,
		    redis_deadline_of_part(redis), &redis->why_away);
	else if (waits)
		topology = redis_reconnector_wait(reconnector, slots_n,
		    redis_deadline_of_part(redis), &redis->why_away);
	else
		topology = redis_reconnector_take(reconnector, slots_n,
		    &redis->why_away);
	use_better(redis, topology, slots_n);
}

static bool
needs_connections(const struct redis *redis)
{
	return redis->topology == NULL || redis->topology->is_partial;
}

static void
lose_closed(struct redis *redis)
{
	struct redis_topology *topology = redis->topology;
	struct err why;

	for (size_t i = 0; i < topology->nodes_n; i++) {
		char address[REDIS_ADDRESS_TEXT_SIZE];

		if (redis_nodes_are_open(&topology->nodes[i], 1))
			continue;
		redis_address_text(&topology->nodes[i].address, address);
		err_set(&why, "%s: the server has closed the connection",
		    address);
		redis_topology_lose(topology, &topology->nodes[i], &why);
	}
	if (redis_topology_slots_n(topology) > 0)
		return;
	redis_topology_free(topology);
	redis->topology = NULL;
}

/* A server that was restarted, or that ends idle connections, has closed the
 * connection. It probably serves, so wait for one attempt to connect again. */
static void
replace_closed_connections(struct redis *redis)
{
	if (redis->topology == NULL ||
	    redis_nodes_are_open(redis->topology->nodes,
		redis->topology->nodes_n))
		return;
	lose_closed(redis);
	if (needs_connections(redis))
		connect_again(redis, true);
}

int
redis_connect(struct redis *redis, struct err *err)
{
	replace_closed_connections(redis);
	if (needs_connections(redis))
		connect_again(redis, false);
	if (redis->topology != NULL)
		return 0;
	*err = redis->why_away;
	return -1;
}
