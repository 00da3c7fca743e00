/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_BATCH_H
#define TARDIGREY_SERVICE_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/request.h"
#include "mail/verdict.h"
#include "service/notices.h"

/*
 * batch: carries requests to the checker, and brings the answers back.
 *
 * Only one side may use the batch at a time. The caller adds requests. Then the
 * checker uses the batch, perhaps in another thread. Then the caller reads the
 * answers and notices, and clears the batch.
 */

struct answer {
	const char *reply;    /* in the batch; ends in NUL */
	size_t reply_n;       /* 0: close the connection without a reply */
	const char *log_line; /* in the batch; ends in NUL, without newline */
	/* The same decision for the store (decide/decision_store.h), always in
	 * our own form. */
	const char *kept_line;
	size_t kept_line_n;
};

#define BATCH_LOOKUP_ANSWERS 1024 /* octets */

struct batch {
	size_t max, n; /* requests */
	struct request *requests;
	void **owners; /* of each request; for the caller's use */
	/* Set by checker_run(). What a verdict borrows of the lists is valid
	 * until the next checker_run(). */
	struct verdict *verdicts;
	struct answer *answers;
	/* Set by the caller: do not call the store, use on_failure. For
	 * requests that have already waited for store_timeout. */
	bool give_up;
	bool store_failed; /* set by checker_run() */
	struct notices notices;
	char *text; /* replies and log lines */
	size_t text_n;
	/* For tardigrey-lookup (service/lookup_table.h). The caller adds the
	 * answers; each ends in NUL. checker_run() sets the questions; each
	 * ends in a newline. */
	char lookup_answers[BATCH_LOOKUP_ANSWERS];
	size_t lookup_answers_n; /* octets */
	char *lookup_questions;
	size_t lookup_questions_n; /* octets */
};

/* An empty batch for at most max requests. Returns NULL when memory is short.
 * The caller frees it. */
struct batch *batch_new(size_t max);
void batch_free(struct batch *batch);

/* Remove all requests, answers and notices. */
void batch_clear(struct batch *batch);

/* Add an answer of tardigrey-lookup, without its newline. If there is no room,
 * it is lost. */
void batch_add_lookup_answer(struct batch *batch, const char *line);

/* The place of the next request. The batch must not be full. */
struct request *batch_place(const struct batch *batch);

/* Add a request: a copy, or the request in batch_place(). The batch must not be
 * full. */
void batch_add(struct batch *batch, void *owner, const struct request *request);

#endif
