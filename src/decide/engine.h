/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_ENGINE_H
#define TARDIGREY_DECIDE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "decide/greylist.h"
#include "mail/request.h"
#include "decide/batch_records.h"
#include "lists/list_verdict.h"
#include "decide/store.h"
#include "mail/verdict.h"

/*
 * engine: requests in, verdicts out, through at most three lookups and one
 * apply of the store for the whole batch. The same requests get the same
 * verdicts through whichever door they came. Failing open happens here and
 * nowhere else.
 */

enum mode { MODE_ENFORCE, MODE_SHADOW };

enum on_failure { ON_FAILURE_PASS, ON_FAILURE_TEMPFAIL, ON_FAILURE_CLOSE };

/* When the null sender is greylisted: at RCPT as any other, only at DATA so
 * that callback probes stay undisturbed, or never. */
enum null_sender { NULL_SENDER_RCPT, NULL_SENDER_DATA, NULL_SENDER_PASS };

/* What stress=yes of Postfix changes: nothing, or all mail passes. */
enum stress { STRESS_IGNORE, STRESS_PASS };

struct engine_rules {
	struct greylist_rules greylist;
	struct key_rules keys;
	unsigned auto_whitelist_after; /* see proven.h */
	unsigned once_per_message;     /* yes or no */
	enum null_sender null_sender;
	enum stress stress;
	unsigned header; /* whether a mail that waited says so */
	enum mode mode;
	enum on_failure on_failure;
};

struct engine;

/* An engine for batches of at most batch_max requests. The store is borrowed
 * and must outlive it; the rules are copied. The caller frees the engine.
 * Returns NULL when memory is short. */
struct engine *engine_new(struct store *store, const struct engine_rules *rules,
    size_t batch_max);
void engine_free(struct engine *engine);

/* From now on, decide by these rules. */
void engine_configure(struct engine *engine, const struct engine_rules *rules);

/* The lists to ask; borrowed, and what they hold may be replaced between two
 * calls of engine_check(). Without them nothing is listed. */
void engine_set_lists(struct engine *engine, const struct lists *lists);

/*
 * Decide n requests (at most batch_max) in their order; a request sees what
 * an earlier one of the same batch changed. When it returns, every change
 * behind a verdict is in the store, or the verdict is that of on_failure.
 * Entries of lists that were followed have their hits counted.
 *
 * Returns STORE_OK, or STORE_FAILED with the store's sentence in *err; the
 * verdicts are good in both cases.
 */
enum store_rc engine_check(struct engine *engine,
    const struct request *requests, size_t n, int64_t now_s,
    struct verdict *verdicts, struct err *err);

/* The same verdicts as if the store had failed, without asking it: for
 * requests that have waited long enough for a store that does not answer. */
void engine_give_up(struct engine *engine, const struct request *requests,
    size_t n, int64_t now_s, struct verdict *verdicts);

/* Visit the keys under which a triplet began to wait in the last
 * engine_check(), if that could be written. */
void engine_each_added(const struct engine *engine,
    batch_records_added_fn *visit, void *arg);

/* Whether the last engine_check() wrote to the store. */
bool engine_wrote(const struct engine *engine);

#endif
