/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/decision.h"

#include <string.h>

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
known(const struct decision *decision, enum key_kind kind)
{
	return batch_records_known(decision->records, place_of(decision, kind));
}

static const struct key *
key_of(const struct decision *decision, enum key_kind kind)
{
	return batch_records_key(decision->records, place_of(decision, kind));
}

/* Whether the client has a counted retry, by its address or its pool. */
static bool
has_passed(const struct decision *decision)
{
	const struct auto_whitelist_rules rules =
	    engine_rules_auto_whitelist(decision->rules);

	for (enum key_kind kind = 0; kind < KEY_KINDS; kind++) {
		const struct record *record;

		if (key_kind_is_triplet(kind) || !uses(decision, kind))
			continue;
		record = known(decision, kind);
		if (record != NULL && record->passed_n > 0 &&
		    !auto_whitelist_is_expired(record, decision->now_s, &rules))
			return true;
	}
	return false;
}

static void
change(const struct decision *decision, enum key_kind kind,
    const struct change *what)
{
	const struct store_client client = {
	    .address = decision->pending->request->client,
	    .has_passed = has_passed(decision),
	};

	batch_records_change(decision->records, place_of(decision, kind), what,
	    &client);
}

/* ---- The decision ---- */

/* Name the triplet that the request counts as: that of the pool if there is
 * one, so that the reference stays the same when the next attempt comes from
 * another network. */
static void
begin(const struct decision *decision, struct verdict *verdict)
{
	const struct list_verdict *listed = &decision->pending->listed;
	enum key_kind kind = uses(decision, KEY_TRIPLET_POOL)
	    ? KEY_TRIPLET_POOL
	    : KEY_TRIPLET_NETWORK;

	*verdict = (struct verdict){0};
	verdict->listed =
	    list_verdict_listed(listed->recipient != NULL ? listed->recipient
							  : listed->entry);
	if (!uses(decision, kind))
		return; /* the record of the address was enough */
	strcpy(verdict->key_client, key_of(decision, kind)->client);
	key_reference(key_of(decision, kind), verdict->reference);
}

static bool
pass_auto_whitelisted(const struct decision *decision, struct verdict *verdict)
{
	const struct auto_whitelist_rules rules =
	    engine_rules_auto_whitelist(decision->rules);
	struct change used;
	bool passes = false;

	for (enum key_kind kind = 0; kind < KEY_KINDS; kind++) {
		if (key_kind_is_triplet(kind) || !uses(decision, kind) ||
		    !auto_whitelist_passes(known(decision, kind),
			decision->now_s, &rules))
			continue;
		passes = true;
		strcpy(verdict->key_client, key_of(decision, kind)->client);
		auto_whitelist_used(known(decision, kind), decision->now_s,
		    &rules, &used);
		change(decision, kind, &used);
	}
	if (passes) {
		verdict->action = ACTION_PASS;
		verdict->reason = REASON_AUTO_WHITELISTED;
	}
	return passes;
}

static void
decide_triplet(const struct decision *decision, struct verdict *verdict)
{
	struct greylist_rules rules = decision->rules->greylist;
	enum key_kind kinds[GREYLIST_KEYS_MAX];
	const struct record *records[GREYLIST_KEYS_MAX];
	struct change changes[GREYLIST_KEYS_MAX];
	size_t n = 0, best;

	for (enum key_kind kind = 0; kind < KEY_KINDS; kind++)
		if (key_kind_is_triplet(kind) && uses(decision, kind)) {
			kinds[n] = kind;
			records[n++] = known(decision, kind);
		}
	if (decision->pending->listed.delay_s >= 0)
		rules.delay_s = decision->pending->listed.delay_s;
	best = greylist_decide_any(records, n, decision->now_s, &rules, verdict,
	    changes);
	strcpy(verdict->key_client, key_of(decision, kinds[best])->client);
	for (size_t i = 0; i < n; i++)
		change(decision, kinds[i], &changes[i]);
}

/* ---- After it ---- */

bool
decision_is_shadow(const struct engine_rules *rules,
    const struct pending *pending)
{
	return rules->mode == MODE_SHADOW || pending->listed.shadow;
}

/* A triplet passed by a retry: count it for the client, once a message. Bounces
 * do not count: a stranger can have them sent. */
static void
count_retry(const struct decision *decision)
{
	const struct auto_whitelist_rules rules =
	    engine_rules_auto_whitelist(decision->rules);
	struct change counted;

	if (sender_is_null(decision->pending->request->sender) ||
	    !message_count_retry(decision->message))
		return;
	for (enum key_kind kind = 0; kind < KEY_KINDS; kind++) {
		if (key_kind_is_triplet(kind) || !uses(decision, kind))
			continue;
		auto_whitelist_count_retry(known(decision, kind),
		    decision->now_s, &rules, &counted);
		change(decision, kind, &counted);
	}
}

static void
after_pass(const struct decision *decision, struct verdict *verdict)
{
	bool waited = verdict->reason == REASON_RETRIED && verdict->age_s > 0;

	if (waited)
		count_retry(decision);
	message_note_pass(decision->message);
	verdict->header = waited && decision->rules->header &&
	    !decision_is_shadow(decision->rules, decision->pending) &&
	    message_add_header(decision->message);
}

static void
pass_instead(struct verdict *verdict, enum reason reason)
{
	verdict->action = ACTION_PASS;
	verdict->reason = reason;
	verdict->wait_s = 0;
}

/* The null sender may be a callback probe, which ends before DATA. */
static bool
waits_until_data(const struct decision *decision)
{
	const struct request *request = decision->pending->request;

	return decision->rules->null_sender == NULL_SENDER_DATA &&
	    request->state == REQUEST_RCPT && sender_is_null(request->sender) &&
	    !decision_is_shadow(decision->rules, decision->pending);
}

static void
after_deferral(const struct decision *decision, struct verdict *verdict)
{
	const struct engine_rules *rules = decision->rules;

	if (rules->once_per_message && message_has_passed(decision->message)) {
		pass_instead(verdict, REASON_MESSAGE);
	} else if (rules->stress == STRESS_PASS &&
	    strcmp(decision->pending->request->stress, "yes") == 0) {
		pass_instead(verdict, REASON_STRESS);
	} else if (waits_until_data(decision)) {
		message_postpone(decision->message, verdict, decision->now_s);
		pass_instead(verdict, REASON_NULL_SENDER);
	}
}

void
decision_make(const struct decision *decision, struct verdict *verdict)
{
	begin(decision, verdict);
	if (!pass_auto_whitelisted(decision, verdict))
		decide_triplet(decision, verdict);
	if (verdict->action == ACTION_PASS)
		after_pass(decision, verdict);
	else
		after_deferral(decision, verdict);
}

/* ---- The store failed ---- */

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

void
decision_fail(const struct decision *decision, struct verdict *verdict)
{
	begin(decision, verdict);
	verdict->action = failure_action(decision->rules->on_failure);
	verdict->reason = REASON_FAILURE;
}
