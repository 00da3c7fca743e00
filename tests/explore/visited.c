/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "explore/visited.h"

#include <stdio.h>
#include <stdlib.h>

/* An open hash table. hash 0: empty. */
struct place {
	uint64_t hash;
	int8_t length;
};

static struct place *places;
static uint64_t places_n, used_n;

void
visited_clear(void)
{
	free(places);
	places_n = 1 << 16;
	used_n = 0;
	places = calloc(places_n, sizeof(*places));
	if (places == NULL)
		abort();
}

static struct place *
find(uint64_t hash)
{
	uint64_t i = hash & (places_n - 1);

	while (places[i].hash != 0 && places[i].hash != hash)
		i = (i + 1) & (places_n - 1);
	return &places[i];
}

static void
grow(void)
{
	struct place *old = places;
	uint64_t old_n = places_n;

	places_n *= 2;
	places = calloc(places_n, sizeof(*places));
	if (places == NULL) {
		fprintf(stderr, "explore: out of memory\n");
		exit(EXIT_FAILURE);
	}
	for (uint64_t i = 0; i < old_n; i++)
		if (old[i].hash != 0)
			*find(old[i].hash) = old[i];
	free(old);
}

bool
visited_add(uint64_t hash, int length)
{
	struct place *place;

	if (hash == 0)
		hash = 1;
	place = find(hash);
	if (place->hash == hash) {
		if (place->length >= length)
			return false;
		place->length = (int8_t)length;
		return true;
	}
	*place = (struct place){hash, (int8_t)length};
	if (++used_n * 2 > places_n)
		grow();
	return true;
}

uint64_t
visited_n(void)
{
	return used_n;
}
