/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/explanation.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/report.h"
#include "tools/row_state.h"
#include "tools/show.h"

/* Begins a line that continues the line above. */
#define INDENT "           "

static const char *const labels[KEY_KINDS] = {
    [KEY_TRIPLET_NETWORK] = "network",
    [KEY_TRIPLET_POOL] = "pool",
    [KEY_AUTO_WHITELIST_ADDRESS] = "address",
    [KEY_AUTO_WHITELIST_DOMAIN] = "domain",
};

/* ---- What follows from the verdict ---- */

static bool
is_deferred(const struct explanation *this)
{
	return reason_defers(this->verdict.reason);
}

static bool
is_by_triplet(const struct verdict *verdict)
{
	return reason_defers(verdict->reason) ||
	    reason_group(verdict->reason) == REASON_GROUP_PASSED;
}

/* Whether the record under this key has decided the verdict. */
static bool
is_decisive(const struct explanation *this, enum key_kind kind)
{
	const struct verdict *verdict = &this->verdict;
	const struct explained_key *key = &this->keys[kind];

	if (!key->exists || !key->answer.found ||
	    strcmp(key->key.client, verdict->key_client) != 0)
		return false;
	return key_kind_is_triplet(kind)
	    ? is_by_triplet(verdict)
	    : verdict->reason == REASON_AUTO_WHITELISTED;
}

/* The kind of the first key for which is_decisive() is true, or KEY_KINDS. */
static int
find_decisive(const struct explanation *this)
{
	int kind = 0;

	while (kind < KEY_KINDS && !is_decisive(this, (enum key_kind)kind))
		kind++;
	return kind;
}

/* The last time at which a retry passes. An early retry does not start a new
 * delay. */
static int64_t
retry_until_s(const struct explanation *this)
{
	const struct verdict *verdict = &this->verdict;
	int64_t since_s = verdict->reason == REASON_EARLY
	    ? this->now_s - verdict->age_s
	    : this->now_s;

	return record_later_by(since_s, this->rules->greylist.retry_window_s);
}

/* ---- The verdict ---- */

static void
add_pass(struct report *report, const struct explanation *this)
{
	bool at_rcpt_only = this->verdict.reason == REASON_NULL_SENDER &&
	    this->rules->null_sender == NULL_SENDER_DATA;

	report_number(report, "wait", -1);
	report_time(report, "retry_from", 0);
	report_time(report, "retry_until", 0);
	report_line(report, "verdict    an attempt now would pass%s",
	    at_rcpt_only ? " at RCPT, and be deferred at DATA" : "");
}

/* The first line says what happens now, the second one what happens next. */
static void
add_deferral(struct report *report, const struct explanation *this)
{
	const struct verdict *verdict = &this->verdict;
	int64_t from_s = this->now_s + verdict->wait_s;
	int64_t until_s = retry_until_s(this);

	report_number(report, "wait", verdict->wait_s);
	report_time(report, "retry_from", from_s);
	report_time(report, "retry_until", until_s);
	report_line(report, "verdict    an attempt now would %s %s%s",
	    verdict->shadow ? "pass in shadow mode; without it: deferred,"
			    : "be deferred:",
	    show_span(verdict->wait_s),
	    verdict->reason == REASON_EARLY ? " left" : "");
	report_line(report, "next       a retry passes from %s until %s",
	    show_time(from_s), show_time(until_s));
}

static void
add_verdict(struct report *report, const struct explanation *this)
{
	const struct verdict *verdict = &this->verdict;
	const char *reason = reason_word(verdict->reason);
	const char *help = reason_help(verdict->reason);

	report_text(report, "action", action_word(verdict->action));
	report_text(report, "reason", reason);
	report_text(report, "help", help);
	report_text(report, "would",
	    verdict->shadow ? action_word(verdict->would) : NULL);
	if (is_deferred(this))
		add_deferral(report, this);
	else
		add_pass(report, this);
	report_line(report, "reason     %s: %s", reason, help);
}

static void
add_no_list(struct report *report)
{
	report_text(report, "list_kind", NULL);
	report_text(report, "list_pattern", NULL);
	report_text(report, "list_setting", NULL);
	report_text(report, "list_source", NULL);
	report_text(report, "list_author", NULL);
	report_text(report, "list_comment", NULL);
	report_line(report, "list       no list entry matches");
}

static void
add_list(struct report *report, const struct listed *listed)
{
	const struct store_entry *entry = listed->entry;
	const char *author = entry != NULL ? entry->author : "";
	const char *comment = entry != NULL ? entry->comment : "";
	const char *kind = list_kind_word(listed->line.kind);
	const char *setting = listing_setting(&listed->line);
	const char *source = listing_source(&listed->line);

	report_text(report, "list_kind", kind);
	report_text(report, "list_pattern", listed->line.pattern);
	report_text(report, "list_setting", setting);
	report_text(report, "list_source", source);
	report_text(report, "list_author", author);
	report_text(report, "list_comment", comment);
	report_line(report, "list       %s %s, %s (%s)%s%s%s%s", kind,
	    listed->line.pattern, setting, source,
	    author[0] != '\0' ? ", by " : "", author,
	    comment[0] != '\0' ? ": " : "", comment);
}

/* ---- The message ---- */

static void
add_client(struct report *report, const struct explanation *this)
{
	const struct request *request = &this->request;
	const char *name = request->client_name;
	const char *shown_name = this->name_is_pool ? "" : name;
	bool has_address = this->keys[KEY_TRIPLET_NETWORK].exists;
	const char *known = this->only_known;

	report_text(report, "client",
	    known != NULL ? known : request->client_address);
	report_text(report, "name", name);
	report_text(report, "key_client", this->verdict.key_client);
	report_line(report, "client     %s%s%s%s%s", known != NULL ? known : "",
	    known != NULL ? "; its address is not known, lists were searched "
			    "for "
			  : "",
	    has_address ? request->client_address : "",
	    has_address && shown_name[0] != '\0' ? ", " : "", shown_name);
	if (this->name_is_pool)
		report_line(report,
		    INDENT "its name is not known; its pool %s has this "
			   "triplet too",
		    name);
	if (this->unreachable != NULL)
		report_line(report,
		    INDENT "the record is stored under %s, but requests no "
			   "longer look there",
		    this->unreachable);
}

static void
add_message(struct report *report, const struct explanation *this)
{
	const char *sender = this->request.sender;
	const char *recipient = this->request.recipient;
	const char *reference = this->verdict.reference;

	if (sender[0] == '\0')
		sender = "<>";
	report_text(report, "sender", sender);
	report_text(report, "recipient", recipient);
	report_text(report, "reference", reference);
	report_line(report, "sender     %s", sender);
	report_line(report, "recipient  %s", recipient);
	if (reference[0] != '\0')
		report_line(report, "reference  %s", reference);
}

/* ---- Keys ---- */

static void
add_time(struct report *report, const struct explanation *this,
    const char *name, const char *label, int64_t time_s)
{
	bool is_past = time_s <= this->now_s;
	int64_t span_s = is_past ? this->now_s - time_s : time_s - this->now_s;

	report_time(report, name, time_s);
	report_line(report, INDENT "%s %s (%s%s%s)", label, show_time(time_s),
	    is_past ? "" : "in ", show_span(span_s), is_past ? " ago" : "");
}

/* The store is not told of every attempt, so the last one may be later. */
static void
add_last_seen(struct report *report, const struct explanation *this,
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
add_triplet(struct report *report, const struct explanation *this,
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
add_auto_whitelist(struct report *report, const struct explanation *this,
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

/* Add how many counted retries are missing until the client is
 * auto-whitelisted. */
static void
add_missing(struct report *report, const struct explanation *this,
    const struct explained_key *key)
{
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
			   "%s counted retr%s",
		    expired ? "expired; " : "", n,
		    record != NULL && !expired ? " more" : "",
		    n == 1 ? "y" : "ies");
	else
		report_line(report, INDENT "auto-whitelisted");
	if (record != NULL && !key->asked && is_by_triplet(&this->verdict))
		report_line(report,
		    INDENT "ignored: a greylist matches this message");
}

static const char *
state_of(const struct explanation *this, enum key_kind kind)
{
	const struct store_answer *answer = &this->keys[kind].answer;

	if (!answer->found)
		return NULL;
	return key_kind_is_triplet(kind)
	    ? row_state_of_triplet(&answer->record, this->rules, this->now_s)
	    : row_state_of_auto_whitelist(&answer->record, this->rules,
		  this->now_s);
}

static void
add_key(struct report *report, const struct explanation *this,
    enum key_kind kind)
{
	const struct explained_key *key = &this->keys[kind];
	bool has_domain = kind == KEY_AUTO_WHITELIST_DOMAIN;

	report_text(report, "kind", key_kind_word(kind));
	report_text(report, "client", key->key.client);
	report_text(report, "sender", key->key.sender);
	report_text(report, "state", state_of(this, kind));
	report_line(report, "%-10s %s%s%s%s%s", labels[kind], key->key.client,
	    has_domain ? " for " : "", has_domain ? key->key.sender : "",
	    key->answer.found ? "" : ": no record",
	    find_decisive(this) == (int)kind ? ", which decides" : "");
	if (key_kind_is_triplet(kind))
		report_number(report, "missing", -1);
	else
		add_missing(report, this, key);
	if (!key->answer.found)
		add_no_record(report);
	else if (key_kind_is_triplet(kind))
		add_triplet(report, this, &key->answer.record);
	else
		add_auto_whitelist(report, this, &key->answer.record);
}

static void
add_keys(struct report *report, const struct explanation *this)
{
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

/* ---- The whole ---- */

void
explanation_report(const struct explanation *this, enum output_form form)
{
	struct report report;

	report_begin(&report, form);
	add_verdict(&report, this);
	if (this->verdict.listed.pattern != NULL)
		add_list(&report, &this->listed);
	else
		add_no_list(&report);
	add_client(&report, this);
	add_message(&report, this);
	add_keys(&report, this);
	report_end(&report);
}

void
explanation_separate(enum output_form form)
{
	struct report report;

	report_begin(&report, form);
	report_line(&report, "%s", "");
	report_end(&report);
}
