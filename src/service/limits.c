/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/limits.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "decide/eviction.h"

#define SLICE_ROWS 256
#define QUEUE_MAX  64 /* clients that are to be looked at */

/* In a flood a sweep must be faster than it. The first one after the start,
 * when it is not known yet whether there are many, leaves more time for what
 * arrives. */
#define ROWS_PER_ADDED       32
#define FIRST_ROWS_PER_ADDED 4

struct limits {
	struct store *store;         /* borrowed */
	const struct config *config; /* borrowed */
	struct crowd_clients clients;
	struct {
		enum key_kind kind;
		char client[KEY_CLIENT_SIZE];
	} queue[QUEUE_MAX];
	size_t queue_n;
	int64_t waiting_n; /* at most so many, when it was looked last */
	int64_t added_n;   /* since then */
	int64_t added_in_turn_n;
	bool is_bounded; /* waiting_n says something ... */
	bool is_counted; /* ... and is no mere bound */
	bool sweeps;
	struct eviction_sweep sweep;
	struct record_walk *walk; /* of the sweep; NULL: to be begun */
	struct store_row rows[SLICE_ROWS];
	struct store_change changes[SLICE_ROWS];
};

struct limits *
limits_new(struct store *store, const struct config *config)
{
	struct limits *limits = calloc(1, sizeof(*limits));

	if (limits == NULL)
		return NULL;
	limits->store = store;
	limits->config = config;
	return limits;
}

static void
end_walk(struct limits *limits)
{
	limits->store->records->walk_free(limits->walk);
	limits->walk = NULL;
}

void
limits_use(struct limits *limits, const struct config *config)
{
	limits->config = config;
}

void
limits_free(struct limits *limits)
{
	if (limits != NULL && limits->walk != NULL)
		end_walk(limits);
	free(limits);
}

void
limits_added(struct limits *limits, const struct key *key)
{
	if (limits->store->records->upper_bound == NULL)
		return;
	limits->added_n++;
	limits->added_in_turn_n++;
	/* Looked at for each quarter: never more than the whole. */
	if (eviction_note(&limits->clients, key->client,
		limits->config->max_waiting_per_client / 4) &&
	    limits->queue_n < QUEUE_MAX) {
		limits->queue[limits->queue_n].kind = key->kind;
		strcpy(limits->queue[limits->queue_n++].client, key->client);
	}
}

/* ---- What is to be done ---- */

static void
begin_client(struct limits *limits)
{
	int64_t max = limits->config->max_waiting_per_client;
	const struct eviction_bounds bounds = {max * 3 / 4, max / 2};

	limits->queue_n--;
	eviction_begin(&limits->sweep, limits->queue[limits->queue_n].kind,
	    limits->queue[limits->queue_n].client, &bounds);
	limits->sweeps = true;
}

static void
begin_all(struct limits *limits)
{
	int64_t max = limits->config->max_rows;
	const struct eviction_bounds bounds = {max * 7 / 8, max * 3 / 4};

	eviction_begin(&limits->sweep, KEY_TRIPLET_NETWORK, "", &bounds);
	limits->sweeps = true;
	limits->waiting_n += limits->added_n; /* unless it is counted now */
	limits->added_n = 0;
}

/* Begin a sweep if there may be too many somewhere. */
static enum store_rc
choose_sweep(struct limits *limits, struct err *err)
{
	if (!limits->is_bounded &&
	    limits->store->records->upper_bound(limits->store,
		&limits->waiting_n, err) != STORE_OK)
		return STORE_FAILED;
	limits->is_bounded = true;
	if (limits->waiting_n + limits->added_n > limits->config->max_rows)
		begin_all(limits);
	else if (limits->queue_n > 0)
		begin_client(limits);
	return STORE_OK;
}

/* ---- Doing it ---- */

static void
report(const struct limits *limits, struct notices *notices)
{
	const struct eviction_sweep *sweep = &limits->sweep;
	struct err text;

	if (sweep->evicted_n == 0)
		return;
	if (sweep->client[0] != '\0')
		err_set(&text,
		    "too many triplets of %s are waiting "
		    "(max_waiting_per_client): evicted the oldest %" PRId64,
		    sweep->client, sweep->evicted_n);
	else
		err_set(&text,
		    "too many triplets are waiting (max_rows): evicted the "
		    "oldest %" PRId64,
		    sweep->evicted_n);
	notices_add(notices, NOTICE_EVICTION, text.text);
}

static void
end_sweep(struct limits *limits, struct notices *notices)
{
	limits->sweeps = false;
	end_walk(limits);
	if (limits->sweep.client[0] == '\0') {
		limits->waiting_n = limits->sweep.waiting_n;
		limits->is_counted = true;
	}
	report(limits, notices);
}

static struct record_walk *
begin_walk(struct limits *limits, struct err *err)
{
	const struct record_store_ops *records = limits->store->records;

	if (limits->sweep.client[0] == '\0')
		return records->walk_all(limits->store, err);
	return records->walk_client(limits->store, limits->sweep.client, err);
}

static enum store_rc
do_slice(struct limits *limits, struct notices *notices, struct err *err)
{
	const struct record_store_ops *records = limits->store->records;
	size_t n, changes_n;
	bool goes_on;

	if (limits->walk == NULL)
		limits->walk = begin_walk(limits, err);
	if (limits->walk == NULL ||
	    records->walk_next(limits->store, limits->walk, SLICE_ROWS,
		limits->rows, &n, err) != STORE_OK)
		return STORE_FAILED;
	goes_on = eviction_take(&limits->sweep, limits->rows, n,
	    limits->walk->done, limits->changes, &changes_n);
	if (changes_n > 0 &&
	    records->apply(limits->store, limits->changes, changes_n, err) !=
		STORE_OK)
		return STORE_FAILED;
	if (!goes_on)
		end_sweep(limits, notices);
	else if (limits->walk->done)
		end_walk(limits);
	return STORE_OK;
}

enum store_rc
limits_step(struct limits *limits, struct notices *notices, struct err *err)
{
	int64_t added_n = limits->added_in_turn_n;
	int64_t rows_n = added_n *
	    (limits->is_counted ? ROWS_PER_ADDED : FIRST_ROWS_PER_ADDED);

	limits->added_in_turn_n = 0;
	if (!limits->sweeps && added_n > 0 &&
	    choose_sweep(limits, err) != STORE_OK)
		return STORE_FAILED;
	for (; limits->sweeps; rows_n -= SLICE_ROWS) {
		if (do_slice(limits, notices, err) != STORE_OK) {
			limits->sweeps = false;
			end_walk(limits);
			return STORE_FAILED;
		}
		if (rows_n <= SLICE_ROWS)
			break;
	}
	return STORE_OK;
}
