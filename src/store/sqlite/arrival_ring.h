/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_ARRIVAL_RING_H
#define TARDIGREY_STORE_SQLITE_ARRIVAL_RING_H

#include <stddef.h>
#include <stdint.h>

/*
 * arrival_ring: two hashes for each id of a range that moves forward, in chunks
 * of consecutive ids.
 */

struct arrival {
	uint32_t key;     /* hash of the key; ARRIVAL_GONE: no record */
	uint32_t address; /* hash of the client address */
};

#define ARRIVAL_GONE 0U

/* A stored chunk has the same size: see sqlite_arrivals.c. */
#define ARRIVAL_CHUNK 1024

/* chunks[i] holds the ids from (first_chunk + i) * ARRIVAL_CHUNK on. */
struct arrival_ring {
	struct arrival **chunks; /* owned, and each of them */
	size_t chunks_n, chunks_max;
	int64_t first_chunk;
};

void arrival_ring_free(struct arrival_ring *ring);

/* Make room for an id that is not below the range. Returns 0, or -1 when memory
 * is short. */
int arrival_ring_extend(struct arrival_ring *ring, int64_t id);

/* Free the chunks whose ids are all below an id. */
void arrival_ring_drop_below(struct arrival_ring *ring, int64_t id);

/* The hashes of an id that has room. */
static inline struct arrival *
arrival_ring_at(const struct arrival_ring *ring, int64_t id)
{
	return &ring->chunks[id / ARRIVAL_CHUNK - ring->first_chunk]
			    [id % ARRIVAL_CHUNK];
}

#endif
