/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_LIST_HITS_H
#define TARDIGREY_DECIDE_LIST_HITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decide/store.h"
#include "lists/list_verdict.h"

/*
 * list_hits: counts for each list entry how often it decided, and when it
 * decided last, until the counts are written to the store. The table has a
 * fixed size. If it is full, hits of further entries are lost. This changes
 * only the statistics.
 */

#define LIST_HITS_MAX 768 /* entries */

struct list_hits;

/* Returns NULL when memory is short. */
struct list_hits *list_hits_new(void);
void list_hits_free(struct list_hits *hits);

/* Count the entry that decided, and the recipient's entry that set delay or
 * shadow. The entries are borrowed until list_hits_take(). */
void list_hits_count(struct list_hits *hits, const struct list_verdict *verdict,
    int64_t now_s);

/* True if there is room for the entries of one more verdict. */
bool list_hits_has_room(const struct list_hits *hits);

/* Move all counts to "out", which has room for LIST_HITS_MAX. The texts are
 * borrowed from the lists. Returns the number of counts. */
size_t list_hits_take(struct list_hits *hits, struct store_hit *out);

#endif
