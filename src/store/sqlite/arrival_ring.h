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

/* chunks[i] holds the ids from (first_chunk + i) * ARRIVAL_CHUNK on; NULL if
 * none of them has a record. */
struct arrival_ring {
	struct arrival **chunks; /* owned, and each of them */
	size_t chunks_n, chunks_max;
	int64_t first_chunk;
};

void arrival_ring_free(struct arrival_ring *ring);

/* Set the hashes of an id that is not below the range; the range grows. Returns
 * 0, or -1 when memory is short or the id is too far from the others. */
int arrival_ring_set(struct arrival_ring *ring, int64_t id,
    struct arrival arrival);

/* Set the hashes of a whole chunk, from the id "first" on, which is not below
 * the range. Returns as above. */
int arrival_ring_set_chunk(struct arrival_ring *ring, int64_t first,
    const struct arrival arrivals[ARRIVAL_CHUNK]);

/* The ids with this hash of the key, the newest first, at most "max". Looks at
 * every id. Returns how many. */
size_t arrival_ring_scan(const struct arrival_ring *ring, uint32_t key_hash,
    int64_t *ids, size_t max);

/* Free the chunks whose ids are all below an id. */
void arrival_ring_drop_below(struct arrival_ring *ring, int64_t id);

/* The hashes of an id of the range. */
static inline struct arrival
arrival_ring_at(const struct arrival_ring *ring, int64_t id)
{
	const struct arrival *chunk =
	    ring->chunks[id / ARRIVAL_CHUNK - ring->first_chunk];

	return chunk != NULL ? chunk[id % ARRIVAL_CHUNK]
			     : (struct arrival){ARRIVAL_GONE, 0};
}

#endif
