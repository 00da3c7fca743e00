/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_LISTING_H
#define TARDIGREY_TOOLS_LISTING_H

#include "lists/list_verdict.h"
#include "tools/ctl.h"

/* listing: the lists as the daemon has them, from the store and from files,
 * with what is known of every entry and line. */

struct listing;

/* One entry or line. */
struct listed {
	struct list_entry line;
	const struct store_entry *entry; /* NULL for a line of a file */
	int64_t hits_n, last_hit_s;      /* those that the store counted */
};

/* Load everything. Returns CTL_DONE and a listing that the caller frees, or
 * after a complaint another status. */
int listing_load(struct ctl *ctl, struct store *store, struct listing **out);
void listing_free(struct listing *listing);

/* To be asked; borrowed. */
struct lists listing_lists(const struct listing *listing);

/* Complete what list_each() and the engine say of an entry. */
struct listed listing_describe(const struct listing *listing,
    const struct list_entry *line);

/* The entry or line that a verdict names. */
struct listed listing_find(const struct listing *listing,
    const struct verdict_listed *wanted);

/* Visit all entries, then all lines; those that have expired too. */
typedef void listing_fn(const struct listed *listed, void *arg);
void listing_each(const struct listing *listing, listing_fn *visit, void *arg);

/* "FILE:LINE", or "entry"; good until the next call. */
const char *listing_source(const struct list_entry *line);

/* "off", "on", "shadow", "delay=10m"; good until the next call. */
const char *listing_setting(const struct list_entry *line);

#endif
