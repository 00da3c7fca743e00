/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_entries: tardigrey whitelist add, whitelist remove, and the same for the
 * greylist. */
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/lowercase.h"
#include "lists/regex.h"
#include "system/clock.h"
#include "system/list_files.h"
#include "store/store_open.h"
#include "tools/ctl.h"
#include "tools/listing.h"
#include "tools/mail_argument.h"
#include "tools/report.h"
#include "tools/show.h"
#include "lists/wide_pattern.h"

/* ---- Adding ---- */

static int
refuse_host_bits(const char *text, const struct pattern *pattern)
{
	char address[NETADDR_TEXT_SIZE];

	snprintf(address, sizeof(address), "%.*s", (int)strcspn(text, "/"),
	    text);
	complain("%s has bits after its prefix: use %s for the "
		 "network, or %s for the address",
	    text, pattern->text, address);
	return CTL_USAGE;
}

/* Set the kind and the canonical pattern. If the text is no pattern, say why in
 * *wrong, and set the text in lower case. Otherwise *wrong is empty. */
static int
take_key(const struct ctl_arguments *arguments, struct store_entry *entry,
    struct err *wrong)
{
	const char *text = arguments->items[1];
	char address[MAIL_ARGUMENT_SIZE];
	struct pattern pattern;

	if (listing_parse_kind(arguments, &entry->kind) != CTL_DONE)
		return CTL_USAGE;
	if (entry->kind != LIST_CLIENT && text[0] == '<') {
		mail_argument_strip(text, address);
		text = address;
	}
	if (pattern_parse(entry->kind, text, &pattern, wrong) != 0) {
		if (strlen(text) >= sizeof(entry->pattern)) {
			complain("%s", wrong->text);
			return CTL_USAGE;
		}
		lowercase(text, entry->pattern);
		return CTL_DONE;
	}
	if (pattern.had_host_bits)
		return refuse_host_bits(text, &pattern);
	strcpy(entry->pattern, pattern.text);
	wrong->text[0] = '\0';
	return CTL_DONE;
}

/* Set the kind and the canonical pattern of an entry to add. */
static int
take_new_key(const struct ctl_arguments *arguments, struct store_entry *entry)
{
	struct err wrong;
	int status = take_key(arguments, entry, &wrong);

	if (status != CTL_DONE || wrong.text[0] == '\0')
		return status;
	complain("%s", wrong.text);
	return CTL_USAGE;
}

/* Refuse a wrong regex: the daemon would ignore the entry. Refuse a pattern
 * that matches very much, unless --force is given. */
static int
check_pattern(const struct ctl_arguments *arguments,
    const struct store_entry *entry)
{
	struct pattern pattern;
	struct regex *regex;
	struct err err;

	if (pattern_parse(entry->kind, entry->pattern, &pattern, &err) != 0)
		return CTL_DONE; /* take_new_key() has parsed it */
	if (pattern.type == PATTERN_REGEX) {
		regex = regex_new(pattern.text, &err);
		regex_free(regex);
		if (regex == NULL) {
			complain("%s", err.text);
			return CTL_USAGE;
		}
	}
	if (ctl_value(arguments, "force") != NULL ||
	    wide_pattern_check(entry->kind, &pattern, &err) == 0)
		return CTL_DONE;
	complain("%s; to add it, repeat the command with --force", err.text);
	return CTL_USAGE;
}

/* ctl_value_span() refuses 0, but a delay of 0 is valid. */
static int
take_delay(const struct ctl *ctl, const struct ctl_arguments *arguments,
    struct store_entry *entry)
{
	int64_t ms;
	const char *text = ctl_value(arguments, "delay");

	if (text == NULL)
		return CTL_DONE;
	if (duration_parse(text, &ms) != 0 || ms % 1000 != 0)
		return ctl_misused(arguments,
		    "--delay: not a time: \"%s\" (write a number with its "
		    "unit, such as 90s or 10m)",
		    text);
	if (ms / 1000 > config_delay_max_s(&ctl->config))
		return ctl_misused(arguments,
		    "--delay: too long: \"%s\" (write less than retry_window, which is "
		    "%s)",
		    text, config_given(&ctl->config, "retry_window")->text);
	entry->delay_s = ms / 1000;
	return CTL_DONE;
}

static int
take_effect(const struct ctl *ctl, const struct ctl_arguments *arguments,
    struct store_entry *entry)
{
	static const struct {
		const char *name;
		enum list_effect effect;
	} settings[] = {
	    {"all", LIST_ALL},
	    {"suspicious", LIST_SUSPICIOUS},
	    {"shadow", LIST_SHADOW},
	    {"delay", LIST_DELAY},
	};
	unsigned settings_n = 0;

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (ctl_value(arguments, settings[i].name) != NULL) {
			entry->effect = settings[i].effect;
			settings_n++;
		}
	if (settings_n > 0 && entry->kind != LIST_RECIPIENT)
		return ctl_misused(arguments,
		    "--all, --suspicious, --shadow and --delay are for "
		    "recipients only");
	if (settings_n > 1)
		return ctl_misused(arguments,
		    "use only one of --all, --suspicious, --shadow and "
		    "--delay");
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
		    "--comment: the text is too long (at most %zu octets)",
		    sizeof(entry->comment) - 1);
	strcpy(entry->comment, comment);
	return CTL_DONE;
}

static int
take_expires(const struct ctl_arguments *arguments, struct store_entry *entry)
{
	const char *text = ctl_value(arguments, "expires");
	int64_t span_s = 0;

	if (text != NULL && strcmp(text, "never") == 0)
		return CTL_DONE;
	if (ctl_value_span(arguments, "expires", &span_s) != 0)
		return CTL_USAGE;
	if (span_s > INT64_MAX - entry->created_s)
		return ctl_misused(arguments,
		    "--expires: the time is too long");
	if (span_s > 0)
		entry->expires_s = entry->created_s + span_s;
	return CTL_DONE;
}

static int
make_entry(const struct ctl *ctl, const struct ctl_arguments *arguments,
    bool whitelists, struct store_entry *entry)
{
	int status = take_new_key(arguments, entry);

	entry->effect = whitelists ? LIST_WHITELIST : LIST_GREYLIST;
	entry->created_s = clock_now_s();
	strcpy(entry->author, ctl->author);
	if (status == CTL_DONE)
		status = check_pattern(arguments, entry);
	if (status == CTL_DONE)
		status = take_effect(ctl, arguments, entry);
	if (status == CTL_DONE)
		status = take_comment(arguments, entry);
	if (status == CTL_DONE)
		status = take_expires(arguments, entry);
	return status;
}

struct search {
	struct store_entry *entry;
	/* An option was not given: keep the value of the old entry. */
	bool keep_expires, keep_comment;
	bool found;
};

/* Changing one property of an entry does not drop the others. */
static void
keep_old(const struct search *search, const struct store_entry *old)
{
	struct store_entry *entry = search->entry;

	if (old->expires_s != 0 && old->expires_s < entry->created_s)
		return; /* it has expired */
	if (search->keep_expires)
		entry->expires_s = old->expires_s;
	if (search->keep_comment)
		strcpy(entry->comment, old->comment);
}

static void
compare_key(const struct store_entry *entry, void *arg)
{
	struct search *search = arg;

	if (entry->kind == search->entry->kind &&
	    (entry->effect == LIST_WHITELIST) ==
		(search->entry->effect == LIST_WHITELIST) &&
	    strcmp(entry->pattern, search->entry->pattern) == 0) {
		search->found = true;
		keep_old(search, entry);
	}
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
report_added(const struct ctl *ctl, const struct store_entry *entry,
    bool changed)
{
	struct list_entry line = line_of(entry);
	const char *setting = listing_setting(&line);
	bool has_setting = list_effect_is_setting(entry->effect);
	struct report report;

	report_begin(&report, ctl->form);
	report_text(&report, "done", changed ? "changed" : "added");
	report_text(&report, "kind", list_kind_word(entry->kind));
	report_text(&report, "pattern", entry->pattern);
	report_text(&report, "setting", setting);
	report_time(&report, "expires", entry->expires_s);
	report_line(&report, "%s%s %s %s%s%s%s%s%s", changed ? "changed: " : "",
	    entry->effect == LIST_WHITELIST ? "whitelisted" : "greylisted",
	    list_kind_word(entry->kind), entry->pattern,
	    has_setting ? " (" : "", has_setting ? setting : "",
	    has_setting ? ")" : "", entry->expires_s != 0 ? " until " : "",
	    entry->expires_s != 0 ? show_time(entry->expires_s) : "");
	report_end(&report);
}

static int
add(struct ctl *ctl, const struct ctl_arguments *arguments, bool whitelists)
{
	struct store_entry entry = {0};
	struct search search = {
	    .entry = &entry,
	    .keep_expires = ctl_value(arguments, "expires") == NULL,
	    .keep_comment = ctl_value(arguments, "comment") == NULL,
	};
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
	    store->lists->put_entries(store, &entry, 1, &err) != STORE_OK) {
		complain("%s", err.text);
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

/* Complain that there is no such entry. If a line of a list file has the
 * pattern, name the line. */
static void
complain_missing(const struct ctl *ctl, const struct store_entry *entry,
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
			complain("%s %s is in %s: remove it there, "
				 "then reload the daemon",
			    kind, entry->pattern, listing_source(line));
	}
	if (!found)
		complain("%s %s is not in the %s; tardigrey %s list prints it",
		    kind, entry->pattern, list, list);
	list_free(files);
}

static void
report_removed(const struct ctl *ctl, const struct store_entry *entry,
    bool whitelists)
{
	struct report report;

	report_begin(&report, ctl->form);
	report_text(&report, "done", "removed");
	report_text(&report, "kind", list_kind_word(entry->kind));
	report_text(&report, "pattern", entry->pattern);
	report_line(&report, "removed %s %s from the %s",
	    list_kind_word(entry->kind), entry->pattern,
	    whitelists ? "whitelist" : "greylist");
	report_end(&report);
}

/* The daemon ignores an entry that is no pattern, such as another program may
 * have written. It can be removed, too. */
static int
remove_entry(struct ctl *ctl, const struct ctl_arguments *arguments,
    bool whitelists)
{
	struct store_entry entry = {
	    .effect = whitelists ? LIST_WHITELIST : LIST_GREYLIST};
	struct store *store;
	struct err err, wrong;
	bool found = false;
	enum store_rc rc;

	if (take_key(arguments, &entry, &wrong) != CTL_DONE)
		return CTL_USAGE;
	store = ctl_open_store(ctl);
	if (store == NULL)
		return CTL_REFUSED;
	rc = store->lists->remove_entry(store, whitelists, entry.kind,
	    entry.pattern, &found, &err);
	store_close(store);
	if (rc == STORE_OK && found) {
		report_removed(ctl, &entry, whitelists);
		return CTL_DONE;
	}
	if (rc == STORE_OK && wrong.text[0] != '\0') {
		complain("%s", wrong.text);
		return CTL_USAGE;
	}
	if (rc != STORE_OK)
		complain("%s", err.text);
	else
		complain_missing(ctl, &entry, whitelists);
	return CTL_REFUSED;
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
