/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_CORE_HITS_H
#define TARDIGREY_CORE_HITS_H

#include "core/ruling.h"
#include "core/store.h"

/* hits: from the lists in memory to the numbers that the store keeps. */

/* Take up to hits_max hits out of the lists, where they become 0. The texts
 * are borrowed from the lists. Returns their number; fewer than hits_max means
 * that no more are left. */
size_t hits_take(const struct lists *lists, struct store_hit *hits,
    size_t hits_max);

#endif
