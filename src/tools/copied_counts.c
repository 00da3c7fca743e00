/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/copied_counts.h"

#include <stdlib.h>
#include <string.h>

#include "tools/listing.h"
#include "tools/memory.h"

#define PART_MAX 200 /* numbers that are added in one call */

/* ---- Hits ---- */

/* Keep the hits that "there" lacks. Both have their numbers in n. */
static void
subtract_hits(struct listing_hits *hits, const struct listing_hits *there)
{
	size_t n = 0;

	for (size_t i = 0; i < hits->n; i++) {
		struct store_hit hit = hits->items[i];
		const struct store_hit *found = listing_hits_find(there, &hit);

		if (found != NULL)
			hit.n -= found->n < hit.n ? found->n : hit.n;
		if (found == NULL || hit.n > 0 || hit.last_s > found->last_s) {
			hits->items[i] = hits->items[n];
			hits->items[n++] = hit;
		} else {
			free((char *)hit.source);
			free((char *)hit.pattern);
		}
	}
	hits->n = n;
}

static enum store_rc
add_hits(struct store *to, const struct listing_hits *hits, struct err *err)
{
	for (size_t at = 0, part; at < hits->n; at += part) {
		part = hits->n - at < PART_MAX ? hits->n - at : PART_MAX;
		if (to->counts->add_counts(to, hits->items + at, part, NULL, 0,
			err) != STORE_OK)
			return STORE_FAILED;
	}
	return STORE_OK;
}

static enum store_rc
copy_hits(struct store *from, struct store *to, int64_t *n_out, struct err *err)
{
	struct listing_hits hits = {0}, there = {0};
	enum store_rc rc = listing_hits_read(from, &hits, err);

	if (rc == STORE_OK)
		rc = listing_hits_read(to, &there, err);
	if (rc == STORE_OK) {
		subtract_hits(&hits, &there);
		rc = add_hits(to, &hits, err);
	}
	*n_out = (int64_t)hits.n;
	listing_hits_free(&hits);
	listing_hits_free(&there);
	return rc;
}

/* ---- Counts ---- */

struct counts {
	struct hourly_stats_count *items; /* owned, with their names */
	size_t n;
};

static void
keep_count(const struct hourly_stats_count *count, void *arg)
{
	struct counts *counts = arg;
	struct hourly_stats_count *copy;

	counts->items =
	    memory_grow(counts->items, counts->n, sizeof(*counts->items));
	copy = &counts->items[counts->n++];
	*copy = *count;
	copy->name = memory_copy(count->name);
	copy->client_class = memory_copy(count->client_class);
}

static void
free_count(struct hourly_stats_count *count)
{
	free((char *)count->name);
	free((char *)count->client_class);
}

static void
free_counts(struct counts *counts)
{
	for (size_t i = 0; i < counts->n; i++)
		free_count(&counts->items[i]);
	free(counts->items);
}

/* The order in which a store visits its counts. */
static int
compare_counts(const struct hourly_stats_count *a,
    const struct hourly_stats_count *b)
{
	int order = (a->hour_s > b->hour_s) - (a->hour_s < b->hour_s);

	if (order == 0)
		order = strcmp(a->name, b->name);
	if (order == 0)
		order = strcmp(a->client_class, b->client_class);
	return order != 0
	    ? order
	    : (a->bound_s > b->bound_s) - (a->bound_s < b->bound_s);
}

/* Keep the counts that "there" lacks. */
static void
subtract_counts(struct counts *counts, const struct counts *there)
{
	size_t n = 0, at = 0;

	for (size_t i = 0; i < counts->n; i++) {
		struct hourly_stats_count count = counts->items[i];

		while (at < there->n &&
		    compare_counts(&there->items[at], &count) < 0)
			at++;
		if (at < there->n &&
		    compare_counts(&there->items[at], &count) == 0)
			count.n -= there->items[at].n;
		if (count.n > 0)
			counts->items[n++] = count;
		else
			free_count(&count);
	}
	counts->n = n;
}

static enum store_rc
add_counts(struct store *to, const struct counts *counts, struct err *err)
{
	for (size_t at = 0, part; at < counts->n; at += part) {
		part = counts->n - at < PART_MAX ? counts->n - at : PART_MAX;
		if (to->counts->add_counts(to, NULL, 0, counts->items + at,
			part, err) != STORE_OK)
			return STORE_FAILED;
	}
	return STORE_OK;
}

static enum store_rc
copy_counts(struct store *from, struct store *to, int64_t *n_out,
    struct err *err)
{
	struct counts counts = {0}, there = {0};
	enum store_rc rc = from->counts->counts(from, INT64_MIN, INT64_MAX,
	    keep_count, &counts, err);

	if (rc == STORE_OK)
		rc = to->counts->counts(to, INT64_MIN, INT64_MAX, keep_count,
		    &there, err);
	if (rc == STORE_OK) {
		subtract_counts(&counts, &there);
		rc = add_counts(to, &counts, err);
	}
	*n_out = (int64_t)counts.n;
	free_counts(&counts);
	free_counts(&there);
	return rc;
}

enum store_rc
copied_counts(struct store *from, struct store *to, int64_t *hits_n,
    int64_t *counts_n, struct err *err)
{
	if (copy_hits(from, to, hits_n, err) != STORE_OK)
		return STORE_FAILED;
	return copy_counts(from, to, counts_n, err);
}
