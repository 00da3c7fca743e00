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
 * list_hits: how often each list entry decided, and when last, until the
 * numbers are written to the store. The table has a fixed size; hits that find
 * no room are lost: numbers are not mail.
 */

#define LIST_HITS_MAX 768 /* entries */

struct list_hits;

/* Returns NULL when memory is short. */
struct list_hits *list_hits_new(void);
void list_hits_free(struct list_hits *hits);

/* Count a list verdict that decided: its entry, and the recipient entry that
 * changed the delay or set shadow. The entries are borrowed until they are
 * taken. */
void list_hits_count(struct list_hits *hits, const struct list_verdict *verdict,
    int64_t now_s);

/* Whether there is room for another verdict's entries. */
bool list_hits_has_room(const struct list_hits *hits);

/* Move all numbers to "out", with room for LIST_HITS_MAX. The texts are
 * borrowed from the lists. Returns how many there were. */
size_t list_hits_take(struct list_hits *hits, struct store_hit *out);

#endif
