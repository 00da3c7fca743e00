/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_LIST_HITS_H
#define TARDIGREY_DECIDE_LIST_HITS_H

#include "lists/list_verdict.h"
#include "decide/store.h"

/* hits: from the lists in memory to the numbers that the store keeps. */

/* Take up to hits_max hits out of the lists, where they become 0. The texts
 * are borrowed from the lists. Returns their number; fewer than hits_max means
 * that no more are left. */
size_t list_hits_take(const struct lists *lists, struct store_hit *hits,
    size_t hits_max);

#endif
