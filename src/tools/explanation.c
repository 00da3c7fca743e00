/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/explanation.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/show.h"
#include "tools/row_state.h"

static const char *const identity_words[KEY_KINDS] = {
    [KEY_TRIPLET_NETWORK] = "network",
    [KEY_TRIPLET_POOL] = "pool",
    [KEY_AUTO_WHITELIST_ADDRESS] = "address",
    [KEY_AUTO_WHITELIST_DOMAIN] = "domain",
};

/* ---- What follows from the verdict ---- */

static bool
is_deferred(const struct verdict *verdict)
{
	return verdict->reason == REASON_NEW ||
	    verdict->reason == REASON_EARLY || verdict->reason == REASON_LATE;
}

static bool
is_by_triplet(const struct verdict *verdict)
{
	return is_deferred(verdict) || verdict->reason == REASON_RETRIED ||
	    verdict->reason == REASON_KNOWN;
}

/* The identity whose row decided, or -1. */
static int
find_decisive(const struct explanation *this)
{
	const struct verdict *verdict = &this->verdict;

	for (int i = 0; i < KEY_KINDS; i++) {
		const struct remembered *remembered = &this->remembered[i];

		if (remembered->is && remembered->answer.found &&
		    strcmp(remembered->key.client, verdict->identity) == 0 &&
		    (!key_kind_is_triplet(i)
			    ? verdict->reason == REASON_AUTO_WHITELISTED
			    : is_by_triplet(verdict)))
			return i;
	}
	return -1;
}

/* The wait that would begin, or has begun, ends in a pass until then. */
static int64_t
retry_until_s(const struct explanation *this)
{
	const struct verdict *verdict = &this->verdict;
	int64_t since_s = verdict->reason == REASON_EARLY
	    ? this->now_s - verdict->age_s
	    : this->now_s;

	return record_later_by(since_s, this->rules->greylist.retry_window_s);
}

/* ---- Text ---- */

#define INDENT "           "

static void
print_verdict(const struct verdict *verdict)
{
	printf("verdict    %s, %s: %s\n", action_word(verdict->action),
	    reason_word(verdict->reason), reason_help(verdict->reason));
	if (verdict->shadow)
		printf(INDENT "in shadow: without it, %s\n",
		    action_word(verdict->would));
}

static void
print_listed(const struct explanation *this)
{
	const struct listed *listed = &this->listed;
	const struct store_entry *entry = listed->entry;

	if (this->verdict.listed.pattern == NULL) {
		puts("list       nothing in a list has a say");
		return;
	}
	printf("list       %s %s, %s (%s)", list_kind_word(listed->line.kind),
	    show_text(listed->line.pattern), listing_setting(&listed->line),
	    show_text(listing_source(&listed->line)));
	if (entry != NULL && entry->author[0] != '\0')
		printf(", by %s", show_text(entry->author));
	if (entry != NULL && entry->comment[0] != '\0')
		printf(": %s", show_text(entry->comment));
	putchar('\n');
}

static void
print_client(const struct explanation *this)
{
	const struct request *request = &this->request;
	const char *name = request->client_name;
	bool has_address = this->remembered[KEY_TRIPLET_NETWORK].is;

	printf("client     ");
	if (this->only_known != NULL)
		printf("%s; its address is not known, lists were asked about ",
		    show_text(this->only_known));
	printf("%s%s%s\n",
	    has_address ? show_text(request->client_address) : "",
	    has_address && name[0] != '\0' ? ", " : "", show_text(name));
}

static void
print_who(const struct explanation *this)
{
	print_client(this);
	if (this->other_identity != NULL)
		printf(INDENT "remembered as %s, which it does not count as "
			      "any more: not found\n",
		    show_text(this->other_identity));
	printf("sender     %s\n",
	    this->request.sender[0] != '\0' ? show_text(this->request.sender)
					    : "<>");
	printf("recipient  %s\n", show_text(this->request.recipient));
	if (this->verdict.reference[0] != '\0')
		printf("reference  %s\n", this->verdict.reference);
}

static void
print_when(const struct explanation *this, const char *label, int64_t time_s)
{
	if (time_s <= this->now_s)
		printf(INDENT "%s %s (%s ago)\n", label, show_time(time_s),
		    show_span(this->now_s - time_s));
	else
		printf(INDENT "%s %s (in %s)\n", label, show_time(time_s),
		    show_span(time_s - this->now_s));
}

static void
print_triplet(const struct explanation *this, const struct record *record)
{
	print_when(this, "first seen", record->first_seen_s);
	print_when(this, "last seen ", record->last_seen_s);
	if (record->passed_s != 0)
		print_when(this, "passed    ", record->passed_s);
	else
		puts(INDENT "passed     not yet");
	printf(INDENT "counted    %" PRId64 " deferral%s, %" PRId64 " pass%s\n",
	    record->deferred_n, show_plural(record->deferred_n),
	    record->passed_n, record->passed_n == 1 ? "" : "es");
	print_when(this, "expires   ", record->expires_s);
}

/* How near it is to passing at once. */
static void
print_standing(const struct explanation *this, const struct remembered *who)
{
	const struct record *record =
	    who->answer.found ? &who->answer.record : NULL;
	int64_t missing_n = row_state_missing(record, this->rules, this->now_s);
	bool forgotten = record != NULL &&
	    strcmp(row_state_of_auto_whitelist(record, this->rules,
		       this->now_s),
		"forgotten") == 0;

	if (this->rules->auto_whitelist_after == 0)
		puts(INDENT "nobody is whitelisted: auto_whitelist_after = 0");
	else if (missing_n > 0)
		printf(INDENT "%swhitelisted after %" PRId64 "%s triplet%s "
			      "that pass%s by a retry\n",
		    forgotten ? "forgotten; " : "", missing_n,
		    record != NULL && !forgotten ? " more" : "",
		    show_plural(missing_n), missing_n == 1 ? "es" : "");
	else
		puts(INDENT "whitelisted");
	if (record != NULL && !who->asked && is_by_triplet(&this->verdict))
		puts(INDENT "does not count here: a list wants it greylisted");
}

static void
print_proof(const struct explanation *this, const struct record *record)
{
	printf(INDENT "counted    %" PRId64
		      " triplet%s that passed by a retry\n",
	    record->passed_n, show_plural(record->passed_n));
	print_when(this, "since     ", record->first_seen_s);
	print_when(this, "last used ", record->last_seen_s);
	print_when(this, "expires   ", record->expires_s);
}

static void
print_identity(const struct explanation *this, enum key_kind identity)
{
	const struct remembered *who = &this->remembered[identity];
	const struct record *record = &who->answer.record;
	bool decides = find_decisive(this) == (int)identity;

	if (!who->is)
		return;
	printf("%-10s %s%s%s%s%s\n", identity_words[identity],
	    show_text(who->key.client),
	    identity == KEY_AUTO_WHITELIST_DOMAIN ? " for " : "",
	    identity == KEY_AUTO_WHITELIST_DOMAIN ? show_text(who->key.sender)
						  : "",
	    who->answer.found ? "" : ": nothing is remembered",
	    decides ? ", which decides" : "");
	if (!key_kind_is_triplet(identity))
		print_standing(this, who);
	if (who->answer.found && !key_kind_is_triplet(identity))
		print_proof(this, record);
	else if (who->answer.found)
		print_triplet(this, record);
}

static void
print_next(const struct explanation *this)
{
	const struct verdict *verdict = &this->verdict;

	if (!is_deferred(verdict)) {
		printf("next       an attempt now passes%s\n",
		    verdict->reason == REASON_NULL_SENDER &&
			    this->rules->null_sender == NULL_SENDER_DATA
			? " at RCPT; at DATA it is deferred"
			: "");
		return;
	}
	printf("next       %s a retry after %s (in %s) passes, until %s\n",
	    verdict->shadow ? "an attempt now passes; without shadow"
			    : "an attempt now is deferred;",
	    show_time(this->now_s + verdict->wait_s),
	    show_span(verdict->wait_s), show_time(retry_until_s(this)));
}

void
explanation_print(const struct explanation *this)
{
	print_verdict(&this->verdict);
	print_listed(this);
	print_who(this);
	for (int i = 0; i < KEY_KINDS; i++)
		print_identity(this, (enum key_kind)i);
	print_next(this);
}

/* ---- JSON ---- */

static const struct column columns[] = {
    {"action", COLUMN_TEXT},
    {"reason", COLUMN_TEXT},
    {"help", COLUMN_TEXT},
    {"would", COLUMN_TEXT},
    {"client", COLUMN_TEXT},
    {"name", COLUMN_TEXT},
    {"identity", COLUMN_TEXT},
    {"sender", COLUMN_TEXT},
    {"recipient", COLUMN_TEXT},
    {"reference", COLUMN_TEXT},
    {"list_kind", COLUMN_TEXT},
    {"list_pattern", COLUMN_TEXT},
    {"list_setting", COLUMN_TEXT},
    {"list_source", COLUMN_TEXT},
    {"list_author", COLUMN_TEXT},
    {"list_comment", COLUMN_TEXT},
    {"decided_by", COLUMN_TEXT},
    {"identities", COLUMN_ROWS},
    {"wait", COLUMN_SPAN},
    {"retry_from", COLUMN_TIME},
    {"retry_until", COLUMN_TIME},
};

static const struct column identity_columns[] = {
    {"identity", COLUMN_TEXT},
    {"client", COLUMN_TEXT},
    {"sender", COLUMN_TEXT},
    {"state", COLUMN_TEXT},
    {"missing", COLUMN_NUMBER},
    {"first_seen", COLUMN_TIME},
    {"last_seen", COLUMN_TIME},
    {"passed", COLUMN_TIME},
    {"deferred", COLUMN_NUMBER},
    {"passes", COLUMN_NUMBER},
    {"expires", COLUMN_TIME},
};

static void
put_listed(struct table *table, const struct explanation *this)
{
	const struct listed *listed = &this->listed;
	const struct store_entry *entry = listed->entry;

	if (this->verdict.listed.pattern == NULL) {
		for (int i = 0; i < 6; i++)
			table_text(table, NULL);
		return;
	}
	table_text(table, list_kind_word(listed->line.kind));
	table_text(table, listed->line.pattern);
	table_text(table, listing_setting(&listed->line));
	table_text(table, listing_source(&listed->line));
	table_text(table, entry != NULL ? entry->author : NULL);
	table_text(table, entry != NULL ? entry->comment : NULL);
}

static void
put_record(struct table *table, const struct store_answer *answer)
{
	struct record record = {.deferred_n = -1, .passed_n = -1};

	if (answer->found)
		record = answer->record;
	table_number(table, record.first_seen_s);
	table_number(table, record.last_seen_s);
	table_number(table, record.passed_s);
	table_number(table, record.deferred_n);
	table_number(table, record.passed_n);
	table_number(table, record.expires_s);
}

static const char *
state_of(const struct explanation *this, enum key_kind identity)
{
	const struct store_answer *answer = &this->remembered[identity].answer;

	if (!answer->found)
		return NULL;
	return !key_kind_is_triplet(identity)
	    ? row_state_of_auto_whitelist(&answer->record, this->rules,
		  this->now_s)
	    : row_state_of_triplet(&answer->record, this->rules, this->now_s);
}

static void
put_identity(struct table *table, const struct explanation *this,
    enum key_kind identity)
{
	const struct remembered *who = &this->remembered[identity];
	bool counts = !key_kind_is_triplet(identity) &&
	    this->rules->auto_whitelist_after > 0;

	if (!who->is)
		return;
	table_text(table, identity_words[identity]);
	table_text(table, who->key.client);
	table_text(table, who->key.sender);
	table_text(table, state_of(this, identity));
	table_number(table,
	    counts ? row_state_missing(who->answer.found ? &who->answer.record
							 : NULL,
			 this->rules, this->now_s)
		   : -1);
	put_record(table, &who->answer);
}

static void
put_identities(struct table *table, const struct explanation *this)
{
	int decisive = find_decisive(this);
	struct table inner;

	table_text(table, decisive >= 0 ? identity_words[decisive] : NULL);
	table_begin_within(&inner, identity_columns,
	    sizeof(identity_columns) / sizeof(identity_columns[0]), table);
	for (int i = 0; i < KEY_KINDS; i++)
		put_identity(&inner, this, (enum key_kind)i);
	table_end(&inner);
}

static void
put_who(struct table *table, const struct explanation *this)
{
	const struct request *request = &this->request;

	table_text(table,
	    this->only_known != NULL ? this->only_known
				     : request->client_address);
	table_text(table, request->client_name);
	table_text(table, this->verdict.identity);
	table_text(table, request->sender[0] != '\0' ? request->sender : "<>");
	table_text(table, request->recipient);
	table_text(table, this->verdict.reference);
}

void
explanation_print_json(const struct explanation *this)
{
	const struct verdict *verdict = &this->verdict;
	bool deferred = is_deferred(verdict);
	struct table table;

	table_begin(&table, columns, sizeof(columns) / sizeof(columns[0]),
	    TABLE_JSON);
	table_text(&table, action_word(verdict->action));
	table_text(&table, reason_word(verdict->reason));
	table_text(&table, reason_help(verdict->reason));
	table_text(&table,
	    verdict->shadow ? action_word(verdict->would) : NULL);
	put_who(&table, this);
	put_listed(&table, this);
	put_identities(&table, this);
	table_number(&table, deferred ? verdict->wait_s : -1);
	table_number(&table, deferred ? this->now_s + verdict->wait_s : 0);
	table_number(&table, deferred ? retry_until_s(this) : 0);
	table_end(&table);
}
