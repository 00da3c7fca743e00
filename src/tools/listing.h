/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_LISTING_H
#define TARDIGREY_TOOLS_LISTING_H

#include "lists/list.h"
#include "tools/ctl.h"

/* listing: every entry of the store and every line of the list files, with its
 * hits, author and comment. */

struct listing;

/* The hits that a store has, sorted by key. */
struct listing_hits {
	struct store_hit *items; /* owned, with their texts */
	size_t n;
};

/* One entry or line. */
struct listed {
	struct list_entry line;
	const struct store_entry *entry; /* NULL: a line of a file */
	int64_t hits_n, last_hit_s;      /* 0: never hit */
};

/* Load the lists. Returns CTL_DONE and a listing that the caller frees, or
 * another status after a complaint. */
int listing_load(struct ctl *ctl, struct store *store, struct listing **out);
void listing_free(struct listing *listing);

/* The entries of the store, and the lines of the list files. Both lists are
 * borrowed. */
struct list *listing_entries(const struct listing *listing);
struct list *listing_files(const struct listing *listing);

/* Find the hits of an entry or a line, which is in one of the two lists. For an
 * entry, also find the entry of the store. */
struct listed listing_describe(const struct listing *listing,
    const struct list_entry *line);

/* Find the entry or line that verdict.listed names. */
struct listed listing_find(const struct listing *listing,
    const struct verdict_listed *wanted);

/* Visit all entries, including expired ones, and then all lines. */
typedef void listing_fn(const struct listed *listed, void *arg);
void listing_each(const struct listing *listing, listing_fn *visit, void *arg);

/* True if it had no hit since then, and is no entry that was made since then.
 * It is not known when the line of a file was written. */
bool listing_is_unused(const struct listed *listed, int64_t since_s);

/* Read the hits of a store. *out is {0} before. The caller frees it, also after
 * STORE_FAILED. */
enum store_rc listing_hits_read(struct store *store, struct listing_hits *out,
    struct err *err);
void listing_hits_free(struct listing_hits *hits);

/* Find the hit with the same key, or NULL. */
const struct store_hit *listing_hits_find(const struct listing_hits *hits,
    const struct store_hit *key);

/* Compare the keys of two struct store_entry, for qsort() and bsearch(). */
int listing_compare_entries(const void *a, const void *b);

/* Parse the first argument as a kind. Returns CTL_DONE, or CTL_USAGE after a
 * complaint. */
int listing_parse_kind(const struct ctl_arguments *arguments,
    enum list_kind *kind);

/* "FILE:LINE", or "entry"; valid until the next call. */
const char *listing_source(const struct list_entry *line);

/* "off", "on", "shadow", "shadow-until=2027-01-31", "delay=10m"; valid until
 * the next call. */
const char *listing_setting(const struct list_entry *line);

#endif
