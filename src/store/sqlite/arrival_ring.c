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

static int
reserve(struct arrival_ring *ring, size_t chunks_max)
{
	struct arrival **chunks;

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

/* Chunks are zero at first: no records. */
int
arrival_ring_extend(struct arrival_ring *ring, int64_t id)
{
	while (ring->first_chunk + (int64_t)ring->chunks_n <=
	    id / ARRIVAL_CHUNK) {
		struct arrival *chunk;

		if (reserve(ring, ring->chunks_n + 1) != 0)
			return -1;
		chunk = calloc(ARRIVAL_CHUNK, sizeof(*chunk));
		if (chunk == NULL)
			return -1;
		ring->chunks[ring->chunks_n++] = chunk;
	}
	return 0;
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
