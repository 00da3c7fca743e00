/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_CHECKER_H
#define TARDIGREY_SERVICE_CHECKER_H

#include <stddef.h>
#include <stdint.h>

#include "decide/store.h"
#include "service/batch.h"
#include "service/settings.h"

/*
 * checker: everything that turns a request into an answer, put together once:
 * lists, engine, counters, reply, log line. The daemon, tardigrey-rcptcheck
 * without a daemon, tardigrey explain and the story player use it.
 *
 * It knows no sockets, no clock and no log. It may be called from any thread,
 * one call at a time; the store is its own while a call lasts.
 */

struct checker;

/* What time it is. */
struct checker_time {
	int64_t now_s;        /* Unix seconds; may jump when the clock is set */
	int64_t monotonic_ms; /* never goes back; from any start */
};

/* A checker for batches of at most batch_max requests. The store and the
 * settings are borrowed; the settings until checker_configure() replaces them.
 * The caller frees the checker. Returns NULL when memory is short. */
struct checker *checker_new(struct store *store,
    const struct settings *settings, size_t batch_max);
void checker_free(struct checker *checker);

/* Use other settings from now on, and give the store its options. What was
 * counted of the old list files is written to the store first. */
void checker_configure(struct checker *checker,
    const struct settings *settings);

/*
 * Decide all requests of a batch, in their order, and write the answers into
 * it. When it returns, every change behind an answer is in the store, or the
 * answer is that of on_failure. Entries of the store are read again at most
 * 200 ms after somebody has changed them.
 */
void checker_run(struct checker *checker, struct batch *batch,
    const struct checker_time *now);

/* Write what was counted (decisions by the hour, hits of list entries) to the
 * store. A failure becomes a notice of the batch, whose requests are not
 * touched. */
void checker_flush(struct checker *checker, struct batch *batch);

/* A slice of what can wait until the answers are out: expiry and eviction. Call
 * it after each batch. What it has to tell becomes a notice of the next batch.
 */
void checker_maintain(struct checker *checker);

#endif
