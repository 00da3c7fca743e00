/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_ENGINE_H
#define TARDIGREY_DECIDE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "decide/batch_records.h"
#include "decide/engine_rules.h"
#include "decide/list_hits.h"
#include "decide/store.h"
#include "lists/list_verdict.h"
#include "mail/request.h"
#include "mail/verdict.h"

/*
 * engine: a batch of requests in, verdicts out, through at most three look-ups
 * and one apply of the store. The same requests get the same verdicts through
 * whichever program they came. Failing open happens here and nowhere else.
 */

struct engine;

/* An engine for batches of at most batch_max requests. The store is borrowed.
 * The caller frees the engine. Returns NULL when memory is short. */
struct engine *engine_new(struct store *store, const struct engine_rules *rules,
    size_t batch_max);
void engine_free(struct engine *engine);

/* Decide by these rules (copied) from now on. */
void engine_use_rules(struct engine *engine, const struct engine_rules *rules);

/* Ask these lists from now on, and count their hits in "hits" (NULL: do not
 * count). Both are borrowed; what "lists" points to may be replaced between two
 * calls of engine_check(). An engine without lists lists nobody. */
void engine_use_lists(struct engine *engine, const struct lists *lists,
    struct list_hits *hits);

/*
 * Decide n requests (at most batch_max) in their order; a request sees what an
 * earlier one of the batch changed. When it returns, every change behind a
 * verdict is in the store, or the verdict is that of on_failure.
 *
 * Returns STORE_OK, or STORE_FAILED with the store's sentence in *err; the
 * verdicts are good in both cases.
 */
enum store_rc engine_check(struct engine *engine,
    const struct request *requests, size_t n, int64_t now_s,
    struct verdict *verdicts, struct err *err);

/* The verdicts of engine_check() when the store fails, without a call of the
 * store: for requests that have waited long enough for it. */
void engine_give_up(struct engine *engine, const struct request *requests,
    size_t n, int64_t now_s, struct verdict *verdicts);

/* Whether the last engine_check() wrote to the store. */
bool engine_wrote(const struct engine *engine);

#endif
