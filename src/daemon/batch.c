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
	bool failing;   /* the store failed, and has written nothing since */
	bool exhausted; /* ... in this turn, whose requests have waited */
	struct log_repeat failures, recoveries;
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

static void
log_failure(struct batch *batch, const struct err *err)
{
	static const char *const done[] = {
	    [ON_FAILURE_PASS] = "passed",
	    [ON_FAILURE_TEMPFAIL] = "deferred",
	    [ON_FAILURE_CLOSE] = "left unanswered",
	};

	batch->failing = true;
	log_repeated(&batch->failures,
	    "%s; requests are %s (on_failure) until this is mended", err->text,
	    done[batch->config->rules.on_failure]);
}

/* A store that can be read may still be full: only a write is a recovery. */
static void
log_recovery(struct batch *batch)
{
	if (!batch->failing || !engine_wrote(batch->engine))
		return;
	batch->failing = false;
	log_repeated(&batch->recoveries, "the database answers again");
}

/* store_timeout is for a turn: when one batch of it has waited in vain, the
 * others do not wait again. */
static void
decide(struct batch *batch)
{
	struct err err = {.text = ""};

	if (batch->exhausted) {
		engine_give_up(batch->engine, batch->requests, batch->n,
		    batch->verdicts);
		return;
	}
	if (engine_check(batch->engine, batch->requests, batch->n,
		clock_now_s(), batch->verdicts, &err) == STORE_OK) {
		log_recovery(batch);
		return;
	}
	batch->exhausted = true;
	log_failure(batch, &err);
}

void
batch_run(struct batch *batch, batch_answer_fn *answer)
{
	decide(batch);
	for (size_t i = 0; i < batch->n; i++) {
		answer_one(batch, i, answer);
		log_one(batch, i);
	}
	batch->n = 0;
}

void
batch_end_turn(struct batch *batch)
{
	batch->exhausted = false;
}
