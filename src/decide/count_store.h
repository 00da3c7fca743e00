/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_COUNT_STORE_H
#define TARDIGREY_DECIDE_COUNT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "decide/hourly_stats.h"
#include "decide/store_rc.h"
#include "lists/list.h"

/*
 * count_store: the port for hourly statistics, and for the hits of list entries
 * and of lines in list files.
 */

struct store;

/* The call tidy removes hits and statistics that are older than this. */
#define STORE_HISTORY_S (400LL * 86400)

/* The hits of a list entry or of a line in a list file: the number of requests
 * to which it applied, and the last time. The key is (source, list, kind,
 * pattern). */
struct store_hit {
	const char *source; /* the list file; "" for an entry */
	enum list_kind kind;
	bool whitelists; /* true: whitelist; false: greylist */
	const char *pattern;
	int64_t n;      /* to add */
	int64_t last_s; /* the store keeps the latest time */
};

/* Called for each hit or count. Its texts are borrowed for the call. The
 * function must not use the store. */
typedef void store_hit_fn(const struct store_hit *hit, void *arg);
typedef void store_count_fn(const struct hourly_stats_count *count, void *arg);

struct count_store_ops {
	/* Add hits and counts. When the call fails, some of them may have been
	 * added. */
	enum store_rc (*add_counts)(struct store *store,
	    const struct store_hit *hits, size_t hits_n,
	    const struct hourly_stats_count *counts, size_t counts_n,
	    struct err *err);

	/* Visit all hits. */
	enum store_rc (*hits)(struct store *store, store_hit_fn *visit,
	    void *arg, struct err *err);

	/* Visit the counts of the hours that begin at or after from_s and
	 * before to_s, in the order of hour, name, class and bound. */
	enum store_rc (*counts)(struct store *store, int64_t from_s,
	    int64_t to_s, store_count_fn *visit, void *arg, struct err *err);

	/* Remove expired entries and their hits. Remove hits and statistics
	 * that are older than STORE_HISTORY_S. *entries_n_out is the number of
	 * entries removed. */
	enum store_rc (*tidy)(struct store *store, int64_t now_s,
	    int64_t *entries_n_out, struct err *err);
};

#endif
