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
};

struct store_answer {
	bool found;
	struct record record; /* defined only if found */
};

struct store_change {
	const struct triplet *triplet; /* borrowed for the call */
	struct change change;          /* how is not CHANGE_NONE */
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
};

#endif
