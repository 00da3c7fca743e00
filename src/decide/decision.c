/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/decision.h"

#include <string.h>

#include "mail/pool.h"
#include "mail/sender_key.h"

/* ---- Records ---- */

static bool
uses(const struct decision *decision, enum key_kind kind)
{
	return key_plan_has(&decision->pending->plan, kind);
}

static size_t
place_of(const struct decision *decision, enum key_kind kind)
{
	return decision->pending->plan.records[kind];
}

static const struct record *
record_of(const struct decision *decision, enum key_kind kind)
{
	return batch_records_known(decision->records, place_of(decision, kind));
}

static const struct key *
key_of(const struct decision *decision, enum key_kind kind)
{
	return batch_records_key(decision->records, place_of(decision, kind));
}

/* True if the client has a counted retry, by its address or its pool. */
static bool
has_passed(const struct decision *decision)
{
	const struct auto_whitelist_rules rules =
	    engine_rules_auto_whitelist(decision->rules);

	for (enum key_kind kind = 0; kind < KEY_KINDS; kind++) {
		const struct record *record;

		if (!key_kind_is_auto_whitelist(kind) || !uses(decision, kind))
			continue;
		record = record_of(decision, kind);
		if (record != NULL && record->passed_n > 0 &&
		    !auto_whitelist_is_expired(record, decision->now_s, &rules))
			return true;
	}
	return false;
}

/* True if the store could not tell about one of the records. A record can only
 * make a request pass, or pass earlier, so a pass is right without it. */
static bool
lacks_a_record(const struct decision *decision)
{
	for (enum key_kind kind = 0; kind < KEY_KINDS; kind++)
		if (uses(decision, kind) &&
		    batch_records_is_unknown(decision->records,
			place_of(decision, kind)))
			return true;
	return false;
}

static void
add_change(const struct decision *decision, enum key_kind kind,
    const struct change *change)
{
	const struct store_client client = {
	    .address = decision->pending->request->client,
	    .has_passed = has_passed(decision),
	    .has_pool =
		key_plan_has(&decision->pending->plan, KEY_TRIPLET_POOL),
	};

	batch_records_change(decision->records, place_of(decision, kind),
	    change, &client);
}

/* ---- The decision ---- */

static void
begin_verdict(const struct decision *decision, struct verdict *verdict)
{
	const struct list_verdict *listed = &decision->pending->listed;

	*verdict =
	    (struct verdict){.client_class = decision->pending->client_class};
	verdict->listed =
	    list_verdict_listed(listed->recipient != NULL ? listed->recipient
							  : listed->entry);
}

/* The kind of the triplet that a deferred sender is told of: the pool's if
 * there is one, so that the reference stays the same when the next attempt
 * comes from another network. */
static enum key_kind
reference_kind(const struct decision *decision)
{
	return uses(decision, KEY_TRIPLET_POOL) ? KEY_TRIPLET_POOL
						: KEY_TRIPLET_NETWORK;
}

static bool
pass_auto_whitelisted(const struct decision *decision, struct verdict *verdict)
{
	const struct auto_whitelist_rules rules =
	    engine_rules_auto_whitelist(decision->rules);
	struct change used;
	bool passes = false;

	for (enum key_kind kind = 0; kind < KEY_KINDS; kind++) {
		if (!key_kind_is_auto_whitelist(kind) ||
		    !uses(decision, kind) ||
		    !auto_whitelist_passes(record_of(decision, kind),
			decision->now_s, &rules))
			continue;
		passes = true;
		strcpy(verdict->key_client, key_of(decision, kind)->client);
		auto_whitelist_refresh(record_of(decision, kind),
		    decision->now_s, &rules, &used);
		add_change(decision, kind, &used);
	}
	if (passes) {
		verdict->action = ACTION_PASS;
		verdict->reason = REASON_AUTO_WHITELISTED;
	}
	return passes;
}

/* If the triplet is known, it decides, so that its record is refreshed. */
static bool
knows_triplet(const struct decision *decision)
{
	for (enum key_kind kind = 0; kind < KEY_KINDS; kind++)
		if (key_kind_is_triplet(kind) && uses(decision, kind) &&
		    greylist_knows(record_of(decision, kind), decision->now_s,
			&decision->rules->greylist))
			return true;
	return false;
}

static bool
pass_correspondent(const struct decision *decision, struct verdict *verdict)
{
	for (enum key_kind kind = 0; kind < KEY_KINDS; kind++) {
		if (!key_kind_is_correspondent(kind) || !uses(decision, kind) ||
		    !correspondent_passes(record_of(decision, kind),
			decision->now_s, &decision->rules->correspondents))
			continue;
		verdict->action = ACTION_PASS;
		verdict->reason = REASON_CORRESPONDENT;
		strcpy(verdict->key_client, key_of(decision, kind)->client);
		return true;
	}
	return false;
}

/* A client that is authorised for the domain of the sender passes at once if
 * the domain has enough proofs. The pass is no proof. */
static bool
pass_authorised(const struct decision *decision, struct verdict *verdict)
{
	const struct auto_whitelist_rules rules =
	    engine_rules_auto_whitelist(decision->rules);
	const enum key_kind kind = KEY_AUTO_WHITELIST_DOMAIN;
	int64_t n = decision->rules->spf_pass_at_once;
	struct change used;

	if (n == 0 || !uses(decision, kind) ||
	    key_of(decision, kind)->client[0] != POOL_BY_SENDER ||
	    !auto_whitelist_has_proofs(record_of(decision, kind), n,
		decision->now_s, &rules))
		return false;
	auto_whitelist_refresh(record_of(decision, kind), decision->now_s,
	    &rules, &used);
	if (record_of(decision, kind)->passed_s == 0)
		used.record.passed_s = 0;
	add_change(decision, kind, &used);
	verdict->action = ACTION_PASS;
	verdict->reason = REASON_AUTHORISED;
	strcpy(verdict->key_client, key_of(decision, kind)->client);
	return true;
}

/* The delay of the client's class. */
static int64_t
delay_of_class(const struct decision *decision)
{
	return engine_rules_delay_s(decision->rules,
	    decision->pending->client_class);
}

/* The delay of the recipient or, if it has none, of the client's class. */
static int64_t
delay_of(const struct decision *decision)
{
	return decision->pending->listed.delay_s >= 0
	    ? decision->pending->listed.delay_s
	    : delay_of_class(decision);
}

/* True if the first attempt of the triplet came from another network than this
 * request. Call this before the records change. */
static bool
began_elsewhere(const struct decision *decision, int64_t age_s)
{
	const struct record *network;

	if (!uses(decision, KEY_TRIPLET_NETWORK))
		return false;
	network = record_of(decision, KEY_TRIPLET_NETWORK);
	return network == NULL ||
	    record_since(network->first_seen_s, decision->now_s) < age_s;
}

bool
decision_is_shadow(const struct engine_rules *rules,
    const struct pending *pending, int64_t now_s)
{
	return engine_rules_is_shadow(rules, now_s) || pending->listed.shadow;
}

static bool
passes_with_message(const struct decision *decision)
{
	return decision->rules->once_per_message &&
	    message_has_passed(decision->message, delay_of(decision));
}

static bool
passes_by_stress(const struct decision *decision)
{
	return decision->rules->stress == STRESS_PASS &&
	    strcmp(decision->pending->request->stress, "yes") == 0;
}

/* True if the deferral must wait until DATA. The null sender may be a callback
 * probe, and a probe ends before DATA. */
static bool
is_for_data(const struct decision *decision)
{
	const struct request *request = decision->pending->request;

	return decision->rules->null_sender == NULL_SENDER_DATA &&
	    request->state == REQUEST_RCPT && sender_is_null(request->sender) &&
	    !decision_is_shadow(decision->rules, decision->pending,
		decision->now_s);
}

/* True if the mail passes even if the triplet says that it is deferred. Then it
 * need not return. */
static bool
passes_anyway(const struct decision *decision)
{
	return decision_is_shadow(decision->rules, decision->pending,
		   decision->now_s) ||
	    passes_with_message(decision) || passes_by_stress(decision) ||
	    is_for_data(decision);
}

static void
decide_triplet(const struct decision *decision, struct verdict *verdict,
    bool *elsewhere)
{
	struct greylist_rules rules = decision->rules->greylist;
	enum key_kind kinds[GREYLIST_KEYS_MAX];
	const struct record *records[GREYLIST_KEYS_MAX];
	struct change changes[GREYLIST_KEYS_MAX];
	size_t n = 0, best;

	for (enum key_kind kind = 0; kind < KEY_KINDS; kind++)
		if (key_kind_is_triplet(kind) && uses(decision, kind)) {
			kinds[n] = kind;
			records[n++] = record_of(decision, kind);
		}
	rules.delay_s = delay_of(decision);
	best = greylist_decide_any(records, n, decision->now_s, &rules, verdict,
	    changes);
	strcpy(verdict->key_client, key_of(decision, kinds[best])->client);
	*elsewhere = began_elsewhere(decision, verdict->age_s);
	if (verdict->action != ACTION_PASS && passes_anyway(decision))
		for (size_t i = 0; i < n; i++)
			changes[i].record.deferred_n = 0;
	for (size_t i = 0; i < n; i++)
		add_change(decision, kinds[i], &changes[i]);
}

/* ---- After the verdict ---- */

/* True if the pool has now retried for the domain from two networks. */
static bool
spans_networks(const struct decision *decision, bool elsewhere)
{
	const struct auto_whitelist_rules rules =
	    engine_rules_auto_whitelist(decision->rules);

	return elsewhere ||
	    (uses(decision, KEY_AUTO_WHITELIST_DOMAIN) &&
		auto_whitelist_spans_networks(record_of(decision,
						  KEY_AUTO_WHITELIST_DOMAIN),
		    record_of(decision, KEY_AUTO_WHITELIST_NETWORK),
		    decision->now_s, &rules));
}

/* A triplet of this age has passed by a retry. Count the retry for the client,
 * at most once per message. Do not count bounces: anyone can make a mail server
 * send bounces. */
static void
count_retry(const struct decision *decision, int64_t age_s, bool elsewhere)
{
	struct auto_whitelist_rules rules =
	    engine_rules_auto_whitelist(decision->rules);
	bool spans = spans_networks(decision, elsewhere);
	struct change counted;

	if (sender_is_null(decision->pending->request->sender) ||
	    !message_first_retry(decision->message))
		return;
	if (rules.after == 0) /* only spf_pass_at_once counts */
		rules.after = decision->rules->spf_pass_at_once;
	for (enum key_kind kind = 0; kind < KEY_KINDS; kind++) {
		if (!key_kind_is_auto_whitelist(kind) || !uses(decision, kind))
			continue;
		auto_whitelist_count_retry(record_of(decision, kind),
		    decision->now_s - age_s, decision->now_s, &rules, &counted);
		if (kind == KEY_AUTO_WHITELIST_DOMAIN && !spans)
			counted.record.passed_s = 0;
		add_change(decision, kind, &counted);
	}
}

/* The longest delay that a pass is worth: all delays, if the client is
 * auto-whitelisted; the time that it has waited, after a retry; else, since the
 * triplet is known, the delay of its recipient. */
static int64_t
worth_of_pass(const struct decision *decision, const struct verdict *verdict)
{
	if (verdict->reason == REASON_AUTO_WHITELISTED)
		return INT64_MAX;
	if (verdict->reason == REASON_RETRIED)
		return verdict->age_s;
	return delay_of(decision);
}

static void
after_pass(const struct decision *decision, struct verdict *verdict,
    bool elsewhere)
{
	bool waited = verdict->reason == REASON_RETRIED && verdict->age_s > 0;

	if (waited && verdict->age_s >= delay_of_class(decision) &&
	    !lacks_a_record(decision))
		count_retry(decision, verdict->age_s, elsewhere);
	message_note_pass(decision->message, worth_of_pass(decision, verdict));
	verdict->delay_noted =
	    waited && !message_first_delay(decision->message);
	verdict->header = waited && decision->rules->header &&
	    !decision_is_shadow(decision->rules, decision->pending,
		decision->now_s) &&
	    message_first_header(decision->message);
}

static void
pass_instead(struct verdict *verdict, enum reason reason)
{
	verdict->action = ACTION_PASS;
	verdict->reason = reason;
	verdict->wait_s = 0;
}

static void
after_deferral(const struct decision *decision, struct verdict *verdict)
{
	key_reference(key_of(decision, reference_kind(decision)),
	    verdict->reference);
	if (passes_with_message(decision)) {
		pass_instead(verdict, REASON_MESSAGE);
	} else if (passes_by_stress(decision)) {
		pass_instead(verdict, REASON_STRESS);
	} else if (lacks_a_record(decision)) {
		decision_fail(decision, verdict);
	} else if (is_for_data(decision)) {
		message_postpone(decision->message, verdict, decision->now_s);
		pass_instead(verdict, REASON_NULL_SENDER);
	}
}

void
decision_make(const struct decision *decision, struct verdict *verdict)
{
	bool elsewhere =
	    false; /* the first attempt came from another network */

	begin_verdict(decision, verdict);
	if (!pass_auto_whitelisted(decision, verdict)) {
		if (!knows_triplet(decision) &&
		    (pass_correspondent(decision, verdict) ||
			pass_authorised(decision, verdict)))
			return;
		decide_triplet(decision, verdict, &elsewhere);
	}
	if (verdict->action == ACTION_PASS)
		after_pass(decision, verdict, elsewhere);
	else
		after_deferral(decision, verdict);
}

/* ---- The store failed ---- */

void
decision_fail(const struct decision *decision, struct verdict *verdict)
{
	enum key_kind kind = reference_kind(decision);

	begin_verdict(decision, verdict);
	verdict->action = engine_rules_failure_action(decision->rules);
	verdict->reason = REASON_FAILURE;
	if (uses(decision, kind))
		strcpy(verdict->key_client, key_of(decision, kind)->client);
}
