/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_DISPATCHER_H
#define TARDIGREY_DAEMON_DISPATCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "decide/store.h"
#include "mail/request.h"
#include "service/settings.h"

/*
 * dispatcher: between the loop and the checker.
 *
 * It collects the requests of all connections in a batch, hands the batch to
 * the checker, and gives the answers to the connections and the log lines to
 * the log. At most one batch is with the checker; the next one is collected
 * meanwhile.
 *
 * Only this module knows where the checker runs. All its functions are called
 * by the loop, and never wait for the checker unless they say so.
 */

enum dispatcher_mode {
	DISPATCHER_INLINE, /* in the loop, within dispatcher_hand_over() */
	DISPATCHER_WORKER, /* in a thread of its own */
};

struct dispatcher_hooks {
	/* Called once for each request, in the order of the requests. If
	 * reply_n is 0, send no reply and close the connection. Must not add
	 * requests. */
	void (*answer)(void *owner, const char *reply, size_t reply_n);
	/* The checker uses the settings of dispatcher_configure(). */
	void (*configured)(void *arg);
	void *arg; /* borrowed; for configured() */
};

struct dispatcher;

/* A dispatcher with a checker of its own. The store is borrowed; the
 * dispatcher frees the settings. Returns NULL and an error if it fails; then
 * the settings are still the caller's. The caller frees the dispatcher. */
struct dispatcher *dispatcher_new(struct store *store,
    struct settings *settings, enum dispatcher_mode mode,
    const struct dispatcher_hooks *hooks, struct err *err);

/* Waits for the checker. Requests without an answer get none. */
void dispatcher_free(struct dispatcher *dispatcher);

/* ---- Requests ---- */

/* Whether there is no room for a request now. */
bool dispatcher_full(const struct dispatcher *dispatcher);

/*
 * How many batches have met a failing store so far. A connection asks when it
 * reads octets, and passes the number with each request in them. A request
 * that was read before the last failure has waited for store_timeout already,
 * so its batch is decided without the store.
 */
uint64_t dispatcher_failures_n(const struct dispatcher *dispatcher);

/* Add a copy of a request. There must be room. The owner must exist until its
 * request was answered. */
void dispatcher_add(struct dispatcher *dispatcher, void *owner,
    const struct request *request, uint64_t failures_n);

/* Give the checker what was collected, unless it is busy. Inline, all answers
 * were given when it returns. */
void dispatcher_hand_over(struct dispatcher *dispatcher);

/* Becomes readable when the checker has finished; -1 if the mode is inline. */
int dispatcher_fd(const struct dispatcher *dispatcher);

/* If the checker has finished, give the answers. */
void dispatcher_take_back(struct dispatcher *dispatcher);

/* Whether every request was answered. */
bool dispatcher_is_idle(const struct dispatcher *dispatcher);

/* ---- Other work for the checker ---- */

/* Use other settings from the next batch on. The dispatcher frees them. */
void dispatcher_configure(struct dispatcher *dispatcher,
    struct settings *settings);

/* The settings that were given last; borrowed until dispatcher_configure(). */
const struct settings *dispatcher_settings(const struct dispatcher *dispatcher);

/* With the next hand-over, write to the store what was counted. */
void dispatcher_flush(struct dispatcher *dispatcher);

/* The replies of this turn of the loop were sent: do what can wait until
 * then, unless the thread does it. */
void dispatcher_end_turn(struct dispatcher *dispatcher);

/* Answer everything that was collected, and write to the store what was
 * counted. Waits for the checker. */
void dispatcher_finish(struct dispatcher *dispatcher);

#endif
