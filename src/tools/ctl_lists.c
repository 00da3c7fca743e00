/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* tardigrey whitelist, greylist: add, remove, list, check */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "lists/regex.h"
#include "system/clock.h"
#include "system/list_files.h"
#include "store/store_open.h"
#include "tools/ctl.h"
#include "tools/listing.h"
#include "tools/show.h"

#define GREYLISTS ((unsigned)(LIST_GREYLIST | LIST_SHADOW | LIST_DELAY))

static int
parse_kind(const struct ctl_arguments *arguments, enum list_kind *kind)
{
	if (list_kind_parse(arguments->items[0], kind) == 0)
		return CTL_DONE;
	return ctl_misused(arguments,
	    "expected client, sender or recipient, got \"%s\"",
	    arguments->items[0]);
}

/* ---- Adding ---- */

static int
refuse_host_bits(const char *text, const struct pattern *pattern)
{
	char address[NETADDR_TEXT_SIZE];

	snprintf(address, sizeof(address), "%.*s", (int)strcspn(text, "/"),
	    text);
	ctl_complain("%s has bits set behind its prefix: expected %s for the "
		     "network, or %s for the one address",
	    text, pattern->text, address);
	return CTL_USAGE;
}

/* The kind and the pattern, in their one spelling. */
static int
take_key(const struct ctl_arguments *arguments, struct store_entry *entry)
{
	const char *text = arguments->items[1];
	struct pattern pattern;
	struct err err;

	if (parse_kind(arguments, &entry->kind) != CTL_DONE)
		return CTL_USAGE;
	if (pattern_parse(entry->kind, text, &pattern, &err) != 0) {
		ctl_complain("%s", err.text);
		return CTL_USAGE;
	}
	if (pattern.had_host_bits)
		return refuse_host_bits(text, &pattern);
	strcpy(entry->pattern, pattern.text);
	return CTL_DONE;
}

/* So that the daemon need not leave it out. */
static int
check_regex(const struct store_entry *entry)
{
	struct pattern pattern;
	struct regex *regex;
	struct err err;

	if (pattern_parse(entry->kind, entry->pattern, &pattern, &err) != 0 ||
	    pattern.type != PATTERN_REGEX)
		return CTL_DONE;
	regex = regex_new(pattern.text, &err);
	regex_free(regex);
	if (regex != NULL)
		return CTL_DONE;
	ctl_complain("%s", err.text);
	return CTL_USAGE;
}

/* "0" is a delay too: ctl_value_span() would not have it. */
static int
take_delay(const struct ctl *ctl, const struct ctl_arguments *arguments,
    struct store_entry *entry)
{
	int64_t ms, window_s = ctl->config.rules.greylist.retry_window_s;
	const char *text = ctl_value(arguments, "delay");

	if (text == NULL)
		return CTL_DONE;
	if (duration_parse(text, &ms) != 0 || ms % 1000 != 0)
		return ctl_misused(arguments,
		    "--delay: expected a time with its unit, like 90s or "
		    "10m, got \"%s\"",
		    text);
	if (ms / 1000 >= window_s)
		return ctl_misused(arguments,
		    "--delay %s: expected less than retry_window, which is %s",
		    text, config_given(&ctl->config, "retry_window")->text);
	entry->effect = LIST_DELAY;
	entry->delay_s = ms / 1000;
	return CTL_DONE;
}

static int
take_effect(const struct ctl *ctl, const struct ctl_arguments *arguments,
    struct store_entry *entry)
{
	bool shadow = ctl_value(arguments, "shadow") != NULL;
	bool delay = ctl_value(arguments, "delay") != NULL;

	if ((shadow || delay) && entry->kind != LIST_RECIPIENT)
		return ctl_misused(arguments,
		    "--delay and --shadow are for recipients only");
	if (shadow && delay)
		return ctl_misused(arguments,
		    "expected --delay or --shadow, got both");
	if (shadow)
		entry->effect = LIST_SHADOW;
	return take_delay(ctl, arguments, entry);
}

static int
take_comment(const struct ctl_arguments *arguments, struct store_entry *entry)
{
	const char *comment = ctl_value(arguments, "comment");

	if (comment == NULL)
		return CTL_DONE;
	if (strlen(comment) >= sizeof(entry->comment))
		return ctl_misused(arguments,
		    "--comment: expected at most %zu octets",
		    sizeof(entry->comment) - 1);
	strcpy(entry->comment, comment);
	return CTL_DONE;
}

static int
take_expires(const struct ctl_arguments *arguments, struct store_entry *entry)
{
	int64_t span_s = 0;

	if (ctl_value_span(arguments, "expires", &span_s) != 0)
		return CTL_USAGE;
	if (span_s > INT64_MAX - entry->created_s)
		return ctl_misused(arguments, "--expires: expected less");
	if (span_s > 0)
		entry->expires_s = entry->created_s + span_s;
	return CTL_DONE;
}

static int
make_entry(const struct ctl *ctl, const struct ctl_arguments *arguments,
    bool whitelists, struct store_entry *entry)
{
	int status = take_key(arguments, entry);

	entry->effect = whitelists ? LIST_WHITELIST : LIST_GREYLIST;
	entry->created_s = clock_now_s();
	strcpy(entry->author, ctl->author);
	if (status == CTL_DONE)
		status = check_regex(entry);
	if (status == CTL_DONE)
		status = take_effect(ctl, arguments, entry);
	if (status == CTL_DONE)
		status = take_comment(arguments, entry);
	if (status == CTL_DONE)
		status = take_expires(arguments, entry);
	return status;
}

struct search {
	const struct store_entry *entry;
	bool found;
};

static void
compare_key(const struct store_entry *entry, void *arg)
{
	struct search *search = arg;

	if (entry->kind == search->entry->kind &&
	    (entry->effect == LIST_WHITELIST) ==
		(search->entry->effect == LIST_WHITELIST) &&
	    strcmp(entry->pattern, search->entry->pattern) == 0)
		search->found = true;
}

static struct list_entry
line_of(const struct store_entry *entry)
{
	return (struct list_entry){.kind = entry->kind,
	    .effect = entry->effect,
	    .delay_s = entry->delay_s,
	    .pattern = entry->pattern,
	    .source = ""};
}

static void
report_json(const char *done, const struct store_entry *entry,
    const char *setting)
{
	static const struct column columns[] = {
	    {"done", COLUMN_TEXT},
	    {"kind", COLUMN_TEXT},
	    {"pattern", COLUMN_TEXT},
	    {"setting", COLUMN_TEXT},
	    {"expires", COLUMN_TIME},
	};
	struct table table;

	table_begin(&table, columns, 5, TABLE_JSON);
	table_text(&table, done);
	table_text(&table, list_kind_word(entry->kind));
	table_text(&table, entry->pattern);
	table_text(&table, setting);
	table_number(&table, entry->expires_s);
	table_end(&table);
}

static void
report_added(const struct ctl *ctl, const struct store_entry *entry,
    bool changed)
{
	struct list_entry line = line_of(entry);

	if (ctl->json) {
		report_json(changed ? "changed" : "added", entry,
		    listing_setting(&line));
		return;
	}
	printf("%s%s %s %s", changed ? "changed: " : "",
	    entry->effect == LIST_WHITELIST ? "whitelisted" : "greylisted",
	    list_kind_word(entry->kind), show_text(entry->pattern));
	if (entry->effect == LIST_DELAY || entry->effect == LIST_SHADOW)
		printf(" (%s)", listing_setting(&line));
	if (entry->expires_s != 0)
		printf(" until %s", show_time(entry->expires_s));
	putchar('\n');
}

static int
add(struct ctl *ctl, const struct ctl_arguments *arguments, bool whitelists)
{
	struct store_entry entry = {0};
	struct search search = {&entry, false};
	int status = make_entry(ctl, arguments, whitelists, &entry);
	struct store *store;
	struct err err;

	if (status != CTL_DONE)
		return status;
	store = ctl_open_store(ctl);
	if (store == NULL)
		return CTL_REFUSED;
	if (store->lists->entries(store, compare_key, &search, &err) !=
		STORE_OK ||
	    store->lists->put_entry(store, &entry, &err) != STORE_OK) {
		ctl_complain("%s", err.text);
		status = CTL_REFUSED;
	} else {
		report_added(ctl, &entry, search.found);
	}
	store_close(store);
	return status;
}

/* ---- Removing ---- */

static void
ignore(const char *text)
{
	(void)text;
}

/* Say where a pattern stands that the store does not have. */
static void
complain_not_there(const struct ctl *ctl, const struct store_entry *entry,
    bool whitelists)
{
	const char *list = whitelists ? "whitelist" : "greylist";
	const char *kind = list_kind_word(entry->kind);
	struct list *files = NULL;
	struct err err;
	bool found = false;

	if (list_files_load(&ctl->config, ignore, &files, &err) != 0)
		files = NULL;
	for (size_t i = 0; files != NULL && !found && i < list_n(files); i++) {
		const struct list_entry *line = list_entry_at(files, i);

		found = line->kind == entry->kind &&
		    (line->effect == LIST_WHITELIST) == whitelists &&
		    strcmp(line->pattern, entry->pattern) == 0;
		if (found)
			ctl_complain("%s %s stands in %s: remove it there, "
				     "then reload the daemon",
			    kind, entry->pattern, listing_source(line));
	}
	if (!found)
		ctl_complain("%s %s is not in the %s; tardigrey %s list shows "
			     "what is",
		    kind, entry->pattern, list, list);
	list_free(files);
}

static void
report_removed(const struct ctl *ctl, const struct store_entry *entry,
    bool whitelists)
{
	if (ctl->json)
		report_json("removed", entry, NULL);
	else
		printf("removed %s %s from the %s\n",
		    list_kind_word(entry->kind), show_text(entry->pattern),
		    whitelists ? "whitelist" : "greylist");
}

static int
remove_entry(struct ctl *ctl, const struct ctl_arguments *arguments,
    bool whitelists)
{
	struct store_entry entry = {
	    .effect = whitelists ? LIST_WHITELIST : LIST_GREYLIST};
	struct store *store;
	struct err err;
	bool found = false;
	enum store_rc rc;

	if (take_key(arguments, &entry) != CTL_DONE)
		return CTL_USAGE;
	store = ctl_open_store(ctl);
	if (store == NULL)
		return CTL_REFUSED;
	rc = store->lists->remove_entry(store, whitelists, entry.kind,
	    entry.pattern, &found, &err);
	store_close(store);
	if (rc != STORE_OK)
		ctl_complain("%s", err.text);
	else if (found)
		report_removed(ctl, &entry, whitelists);
	else
		complain_not_there(ctl, &entry, whitelists);
	return rc == STORE_OK && found ? CTL_DONE : CTL_REFUSED;
}

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
	int64_t unused_since_s; /* INT64_MAX: hits do not matter */
};

static void
print_chosen(const struct listed *listed, void *arg)
{
	struct choice *choice = arg;

	if ((listed->line.effect == LIST_WHITELIST) == choice->whitelists &&
	    (choice->any_kind || listed->line.kind == choice->kind) &&
	    listed->last_hit_s < choice->unused_since_s)
		print_row(&choice->table, listed);
}

/* Open the store and load the listing; both only on CTL_DONE. */
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

	if (arguments->n > 0 && parse_kind(arguments, &choice.kind) != CTL_DONE)
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
	if (parse_kind(arguments, kind) != CTL_DONE)
		return CTL_USAGE;
	if (name != NULL && *kind != LIST_CLIENT)
		return ctl_misused(arguments, "--name is for clients only");
	if (name != NULL && strlen(name) > REQUEST_TEXT_MAX)
		return ctl_misused(arguments,
		    "--name: expected at most %d octets", REQUEST_TEXT_MAX);
	if (*kind == LIST_CLIENT && netaddr_parse(value, &request->client) != 0)
		return ctl_misused(arguments,
		    "expected an address as the client, got \"%s\"", value);
	if (strlen(value) > REQUEST_ADDRESS_MAX)
		return ctl_misused(arguments, "expected at most %d octets",
		    REQUEST_ADDRESS_MAX);
	if (name != NULL) {
		strcpy(request->client_name, name);
		request->client_name_confirmed = true;
	}
	if (*kind == LIST_SENDER && strcmp(value, "<>") != 0)
		strcpy(request->sender, value);
	else if (*kind == LIST_RECIPIENT)
		strcpy(request->recipient, value);
	return CTL_DONE;
}

struct match {
	const struct listing *listing;
	struct table table;
	size_t n;
};

static bool
print_match(const struct list_entry *entry, void *arg)
{
	struct match *match = arg;
	struct listed listed = listing_describe(match->listing, entry);

	print_row(&match->table, &listed);
	match->n++;
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
	struct lists lists;
	enum list_kind kind;
	int64_t now_s = clock_now_s();
	int status = make_request(arguments, &kind, &request);

	if (status == CTL_DONE)
		status = open_listing(ctl, &store, &listing);
	if (status != CTL_DONE)
		return status;
	match.listing = listing;
	lists = listing_lists(listing);
	table_begin(&match.table, columns, COLUMNS_N, ctl->form);
	list_each(lists.entries, kind, effects, &request, now_s, print_match,
	    &match);
	list_each(lists.files, kind, effects, &request, now_s, print_match,
	    &match);
	table_end(&match.table);
	listing_free(listing);
	store_close(store);
	if (match.n == 0)
		ctl_complain("nothing in the %s matches %s %s",
		    whitelists ? "whitelist" : "greylist", list_kind_word(kind),
		    arguments->items[1]);
	return match.n > 0 ? CTL_DONE : CTL_REFUSED;
}

/* ---- The two lists ---- */

int
ctl_whitelist_add(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	return add(ctl, arguments, true);
}

int
ctl_greylist_add(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	return add(ctl, arguments, false);
}

int
ctl_whitelist_remove(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	return remove_entry(ctl, arguments, true);
}

int
ctl_greylist_remove(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	return remove_entry(ctl, arguments, false);
}

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
