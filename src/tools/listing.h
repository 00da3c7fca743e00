/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_LISTING_H
#define TARDIGREY_TOOLS_LISTING_H

#include "lists/list.h"
#include "tools/ctl.h"

/* listing: every entry of the store and every line of the list files, with its
 * hits, author and comment. */

struct listing;

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

/* Parse the first argument as a kind. Returns CTL_DONE, or CTL_USAGE after a
 * complaint. */
int listing_parse_kind(const struct ctl_arguments *arguments,
    enum list_kind *kind);

/* "FILE:LINE", or "entry"; valid until the next call. */
const char *listing_source(const struct list_entry *line);

/* "off", "on", "shadow", "delay=10m"; valid until the next call. */
const char *listing_setting(const struct list_entry *line);

#endif
