/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_LIMITS_H
#define TARDIGREY_SERVICE_LIMITS_H

#include "config/config.h"
#include "decide/key.h"
#include "decide/store.h"
#include "service/notices.h"

/*
 * limits: keeps the number of waiting triplets within max_rows and
 * max_waiting_per_client, in slices between batches. decide/eviction.h chooses
 * the triplets to evict.
 */

struct limits;

/* Both are borrowed. Returns NULL when memory is short. */
struct limits *limits_new(struct store *store, const struct config *config);
void limits_free(struct limits *limits);

/* Use another configuration, which is borrowed. */
void limits_use(struct limits *limits, const struct config *config);

/* A triplet has begun to wait under this key. */
void limits_added(struct limits *limits, const struct key *key);

/* Do the next slice, if there is something to do. What was evicted becomes a
 * notice. Returns STORE_FAILED and a sentence if the store failed; then the
 * sweep ends until more triplets are added. */
enum store_rc limits_step(struct limits *limits, struct notices *notices,
    struct err *err);

#endif
