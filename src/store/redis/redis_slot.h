/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_REDIS_REDIS_SLOT_H
#define TARDIGREY_STORE_REDIS_REDIS_SLOT_H

#include <stddef.h>

/* redis_slot: the slot of a key in Redis Cluster, by the rule of its
 * specification. */

#define REDIS_SLOTS 16384

unsigned redis_slot(const char *name, size_t n);

#endif
