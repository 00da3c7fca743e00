/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/batch.h"

#include <stdlib.h>

#include "core/engine.h"
#include "core/logline.h"
#include "core/policy.h"
#include "host/clock.h"
#include "daemon/log.h"

#define BATCH_MAX 256

struct batch {
	const struct config *config; /* borrowed */
	struct engine *engine;       /* owned */
	size_t n;
	bool failing; /* the store failed in the last run that needed it */
	struct log_repeat failures;
	void *owners[BATCH_MAX]; /* borrowed until batch_run() */
	struct verdict verdicts[BATCH_MAX];
	struct request requests[BATCH_MAX];
};

struct batch *
batch_new(struct store *store, const struct config *config)
{
	struct batch *batch = calloc(1, sizeof(*batch));

	if (batch == NULL)
		return NULL;
	batch->config = config;
	batch->engine = engine_new(store, &config->rules, BATCH_MAX);
	if (batch->engine == NULL) {
		free(batch);
		return NULL;
	}
	return batch;
}

void
batch_free(struct batch *batch)
{
	if (batch == NULL)
		return;
	engine_free(batch->engine);
	free(batch);
}

void
batch_configure(struct batch *batch)
{
	engine_configure(batch->engine, &batch->config->rules);
}

bool
batch_empty(const struct batch *batch)
{
	return batch->n == 0;
}

bool
batch_full(const struct batch *batch)
{
	return batch->n == BATCH_MAX;
}

void
batch_add(struct batch *batch, void *owner, const struct request *request)
{
	batch->owners[batch->n] = owner;
	request_copy(&batch->requests[batch->n], request);
	batch->n++;
}

static void
answer_one(const struct batch *batch, size_t i, batch_answer_fn *answer)
{
	char reply[POLICY_REPLY_MAX];
	size_t reply_n = 0;

	if (batch->verdicts[i].action != ACTION_CLOSE)
		reply_n = policy_reply(&batch->config->reply,
		    &batch->requests[i], &batch->verdicts[i], reply);
	answer(batch->owners[i], reply, reply_n);
}

static void
log_one(const struct batch *batch, size_t i)
{
	char line[LOGLINE_SIZE];

	logline_format(&batch->requests[i], &batch->verdicts[i], line);
	log_decision(line);
}

/* Say once a minute that the store fails, and at once that it works again. */
static void
log_store(struct batch *batch, enum store_rc rc, bool used,
    const struct err *err)
{
	static const char *const done[] = {
	    [ON_FAILURE_PASS] = "passed",
	    [ON_FAILURE_TEMPFAIL] = "deferred",
	    [ON_FAILURE_CLOSE] = "left unanswered",
	};

	if (rc != STORE_OK) {
		batch->failing = true;
		log_repeated(&batch->failures,
		    "%s; requests are %s (on_failure) until this is mended",
		    err->text, done[batch->config->rules.on_failure]);
	} else if (batch->failing && used) {
		batch->failing = false;
		batch->failures = (struct log_repeat){0};
		log_info("the database answers again");
	}
}

/* Whether any verdict rests on an answer of the store. */
static bool
store_was_used(const struct batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		if (batch->verdicts[i].identity[0] != '\0')
			return true;
	return false;
}

void
batch_run(struct batch *batch, batch_answer_fn *answer)
{
	struct err err = {.text = ""};
	enum store_rc rc = engine_check(batch->engine, batch->requests,
	    batch->n, clock_now_s(), batch->verdicts, &err);

	log_store(batch, rc, store_was_used(batch), &err);
	for (size_t i = 0; i < batch->n; i++) {
		answer_one(batch, i, answer);
		log_one(batch, i);
	}
	batch->n = 0;
}
