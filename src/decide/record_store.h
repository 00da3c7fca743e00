/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_RECORD_STORE_H
#define TARDIGREY_DECIDE_RECORD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "decide/key.h"
#include "decide/record.h"
#include "decide/store_rc.h"

/*
 * record_store: the port for records, each under its key.
 *
 * The store never decides. It finds records and merges changes. The port
 * promises little, so that an adapter over a network can keep the promise:
 * each change is atomic, a batch is not; a walk has no order.
 */

struct store;

struct store_answer {
	bool found;
	struct record record; /* defined only if found */
};

struct store_change {
	const struct key *key; /* borrowed for the call */
	struct change change;  /* how is not CHANGE_NONE */
};

/* A record with its key. */
struct store_row {
	struct key key;
	struct record record;
};

/*
 * A walk over records, in slices.
 *
 * A walk visits each record that exists from its begin to its end at least
 * once. It has no order, and may visit a record twice. A record that is added,
 * changed or removed during the walk may be visited or not, as it was before or
 * as it is after the change. Records that have expired are visited too.
 *
 * Any number of walks may be under way, beside all other calls. A walk keeps
 * no lock and no transaction between two calls. When a call fails, the walk
 * stays where it was, and the same call may be repeated.
 *
 * The adapter makes and frees the walk. This struct is the first member of the
 * adapter's own, which holds the position.
 */
struct record_walk {
	bool done; /* the last call has reached the end */
};

/* What an expiry has done, in all its slices. */
struct expiry_counts {
	int64_t seen_n;    /* records looked at */
	int64_t waiting_n; /* removed records that had never passed */
	int64_t passed_n;  /* removed records that had passed */
};

struct record_store_ops {
	/* Look up n keys. answers[i] belongs to keys[i]; the answers are
	 * undefined unless the call returns STORE_OK. */
	enum store_rc (*lookup)(struct store *store, const struct key *keys,
	    size_t n, struct store_answer *answers, struct err *err);

	/*
	 * Apply n changes in their order.
	 * CHANGE_MERGE: record_merge() into the record, or insert it.
	 * CHANGE_RESTART: if the record is still the one that was read
	 * (record_same()), replace it; otherwise merge or insert.
	 * CHANGE_FORGET: remove the record.
	 * CHANGE_EVICT: remove the record if it is still the one that was read.
	 *
	 * Each change is atomic. STORE_OK means that all of them are applied,
	 * and are as durable as the options ask for. When the call fails, any
	 * of them may have been applied. With STORE_NO_ROOM these are all but
	 * the merges that would insert a waiting triplet. The whole batch may
	 * then be repeated: a change that is applied twice leaves the same
	 * times; only its counters are added twice.
	 */
	enum store_rc (*apply)(struct store *store,
	    const struct store_change *changes, size_t n, struct err *err);

	/* Begin a walk over all records. Returns it (the caller frees it with
	 * walk_free), or NULL and why not. */
	struct record_walk *(*walk_all)(struct store *store, struct err *err);

	/* Begin a walk over the records of one client, of all kinds. "client"
	 * is exactly the text of key.client. Returns as walk_all does. */
	struct record_walk *(*walk_client)(struct store *store,
	    const char *client, struct err *err);

	/* Visit the next records, n_max (> 0) at most. *n_out may be less,
	 * even 0, before the end; walk->done says when the walk is over. */
	enum store_rc (*walk_next)(struct store *store,
	    struct record_walk *walk, size_t n_max, struct store_row *rows,
	    size_t *n_out, struct err *err);

	/* Remove those of the next records that have expired: expires_s is
	 * before now_s. The walk is one over all records. Looks at about n_max
	 * records, adds to *counts, and sets walk->done at the end. Each slice
	 * is short, so that other users of the store wait only briefly. */
	enum store_rc (*expire_next)(struct store *store,
	    struct record_walk *walk, int64_t now_s, size_t n_max,
	    struct expiry_counts *counts, struct err *err);

	/* Free a walk, at any time before the store is closed; NULL is fine. */
	void (*walk_free)(struct record_walk *walk);

	/* An upper bound of the number of records. The call is cheap, so the
	 * bound may be several times the number. NULL: this store has no such
	 * bound, and max_rows is not enforced. */
	enum store_rc (*upper_bound)(struct store *store, int64_t *n_out,
	    struct err *err);
};

#endif
