/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * A batch goes through these steps, each for all its requests:
 *
 *   settle    decide the requests that need no store (settle.h)
 *   look up   look up the keys of the other requests, in stages (key_plan.h)
 *   decide    decide each request from its records (decision.h)
 *   apply     write all changes in one call of the store
 *   shadow    in shadow mode, change each deferral to a pass
 */
#include "decide/engine.h"

#include <stdlib.h>

#include "decide/decision.h"
#include "decide/key_plan.h"
#include "decide/message.h"
#include "decide/outgoing.h"
#include "decide/settle.h"

struct engine {
	struct engine_rules rules;
	struct store *store;           /* borrowed */
	const struct lists *lists;     /* borrowed */
	struct list_hits *hits;        /* borrowed; NULL: do not count */
	struct class_memo *classes;    /* owned */
	struct messages *messages;     /* owned */
	struct batch_records *records; /* owned */
	struct outgoing *outgoing;     /* owned */
	struct key_planner planner;
	struct pending *pending; /* owned; one for each request */
	bool wrote;              /* the last call changed the store */
};

struct engine *
engine_new(struct store *store, const struct engine_rules *rules,
    size_t batch_max)
{
	struct engine *engine = calloc(1, sizeof(*engine));

	if (engine == NULL)
		return NULL;
	engine->store = store;
	engine_use_rules(engine, rules);
	engine_use_lists(engine, NULL, NULL);
	engine->classes = class_memo_new();
	engine->messages = messages_new();
	engine->pending = calloc(batch_max, sizeof(*engine->pending));
	engine->records = batch_records_new(store, batch_max * KEY_KINDS);
	engine->outgoing = outgoing_new(store, batch_max);
	if (engine->classes == NULL || engine->messages == NULL ||
	    engine->pending == NULL || engine->records == NULL ||
	    engine->outgoing == NULL ||
	    key_planner_init(&engine->planner, engine->records,
		&engine->rules) != 0) {
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
	key_planner_free(&engine->planner);
	messages_free(engine->messages);
	class_memo_free(engine->classes);
	free(engine->pending);
	batch_records_free(engine->records);
	outgoing_free(engine->outgoing);
	free(engine);
}

void
engine_use_rules(struct engine *engine, const struct engine_rules *rules)
{
	engine->rules = *rules;
}

void
engine_use_lists(struct engine *engine, const struct lists *lists,
    struct list_hits *hits)
{
	static const struct lists no_lists = {0};

	engine->lists = lists != NULL ? lists : &no_lists;
	engine->hits = hits;
}

/* ---- Settle ---- */

/* Tables that each request needs are seldom in the caches of the processor. */
static void
prefetch_all(struct engine *engine, const struct request *requests, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		class_memo_prefetch(engine->classes, &requests[i]);
		messages_prefetch(engine->messages, &requests[i]);
	}
}

static void
settle_all(struct engine *engine, const struct request *requests, size_t n,
    int64_t now_s, struct verdict *verdicts)
{
	batch_records_begin(engine->records);
	prefetch_all(engine, requests, n);
	for (size_t i = 0; i < n; i++) {
		struct pending *pending = &engine->pending[i];

		pending->request = &requests[i];
		settle(pending, &engine->rules, engine->lists, engine->hits,
		    engine->classes, now_s, &verdicts[i]);
		if (pending->state == PENDING_SETTLED)
			outgoing_add(engine->outgoing, &requests[i],
			    &verdicts[i], &engine->rules);
		if (pending->state == PENDING_OPEN)
			key_plan_begin(&engine->planner, &pending->plan,
			    &requests[i], pending->client_class,
			    settle_allows_pass_at_once(pending));
	}
}

/* ---- Look up ---- */

static void
plan_next_stage(struct engine *engine, size_t n, int64_t now_s)
{
	for (size_t i = 0; i < n; i++)
		if (engine->pending[i].state == PENDING_OPEN)
			key_plan_continue(&engine->planner,
			    &engine->pending[i].plan,
			    engine->pending[i].request, now_s);
}

static enum store_rc
look_up(struct engine *engine, size_t n, int64_t now_s, struct err *err)
{
	enum store_rc rc = STORE_OK;

	for (int stage = 1; stage <= KEY_PLAN_STAGES; stage++) {
		enum store_rc stage_rc;

		if (stage > 1)
			plan_next_stage(engine, n, now_s);
		stage_rc = batch_records_look_up(engine->records, err);
		if (stage_rc == STORE_FAILED)
			return STORE_FAILED;
		if (stage_rc == STORE_PARTLY)
			rc = STORE_PARTLY;
	}
	return rc;
}

/* ---- Decide ---- */

static struct decision
decision_of(struct engine *engine, const struct pending *pending,
    struct message *message, int64_t now_s)
{
	return (struct decision){
	    .rules = &engine->rules,
	    .records = engine->records,
	    .pending = pending,
	    .message = message,
	    .now_s = now_s,
	};
}

/* Decide at DATA or END-OF-MESSAGE about the deferrals that were postponed. */
static void
decide_postponed(struct engine *engine, const struct pending *pending,
    int64_t now_s, struct verdict *verdict)
{
	message_decide_postponed(messages_find(engine->messages,
				     pending->request, now_s),
	    now_s, verdict);
}

static void
decide_all(struct engine *engine, size_t n, int64_t now_s,
    struct verdict *verdicts)
{
	for (size_t i = 0; i < n; i++) {
		struct pending *pending = &engine->pending[i];
		struct decision decision;

		if (pending->state == PENDING_POSTPONED)
			decide_postponed(engine, pending, now_s, &verdicts[i]);
		if (pending->state != PENDING_OPEN)
			continue;
		key_plan_finish(&engine->planner, &pending->plan,
		    pending->request, now_s);
		decision = decision_of(engine, pending,
		    messages_find(engine->messages, pending->request, now_s),
		    now_s);
		decision_make(&decision, &verdicts[i]);
	}
}

/* ---- The store failed ---- */

static void
fail_one(struct engine *engine, const struct pending *pending, int64_t now_s,
    struct verdict *verdict)
{
	struct decision decision = decision_of(engine, pending, NULL, now_s);

	decision_fail(&decision, verdict);
}

static void
fail_all(struct engine *engine, size_t n, int64_t now_s,
    struct verdict *verdicts)
{
	for (size_t i = 0; i < n; i++) {
		const struct pending *pending = &engine->pending[i];

		if (pending->state == PENDING_POSTPONED)
			decide_postponed(engine, pending, now_s, &verdicts[i]);
		else if (pending->state == PENDING_OPEN)
			fail_one(engine, pending, now_s, &verdicts[i]);
	}
}

/* True if the store has a record with which a retry of the triplet passes. */
static bool
has_written_record(const struct engine *engine, const struct pending *pending)
{
	for (enum key_kind kind = 0; kind < KEY_KINDS; kind++)
		if (key_kind_is_triplet(kind) &&
		    key_plan_has(&pending->plan, kind) &&
		    !batch_records_is_unwritten(engine->records,
			pending->plan.records[kind]))
			return true;
	return false;
}

/* The changes were not written. A pass remains a pass. A deferral remains only
 * if the store has a record: without a record, each retry would be deferred
 * again. */
static void
fail_unwritten_deferrals(struct engine *engine, size_t n, int64_t now_s,
    struct verdict *verdicts)
{
	for (size_t i = 0; i < n; i++) {
		const struct pending *pending = &engine->pending[i];

		if (pending->state != PENDING_OPEN ||
		    has_written_record(engine, pending))
			continue;
		if (verdicts[i].action != ACTION_PASS)
			fail_one(engine, pending, now_s, &verdicts[i]);
		else if (verdicts[i].reason == REASON_NULL_SENDER)
			message_cancel_postponed(messages_find(engine->messages,
			    pending->request, now_s));
	}
}

/* ---- Shadow ---- */

static void
let_shadow_pass(const struct engine *engine, size_t n, int64_t now_s,
    struct verdict *verdicts)
{
	for (size_t i = 0; i < n; i++) {
		if (!decision_is_shadow(&engine->rules, &engine->pending[i],
			now_s) ||
		    verdicts[i].action == ACTION_PASS)
			continue;
		verdicts[i].would = verdicts[i].action;
		verdicts[i].shadow = true;
		verdicts[i].action = ACTION_PASS;
	}
}

/* ---- A batch ---- */

/* In a record, 0 means "never". */
static int64_t
usable_time(int64_t now_s)
{
	return now_s < 1 ? 1 : now_s;
}

enum store_rc
engine_check(struct engine *engine, const struct request *requests, size_t n,
    int64_t now_s, struct verdict *verdicts, struct err *err)
{
	enum store_rc rc, applied;

	now_s = usable_time(now_s);
	settle_all(engine, requests, n, now_s, verdicts);
	rc = look_up(engine, n, now_s, err);
	if (rc == STORE_FAILED) {
		fail_all(engine, n, now_s, verdicts);
	} else {
		decide_all(engine, n, now_s, verdicts);
		applied = batch_records_apply(engine->records, err);
		if (applied != STORE_OK) {
			fail_unwritten_deferrals(engine, n, now_s, verdicts);
			rc = applied;
		}
	}
	let_shadow_pass(engine, n, now_s, verdicts);
	engine->wrote =
	    rc == STORE_OK && batch_records_changed(engine->records);
	return rc;
}

void
engine_give_up(struct engine *engine, const struct request *requests, size_t n,
    int64_t now_s, struct verdict *verdicts)
{
	now_s = usable_time(now_s);
	settle_all(engine, requests, n, now_s, verdicts);
	fail_all(engine, n, now_s, verdicts);
	let_shadow_pass(engine, n, now_s, verdicts);
	engine->wrote = false;
}

/* ---- Between batches ---- */

/* The change that begins the wait of a triplet at this time. Returns false if
 * the triplet waits or is known already. The delay of the attempt is unknown.
 */
static bool
begin_waiting(const struct engine *engine, const struct record *record,
    int64_t first_s, struct change *change)
{
	struct greylist_rules rules = engine->rules.greylist;
	struct verdict ignored;

	rules.delay_s = 1;
	switch (greylist_phase(record, first_s, &rules)) {
	case PHASE_WAITING:
	case PHASE_DUE:
	case PHASE_KNOWN:
		return false;
	case PHASE_FIRST:
	case PHASE_OVERDUE:
	case PHASE_EXPIRED:
		break;
	}
	greylist_decide(record, first_s, &rules, &ignored, change);
	change->record.delay_s = 0;
	return true;
}

enum store_rc
engine_note_attempt(struct engine *engine, const struct request *request,
    int64_t first_s, struct err *err)
{
	const struct record_store_ops *records = engine->store->records;
	struct key network, keys[KEY_KINDS];
	struct store_change change = {
	    .key = &keys[KEY_TRIPLET_POOL],
	    .client = {.address = request->client},
	};
	struct store_answer answer;
	enum store_rc rc;
	unsigned made;

	key_of_network(request, &engine->rules.keys, &network);
	made = keys_of_pool(request, CLASS_SUSPICIOUS, &engine->rules.keys,
	    &network, keys);
	if ((made & 1U << KEY_TRIPLET_POOL) == 0)
		return STORE_OK;
	rc = records->lookup(engine->store, change.key, 1, &answer, err);
	if (rc == STORE_FAILED || (rc == STORE_PARTLY && answer.is_unknown))
		return rc;
	if (!begin_waiting(engine, answer.found ? &answer.record : NULL,
		usable_time(first_s), &change.change))
		return STORE_OK;
	return records->apply(engine->store, &change, 1, err);
}

enum store_rc
engine_remember(struct engine *engine, int64_t now_s, struct err *err)
{
	return outgoing_write(engine->outgoing, &engine->rules,
	    usable_time(now_s), &engine->wrote, err);
}

bool
engine_wrote(const struct engine *engine)
{
	return engine->wrote;
}
