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
 * engine: decides a batch of requests. It calls the store for at most three
 * look-ups and one apply. The verdicts do not depend on the program that calls
 * the engine. Only the engine applies the option on_failure.
 */

struct engine;

/* An engine for batches of at most batch_max requests. The store is borrowed.
 * The caller frees the engine. Returns NULL when memory is short. */
struct engine *engine_new(struct store *store, const struct engine_rules *rules,
    size_t batch_max);
void engine_free(struct engine *engine);

/* Decide by these rules (copied) from now on. */
void engine_use_rules(struct engine *engine, const struct engine_rules *rules);

/* Use these lists from now on, and count their hits in "hits" (NULL: do not
 * count). Both are borrowed. The caller may change *lists between two calls of
 * engine_check(). If "lists" is NULL, no list matches. */
void engine_use_lists(struct engine *engine, const struct lists *lists,
    struct list_hits *hits);

/*
 * Decide n requests (at most batch_max) in order. A request sees the changes of
 * the earlier requests of the batch. The verdicts are valid whatever the
 * function returns.
 *
 * Returns STORE_OK if the store has all changes. Returns STORE_FAILED with the
 * store's error in *err if a look-up or the apply failed. Then the requests
 * that need the store get the verdict of on_failure. If only the apply failed,
 * a pass remains a pass, and a deferral remains if the store already has its
 * record. Returns STORE_PARTLY with the error if a part of the store is away.
 * Then a deferral becomes the verdict of on_failure if one of its records is
 * unknown.
 */
enum store_rc engine_check(struct engine *engine,
    const struct request *requests, size_t n, int64_t now_s,
    struct verdict *verdicts, struct err *err);

/* Decide as engine_check() does when a look-up fails, but do not call the
 * store. For requests that have already waited for the store too long. */
void engine_give_up(struct engine *engine, const struct request *requests,
    size_t n, int64_t now_s, struct verdict *verdicts);

/* True if the last engine_check() or engine_remember() wrote to the store. */
bool engine_wrote(const struct engine *engine);

/* Note under the key by pool that a request was deferred at first_s: its pool
 * was not known then. Returns STORE_FAILED with the store's error in *err if
 * the store failed, or STORE_PARTLY if the record is unknown: then nothing is
 * noted. */
enum store_rc engine_note_attempt(struct engine *engine,
    const struct request *request, int64_t first_s, struct err *err);

/* Write the correspondents of the mail that goes out to the store
 * (decide/outgoing.h). Call this after the answers have been sent. Returns what
 * outgoing_write() returns. */
enum store_rc engine_remember(struct engine *engine, int64_t now_s,
    struct err *err);

#endif
