/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_ARRIVAL_RING_H
#define TARDIGREY_STORE_SQLITE_ARRIVAL_RING_H

#include <stddef.h>
#include <stdint.h>

/*
 * arrival_ring: holds two hashes for each id of a range that moves forward.
 * Chunks hold consecutive ids.
 */

struct arrival {
	uint32_t key;     /* hash of the key; ARRIVAL_GONE: no record */
	uint32_t address; /* hash of the client address */
};

#define ARRIVAL_GONE 0U

/* The number of ids in a chunk, also in the database, see sqlite_arrivals.c. */
#define ARRIVAL_CHUNK 1024

/* The hashes of the keys are together, so that a scan reads only these. */
struct arrival_chunk {
	uint32_t keys[ARRIVAL_CHUNK], addresses[ARRIVAL_CHUNK];
};

/* chunks[i] holds the ids from (first_chunk + i) * ARRIVAL_CHUNK on. It is NULL
 * if none of these ids has a record. */
struct arrival_ring {
	struct arrival_chunk **chunks; /* owned, as is each chunk */
	size_t chunks_n, chunks_max;
	int64_t first_chunk;
};

/* Free all chunks. The range is empty then. */
void arrival_ring_free(struct arrival_ring *ring);

/* Set the hashes of an id that is not below the range, and extend the range to
 * this id. Returns 0. Returns -1 when memory is short, or when the id is 2^31
 * or more above the range. */
int arrival_ring_set(struct arrival_ring *ring, int64_t id,
    struct arrival arrival);

/* Set the hashes of a chunk that begins with the id "first", which must not be
 * below the range. Returns as arrival_ring_set(). */
int arrival_ring_set_chunk(struct arrival_ring *ring, int64_t first,
    const struct arrival arrivals[ARRIVAL_CHUNK]);

/* Find the ids with from <= id < to and this hash of the key, at most "max" of
 * them. Looks at every id of this part of the range. Stores them in ids[], the
 * newest first. Returns their number. */
size_t arrival_ring_scan(const struct arrival_ring *ring, int64_t from,
    int64_t to, uint32_t key_hash, int64_t *ids, size_t max);

/* Free each chunk that has only ids below this id. The range then begins with
 * the chunk of this id. */
void arrival_ring_drop_below(struct arrival_ring *ring, int64_t id);

/* Return the hashes of an id of the range. */
static inline struct arrival
arrival_ring_at(const struct arrival_ring *ring, int64_t id)
{
	const struct arrival_chunk *chunk =
	    ring->chunks[id / ARRIVAL_CHUNK - ring->first_chunk];
	int64_t at = id % ARRIVAL_CHUNK;

	if (chunk == NULL)
		return (struct arrival){ARRIVAL_GONE, 0};
	return (struct arrival){chunk->keys[at], chunk->addresses[at]};
}

#endif
