/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * tardigrey explain: what the daemon would answer now, and why. The engine
 * decides as ever; only its store looks up and writes nothing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/engine.h"
#include "host/clock.h"
#include "store/store_open.h"
#include "tools/client.h"
#include "tools/ctl.h"
#include "tools/listing.h"
#include "tools/show.h"
#include "tools/target.h"

/* ---- A store that remembers nothing new ---- */

struct dry {
	struct store store;
	struct store *real;         /* borrowed */
	bool asked;                 /* and it has answered */
	struct store_answer answer; /* if asked */
};

static enum store_rc
dry_lookup(struct store *store, const struct triplet *triplets, size_t n,
    struct store_answer *answers, struct err *err)
{
	struct dry *dry = (struct dry *)store;
	enum store_rc rc =
	    dry->real->ops->lookup(dry->real, triplets, n, answers, err);

	dry->asked = rc == STORE_OK;
	if (rc == STORE_OK)
		dry->answer = answers[0];
	return rc;
}

static enum store_rc
dry_apply(struct store *store, const struct store_change *changes, size_t n,
    struct err *err)
{
	(void)store;
	(void)changes;
	(void)n;
	(void)err;
	return STORE_OK;
}

static const struct store_ops dry_ops = {
    .scheme = "dry",
    .lookup = dry_lookup,
    .apply = dry_apply,
};

/* ---- One explanation ---- */

struct explanation {
	struct ctl *ctl;
	const struct listing *listing;
	struct dry dry;
	struct engine *engine;
	struct lists lists;
	int64_t now_s;
	struct request request;
	struct verdict verdict;
	struct listed listed;       /* if verdict.listed */
	const char *only_network;   /* all that is known of the client; NULL */
	const char *other_identity; /* the row's client, unlike ours; NULL */
};

/* The wait that would begin, or has begun, ends in a pass until then. */
static int64_t
retry_until_s(const struct explanation *this)
{
	const struct verdict *verdict = &this->verdict;
	int64_t since_s = verdict->reason == REASON_EARLY
	    ? this->now_s - verdict->age_s
	    : this->now_s;
	int64_t window_s = this->ctl->config.rules.greylist.retry_window_s;

	return window_s > INT64_MAX - since_s ? INT64_MAX : since_s + window_s;
}

static bool
is_deferred(const struct verdict *verdict)
{
	return verdict->reason == REASON_NEW ||
	    verdict->reason == REASON_EARLY || verdict->reason == REASON_LATE;
}

static void
print_verdict(const struct verdict *verdict)
{
	printf("verdict    %s, %s: %s\n", action_word(verdict->action),
	    reason_word(verdict->reason), reason_help(verdict->reason));
	if (verdict->shadow)
		printf("           in shadow: without it, %s\n",
		    action_word(verdict->would));
}

static void
print_listed(const struct listed *listed)
{
	const struct store_entry *entry = listed->entry;

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
print_who(const struct explanation *this)
{
	const struct verdict *verdict = &this->verdict;

	if (this->only_network != NULL)
		printf("client     %s; its address is not remembered, lists "
		       "were asked about %s\n",
		    show_text(this->only_network),
		    show_text(this->request.client_address));
	else
		printf("client     %s%s%s\n",
		    show_text(this->request.client_address),
		    verdict->identity[0] != '\0' ? ", counts as " : "",
		    verdict->identity);
	if (this->other_identity != NULL)
		printf("           remembered as %s, under another ipv4_prefix "
		       "or ipv6_prefix: not found any more\n",
		    show_text(this->other_identity));
	printf("sender     %s\n",
	    this->request.sender[0] != '\0' ? show_text(this->request.sender)
					    : "<>");
	printf("recipient  %s\n", show_text(this->request.recipient));
	if (verdict->reference[0] != '\0')
		printf("reference  %s\n", verdict->reference);
}

static void
print_when(const struct explanation *this, const char *label, int64_t time_s)
{
	if (time_s <= this->now_s)
		printf("%s%s (%s ago)\n", label, show_time(time_s),
		    show_span(this->now_s - time_s));
	else
		printf("%s%s (in %s)\n", label, show_time(time_s),
		    show_span(time_s - this->now_s));
}

static void
print_record(const struct explanation *this)
{
	const struct record *record = &this->dry.answer.record;

	if (!this->dry.asked)
		return;
	if (!this->dry.answer.found) {
		puts("remembered nothing");
		return;
	}
	print_when(this, "first seen ", record->first_seen_s);
	print_when(this, "last seen  ", record->last_seen_s);
	if (record->passed_s != 0)
		print_when(this, "passed     ", record->passed_s);
	else
		puts("passed     not yet");
	printf("counted    %" PRId64 " deferral%s, %" PRId64 " pass%s\n",
	    record->deferred_n, show_plural(record->deferred_n),
	    record->passed_n, record->passed_n == 1 ? "" : "es");
	print_when(this, "expires    ", record->expires_s);
}

static void
print_next(const struct explanation *this)
{
	const struct verdict *verdict = &this->verdict;

	if (!is_deferred(verdict)) {
		puts("next       an attempt now passes");
		return;
	}
	printf("next       %s a retry after %s (in %s) passes, until %s\n",
	    verdict->shadow ? "an attempt now passes; without shadow"
			    : "an attempt now is deferred;",
	    show_time(this->now_s + verdict->wait_s),
	    show_span(verdict->wait_s), show_time(retry_until_s(this)));
}

static void
print_text(const struct explanation *this)
{
	print_verdict(&this->verdict);
	if (this->verdict.listed != NULL)
		print_listed(&this->listed);
	else
		puts("list       nothing in a list has a say");
	print_who(this);
	print_record(this);
	print_next(this);
}

/* ---- JSON ---- */

static const struct column columns[] = {
    {"action", COLUMN_TEXT},
    {"reason", COLUMN_TEXT},
    {"help", COLUMN_TEXT},
    {"would", COLUMN_TEXT},
    {"client", COLUMN_TEXT},
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
    {"first_seen", COLUMN_TIME},
    {"last_seen", COLUMN_TIME},
    {"passed", COLUMN_TIME},
    {"deferred", COLUMN_NUMBER},
    {"passes", COLUMN_NUMBER},
    {"expires", COLUMN_TIME},
    {"wait", COLUMN_SPAN},
    {"retry_from", COLUMN_TIME},
    {"retry_until", COLUMN_TIME},
};

static void
put_listed(struct table *table, const struct explanation *this)
{
	const struct listed *listed = &this->listed;
	const struct store_entry *entry = listed->entry;

	if (this->verdict.listed == NULL) {
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
put_record(struct table *table, const struct explanation *this)
{
	struct record record = {.deferred_n = -1, .passed_n = -1};

	if (this->dry.asked && this->dry.answer.found)
		record = this->dry.answer.record;
	table_number(table, record.first_seen_s);
	table_number(table, record.last_seen_s);
	table_number(table, record.passed_s);
	table_number(table, record.deferred_n);
	table_number(table, record.passed_n);
	table_number(table, record.expires_s);
}

static void
print_json(const struct explanation *this)
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
	table_text(&table, this->request.client_address);
	table_text(&table,
	    verdict->identity[0] != '\0' ? verdict->identity : NULL);
	table_text(&table,
	    this->request.sender[0] != '\0' ? this->request.sender : "<>");
	table_text(&table, this->request.recipient);
	table_text(&table,
	    verdict->reference[0] != '\0' ? verdict->reference : NULL);
	put_listed(&table, this);
	put_record(&table, this);
	table_number(&table, deferred ? verdict->wait_s : -1);
	table_number(&table, deferred ? this->now_s + verdict->wait_s : 0);
	table_number(&table, deferred ? retry_until_s(this) : 0);
	table_end(&table);
}

/* ---- Deciding ---- */

/* What is remembered although a list or a state has settled it. */
static void
look_up(struct explanation *this)
{
	struct triplet triplet;
	struct err err;

	triplet_of(&this->request, &this->ctl->config.rules.triplet, &triplet);
	(void)dry_lookup(&this->dry.store, &triplet, 1, &this->dry.answer,
	    &err);
}

/* Explain the request. */
static int
explain(struct explanation *this)
{
	struct err err;

	this->dry.asked = false;
	if (engine_check(this->engine, &this->request, 1, this->now_s,
		&this->verdict, &err) != STORE_OK) {
		ctl_complain("%s", err.text);
		return CTL_REFUSED;
	}
	if (!this->dry.asked)
		look_up(this);
	if (this->verdict.listed != NULL)
		this->listed =
		    listing_describe(this->listing, this->verdict.listed);
	if (this->ctl->json)
		print_json(this);
	else
		print_text(this);
	return CTL_DONE;
}

static int
take_name(const struct ctl_arguments *arguments, struct request *request)
{
	const char *name = ctl_value(arguments, "name");

	if (name == NULL)
		return CTL_DONE;
	if (strlen(name) > REQUEST_TEXT_MAX)
		return ctl_misused(arguments,
		    "--name: expected at most %d octets", REQUEST_TEXT_MAX);
	strcpy(request->client_name, name);
	request->client_name_confirmed = true;
	return CTL_DONE;
}

/* A question from the parts of a triplet. */
static int
make_request(const struct triplet *triplet, struct request *request,
    bool *is_network)
{
	struct client client;
	struct err err;

	if (client_parse(triplet->client, &client, &err) != 0) {
		ctl_complain("%s", err.text);
		return CTL_REFUSED;
	}
	request->client = client.address;
	netaddr_format(&client.address, request->client_address);
	strcpy(request->sender,
	    strcmp(triplet->sender, "<>") == 0 ? "" : triplet->sender);
	strcpy(request->recipient, triplet->recipient);
	*is_network = client.is_network;
	return CTL_DONE;
}

static int
explain_parts(struct explanation *this, const struct ctl_arguments *arguments)
{
	struct request *request = &this->request;
	struct triplet triplet;
	int status = target_triplet(this->ctl, arguments->items, &triplet);
	bool is_network;

	if (status == CTL_DONE)
		status = make_request(&triplet, request, &is_network);
	if (status != CTL_DONE)
		return status;
	/* The client as it was given; addresses with their letters. */
	if (netaddr_parse(arguments->items[0], &request->client) == 0)
		netaddr_format(&request->client, request->client_address);
	else
		this->only_network = arguments->items[0];
	strcpy(request->sender,
	    strcmp(arguments->items[1], "<>") == 0 ? "" : arguments->items[1]);
	strcpy(request->recipient, arguments->items[2]);
	return explain(this);
}

static int
explain_row(struct explanation *this, const struct triplet *triplet)
{
	struct triplet now;
	bool is_network;

	if (make_request(triplet, &this->request, &is_network) != CTL_DONE)
		return CTL_REFUSED;
	triplet_of(&this->request, &this->ctl->config.rules.triplet, &now);
	this->only_network = is_network ? triplet->client : NULL;
	this->other_identity =
	    triplet_equal(&now, triplet) ? NULL : triplet->client;
	return explain(this);
}

static int
explain_reference(struct explanation *this,
    const struct ctl_arguments *arguments)
{
	struct store_row *rows;
	size_t n;
	int status =
	    target_by_reference(this->dry.real, arguments->items[0], &rows, &n);

	for (size_t i = 0; status == CTL_DONE && i < n; i++) {
		if (i > 0 && !this->ctl->json)
			putchar('\n');
		status = explain_row(this, &rows[i].triplet);
	}
	free(rows);
	return status;
}

static int
explain_all(struct explanation *this, const struct ctl_arguments *arguments)
{
	int status = take_name(arguments, &this->request);

	if (status != CTL_DONE)
		return status;
	this->engine =
	    engine_new(&this->dry.store, &this->ctl->config.rules, 1);
	if (this->engine == NULL) {
		ctl_complain("out of memory");
		return CTL_REFUSED;
	}
	engine_set_lists(this->engine, &this->lists);
	status = arguments->n == 1 ? explain_reference(this, arguments)
				   : explain_parts(this, arguments);
	engine_free(this->engine);
	return status;
}

int
ctl_explain(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	static struct explanation this; /* large */
	struct listing *listing = NULL;
	int status;

	if (arguments->n == 2)
		return ctl_misused(arguments,
		    "expected one REFERENCE, or CLIENT SENDER RECIPIENT");
	this.ctl = ctl;
	this.now_s = clock_now_s();
	request_clear(&this.request);
	this.dry.store.ops = &dry_ops;
	this.dry.real = ctl_open_store(ctl);
	if (this.dry.real == NULL)
		return CTL_REFUSED;
	status = listing_load(ctl, this.dry.real, &listing);
	if (status == CTL_DONE) {
		this.listing = listing;
		this.lists = listing_lists(listing);
		status = explain_all(&this, arguments);
	}
	listing_free(listing);
	store_close(this.dry.real);
	return status;
}
