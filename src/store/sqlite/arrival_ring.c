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

/* Chunks in 2^31 ids: other programs may have written any id. */
#define CHUNKS_MAX ((INT64_C(1) << 31) / ARRIVAL_CHUNK)

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

int
arrival_ring_set(struct arrival_ring *ring, int64_t id, struct arrival arrival)
{
	int64_t at = id / ARRIVAL_CHUNK - ring->first_chunk;

	if (at >= CHUNKS_MAX || reserve(ring, (size_t)at + 1) != 0)
		return -1;
	while (ring->chunks_n <= (size_t)at)
		ring->chunks[ring->chunks_n++] = NULL;
	if (ring->chunks[at] == NULL)
		ring->chunks[at] =
		    calloc(ARRIVAL_CHUNK, sizeof(*ring->chunks[at]));
	if (ring->chunks[at] == NULL)
		return -1;
	ring->chunks[at][id % ARRIVAL_CHUNK] = arrival;
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
