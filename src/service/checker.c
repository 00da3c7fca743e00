/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/checker.h"

#include <stdlib.h>

#include "decide/engine.h"
#include "decide/hourly_stats.h"
#include "decide/list_hits.h"
#include "mail/log_line.h"
#include "mail/reply.h"
#include "service/active_lists.h"
#include "service/limits.h"

struct checker {
	struct store *store;             /* borrowed */
	const struct settings *settings; /* borrowed */
	size_t batch_max;
	struct active_lists *lists; /* owned, as all below */
	struct list_hits *hits;
	struct engine *engine;
	struct limits *limits;
	struct verdict *verdicts; /* of one batch */
	struct batch *notices;    /* of what happens between batches */
	struct hourly_stats stats;
	bool store_is_failing; /* it has not taken a change since it failed */
	bool has_no_room;      /* it has not taken a new triplet since then */
	bool has_added;        /* it has taken one in this batch */
};

struct checker *
checker_new(struct store *store, const struct settings *settings,
    size_t batch_max)
{
	struct checker *checker = calloc(1, sizeof(*checker));

	if (checker == NULL)
		return NULL;
	checker->store = store;
	checker->settings = settings;
	checker->batch_max = batch_max;
	checker->lists = active_lists_new(store, settings);
	checker->hits = list_hits_new();
	checker->engine = engine_new(store, &settings->config.rules, batch_max);
	checker->limits = limits_new(store, &settings->config);
	checker->verdicts = calloc(batch_max, sizeof(*checker->verdicts));
	checker->notices = batch_new(1);
	if (checker->lists == NULL || checker->hits == NULL ||
	    checker->engine == NULL || checker->limits == NULL ||
	    checker->verdicts == NULL || checker->notices == NULL) {
		checker_free(checker);
		return NULL;
	}
	engine_use_lists(checker->engine, active_lists_get(checker->lists),
	    checker->hits);
	return checker;
}

void
checker_free(struct checker *checker)
{
	if (checker == NULL)
		return;
	active_lists_free(checker->lists);
	list_hits_free(checker->hits);
	engine_free(checker->engine);
	limits_free(checker->limits);
	free(checker->verdicts);
	batch_free(checker->notices);
	free(checker);
}

/* ---- Notices ---- */

static void
note_failure(struct checker *checker, struct batch *batch,
    const struct err *err)
{
	checker->store_is_failing = true;
	batch->store_failed = true;
	batch_notice(batch, NOTICE_STORE_FAILED, err->text);
}

/* The store works: lookups and cleaning up go on. */
static void
note_no_room(struct checker *checker, struct batch *batch,
    const struct err *err)
{
	checker->store_is_failing = checker->has_no_room = true;
	batch_notice(batch, NOTICE_STORE_FAILED, err->text);
}

/* A store that can be read may still be full: only a write shows that it has
 * recovered. If it had no room, only a new triplet shows that. */
static void
note_success(struct checker *checker, struct batch *batch)
{
	if (!checker->store_is_failing || !engine_wrote(checker->engine) ||
	    (checker->has_no_room && !checker->has_added))
		return;
	checker->store_is_failing = checker->has_no_room = false;
	batch_notice(batch, NOTICE_STORE_RECOVERED, "the database works again");
}

static void
move_notices(struct batch *from, struct batch *to)
{
	for (size_t i = 0; i < from->notices_n; i++)
		batch_notice(to, from->notices[i].notice,
		    from->notices[i].text);
	batch_clear(from);
}

/* ---- Counting ---- */

/* Hits that cannot be written are lost. Decisions are kept: how many were made
 * without the store is what one wants to know of a failure. */
static void
flush(struct checker *checker, struct batch *batch)
{
	struct store_hit hits[LIST_HITS_MAX];
	size_t hits_n = list_hits_take(checker->hits, hits);
	struct err err;

	if (hits_n == 0 && checker->stats.n == 0)
		return;
	if (checker->store->counts->add_counts(checker->store, hits, hits_n,
		checker->stats.counts, checker->stats.n, &err) == STORE_OK)
		checker->stats.n = 0;
	else
		note_failure(checker, batch, &err);
}

void
checker_flush(struct checker *checker, struct batch *batch)
{
	flush(checker, batch);
}

/* Decisions of an hour that could not be written count in a later hour. */
static void
count(struct checker *checker, struct batch *batch, int64_t now_s)
{
	for (size_t i = 0; i < batch->n; i++) {
		const struct verdict *verdict = &checker->verdicts[i];

		if (hourly_stats_add(&checker->stats, verdict, now_s))
			continue;
		flush(checker, batch); /* another hour has begun */
		hourly_stats_move(&checker->stats, now_s);
		hourly_stats_add(&checker->stats, verdict, now_s);
	}
	if (!list_hits_has_room(checker->hits))
		flush(checker, batch);
}

void
checker_configure(struct checker *checker, const struct settings *settings)
{
	flush(checker, checker->notices); /* the hits belong to the old lists */
	checker->settings = settings;
	active_lists_use(checker->lists, settings);
	engine_use_rules(checker->engine, &settings->config.rules);
	limits_use(checker->limits, &settings->config);
	checker->store->ops->configure(checker->store, &settings->config.store);
}

/* ---- Deciding ---- */

static enum store_rc
refresh_lists(struct checker *checker, struct batch *batch,
    const struct checker_time *now, struct err *err)
{
	bool changed;

	if (active_lists_look(checker->lists, now->monotonic_ms, &changed,
		batch, err) != STORE_OK)
		return STORE_FAILED;
	if (!changed)
		return STORE_OK;
	flush(checker, batch); /* the hits belong to the old entries */
	return active_lists_reload(checker->lists, batch, err);
}

static void
note_added(void *arg, const struct key *key)
{
	struct checker *checker = arg;

	checker->has_added = true;
	limits_added(checker->limits, key);
}

static void
check_by_store(struct checker *checker, struct batch *batch, int64_t now_s)
{
	struct err err;

	checker->has_added = false;
	switch (engine_check(checker->engine, batch->requests, batch->n, now_s,
	    checker->verdicts, &err)) {
	case STORE_OK:
		engine_each_added(checker->engine, note_added, checker);
		note_success(checker, batch);
		break;
	case STORE_FAILED:
		note_failure(checker, batch, &err);
		break;
	case STORE_NO_ROOM:
		note_no_room(checker, batch, &err);
		break;
	}
}

static void
give_up(struct checker *checker, const struct batch *batch, int64_t now_s)
{
	engine_give_up(checker->engine, batch->requests, batch->n, now_s,
	    checker->verdicts);
}

static void
decide(struct checker *checker, struct batch *batch,
    const struct checker_time *now)
{
	struct err err;

	if (batch->give_up) {
		give_up(checker, batch, now->now_s);
	} else if (refresh_lists(checker, batch, now, &err) != STORE_OK) {
		give_up(checker, batch, now->now_s);
		note_failure(checker, batch, &err);
	} else {
		check_by_store(checker, batch, now->now_s);
	}
}

/* ---- Answering ---- */

static void
answer(struct checker *checker, struct batch *batch, size_t i)
{
	const struct verdict *verdict = &checker->verdicts[i];
	struct answer *out = &batch->answers[i];
	char *at = batch->text + batch->text_n;

	out->verdict = *verdict;
	out->reply = at;
	out->reply_n = 0;
	if (verdict->action != ACTION_CLOSE)
		out->reply_n = reply_format(&checker->settings->config.reply,
		    &batch->requests[i], verdict, at);
	at[out->reply_n] = '\0';
	at += out->reply_n + 1;
	out->log_line = at;
	at += log_line_format(&batch->requests[i], verdict, at) + 1;
	batch->text_n = (size_t)(at - batch->text);
}

void
checker_run(struct checker *checker, struct batch *batch,
    const struct checker_time *now)
{
	if (checker->settings->config.trust_client_name)
		for (size_t i = 0; i < batch->n; i++)
			request_trust_client_name(&batch->requests[i]);
	batch->text_n = 0;
	move_notices(checker->notices, batch);
	decide(checker, batch, now);
	for (size_t i = 0; i < batch->n; i++)
		answer(checker, batch, i);
	count(checker, batch, now->now_s);
}

void
checker_maintain(struct checker *checker)
{
	struct err err;

	if (limits_step(checker->limits, checker->notices, &err) != STORE_OK)
		note_failure(checker, checker->notices, &err);
}
