/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_RECORD_STORE_H
#define TARDIGREY_DECIDE_RECORD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/netaddr.h"
#include "decide/key.h"
#include "decide/record.h"
#include "decide/store_rc.h"

/*
 * record_store: the port for records, each under its key.
 *
 * The store never decides. It finds records and merges changes. The port
 * demands little, so that a store over a network can implement it: each change
 * is atomic, but a batch is not, and a walk has no order.
 */

struct store;

struct store_answer {
	bool is_unknown; /* the part that has the record is away; defined only
			  * after STORE_PARTLY */
	bool found;
	struct record record; /* defined only if found */
};

/* The client of a request. A store with bounds counts waiting records by
 * address. Other stores ignore it. */
struct store_client {
	struct netaddr address; /* NETADDR_NONE: unknown */
	bool has_passed;        /* it has a counted retry: no bound applies */
	bool has_pool;          /* the triplet also has a key by pool */
};

struct store_change {
	const struct key *key; /* borrowed for the call */
	struct change change;  /* how is not CHANGE_NONE */
	struct store_client client;
	bool was_absent; /* the caller looked up the key and found nothing */
};

/* A record with its key. */
struct store_row {
	struct key key;
	struct record record;
};

/*
 * A walk over records, in slices.
 *
 * A walk visits each record at least once if the record exists during the whole
 * walk. It has no order, and may visit a record twice. If a record is added,
 * changed or removed during the walk, the walk may visit its old form, its new
 * form, or neither. Expired records are visited, too.
 *
 * Several walks may be open at the same time, and all other calls are allowed
 * during a walk. A walk keeps no lock and no transaction between two calls.
 * When a call fails, the walk stays where it was, and the same call may be
 * repeated.
 *
 * The adapter makes and frees the walk. The adapter's own struct begins with
 * this struct, and also holds the position.
 */
struct record_walk {
	bool done; /* the last call has reached the end */
};

/* The counts of an expiry, over all its slices. */
struct expiry_counts {
	int64_t seen_n;    /* records looked at */
	int64_t waiting_n; /* removed records that had never passed */
	int64_t passed_n;  /* removed records that had passed */
};

/* A triplet that was never retried. */
struct record_lost {
	struct key key;
	char address[NETADDR_PREFIX_SIZE]; /* of the client; "": unknown */
	int64_t first_seen_s;
};
#define RECORD_LOST_MAX 8

/* The counts since the last report. All but the forgotten ones are of waiting
 * records that were never retried. */
struct record_maintenance {
	int64_t expired_n; /* removed, because they had expired */
	/* The triplets of expired_n that were never retried. A triplet with
	 * a pool has two records and counts once. */
	int64_t never_returned_n;
	const struct record_lost *lost; /* some of these; borrowed until the
					 * next call of maintain */
	size_t lost_n;                  /* at most RECORD_LOST_MAX */
	int64_t evicted_n;              /* removed, because of max_waiting */
	int64_t refused_n; /* not stored, because of max_waiting_per_address */
	/* Other records removed, because of max_known and max_correspondents.
	 */
	int64_t forgotten_n, forgotten_correspondents_n;
	char refused[NETADDR_PREFIX_SIZE]; /* address of the last of these */
	bool has_more; /* call again soon, also if there are no requests */
};

/* The number of records in a store. -1: not known. */
struct record_census {
	/* Triplets that were deferred once and never retried. */
	int64_t waiting_n;
	int64_t oldest_waiting_s;     /* when it was first seen; 0: none */
	int64_t records_n[KEY_KINDS]; /* all other records */
};

struct record_store_ops {
	/* Look up n keys. answers[i] belongs to keys[i]; the answers are
	 * undefined unless the call returns STORE_OK or STORE_PARTLY. While a
	 * part of the store is away, each call returns STORE_PARTLY, with the
	 * reason in *err, even if all of its records are known. */
	enum store_rc (*lookup)(struct store *store, const struct key *keys,
	    size_t n, struct store_answer *answers, struct err *err);

	/* Return false if the store had no record of this kind at the last
	 * lookup, and true if it had one or cannot tell. The call only reads
	 * memory. NULL: this store can never tell. */
	bool (*may_have)(const struct store *store, enum key_kind kind);

	/*
	 * Apply n changes in their order.
	 * CHANGE_MERGE: record_merge() into the record, or insert it.
	 * CHANGE_RESTART: if the record is still the one that was read
	 * (record_same()), replace it; otherwise merge or insert.
	 * CHANGE_FORGET: remove the record.
	 * A store with bounds may leave out a merge that would insert a waiting
	 * record (max_waiting_per_address), and may remove such records
	 * (max_waiting) and others (max_known, max_correspondents).
	 *
	 * Each change is atomic. STORE_OK means that all of them are applied,
	 * and are as durable as the options ask for. When the call fails, any
	 * of them may have been applied. With STORE_NO_ROOM these are all but
	 * the merges that would insert a waiting triplet or a correspondent.
	 * The whole batch may then be repeated: a change that is applied twice
	 * leaves the same times; only its counters are added twice.
	 */
	enum store_rc (*apply)(struct store *store,
	    const struct store_change *changes, size_t n, struct err *err);

	/* Begin a walk over all records. Returns the walk, or NULL with the
	 * reason in *err. The caller frees the walk with walk_free. */
	struct record_walk *(*walk_all)(struct store *store, struct err *err);

	/* Begin a walk over the records of one client, of all kinds. "client"
	 * is exactly the text of key.client. Returns as walk_all does. */
	struct record_walk *(*walk_client)(struct store *store,
	    const char *client, struct err *err);

	/* Visit the next records, n_max (> 0) at most. *n_out may be less, even
	 * 0, before the end. walk->done says whether the walk is over. */
	enum store_rc (*walk_next)(struct store *store,
	    struct record_walk *walk, size_t n_max, struct store_row *rows,
	    size_t *n_out, struct err *err);

	/* Look at about n_max of the next records, and remove the expired ones
	 * (expires_s is before now_s). The walk must be over all records. Adds
	 * to *counts, and sets walk->done at the end. Each slice is short, so
	 * that other users of the store wait only briefly. */
	enum store_rc (*expire_next)(struct store *store,
	    struct record_walk *walk, int64_t now_s, size_t n_max,
	    struct expiry_counts *counts, struct err *err);

	/* Free a walk, before the store is closed. NULL is allowed. */
	void (*walk_free)(struct record_walk *walk);

	/* Do a slice of the work that can wait until the answers are sent:
	 * remove waiting records that have expired, and enforce max_waiting,
	 * max_known and max_correspondents. Sets *report. The caller calls this
	 * after each batch, and again soon if report->has_more is set. NULL:
	 * this store has no such work and no bounds. */
	enum store_rc (*maintain)(struct store *store, int64_t now_s,
	    struct record_maintenance *report, struct err *err);

	/* Set *census. The call is short, so the numbers may be some minutes
	 * old. NULL: this store cannot count. */
	enum store_rc (*census)(struct store *store,
	    struct record_census *census, struct err *err);

	/* Find the newest waiting triplets that never retried, at most n_max.
	 * A triplet with a second record, of its pool, is found by that record:
	 * only this one shows whether another host of the pool retried. A store
	 * that does not know this finds both. The call is short. NULL: this
	 * store cannot find them. */
	enum store_rc (*newest_waiting)(struct store *store, size_t n_max,
	    struct store_row *rows, size_t *n_out, struct err *err);
};

#endif
