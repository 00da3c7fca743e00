/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_BATCH_H
#define TARDIGREY_DAEMON_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "mail/request.h"
#include "decide/store.h"

/*
 * batch: the requests of one turn of the loop, decided together and logged.
 * The only file that knows where the engine runs: here, in the loop. What was
 * decided is counted too, and written to the store now and then.
 */

struct batch;

/* "config" and "store" are borrowed and must outlive the batch; the list of
 * files becomes its own. Returns NULL when memory is short, and then the list
 * is still the caller's. */
struct batch *batch_new(struct store *store, const struct config *config,
    struct list *files);
void batch_free(struct batch *batch);

/* The settings have changed in place; take them, and the lists of files that
 * go with them, which become the batch's own. */
void batch_configure(struct batch *batch, struct list *files);

bool batch_empty(const struct batch *batch);
bool batch_full(const struct batch *batch);

/* Add a request (copied) of "owner". The batch must not be full. */
void batch_add(struct batch *batch, void *owner, const struct request *request);

/* Called once for each request, in their order; reply_n 0 means that the
 * owner gets no reply and its connection is to be closed. */
typedef void batch_answer_fn(void *owner, const char *reply, size_t reply_n);

/* Decide all requests, hand out the replies, log. Afterwards the batch is
 * empty. "answer" must not add to the batch. */
void batch_run(struct batch *batch, batch_answer_fn *answer);

/* All requests of this turn of the loop were decided. */
void batch_end_turn(struct batch *batch);

/* Write down what has been counted since the last time. */
void batch_flush(struct batch *batch);

#endif
