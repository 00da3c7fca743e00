/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_MEMORY_LISTS_H
#define TARDIGREY_STORE_MEMORY_LISTS_H

#include "core/store.h"

/* memory_lists: the part of the memory store that knows of lists and counts:
 * plain arrays, searched from the start. */

struct memory_lists {
	int64_t generation;
	struct store_entry *entries; /* owned; in the order of keys */
	size_t entries_n;
	struct store_hit *hits; /* owned, and their texts; in no order */
	size_t hits_n;
	struct tally_count *counts; /* owned, and their names; in order */
	size_t counts_n;
};

void memory_lists_free(struct memory_lists *lists);

/* As in core/store.h; what can fail fails for lack of memory. */
void memory_lists_entries(const struct memory_lists *lists,
    store_entry_fn *visit, void *arg);
int memory_lists_put(struct memory_lists *lists,
    const struct store_entry *entry, struct err *err);
bool memory_lists_remove(struct memory_lists *lists, bool whitelists,
    enum list_kind kind, const char *pattern);
int memory_lists_add(struct memory_lists *lists, const struct store_hit *hits,
    size_t hits_n, const struct tally_count *counts, size_t counts_n,
    struct err *err);
void memory_lists_hits(const struct memory_lists *lists, store_hit_fn *visit,
    void *arg);
void memory_lists_counts(const struct memory_lists *lists, int64_t from_s,
    int64_t to_s, store_count_fn *visit, void *arg);
int64_t memory_lists_tidy(struct memory_lists *lists, int64_t now_s);

#endif
