/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/arrival_ring.h"

#include <stdlib.h>
#include <string.h>

void
arrival_ring_free(struct arrival_ring *ring)
{
	for (size_t i = 0; i < ring->chunks_n; i++)
		free(ring->chunks[i]);
	free(ring->chunks);
	*ring = (struct arrival_ring){.chunks = NULL};
}

/* The number of chunks for 2^31 ids. Other programs may have written any id. */
#define CHUNKS_MAX ((INT64_C(1) << 31) / ARRIVAL_CHUNK)

static int
reserve(struct arrival_ring *ring, size_t chunks_max)
{
	struct arrival_chunk **chunks;

	if (chunks_max <= ring->chunks_max)
		return 0;
	chunks_max = 2 * chunks_max;
	chunks = realloc(ring->chunks, chunks_max * sizeof(*chunks));
	if (chunks == NULL)
		return -1;
	ring->chunks = chunks;
	ring->chunks_max = chunks_max;
	return 0;
}

/* Make room for an id. Returns its chunk, or NULL if arrival_ring_set() must
 * fail. */
static struct arrival_chunk *
extend(struct arrival_ring *ring, int64_t id)
{
	int64_t at = id / ARRIVAL_CHUNK - ring->first_chunk;

	if (at >= CHUNKS_MAX || reserve(ring, (size_t)at + 1) != 0)
		return NULL;
	while (ring->chunks_n <= (size_t)at)
		ring->chunks[ring->chunks_n++] = NULL;
	if (ring->chunks[at] == NULL)
		ring->chunks[at] = calloc(1, sizeof(*ring->chunks[at]));
	return ring->chunks[at];
}

int
arrival_ring_set(struct arrival_ring *ring, int64_t id, struct arrival arrival)
{
	struct arrival_chunk *chunk = extend(ring, id);

	if (chunk == NULL)
		return -1;
	chunk->keys[id % ARRIVAL_CHUNK] = arrival.key;
	chunk->addresses[id % ARRIVAL_CHUNK] = arrival.address;
	return 0;
}

int
arrival_ring_set_chunk(struct arrival_ring *ring, int64_t first,
    const struct arrival arrivals[ARRIVAL_CHUNK])
{
	struct arrival_chunk *chunk = extend(ring, first);

	if (chunk == NULL)
		return -1;
	for (int i = 0; i < ARRIVAL_CHUNK; i++) {
		chunk->keys[i] = arrivals[i].key;
		chunk->addresses[i] = arrivals[i].address;
	}
	return 0;
}

/* Compilers vectorise this loop. */
static int
count_key(const struct arrival_chunk *chunk, uint32_t key_hash)
{
	int n = 0;

	for (int i = 0; i < ARRIVAL_CHUNK; i++)
		n += chunk->keys[i] == key_hash;
	return n;
}

size_t
arrival_ring_scan(const struct arrival_ring *ring, int64_t from, int64_t to,
    uint32_t key_hash, int64_t *ids, size_t max)
{
	size_t n = 0;

	for (size_t c = ring->chunks_n; c-- > 0;) {
		const struct arrival_chunk *chunk = ring->chunks[c];
		int64_t first =
		    (ring->first_chunk + (int64_t)c) * ARRIVAL_CHUNK;

		if (chunk == NULL || first >= to ||
		    first + ARRIVAL_CHUNK <= from ||
		    count_key(chunk, key_hash) == 0)
			continue;
		for (int i = ARRIVAL_CHUNK; i-- > 0 && n < max;)
			if (chunk->keys[i] == key_hash && first + i >= from &&
			    first + i < to)
				ids[n++] = first + i;
	}
	return n;
}

void
arrival_ring_drop_below(struct arrival_ring *ring, int64_t id)
{
	size_t n = 0;

	while (n < ring->chunks_n &&
	    ring->first_chunk + (int64_t)n < id / ARRIVAL_CHUNK)
		free(ring->chunks[n++]);
	memmove(ring->chunks, ring->chunks + n,
	    (ring->chunks_n - n) * sizeof(*ring->chunks));
	ring->chunks_n -= n;
	ring->first_chunk = id / ARRIVAL_CHUNK;
}
