/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_LIMITS_H
#define TARDIGREY_DAEMON_LIMITS_H

#include "config/config.h"
#include "decide/store.h"
#include "decide/key.h"

/*
 * limits: keeps max_rows and max_waiting_per_client, a slice after each turn
 * of the loop, when there is something to be done.
 */

struct limits;

/* Both are borrowed. Returns NULL when memory is short. */
struct limits *limits_new(struct store *store, const struct config *config);
void limits_free(struct limits *limits);

/* A triplet has begun to wait under this key. */
void limits_added(struct limits *limits, const struct key *key);

/* Go on with what is under way. Returns STORE_FAILED and the store's sentence,
 * which nobody else may hear; then it is left alone until more has been
 * added. */
enum store_rc limits_step(struct limits *limits, struct err *err);

#endif
