/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_CORE_STORE_H
#define TARDIGREY_CORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/record.h"
#include "core/triplet.h"

/*
 * store: the port to whatever remembers the triplets.
 *
 * The store never decides and knows no delay; it finds records and merges
 * changes. Every call takes a batch. "Absent" is an answer, STORE_FAILED is
 * not: it means that the store could not tell.
 *
 * A backend is plain blocking code that keeps to timeout_ms. After a failure
 * it must recover by itself in a later call, when the cause has gone.
 */

enum store_rc { STORE_OK, STORE_FAILED };

enum durability {
	DURABILITY_NORMAL, /* what was applied survives a killed process */
	DURABILITY_FULL,   /* ... and a power cut */
	DURABILITY_OFF,    /* ... neither need hold */
};

struct store_options {
	int64_t timeout_ms; /* the longest a call may wait for a busy store */
	enum durability durability;
	bool leaves_upkeep; /* a short visit: checkpoints are for others */
};

struct store_answer {
	bool found;
	struct record record; /* defined only if found */
};

struct store_change {
	const struct triplet *triplet; /* borrowed for the call */
	struct change change;          /* how is not CHANGE_NONE */
};

/* A walk over all keys in slices, to remove what has expired. Begin with all
 * zero. */
struct store_sweep {
	bool done;           /* the last slice reached the end */
	struct triplet last; /* the slice before ended here */
	int64_t seen_n;      /* records looked at, in all slices */
	int64_t waiting_n;   /* removed: had never passed */
	int64_t passed_n;    /* removed: had passed */
};

struct store {
	const struct store_ops *ops; /* first member of every backend's own */
};

struct store_ops {
	const char *scheme; /* "sqlite", "memory": before the ':' of the URI */

	/* Open what stands behind the ':'. Returns a store that the caller
	 * closes, or NULL and a sentence. */
	struct store *(*open)(const char *where,
	    const struct store_options *options, struct err *err);

	void (*close)(struct store *store);

	/* Take timeout_ms of new options; the rest needs a new open. */
	void (*configure)(struct store *store,
	    const struct store_options *options);

	/* Find n triplets in one consistent view. answers[i] belongs to
	 * triplets[i]; what they hold is undefined unless STORE_OK. */
	enum store_rc (*lookup)(struct store *store,
	    const struct triplet *triplets, size_t n,
	    struct store_answer *answers, struct err *err);

	/*
	 * Apply n changes in their order, all or none, and return STORE_OK
	 * only when they are as durable as was asked for.
	 * CHANGE_MERGE: record_merge() into the record, or insert it.
	 * CHANGE_RESTART: if the record is still the one that was read
	 * (record_same()), replace it; if another has taken its place, merge.
	 */
	enum store_rc (*apply)(struct store *store,
	    const struct store_change *changes, size_t n, struct err *err);

	/*
	 * Remove the records of the next rows_max keys whose expires_s is
	 * before now_s, and advance the sweep. A slice is short and is one
	 * commit, or none if there is nothing to remove. Sweeps may run at
	 * the same time as each other and as everything else, and may stop
	 * anywhere.
	 */
	enum store_rc (*expire)(struct store *store, int64_t now_s,
	    size_t rows_max, struct store_sweep *sweep, struct err *err);
};

#endif
