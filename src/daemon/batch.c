/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/batch.h"

#include <stdlib.h>

#include "decide/engine.h"
#include "decide/list_hits.h"
#include "mail/log_line.h"
#include "mail/policy.h"
#include "mail/reply.h"
#include "system/clock.h"
#include "daemon/limits.h"
#include "daemon/log.h"
#include "service/active_lists.h"

#define BATCH_MAX 256
#define HITS_MAX  256 /* written down at once */

struct batch {
	const struct config *config;       /* borrowed */
	struct store *store;               /* borrowed */
	struct engine *engine;             /* owned */
	struct active_lists *active_lists; /* owned */
	struct limits *limits;             /* owned */
	struct hourly_stats tally;
	size_t n;
	bool failing;   /* the store failed, and has written nothing since */
	bool exhausted; /* ... in this turn, whose requests have waited */
	struct log_repeat failures, recoveries;
	void *owners[BATCH_MAX]; /* borrowed until batch_run() */
	struct verdict verdicts[BATCH_MAX];
	struct request requests[BATCH_MAX];
};

struct batch *
batch_new(struct store *store, const struct config *config, struct list *files)
{
	struct batch *batch = calloc(1, sizeof(*batch));

	if (batch == NULL)
		return NULL;
	batch->config = config;
	batch->store = store;
	batch->engine = engine_new(store, &config->rules, BATCH_MAX);
	batch->limits = limits_new(store, config);
	/* Last, for it takes the files. */
	if (batch->engine != NULL && batch->limits != NULL)
		batch->active_lists = active_lists_new(store, config, files);
	if (batch->active_lists == NULL) {
		batch_free(batch);
		return NULL;
	}
	engine_set_lists(batch->engine,
	    active_lists_lists(batch->active_lists));
	return batch;
}

void
batch_free(struct batch *batch)
{
	if (batch == NULL)
		return;
	engine_free(batch->engine);
	active_lists_free(batch->active_lists);
	limits_free(batch->limits);
	free(batch);
}

void
batch_configure(struct batch *batch, struct list *files)
{
	batch_flush(batch); /* hits belong to the lists that go */
	active_lists_replace_files(batch->active_lists, files);
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
	if (batch->config->trust_client_name)
		request_trust_client_name(&batch->requests[batch->n]);
	batch->n++;
}

static void
answer_one(const struct batch *batch, size_t i, batch_answer_fn *answer)
{
	char reply[REPLY_MAX];
	size_t reply_n = 0;

	if (batch->verdicts[i].action != ACTION_CLOSE)
		reply_n = reply_format(&batch->config->reply,
		    &batch->requests[i], &batch->verdicts[i], reply);
	answer(batch->owners[i], reply, reply_n);
}

static void
log_one(const struct batch *batch, size_t i)
{
	char line[LOG_LINE_SIZE];

	log_line_format(&batch->requests[i], &batch->verdicts[i], line);
	log_decision(line);
}

/* ---- Failing ---- */

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

/* ---- Counting ---- */

/* Numbers are not mail. Hits are let go then; decisions are kept, for how many
 * were made without the store is what one wants to know of a failure. */
void
batch_flush(struct batch *batch)
{
	struct store_hit hits[HITS_MAX];
	size_t hits_n;
	struct err err;

	do {
		hits_n = list_hits_take(active_lists_lists(batch->active_lists),
		    hits, HITS_MAX);
		if (hits_n == 0 && batch->tally.n == 0)
			return;
		if (batch->store->counts->add_counts(batch->store, hits, hits_n,
			batch->tally.counts, batch->tally.n, &err) == STORE_OK)
			batch->tally.n = 0;
		else
			log_failure(batch, &err);
	} while (hits_n == HITS_MAX);
}

/* What could not be written down in its own hour counts in a later one. */
static void
count_one(struct batch *batch, size_t i, int64_t now_s)
{
	if (hourly_stats_add(&batch->tally, &batch->verdicts[i], now_s))
		return;
	batch_flush(batch); /* another hour has begun */
	hourly_stats_move(&batch->tally, now_s);
	hourly_stats_add(&batch->tally, &batch->verdicts[i], now_s);
}

/* ---- Deciding ---- */

/* A store that can be read may still be full: only a write is a recovery. */
static void
log_recovery(struct batch *batch)
{
	if (!batch->failing || !engine_wrote(batch->engine))
		return;
	batch->failing = false;
	log_repeated(&batch->recoveries, "the database answers again");
}

/* Take what somebody has changed in the entries of lists. */
static enum store_rc
refresh_lists(struct batch *batch, struct err *err)
{
	bool changed;

	if (active_lists_look(batch->active_lists, &changed, err) != STORE_OK)
		return STORE_FAILED;
	if (!changed)
		return STORE_OK;
	batch_flush(batch); /* hits belong to the entries that go */
	return active_lists_reload(batch->active_lists, err);
}

static void
give_up(struct batch *batch, int64_t now_s)
{
	engine_give_up(batch->engine, batch->requests, batch->n, now_s,
	    batch->verdicts);
}

static void
note_added(void *limits, const struct key *key)
{
	limits_added(limits, key);
}

/* store_timeout is for a turn: when one look at the store has waited in vain,
 * the others do not wait again. */
static void
decide(struct batch *batch, int64_t now_s)
{
	struct err err = {.text = ""};

	if (batch->exhausted) {
		give_up(batch, now_s);
		return;
	}
	if (refresh_lists(batch, &err) != STORE_OK)
		give_up(batch, now_s);
	else if (engine_check(batch->engine, batch->requests, batch->n, now_s,
		     batch->verdicts, &err) == STORE_OK) {
		log_recovery(batch);
		engine_each_added(batch->engine, note_added, batch->limits);
		return;
	}
	batch->exhausted = true;
	log_failure(batch, &err);
}

void
batch_run(struct batch *batch, batch_answer_fn *answer)
{
	int64_t now_s = clock_now_s();

	decide(batch, now_s);
	for (size_t i = 0; i < batch->n; i++) {
		answer_one(batch, i, answer);
		log_one(batch, i);
		count_one(batch, i, now_s);
	}
	batch->n = 0;
}

void
batch_end_turn(struct batch *batch)
{
	struct err err;

	if (!batch->exhausted && limits_step(batch->limits, &err) != STORE_OK)
		log_failure(batch, &err);
	batch->exhausted = false;
}
