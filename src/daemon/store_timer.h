/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_STORE_TIMER_H
#define TARDIGREY_DAEMON_STORE_TIMER_H

#include "decide/store.h"
#include "view/snapshot.h"

/*
 * store_timer: measures how long the calls of a store take that every batch
 * makes: lookup, apply and maintain.
 */

struct store_timer {
	struct record_store_ops ops; /* first: the store points to it */
	const struct record_store_ops *timed; /* borrowed */
	struct histogram calls[STORE_CALLS];  /* microseconds */
};

/* Time the calls of this store from now on. The timer is borrowed until the
 * store is closed. */
void store_timer_attach(struct store_timer *timer, struct store *store);

#endif
