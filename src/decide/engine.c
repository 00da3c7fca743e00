/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "decide/key.h"
#include "decide/message.h"
#include "mail/sender_key.h"
#include "decide/auto_whitelist.h"
#include "decide/batch_records.h"

struct question;

/* What is asked for next, of a question that is open. */
typedef void round_fn(struct engine *engine, struct question *question,
    const struct request *request, int64_t now_s);

/* What is known of a request between the steps of a batch. */
struct question {
	bool settled; /* without the store */
	bool late;    /* ... and by what came before of its message */
	bool has_pool;
	bool host_passes;       /* for what is known of it */
	bool fresh;             /* ... which is not to be refreshed yet */
	unsigned keys;          /* bits of enum key_kind */
	size_t rows[KEY_KINDS]; /* of the keys there are */
	struct list_verdict list_verdict; /* unless settled */
};

#define GUESSES 65536 /* a power of two */

struct engine {
	const struct lists *lists; /* borrowed */
	struct engine_rules rules;
	struct messages *messages; /* owned */
	bool wrote; /* the last batch ended in a successful apply */

	bool proven[GUESSES]; /* see was_proven() */

	/* Of one batch, owned. */
	struct question *questions; /* one for each request */
	struct batch_records *rows;
};

struct engine *
engine_new(struct store *store, const struct engine_rules *rules,
    size_t batch_max)
{
	static const struct lists no_lists = {0};
	struct engine *engine = calloc(1, sizeof(*engine));

	if (engine == NULL)
		return NULL;
	engine->lists = &no_lists;
	engine->rules = *rules;
	engine->messages = messages_new();
	engine->questions = calloc(batch_max, sizeof(*engine->questions));
	engine->rows = batch_records_new(store, batch_max * KEY_KINDS);
	if (engine->messages == NULL || engine->questions == NULL ||
	    engine->rows == NULL) {
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
	messages_free(engine->messages);
	free(engine->questions);
	batch_records_free(engine->rows);
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

/* ---- What needs no store ---- */

static void
pass_unstored(struct verdict *verdict, enum reason reason)
{
	*verdict = (struct verdict){.action = ACTION_PASS, .reason = reason};
}

/* After RCPT, when there were several recipients or the body has come: what
 * was put off at RCPT, if anything was. */
static void
settle_late(struct engine *engine, const struct request *request, int64_t now_s,
    struct verdict *verdict)
{
	const struct message *message =
	    messages_find(engine->messages, request, now_s);

	pass_unstored(verdict, REASON_STATE);
	if (message == NULL || !message->deferred || message->passed ||
	    message->due_s <= now_s)
		return;
	verdict->action = ACTION_GREYLIST;
	verdict->reason = REASON_EARLY;
	verdict->wait_s = message->due_s - now_s;
	if (verdict->wait_s > message->wait_s)
		verdict->wait_s = message->wait_s; /* the clock went back */
	strcpy(verdict->reference, message->reference);
}

static bool
is_late(const struct request *request)
{
	return request->state == REQUEST_END ||
	    (request->state == REQUEST_DATA && request->recipient[0] == '\0');
}

static bool
settle(struct question *question, const struct request *request,
    struct verdict *verdict)
{
	question->late = false;
	if (request->state == REQUEST_OTHER)
		pass_unstored(verdict, REASON_STATE);
	else if (request->authenticated)
		pass_unstored(verdict, REASON_AUTHENTICATED);
	else if (request->client.family == NETADDR_NONE)
		pass_unstored(verdict, REASON_NO_CLIENT);
	else
		return question->late = is_late(request);
	return true;
}

static enum reason
reason_of(const struct list_verdict *list_verdict)
{
	static const enum reason reasons[LIST_KINDS] = {
	    [LIST_CLIENT] = REASON_CLIENT_WHITELIST,
	    [LIST_SENDER] = REASON_SENDER_WHITELIST,
	    [LIST_RECIPIENT] = REASON_RECIPIENT_WHITELIST,
	};

	return list_verdict->how == LIST_VERDICT_UNLISTED
	    ? REASON_UNLISTED
	    : reasons[list_verdict->entry->kind];
}

/* Settle what the lists let pass, and keep the rest of what they say. */
static bool
settle_by_lists(struct engine *engine, struct list_verdict *list_verdict,
    const struct request *request, int64_t now_s, struct verdict *verdict)
{
	*list_verdict = lists_verdict(engine->lists, request, now_s);
	if (list_verdict->how != LIST_VERDICT_PASS &&
	    list_verdict->how != LIST_VERDICT_UNLISTED)
		return false;
	pass_unstored(verdict, reason_of(list_verdict));
	verdict->listed = list_verdict_listed(list_verdict->entry);
	return true;
}

static bool
settle_null_sender(const struct engine *engine, const struct request *request,
    struct verdict *verdict)
{
	if (engine->rules.null_sender != NULL_SENDER_PASS ||
	    !sender_is_null(request->sender))
		return false;
	pass_unstored(verdict, REASON_NULL_SENDER);
	return true;
}

/* ---- What the batch asks the store ---- */

#define BIT(identity) (1U << (identity))
#define OF_HOST       (BIT(KEY_TRIPLET_NETWORK) | BIT(KEY_AUTO_WHITELIST_ADDRESS))

static bool
asks(const struct question *question, enum key_kind identity)
{
	return (question->keys & BIT(identity)) != 0;
}

static void
ask_for(struct engine *engine, struct question *question,
    enum key_kind identity, const struct key *key)
{
	question->rows[identity] = batch_records_add(engine->rows, key);
	question->keys |= BIT(identity);
}

/* Nobody is proven whom a list wants to be greylisted. */
static bool
may_be_proven(const struct engine *engine, const struct question *question)
{
	return engine->rules.auto_whitelist_after > 0 &&
	    question->list_verdict.how != LIST_VERDICT_GREYLIST;
}

static void
ask_address(struct engine *engine, struct question *question,
    const struct request *request)
{
	struct key key;

	key_of_address(&request->client, &key);
	ask_for(engine, question, KEY_AUTO_WHITELIST_ADDRESS, &key);
}

static void
ask_network(struct engine *engine, struct question *question,
    const struct request *request)
{
	struct key key;

	key_of_network(request, &engine->rules.keys, &key);
	ask_for(engine, question, KEY_TRIPLET_NETWORK, &key);
}

/* Whether the address was proven when it, or another one with the same place,
 * was asked about last: a guess, which right or wrong only says what to ask
 * for first. */
static bool *
was_proven(struct engine *engine, const struct request *request)
{
	uint64_t hash = hash_octets(HASH_BEGIN, request->client.octets,
	    sizeof(request->client.octets));

	return &engine->proven[(hash ^ hash >> 32) & (GUESSES - 1)];
}

/* First the host: whether its address is proven, and whether the triplet is
 * known by its network, which nobody needs to know of who is proven. */
static void
ask_host(struct engine *engine, struct question *question,
    const struct request *request)
{
	question->keys = 0;
	question->has_pool = question->host_passes = question->fresh = false;
	if (may_be_proven(engine, question)) {
		ask_address(engine, question, request);
		if (*was_proven(engine, request))
			return;
	}
	ask_network(engine, question, request);
}

static void
collect(struct engine *engine, const struct request *requests, size_t n,
    int64_t now_s, struct verdict *verdicts)
{
	batch_records_begin(engine->rows);
	for (size_t i = 0; i < n; i++) {
		struct question *question = &engine->questions[i];

		question->settled =
		    settle(question, &requests[i], &verdicts[i]) ||
		    settle_by_lists(engine, &question->list_verdict,
			&requests[i], now_s, &verdicts[i]) ||
		    settle_null_sender(engine, &requests[i], &verdicts[i]);
		if (!question->settled)
			ask_host(engine, question, &requests[i]);
	}
}

/* ---- Deciding ---- */

static const struct record *
known(const struct engine *engine, const struct question *question,
    enum key_kind identity)
{
	return batch_records_known(engine->rows, question->rows[identity]);
}

static const struct key *
key_of(const struct engine *engine, const struct question *question,
    enum key_kind identity)
{
	return batch_records_key(engine->rows, question->rows[identity]);
}

static struct auto_whitelist_rules
auto_whitelist_rules(const struct engine *engine)
{
	return (struct auto_whitelist_rules){
	    engine->rules.auto_whitelist_after, engine->rules.greylist.keep_s};
}

/* Whether the client passes for what is known under a key, and that is not to
 * be refreshed. */
struct standing {
	bool passes, fresh;
};

static struct standing
standing(const struct engine *engine, const struct question *question,
    enum key_kind identity, int64_t now_s)
{
	const struct auto_whitelist_rules proven = auto_whitelist_rules(engine);
	struct standing out = {false, false};
	const struct record *record;

	if (!asks(question, identity))
		return out;
	record = known(engine, question, identity);
	out.passes = !key_kind_is_triplet(identity)
	    ? auto_whitelist_passes(record, now_s, &proven)
	    : greylist_knows(record, now_s, &engine->rules.greylist);
	out.fresh = out.passes &&
	    !record_worth_refreshing(record, now_s,
		engine->rules.greylist.keep_s);
	return out;
}

/* Whether the host passes, and with nothing to refresh. */
static void
judge_host(struct engine *engine, struct question *question,
    const struct request *request, int64_t now_s)
{
	struct standing by =
	    standing(engine, question, KEY_AUTO_WHITELIST_ADDRESS, now_s);

	*was_proven(engine, request) = by.passes;
	if (!by.passes)
		by = standing(engine, question, KEY_TRIPLET_NETWORK, now_s);
	question->host_passes = by.passes;
	question->fresh = by.fresh;
}

/* Then the network, where the guess was wrong or there is something to be
 * refreshed. */
static void
complete_host(struct engine *engine, struct question *question,
    const struct request *request, int64_t now_s)
{
	judge_host(engine, question, request, now_s);
	if (!question->fresh && !asks(question, KEY_TRIPLET_NETWORK))
		ask_network(engine, question, request);
}

/* Last, whether the pool is known or proven: for whom the host does not do,
 * and for whom it is to be refreshed, so that the pool is not forgotten
 * meanwhile. */
static void
ask_pool(struct engine *engine, struct question *question,
    const struct request *request, int64_t now_s)
{
	struct key keys[KEY_KINDS];
	unsigned there;

	judge_host(engine, question, request, now_s);
	if (question->fresh)
		return;
	there = keys_of_pool(request, &engine->rules.keys,
	    key_of(engine, question, KEY_TRIPLET_NETWORK), keys);
	question->has_pool = there != 0;
	if ((there & BIT(KEY_TRIPLET_POOL)) != 0)
		ask_for(engine, question, KEY_TRIPLET_POOL,
		    &keys[KEY_TRIPLET_POOL]);
	if ((there & BIT(KEY_AUTO_WHITELIST_DOMAIN)) != 0 &&
	    may_be_proven(engine, question))
		ask_for(engine, question, KEY_AUTO_WHITELIST_DOMAIN,
		    &keys[KEY_AUTO_WHITELIST_DOMAIN]);
}

/* One more round: for all that are open still, then look up what is new. */
static enum store_rc
ask_on(struct engine *engine, round_fn *round, const struct request *requests,
    size_t n, int64_t now_s, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (!engine->questions[i].settled)
			round(engine, &engine->questions[i], &requests[i],
			    now_s);
	return batch_records_look_up(engine->rows, err);
}

/* The rounds are few, and the batch goes through each as a whole. */
static enum store_rc
look_up_all(struct engine *engine, const struct request *requests, size_t n,
    int64_t now_s, struct err *err)
{
	static round_fn *const rounds[] = {complete_host, ask_pool};

	if (batch_records_look_up(engine->rows, err) != STORE_OK)
		return STORE_FAILED;
	for (size_t i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++)
		if (ask_on(engine, rounds[i], requests, n, now_s, err) !=
		    STORE_OK)
			return STORE_FAILED;
	return STORE_OK;
}

/* A new verdict: whom it is about, and which list had a say. The reference
 * is that of the pool if there is one, so that it stays the same when the
 * next attempt comes from another network. */
static void
begin_verdict(const struct engine *engine, const struct question *question,
    struct verdict *verdict)
{
	const struct list_verdict *list_verdict = &question->list_verdict;
	enum key_kind identity =
	    question->has_pool ? KEY_TRIPLET_POOL : KEY_TRIPLET_NETWORK;
	const struct key *triplet;

	*verdict = (struct verdict){0};
	verdict->listed = list_verdict_listed(list_verdict->recipient != NULL
		? list_verdict->recipient
		: list_verdict->entry);
	if (!asks(question, identity))
		return; /* the address did, or the store failed before */
	triplet = key_of(engine, question, identity);
	strcpy(verdict->identity, triplet->client);
	key_reference(triplet, verdict->reference);
}

/* Whether the client passes for what it has shown before. */
static bool
decide_proven(struct engine *engine, const struct question *question,
    int64_t now_s, struct verdict *verdict)
{
	const struct auto_whitelist_rules rules = auto_whitelist_rules(engine);
	struct change change;

	for (int i = KEY_AUTO_WHITELIST_ADDRESS; i < KEY_KINDS; i++) {
		size_t row = question->rows[i];

		if (!asks(question, (enum key_kind)i) ||
		    !auto_whitelist_passes(batch_records_known(engine->rows,
					       row),
			now_s, &rules))
			continue;
		verdict->action = ACTION_PASS;
		verdict->reason = REASON_AUTO_WHITELISTED;
		strcpy(verdict->identity,
		    batch_records_key(engine->rows, row)->client);
		auto_whitelist_used(batch_records_known(engine->rows, row),
		    now_s, &rules, &change);
		batch_records_change(engine->rows, row, &change);
	}
	return verdict->reason == REASON_AUTO_WHITELISTED;
}

static void
decide_triplet(struct engine *engine, const struct question *question,
    int64_t now_s, struct verdict *verdict)
{
	struct greylist_rules rules = engine->rules.greylist;
	size_t rows[GREYLIST_KEYS_MAX], n = 0, best;
	const struct record *records[GREYLIST_KEYS_MAX];
	struct change changes[GREYLIST_KEYS_MAX];

	for (int i = KEY_TRIPLET_NETWORK; i <= KEY_TRIPLET_POOL; i++)
		if (asks(question, (enum key_kind)i)) {
			rows[n] = question->rows[i];
			records[n] = batch_records_known(engine->rows, rows[n]);
			n++;
		}
	if (question->list_verdict.delay_s >= 0)
		rules.delay_s = question->list_verdict.delay_s;
	best = greylist_decide_any(records, n, now_s, &rules, verdict, changes);
	strcpy(verdict->identity,
	    batch_records_key(engine->rows, rows[best])->client);
	for (size_t i = 0; i < n; i++)
		batch_records_change(engine->rows, rows[i], &changes[i]);
}

/* A triplet has passed for the first time, by a retry: that speaks for the
 * client, once a message. Bounces speak for nobody: anybody can have them
 * sent. */
static void
speak_for_client(struct engine *engine, const struct question *question,
    const struct request *request, struct message *message, int64_t now_s)
{
	const struct auto_whitelist_rules rules = auto_whitelist_rules(engine);
	struct change change;

	if (sender_is_null(request->sender) ||
	    (message != NULL && message->counted))
		return;
	for (int i = KEY_AUTO_WHITELIST_ADDRESS; i < KEY_KINDS; i++)
		if (asks(question, (enum key_kind)i)) {
			size_t row = question->rows[i];

			auto_whitelist_count_retry(
			    batch_records_known(engine->rows, row), now_s,
			    &rules, &change);
			batch_records_change(engine->rows, row, &change);
		}
	if (message != NULL)
		message->counted = true;
}

static bool
is_watched_only(const struct engine *engine, const struct question *question)
{
	return engine->rules.mode == MODE_SHADOW ||
	    question->list_verdict.shadow;
}

static void
note_pass(struct engine *engine, const struct question *question,
    const struct request *request, struct message *message, int64_t now_s,
    struct verdict *verdict)
{
	bool waited = verdict->reason == REASON_RETRIED && verdict->age_s > 0;

	if (waited)
		speak_for_client(engine, question, request, message, now_s);
	if (message == NULL)
		return;
	message->passed = true;
	if (waited && engine->rules.header && !message->announced &&
	    !is_watched_only(engine, question))
		verdict->header = message->announced = true;
}

static void
pass_instead(struct verdict *verdict, enum reason reason)
{
	verdict->action = ACTION_PASS;
	verdict->reason = reason;
	verdict->wait_s = 0;
}

/* At RCPT the null sender may be a probe that goes away before DATA: put the
 * deferral off until then. */
static void
put_off(struct message *message, int64_t now_s, struct verdict *verdict)
{
	int64_t due_s = now_s + verdict->wait_s;

	if (message != NULL && (!message->deferred || due_s < message->due_s)) {
		message->deferred = true;
		message->due_s = due_s;
		message->wait_s = verdict->wait_s;
		strcpy(message->reference, verdict->reference);
	}
	pass_instead(verdict, REASON_NULL_SENDER);
}

/* What may let a mail pass that would be deferred by itself. */
static void
relent(const struct engine *engine, const struct question *question,
    const struct request *request, struct message *message, int64_t now_s,
    struct verdict *verdict)
{
	const struct engine_rules *rules = &engine->rules;

	if (rules->once_per_message && message != NULL && message->passed)
		pass_instead(verdict, REASON_MESSAGE);
	else if (rules->stress == STRESS_PASS &&
	    strcmp(request->stress, "yes") == 0)
		pass_instead(verdict, REASON_STRESS);
	else if (rules->null_sender == NULL_SENDER_DATA &&
	    request->state == REQUEST_RCPT && sender_is_null(request->sender) &&
	    !is_watched_only(engine, question))
		put_off(message, now_s, verdict);
}

/* Those before in the batch may have changed what was looked up. Who passes
 * as a host, with nothing to refresh, needs no pool; who passes as a pool is
 * not written down for each of its networks. */
static void
narrow(struct engine *engine, struct question *question,
    const struct request *request, int64_t now_s)
{
	judge_host(engine, question, request, now_s);
	if (question->fresh) {
		question->has_pool = false;
		question->keys &= OF_HOST;
	} else if (!question->host_passes &&
	    (standing(engine, question, KEY_TRIPLET_POOL, now_s).passes ||
		standing(engine, question, KEY_AUTO_WHITELIST_DOMAIN, now_s)
		    .passes)) {
		question->keys &= ~OF_HOST;
	}
}

static void
decide(struct engine *engine, struct question *question,
    const struct request *request, int64_t now_s, struct verdict *verdict)
{
	struct message *message =
	    messages_find(engine->messages, request, now_s);

	narrow(engine, question, request, now_s);
	begin_verdict(engine, question, verdict);
	if (!decide_proven(engine, question, now_s, verdict))
		decide_triplet(engine, question, now_s, verdict);
	if (verdict->action == ACTION_PASS)
		note_pass(engine, question, request, message, now_s, verdict);
	else
		relent(engine, question, request, message, now_s, verdict);
}

/* ---- Failing ---- */

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
fail(const struct engine *engine, const struct question *question,
    struct verdict *verdict)
{
	begin_verdict(engine, question, verdict);
	verdict->action = failure_action(engine->rules.on_failure);
	verdict->reason = REASON_FAILURE;
}

static void
fail_all(struct engine *engine, const struct request *requests, size_t n,
    int64_t now_s, struct verdict *verdicts)
{
	for (size_t i = 0; i < n; i++)
		if (engine->questions[i].late)
			settle_late(engine, &requests[i], now_s, &verdicts[i]);
		else if (!engine->questions[i].settled)
			fail(engine, &engine->questions[i], &verdicts[i]);
}

/* Whether the store holds nothing that will end the wait. */
static bool
rests_on_nothing(const struct engine *engine, const struct question *question)
{
	for (int i = KEY_TRIPLET_NETWORK; i <= KEY_TRIPLET_POOL; i++)
		if (asks(question, (enum key_kind)i) &&
		    !batch_records_is_unwritten(engine->rows,
			question->rows[i]))
			return false;
	return true;
}

/* What was put off until DATA is not to be deferred then. */
static void
forget_put_off(struct engine *engine, const struct request *request,
    int64_t now_s)
{
	struct message *message =
	    messages_find(engine->messages, request, now_s);

	if (message != NULL)
		message->deferred = false;
}

/* A pass stands although it was not written down. A deferral does not: what
 * is not remembered would be deferred again at each retry. */
static void
fail_unwritten_deferrals(struct engine *engine, const struct request *requests,
    size_t n, int64_t now_s, struct verdict *verdicts)
{
	for (size_t i = 0; i < n; i++) {
		const struct question *question = &engine->questions[i];

		if (question->settled || !rests_on_nothing(engine, question))
			continue;
		if (verdicts[i].action != ACTION_PASS)
			fail(engine, question, &verdicts[i]);
		else if (verdicts[i].reason == REASON_NULL_SENDER)
			forget_put_off(engine, &requests[i], now_s);
	}
}

/* ---- A batch ---- */

static void
decide_all(struct engine *engine, const struct request *requests, size_t n,
    int64_t now_s, struct verdict *verdicts)
{
	for (size_t i = 0; i < n; i++)
		if (engine->questions[i].late)
			settle_late(engine, &requests[i], now_s, &verdicts[i]);
		else if (!engine->questions[i].settled)
			decide(engine, &engine->questions[i], &requests[i],
			    now_s, &verdicts[i]);
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
	for (size_t i = 0; i < n; i++) {
		const struct question *question = &engine->questions[i];

		if (engine->rules.mode == MODE_SHADOW ||
		    (!question->settled && question->list_verdict.shadow))
			only_watch(&verdicts[i]);
	}
}

enum store_rc
engine_check(struct engine *engine, const struct request *requests, size_t n,
    int64_t now_s, struct verdict *verdicts, struct err *err)
{
	enum store_rc rc;

	collect(engine, requests, n, now_s, verdicts);
	rc = look_up_all(engine, requests, n, now_s, err);
	if (rc != STORE_OK) {
		fail_all(engine, requests, n, now_s, verdicts);
	} else {
		decide_all(engine, requests, n, now_s, verdicts);
		rc = batch_records_apply(engine->rows, err);
		if (rc != STORE_OK)
			fail_unwritten_deferrals(engine, requests, n, now_s,
			    verdicts);
	}
	only_watch_in_shadow(engine, n, verdicts);
	engine->wrote = rc == STORE_OK && batch_records_changed(engine->rows);
	return rc;
}

void
engine_give_up(struct engine *engine, const struct request *requests, size_t n,
    int64_t now_s, struct verdict *verdicts)
{
	collect(engine, requests, n, now_s, verdicts);
	fail_all(engine, requests, n, now_s, verdicts);
	only_watch_in_shadow(engine, n, verdicts);
	engine->wrote = false;
}

bool
engine_wrote(const struct engine *engine)
{
	return engine->wrote;
}

void
engine_each_added(const struct engine *engine, batch_records_added_fn *visit,
    void *arg)
{
	if (engine->wrote)
		batch_records_each_added(engine->rows, visit, arg);
}
