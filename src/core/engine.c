/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "core/engine.h"

#include <stdlib.h>
#include <string.h>

/* A triplet of the batch; requests with equal triplets share one. Its key is
 * in triplets, its record in answers, at the same index. */
struct item {
	uint64_t hash;
	bool unwritten; /* what a deferral rests on is not in the store yet */
};

#define SETTLED SIZE_MAX /* as an item: decided without the store */

struct engine {
	struct store *store;       /* borrowed */
	const struct lists *lists; /* borrowed */
	struct engine_rules rules;
	bool wrote; /* the last batch ended in a successful apply */

	/* Scratch of one batch, owned, batch_max of each. */
	struct item *items;
	struct triplet *triplets;
	struct store_answer *answers; /* as the batch has changed them so far */
	size_t items_n;
	struct store_change *changes;
	size_t changes_n;
	size_t *item_of;        /* of each request, or SETTLED */
	struct ruling *rulings; /* of each request that is not SETTLED */
};

struct engine *
engine_new(struct store *store, const struct engine_rules *rules,
    size_t batch_max)
{
	static const struct lists no_lists = {0};
	struct engine *engine = calloc(1, sizeof(*engine));

	if (engine == NULL)
		return NULL;
	engine->store = store;
	engine->lists = &no_lists;
	engine->rules = *rules;
	engine->items = calloc(batch_max, sizeof(*engine->items));
	engine->triplets = calloc(batch_max, sizeof(*engine->triplets));
	engine->answers = calloc(batch_max, sizeof(*engine->answers));
	engine->changes = calloc(batch_max, sizeof(*engine->changes));
	engine->item_of = calloc(batch_max, sizeof(*engine->item_of));
	engine->rulings = calloc(batch_max, sizeof(*engine->rulings));
	if (engine->items == NULL || engine->triplets == NULL ||
	    engine->answers == NULL || engine->changes == NULL ||
	    engine->item_of == NULL || engine->rulings == NULL) {
		engine_free(engine);
		return NULL;
	}
	return engine;
}

void
engine_free(struct engine *engine)
{
	if (engine == NULL)
		return;
	free(engine->items);
	free(engine->triplets);
	free(engine->answers);
	free(engine->changes);
	free(engine->item_of);
	free(engine->rulings);
	free(engine);
}

void
engine_configure(struct engine *engine, const struct engine_rules *rules)
{
	engine->rules = *rules;
}

void
engine_set_lists(struct engine *engine, const struct lists *lists)
{
	engine->lists = lists;
}

static void
pass_unstored(struct verdict *verdict, enum reason reason)
{
	*verdict = (struct verdict){.action = ACTION_PASS, .reason = reason};
}

/* Settle what needs no store. At DATA the recipient is empty when there were
 * several (Postfix); then there is nothing to look up. */
static bool
settle(const struct request *request, struct verdict *verdict)
{
	if (request->state == REQUEST_OTHER ||
	    (request->state == REQUEST_DATA && request->recipient[0] == '\0'))
		pass_unstored(verdict, REASON_STATE);
	else if (request->authenticated)
		pass_unstored(verdict, REASON_AUTHENTICATED);
	else if (request->client.family == NETADDR_NONE)
		pass_unstored(verdict, REASON_NO_CLIENT);
	else
		return false;
	return true;
}

static enum reason
reason_of(const struct ruling *ruling)
{
	static const enum reason reasons[LIST_KINDS] = {
	    [LIST_CLIENT] = REASON_CLIENT_WHITELIST,
	    [LIST_SENDER] = REASON_SENDER_WHITELIST,
	    [LIST_RECIPIENT] = REASON_RECIPIENT_WHITELIST,
	};

	return ruling->how == RULING_UNLISTED ? REASON_UNLISTED
					      : reasons[ruling->entry->kind];
}

/* Settle what the lists let pass, and keep the rest of what they say. */
static bool
settle_by_lists(struct engine *engine, size_t i, const struct request *request,
    int64_t now_s, struct verdict *verdict)
{
	struct ruling *ruling = &engine->rulings[i];

	*ruling = lists_rule(engine->lists, request, now_s);
	ruling_count(ruling, now_s);
	if (ruling->how != RULING_PASS && ruling->how != RULING_UNLISTED)
		return false;
	pass_unstored(verdict, reason_of(ruling));
	verdict->listed = ruling->entry;
	return true;
}

/* The item for a triplet: an equal one of this batch, or a new one. */
static size_t
item_for(struct engine *engine, const struct request *request)
{
	struct triplet *triplet = &engine->triplets[engine->items_n];
	uint64_t hash;

	triplet_of(request, &engine->rules.triplet, triplet);
	hash = triplet_hash(triplet);
	for (size_t i = 0; i < engine->items_n; i++)
		if (engine->items[i].hash == hash &&
		    triplet_equal(&engine->triplets[i], triplet))
			return i;
	engine->items[engine->items_n] = (struct item){.hash = hash};
	return engine->items_n++;
}

static void
collect(struct engine *engine, const struct request *requests, size_t n,
    int64_t now_s, struct verdict *verdicts)
{
	engine->items_n = 0;
	engine->changes_n = 0;
	for (size_t i = 0; i < n; i++)
		engine->item_of[i] = settle(&requests[i], &verdicts[i]) ||
			settle_by_lists(engine, i, &requests[i], now_s,
			    &verdicts[i])
		    ? SETTLED
		    : item_for(engine, &requests[i]);
}

static enum store_rc
look_up(struct engine *engine, struct err *err)
{
	if (engine->items_n == 0)
		return STORE_OK;
	return engine->store->ops->lookup(engine->store, engine->triplets,
	    engine->items_n, engine->answers, err);
}

static enum store_rc
apply(struct engine *engine, struct err *err)
{
	if (engine->changes_n == 0)
		return STORE_OK;
	return engine->store->ops->apply(engine->store, engine->changes,
	    engine->changes_n, err);
}

/* A new verdict about an item: whom it is about, and who had a say. */
static void
begin_verdict(const struct engine *engine, size_t i, struct verdict *verdict)
{
	const struct ruling *ruling = &engine->rulings[i];
	const struct triplet *triplet = &engine->triplets[engine->item_of[i]];

	*verdict = (struct verdict){0};
	strcpy(verdict->identity, triplet->client);
	reference_of(triplet, verdict->reference);
	verdict->listed =
	    ruling->recipient != NULL ? ruling->recipient : ruling->entry;
}

static void
decide(struct engine *engine, size_t i, int64_t now_s, struct verdict *verdict)
{
	size_t item = engine->item_of[i];
	struct store_answer *known = &engine->answers[item];
	struct store_change *next = &engine->changes[engine->changes_n];
	struct greylist_rules rules = engine->rules.greylist;

	begin_verdict(engine, i, verdict);
	if (engine->rulings[i].delay_s >= 0)
		rules.delay_s = engine->rulings[i].delay_s;
	greylist_decide(known->found ? &known->record : NULL, now_s, &rules,
	    verdict, &next->change);
	if (next->change.how == CHANGE_NONE)
		return;
	next->triplet = &engine->triplets[item];
	if (!known->found || next->change.how == CHANGE_RESTART ||
	    next->change.record.first_seen_s < known->record.first_seen_s)
		engine->items[item].unwritten = true;
	record_apply(&known->record, &known->found, &next->change);
	engine->changes_n++;
}

static enum action
failure_action(enum on_failure on_failure)
{
	switch (on_failure) {
	case ON_FAILURE_PASS:
		break;
	case ON_FAILURE_TEMPFAIL:
		return ACTION_TEMPFAIL;
	case ON_FAILURE_CLOSE:
		return ACTION_CLOSE;
	}
	return ACTION_PASS;
}

/* The store could not tell, or could not remember that it was told. */
static void
fail(const struct engine *engine, size_t i, struct verdict *verdict)
{
	begin_verdict(engine, i, verdict);
	verdict->action = failure_action(engine->rules.on_failure);
	verdict->reason = REASON_FAILURE;
}

static void
fail_all(struct engine *engine, size_t n, struct verdict *verdicts)
{
	for (size_t i = 0; i < n; i++)
		if (engine->item_of[i] != SETTLED)
			fail(engine, i, &verdicts[i]);
}

/* A pass stands although it was not written down. A deferral does not: what
 * is not remembered would be deferred again at each retry. */
static void
fail_unwritten_deferrals(struct engine *engine, size_t n,
    struct verdict *verdicts)
{
	for (size_t i = 0; i < n; i++) {
		size_t item = engine->item_of[i];

		if (item != SETTLED && engine->items[item].unwritten &&
		    verdicts[i].action != ACTION_PASS)
			fail(engine, i, &verdicts[i]);
	}
}

static void
decide_all(struct engine *engine, size_t n, int64_t now_s,
    struct verdict *verdicts)
{
	for (size_t i = 0; i < n; i++)
		if (engine->item_of[i] != SETTLED)
			decide(engine, i, now_s, &verdicts[i]);
}

static void
only_watch(struct verdict *verdict)
{
	if (verdict->action == ACTION_PASS)
		return;
	verdict->would = verdict->action;
	verdict->shadow = true;
	verdict->action = ACTION_PASS;
}

static void
only_watch_in_shadow(const struct engine *engine, size_t n,
    struct verdict *verdicts)
{
	for (size_t i = 0; i < n; i++)
		if (engine->rules.mode == MODE_SHADOW ||
		    (engine->item_of[i] != SETTLED &&
			engine->rulings[i].shadow))
			only_watch(&verdicts[i]);
}

enum store_rc
engine_check(struct engine *engine, const struct request *requests, size_t n,
    int64_t now_s, struct verdict *verdicts, struct err *err)
{
	enum store_rc rc;

	collect(engine, requests, n, now_s, verdicts);
	rc = look_up(engine, err);
	if (rc != STORE_OK) {
		fail_all(engine, n, verdicts);
	} else {
		decide_all(engine, n, now_s, verdicts);
		rc = apply(engine, err);
		if (rc != STORE_OK)
			fail_unwritten_deferrals(engine, n, verdicts);
	}
	only_watch_in_shadow(engine, n, verdicts);
	engine->wrote = rc == STORE_OK && engine->changes_n > 0;
	return rc;
}

void
engine_give_up(struct engine *engine, const struct request *requests, size_t n,
    int64_t now_s, struct verdict *verdicts)
{
	collect(engine, requests, n, now_s, verdicts);
	fail_all(engine, n, verdicts);
	only_watch_in_shadow(engine, n, verdicts);
	engine->wrote = false;
}

bool
engine_wrote(const struct engine *engine)
{
	return engine->wrote;
}
