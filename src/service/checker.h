/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_CHECKER_H
#define TARDIGREY_SERVICE_CHECKER_H

#include <stddef.h>
#include <stdint.h>

#include "decide/store.h"
#include "lists/list_verdict.h"
#include "service/active_lists.h"
#include "service/batch.h"
#include "service/list_entries.h"
#include "service/measures.h"
#include "service/recent.h"
#include "service/settings.h"

/*
 * checker: turns a request into an answer. It combines lists, engine, counters,
 * reply and log line. Its users are the daemon, tardigrey-rcptcheck without a
 * daemon, tardigrey explain and the story player (tests/replay).
 *
 * The checker has no sockets, clock or log. Any thread may call it, but only
 * one at a time. During a call, nothing else may use the store.
 */

struct checker;

/* What time it is. */
struct checker_time {
	int64_t now_s;        /* Unix seconds; may jump when the clock is set */
	int64_t monotonic_ms; /* never goes back; starts at any value */
};

/* A checker for batches of at most batch_max requests. The store is borrowed.
 * The settings are borrowed until checker_configure() replaces them. The caller
 * frees the checker. Returns NULL when memory is short. */
struct checker *checker_new(struct store *store,
    const struct settings *settings, size_t batch_max);
void checker_free(struct checker *checker);

/* Use other settings from now on, and give the store its options. The hits of
 * the old list files are written to the store first. */
void checker_configure(struct checker *checker,
    const struct settings *settings);

/* ---- List entries ---- */

/* Read the entries of the store again if they have changed. checker_run() does
 * this too, so call it at the start, and now and then if there are no
 * requests. */
void checker_refresh_entries(struct checker *checker, int64_t monotonic_ms);

/* From now on, the checker leaves these changed entries to the caller, and
 * meanwhile uses the old ones. It still reads the first ones. The caller reads
 * them (service/list_entries.h), and frees what checker_use_entries() puts in
 * their place: the old ones, or the same if the longest delay has changed
 * since. */
void checker_leave_entries(struct checker *checker,
    enum active_lists_leaves leaves);
bool checker_wants_entries(const struct checker *checker);
void checker_use_entries(struct checker *checker, struct list_entries *entries);

/* ---- Requests ---- */

/*
 * Decide all requests of a batch, in order, and write the answers into the
 * batch. When the function returns, the changes are in the store. If the store
 * fails, the answers are as engine_check() describes. List entries in the store
 * are read again at most 200 ms after a change, unless there are many.
 */
void checker_run(struct checker *checker, struct batch *batch,
    const struct checker_time *now);

/* Write the counts (hourly statistics and hits of list entries) to the store.
 * If this fails, adds a notice to the batch. The requests and answers of the
 * batch are not changed. */
void checker_flush(struct checker *checker, struct batch *batch);

/* The same between two batches. A notice is added to the next batch. */
void checker_write_counts(struct checker *checker);

/* Do a slice of the work that can wait until the answers are sent: remember
 * correspondents, expire and evict waiting records, and keep decisions. Call
 * this after each batch, and now and then if there are none. Its notices are
 * added to the next batch. Returns true if the store has more work: then call
 * it again soon, but answer the requests that have come first. */
bool checker_maintain(struct checker *checker, int64_t now_s);

/* Write the decisions that are kept, at the end of the program. Returns 0; or
 * -1 and adds a notice, which checker_flush() passes on. */
int checker_write_decisions(struct checker *checker);

/* ---- Looking at it ---- */

/* The counts of the work of the checker. */
const struct measures *checker_measures(const struct checker *checker);

/* The latest decisions. */
const struct recent *checker_recent(const struct checker *checker);

/* True if the store has failed and no change was written since. Then *err is
 * the last failure. */
bool checker_is_failing(const struct checker *checker, struct err *err);

/* True if the database is away and database_fallback decides. Then *why is the
 * reason. */
bool checker_fallback_decides(const struct checker *checker, struct err *why);

/* The lists that decide now. */
const struct lists *checker_lists(const struct checker *checker);

#endif
