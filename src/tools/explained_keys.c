/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/explained_keys.h"

#include <inttypes.h>
#include <string.h>

#include "tools/row_state.h"
#include "tools/show.h"

#define INDENT EXPLAINED_INDENT

static const char *const labels[KEY_KINDS] = {
    [KEY_TRIPLET_NETWORK] = "network",
    [KEY_TRIPLET_POOL] = "pool",
    [KEY_AUTO_WHITELIST_ADDRESS] = "address",
    [KEY_AUTO_WHITELIST_DOMAIN] = "domain",
    [KEY_AUTO_WHITELIST_NETWORK] = "domain",
    [KEY_CORRESPONDENT] = "answer",
    [KEY_CORRESPONDENT_DOMAIN] = "answer",
};

/* The data that the functions below share. */
struct context {
	const struct explained_key *keys;
	const struct verdict *verdict;
	const struct engine_rules *rules;
	int64_t now_s;
};

/* ---- The key that decided ---- */

static bool
is_by_triplet(const struct verdict *verdict)
{
	return reason_defers(verdict->reason) ||
	    reason_group(verdict->reason) == REASON_GROUP_PASSED;
}

/* Whether the record under this key has decided the verdict. */
static bool
is_decisive(const struct context *this, enum key_kind kind)
{
	const struct verdict *verdict = this->verdict;
	const struct explained_key *key = &this->keys[kind];
	struct auto_whitelist_rules rules;

	if (!key->exists || !key->answer.found ||
	    strcmp(key->key.client, verdict->key_client) != 0)
		return false;
	if (key_kind_is_triplet(kind))
		return is_by_triplet(verdict);
	if (key_kind_is_correspondent(kind))
		return verdict->reason == REASON_CORRESPONDENT;
	if (verdict->reason == REASON_AUTHORISED)
		return kind == KEY_AUTO_WHITELIST_DOMAIN;
	rules = engine_rules_auto_whitelist(this->rules);
	return verdict->reason == REASON_AUTO_WHITELISTED &&
	    auto_whitelist_passes(&key->answer.record, this->now_s, &rules);
}

/* The kind of the first key for which is_decisive() is true, or KEY_KINDS. */
static int
find_decisive(const struct context *this)
{
	int kind = 0;

	while (kind < KEY_KINDS && !is_decisive(this, (enum key_kind)kind))
		kind++;
	return kind;
}

/* ---- Records ---- */

static void
add_time(struct report *report, const struct context *this, const char *name,
    const char *label, int64_t time_s)
{
	bool is_past = time_s <= this->now_s;
	int64_t span_s = is_past ? this->now_s - time_s : time_s - this->now_s;

	report_time(report, name, time_s);
	report_line(report, INDENT "%s %s (%s%s%s)", label, show_time(time_s),
	    is_past ? "" : "in ", show_span(span_s), is_past ? " ago" : "");
}

/* The store does not have every attempt, so the last attempt may be later. */
static void
add_last_seen(struct report *report, const struct context *this,
    const char *label, const struct record *record, int64_t lag_s)
{
	int64_t age_s = record_since(record->last_seen_s, this->now_s);

	report_time(report, "last_seen", record->last_seen_s);
	report_line(report, INDENT "%s  %s (%s ago)%s%s%s", label,
	    show_time(record->last_seen_s), show_span(age_s),
	    lag_s > 0 ? ", or up to " : "", lag_s > 0 ? show_span(lag_s) : "",
	    lag_s > 0 ? " later" : "");
}

static void
add_no_record(struct report *report)
{
	report_time(report, "first_seen", 0);
	report_time(report, "last_seen", 0);
	report_time(report, "passed", 0);
	report_number(report, "deferred", -1);
	report_number(report, "passes", -1);
	report_time(report, "expires", 0);
}

static void
add_triplet(struct report *report, const struct context *this,
    const struct record *record)
{
	add_time(report, this, "first_seen", "first seen",
	    record->first_seen_s);
	add_last_seen(report, this, "last seen", record,
	    greylist_lag_s(record, &this->rules->greylist));
	if (record->passed_s != 0) {
		add_time(report, this, "passed", "passed    ",
		    record->passed_s);
	} else {
		report_time(report, "passed", 0);
		report_line(report, INDENT "passed     not yet");
	}
	report_number(report, "deferred", record->deferred_n);
	report_number(report, "passes", record->passed_n);
	report_line(report,
	    INDENT "counted    at least %" PRId64 " deferral%s and %" PRId64
		   " pass%s",
	    record->deferred_n, show_plural(record->deferred_n),
	    record->passed_n, record->passed_n == 1 ? "" : "es");
	add_time(report, this, "expires", "expires   ", record->expires_s);
}

static void
add_auto_whitelist(struct report *report, const struct context *this,
    const struct record *record)
{
	report_line(report, INDENT "counted    %" PRId64 " retr%s",
	    record->passed_n, record->passed_n == 1 ? "y" : "ies");
	add_time(report, this, "first_seen", "since     ",
	    record->first_seen_s);
	add_last_seen(report, this, "last used", record,
	    record_refresh_s(this->rules->greylist.keep_s));
	report_time(report, "passed", record->passed_s);
	report_number(report, "deferred", record->deferred_n);
	report_number(report, "passes", record->passed_n);
	add_time(report, this, "expires", "expires   ", record->expires_s);
}

/* The engine does not ask for the key of a client either if the triplet is
 * known. */
static void
add_if_ignored(struct report *report, const struct context *this,
    const struct explained_key *key)
{
	if (key->answer.found && !key->asked && is_by_triplet(this->verdict) &&
	    this->verdict->reason != REASON_KNOWN &&
	    this->verdict->listed.pattern != NULL)
		report_line(report,
		    INDENT "ignored: a greylist matches this message");
}

/* Add how many counted retries are missing until the client is
 * auto-whitelisted. */
static void
add_missing(struct report *report, const struct context *this,
    const struct explained_key *key)
{
	bool any_network = key->key.kind == KEY_AUTO_WHITELIST_DOMAIN;
	struct auto_whitelist_rules rules =
	    engine_rules_auto_whitelist(this->rules);
	const struct record *record =
	    key->answer.found ? &key->answer.record : NULL;
	bool expired = record != NULL &&
	    auto_whitelist_is_expired(record, this->now_s, &rules);
	int64_t n = auto_whitelist_retries_needed(record, this->now_s, &rules);

	report_number(report, "missing", rules.after > 0 ? n : -1);
	if (rules.after == 0)
		report_line(report,
		    INDENT "never auto-whitelisted: auto_whitelist_after = 0");
	else if (n > 0)
		report_line(report,
		    INDENT "%sauto-whitelisted after %" PRId64
			   "%s counted retr%s%s",
		    expired ? "expired; " : "", n,
		    record != NULL && !expired ? " more" : "",
		    n == 1 ? "y" : "ies",
		    any_network ? ", from two networks in all" : "");
	else
		report_line(report, INDENT "auto-whitelisted");
	add_if_ignored(report, this, key);
}

static void
add_correspondent(struct report *report, const struct context *this,
    const struct explained_key *key)
{
	const struct record *record = &key->answer.record;

	add_if_ignored(report, this, key);
	add_time(report, this, "first_seen", "since     ",
	    record->first_seen_s);
	add_last_seen(report, this, "last mail", record,
	    record_refresh_s(this->rules->correspondents.keep_s));
	report_time(report, "passed", record->passed_s);
	report_number(report, "deferred", record->deferred_n);
	report_number(report, "passes", record->passed_n);
	add_time(report, this, "expires", "expires   ", record->expires_s);
}

/* The class of the client. If a list decided before the client was judged, take
 * the class of the key. */
static enum client_class
class_of(const struct context *this, enum key_kind kind)
{
	return this->verdict->client_class != CLASS_UNKNOWN
	    ? this->verdict->client_class
	    : row_state_class(&this->keys[kind].key);
}

static const char *
state_of(const struct context *this, enum key_kind kind)
{
	const struct store_answer *answer = &this->keys[kind].answer;

	if (!answer->found)
		return NULL;
	if (key_kind_is_triplet(kind))
		return row_state_of_triplet(class_of(this, kind),
		    &answer->record, this->rules, this->now_s);
	if (key_kind_is_correspondent(kind))
		return row_state_of_correspondent(&answer->record, this->rules,
		    this->now_s);
	return row_state_of_auto_whitelist(&answer->record, this->rules,
	    this->now_s);
}

static void
add_key_line(struct report *report, const struct context *this,
    enum key_kind kind)
{
	const struct explained_key *key = &this->keys[kind];
	const char *decides =
	    find_decisive(this) == (int)kind ? ", which decides" : "";
	bool has_network = kind == KEY_AUTO_WHITELIST_NETWORK;
	bool has_domain = has_network || kind == KEY_AUTO_WHITELIST_DOMAIN;

	if (key_kind_is_correspondent(kind))
		report_line(report, "%-10s %s has written to %s%s%s",
		    labels[kind], key->key.recipient,
		    kind == KEY_CORRESPONDENT ? key->key.sender
					      : "the domain of the pool ",
		    key->key.client, decides);
	else
		report_line(report, "%-10s %s%s%s%s%s%s%s", labels[kind],
		    key->key.client, has_domain ? " for " : "",
		    has_domain ? key->key.sender : "",
		    has_network ? " from " : "",
		    has_network ? key->key.recipient : "",
		    key->answer.found ? "" : ": no record", decides);
}

static void
add_record(struct report *report, const struct context *this,
    enum key_kind kind)
{
	const struct explained_key *key = &this->keys[kind];

	if (!key->answer.found)
		add_no_record(report);
	else if (key_kind_is_triplet(kind))
		add_triplet(report, this, &key->answer.record);
	else if (key_kind_is_correspondent(kind))
		add_correspondent(report, this, key);
	else
		add_auto_whitelist(report, this, &key->answer.record);
}

static void
add_key(struct report *report, const struct context *this, enum key_kind kind)
{
	const struct explained_key *key = &this->keys[kind];

	report_text(report, "kind", key_kind_word(kind));
	report_text(report, "client", key->key.client);
	report_text(report, "sender", key->key.sender);
	report_text(report, "network",
	    kind == KEY_AUTO_WHITELIST_NETWORK ? key->key.recipient : NULL);
	report_text(report, "state", state_of(this, kind));
	add_key_line(report, this, kind);
	if (key_kind_is_auto_whitelist(kind))
		add_missing(report, this, key);
	else
		report_number(report, "missing", -1);
	add_record(report, this, kind);
}

void
explained_keys_add(struct report *report,
    const struct explained_key keys[KEY_KINDS], const struct verdict *verdict,
    const struct engine_rules *rules, int64_t now_s)
{
	const struct context context = {keys, verdict, rules, now_s};
	const struct context *this = &context;
	int decisive = find_decisive(this);
	struct report item;

	report_text(report, "decided_by",
	    decisive < KEY_KINDS ? key_kind_word((enum key_kind)decisive)
				 : NULL);
	report_begin_list(report, "keys");
	for (int i = 0; i < KEY_KINDS; i++) {
		if (!this->keys[i].exists)
			continue;
		report_begin_item(&item, report);
		add_key(&item, this, (enum key_kind)i);
		report_end(&item);
	}
}
