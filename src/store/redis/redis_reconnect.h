/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_REDIS_REDIS_RECONNECT_H
#define TARDIGREY_STORE_REDIS_REDIS_RECONNECT_H

#include "store/redis/redis_topology.h"

/*
 * redis_reconnect: a thread that connects to the servers again while they are
 * away. So no request waits for a server that does not answer.
 */

struct redis_reconnector;

/* Returns NULL when memory is short. */
struct redis_reconnector *redis_reconnector_new(const struct redis_uri *uri);

/* Wait for the thread, at most three seconds, and free it. */
void redis_reconnector_free(struct redis_reconnector *reconnector);

/* Take a topology with more than slots_n slots (redis_topology_slots_n()),
 * which the caller then owns. If there is none yet, returns NULL, sets *err to
 * the latest reason, if there was an attempt, and lets the thread try until it
 * has one. */
struct redis_topology *redis_reconnector_take(struct redis_reconnector
						  *reconnector,
    unsigned slots_n, struct err *err);

/* The same, but wait until an attempt has succeeded or failed, or until the
 * deadline. */
struct redis_topology *redis_reconnector_wait(struct redis_reconnector
						  *reconnector,
    unsigned slots_n, int64_t deadline_ms, struct err *err);

#endif
