/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_EVICTION_H
#define TARDIGREY_DECIDE_EVICTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decide/store.h"
#include "decide/key.h"

/*
 * crowd: which triplets are forgotten when too many are waiting, so that a
 * flood fills no disk. The ones that have waited the longest go; what has
 * passed stays, always.
 *
 * No index is kept for this. A sweep goes over all rows, or those of one
 * client, twice: it counts and samples how old they are, and then, if they
 * are too many, names those above an age. It is fed by slices, so that nobody
 * waits for it.
 */

#define EVICTION_SAMPLE 2048

struct eviction_bounds {
	int64_t above_n;   /* more waiting ones than this are too many */
	int64_t down_to_n; /* then the oldest go until so many are left */
};

struct eviction_sweep {
	enum key_kind kind;           /* with client: one client of one kind */
	char client[KEY_CLIENT_SIZE]; /* whose; "": of all */
	struct eviction_bounds bounds;
	bool evicts;       /* it goes over the rows for the second time */
	int64_t waiting_n; /* counted; then as many as are left */
	int64_t evicted_n; /* were named */
	int64_t excess_n;  /* are to be named still */
	int64_t cutoff_s;  /* a first_seen_s; none above it is named */
	int64_t sample[EVICTION_SAMPLE]; /* of first_seen_s, one in "stride" */
	size_t sample_n;
	int64_t stride;
};

/* Begin a sweep over the rows of a client, or of all ("" ). */
void eviction_begin(struct eviction_sweep *sweep, enum key_kind kind,
    const char *client, const struct eviction_bounds *bounds);

/*
 * Take a slice of n rows of a walk, over all rows or over those of the client.
 * Writes up to n changes that evict rows, to be applied; their keys are
 * borrowed from the rows. Returns whether the sweep goes on: with the next
 * slice, or, after the last slice, with a new walk.
 */
bool eviction_take(struct eviction_sweep *sweep, const struct store_row *rows,
    size_t n, bool is_last, struct store_change *changes, size_t *changes_n);

/*
 * How many new ones each client has had lately: a table of fixed size, in
 * which the many share places and a client that has very many keeps one.
 */
#define EVICTION_CLIENTS 4096

struct crowd_clients {
	struct {
		uint64_t hash;
		int64_t n;
	} places[EVICTION_CLIENTS];
};

/* Count a new one. Returns true, and begins anew for this client, when it has
 * had "limit" of them. */
bool eviction_note(struct crowd_clients *clients, const char *client,
    int64_t limit);

#endif
