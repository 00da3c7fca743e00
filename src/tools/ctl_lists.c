/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_lists: tardigrey whitelist list, whitelist check, and the same for the
 * greylist. */
#include <string.h>

#include "system/clock.h"
#include "store/store_open.h"
#include "tools/ctl.h"
#include "tools/listing.h"
#include "tools/mail_argument.h"
#include "tools/table.h"

#define GREYLISTS (LIST_ANY_EFFECT & ~(unsigned)LIST_WHITELIST)

/* ---- Listing ---- */

static const struct column columns[] = {
    {"kind", COLUMN_TEXT},
    {"pattern", COLUMN_TEXT},
    {"setting", COLUMN_TEXT},
    {"source", COLUMN_TEXT},
    {"hits", COLUMN_NUMBER},
    {"last_hit", COLUMN_TIME},
    {"created", COLUMN_TIME},
    {"expires", COLUMN_TIME},
    {"author", COLUMN_TEXT},
    {"comment", COLUMN_TEXT},
};
#define COLUMNS_N (sizeof(columns) / sizeof(columns[0]))

static void
print_row(struct table *table, const struct listed *listed)
{
	const struct store_entry *entry = listed->entry;

	table_text(table, list_kind_word(listed->line.kind));
	table_text(table, listed->line.pattern);
	table_text(table, listing_setting(&listed->line));
	table_text(table, listing_source(&listed->line));
	table_number(table, listed->hits_n);
	table_number(table, listed->last_hit_s);
	table_number(table, entry != NULL ? entry->created_s : 0);
	table_number(table, listed->line.expires_s);
	table_text(table, entry != NULL ? entry->author : NULL);
	table_text(table, entry != NULL ? entry->comment : NULL);
}

struct choice {
	struct table table;
	bool whitelists;
	bool any_kind;
	enum list_kind kind;
	int64_t unused_since_s; /* listing_is_unused(); INT64_MAX: any */
};

static void
print_chosen(const struct listed *listed, void *arg)
{
	struct choice *choice = arg;

	if ((listed->line.effect == LIST_WHITELIST) == choice->whitelists &&
	    (choice->any_kind || listed->line.kind == choice->kind) &&
	    listing_is_unused(listed, choice->unused_since_s))
		print_row(&choice->table, listed);
}

/* Open the store and load the listing. If this returns CTL_DONE, the caller
 * frees both. */
static int
open_listing(struct ctl *ctl, struct store **store, struct listing **listing)
{
	int status;

	*store = ctl_open_store(ctl);
	if (*store == NULL)
		return CTL_REFUSED;
	status = listing_load(ctl, *store, listing);
	if (status != CTL_DONE)
		store_close(*store);
	return status;
}

static int
list(struct ctl *ctl, const struct ctl_arguments *arguments, bool whitelists)
{
	struct choice choice = {
	    .whitelists = whitelists,
	    .any_kind = arguments->n == 0,
	    .unused_since_s = INT64_MAX,
	};
	struct listing *listing;
	struct store *store;
	int64_t unused_s = 0;
	int status;

	if (arguments->n > 0 &&
	    listing_parse_kind(arguments, &choice.kind) != CTL_DONE)
		return CTL_USAGE;
	if (ctl_value_span(arguments, "unused", &unused_s) != 0)
		return CTL_USAGE;
	if (unused_s > 0)
		choice.unused_since_s = clock_now_s() - unused_s;
	status = open_listing(ctl, &store, &listing);
	if (status != CTL_DONE)
		return status;
	table_begin(&choice.table, columns, COLUMNS_N, ctl->form);
	listing_each(listing, print_chosen, &choice);
	table_end(&choice.table);
	listing_free(listing);
	store_close(store);
	return CTL_DONE;
}

/* ---- Checking ---- */

static int
make_request(const struct ctl_arguments *arguments, enum list_kind *kind,
    struct request *request)
{
	const char *name = ctl_value(arguments, "name");
	const char *value = arguments->items[1];

	request_clear(request);
	if (listing_parse_kind(arguments, kind) != CTL_DONE)
		return CTL_USAGE;
	if (name != NULL && *kind != LIST_CLIENT)
		return ctl_misused(arguments, "--name is for clients only");
	if (name != NULL && strlen(name) > REQUEST_TEXT_MAX)
		return ctl_misused(arguments,
		    "--name: the name is too long (at most %d octets)",
		    REQUEST_TEXT_MAX);
	if (*kind == LIST_CLIENT && netaddr_parse(value, &request->client) != 0)
		return ctl_misused(arguments,
		    "not the address of a client: \"%s\" (write it like 192.0.2.1)",
		    value);
	if (strlen(value) > REQUEST_ADDRESS_MAX)
		return ctl_misused(arguments,
		    "the address is too long (at most %d octets)",
		    REQUEST_ADDRESS_MAX);
	if (name != NULL) {
		strcpy(request->client_name, name);
		request->client_name_confirmed = true;
	}
	if (*kind == LIST_SENDER && strcmp(value, "<>") != 0)
		mail_argument_strip(value, request->sender);
	else if (*kind == LIST_RECIPIENT)
		mail_argument_strip(value, request->recipient);
	return CTL_DONE;
}

struct match {
	const struct listing *listing;
	enum output_form form;
	struct table table; /* begun at the first match */
	size_t n;
};

static bool
print_match(const struct list_entry *entry, void *arg)
{
	struct match *match = arg;
	struct listed listed = listing_describe(match->listing, entry);

	if (match->n++ == 0)
		table_begin(&match->table, columns, COLUMNS_N, match->form);
	print_row(&match->table, &listed);
	return true;
}

static int
check(struct ctl *ctl, const struct ctl_arguments *arguments, bool whitelists)
{
	unsigned effects = whitelists ? LIST_WHITELIST : GREYLISTS;
	static struct request request; /* large */
	struct listing *listing;
	struct match match = {0};
	struct store *store;
	enum list_kind kind;
	int64_t now_s = clock_now_s();
	int status = make_request(arguments, &kind, &request);

	if (status == CTL_DONE)
		status = open_listing(ctl, &store, &listing);
	if (status != CTL_DONE)
		return status;
	match.listing = listing;
	match.form = ctl->form;
	list_each(listing_entries(listing), kind, effects, &request, now_s,
	    print_match, &match);
	list_each(listing_files(listing), kind, effects, &request, now_s,
	    print_match, &match);
	if (match.n > 0)
		table_end(&match.table);
	listing_free(listing);
	store_close(store);
	if (match.n == 0)
		complain("nothing in the %s matches %s %s",
		    whitelists ? "whitelist" : "greylist", list_kind_word(kind),
		    arguments->items[1]);
	return match.n > 0 ? CTL_DONE : CTL_REFUSED;
}

/* ---- The two lists ---- */

int
ctl_whitelist_list(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	return list(ctl, arguments, true);
}

int
ctl_greylist_list(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	return list(ctl, arguments, false);
}

int
ctl_whitelist_check(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	return check(ctl, arguments, true);
}

int
ctl_greylist_check(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	return check(ctl, arguments, false);
}
