/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/listing.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "lists/list_file.h"
#include "service/list_entries.h"
#include "system/list_files.h"
#include "tools/memory.h"

struct listing {
	struct list *entries, *files;
	struct store_entry *details; /* sorted by key */
	size_t details_n;
	struct listing_hits hits;
};

/* ---- Order ---- */

static int
compare_keys(bool whitelists_a, enum list_kind kind_a, const char *pattern_a,
    bool whitelists_b, enum list_kind kind_b, const char *pattern_b)
{
	if (whitelists_a != whitelists_b)
		return whitelists_a ? 1 : -1;
	if (kind_a != kind_b)
		return kind_a > kind_b ? 1 : -1;
	return strcmp(pattern_a, pattern_b);
}

int
listing_compare_entries(const void *a, const void *b)
{
	const struct store_entry *one = a, *other = b;

	return compare_keys(one->effect == LIST_WHITELIST, one->kind,
	    one->pattern, other->effect == LIST_WHITELIST, other->kind,
	    other->pattern);
}

static int
compare_hits(const void *a, const void *b)
{
	const struct store_hit *one = a, *other = b;
	int order = strcmp(one->source, other->source);

	return order != 0
	    ? order
	    : compare_keys(one->whitelists, one->kind, one->pattern,
		  other->whitelists, other->kind, other->pattern);
}

/* ---- Hits ---- */

static void
add_hit(const struct store_hit *hit, void *arg)
{
	struct listing_hits *hits = arg;
	struct store_hit *copy;

	hits->items = memory_grow(hits->items, hits->n, sizeof(*hits->items));
	copy = &hits->items[hits->n++];
	*copy = *hit;
	copy->source = memory_copy(hit->source);
	copy->pattern = memory_copy(hit->pattern);
}

enum store_rc
listing_hits_read(struct store *store, struct listing_hits *out,
    struct err *err)
{
	enum store_rc rc = store->counts->hits(store, add_hit, out, err);

	if (out->n > 0)
		qsort(out->items, out->n, sizeof(*out->items), compare_hits);
	return rc;
}

void
listing_hits_free(struct listing_hits *hits)
{
	for (size_t i = 0; i < hits->n; i++) {
		free((char *)hits->items[i].source);
		free((char *)hits->items[i].pattern);
	}
	free(hits->items);
}

const struct store_hit *
listing_hits_find(const struct listing_hits *hits, const struct store_hit *key)
{
	if (hits->n == 0)
		return NULL;
	return bsearch(key, hits->items, hits->n, sizeof(*key), compare_hits);
}

/* ---- Loading ---- */

static void
add_detail(const struct store_entry *entry, void *arg)
{
	struct listing *listing = arg;

	listing->details = memory_grow(listing->details, listing->details_n,
	    sizeof(*listing->details));
	listing->details[listing->details_n++] = *entry;
}

static void
complain_of_entry(const char *text, void *arg)
{
	(void)arg;
	complain("%s", text);
}

/* Warnings about list files are for tardigrey config check. */
static void
ignore(const char *text)
{
	(void)text;
}

static enum store_rc
load_store(struct ctl *ctl, struct store *store, struct listing *listing,
    struct err *err)
{
	struct list_entries entries;

	if (list_entries_read(store, config_delay_max_s(&ctl->config),
		complain_of_entry, NULL, &entries, err) != STORE_OK)
		return STORE_FAILED;
	listing->entries = entries.list;
	if (store->lists->entries(store, add_detail, listing, err) !=
		STORE_OK ||
	    listing_hits_read(store, &listing->hits, err) != STORE_OK)
		return STORE_FAILED;
	if (listing->details_n > 0)
		qsort(listing->details, listing->details_n,
		    sizeof(*listing->details), listing_compare_entries);
	return STORE_OK;
}

int
listing_load(struct ctl *ctl, struct store *store, struct listing **out)
{
	struct listing *listing = memory_alloc(1, sizeof(*listing));
	int status = CTL_DONE;
	struct err err;

	if (list_files_load(&ctl->config, ignore, &listing->files, &err) != 0) {
		complain_line("%s", err.text);
		status = CTL_USAGE;
	} else if (load_store(ctl, store, listing, &err) != STORE_OK) {
		complain("%s", err.text);
		status = CTL_REFUSED;
	}
	if (status == CTL_DONE)
		*out = listing;
	else
		listing_free(listing);
	return status;
}

void
listing_free(struct listing *listing)
{
	if (listing == NULL)
		return;
	list_free(listing->entries);
	list_free(listing->files);
	free(listing->details);
	listing_hits_free(&listing->hits);
	free(listing);
}

/* ---- Searching ---- */

struct list *
listing_entries(const struct listing *listing)
{
	return listing->entries;
}

struct list *
listing_files(const struct listing *listing)
{
	return listing->files;
}

static const struct store_entry *
find_detail(const struct listing *listing, const struct list_entry *line)
{
	struct store_entry key = {.kind = line->kind, .effect = line->effect};

	if (line->source[0] != '\0' || listing->details_n == 0)
		return NULL;
	snprintf(key.pattern, sizeof(key.pattern), "%s", line->pattern);
	return bsearch(&key, listing->details, listing->details_n, sizeof(key),
	    listing_compare_entries);
}

static const struct store_hit *
find_hit(const struct listing *listing, const struct list_entry *line)
{
	const struct store_hit key = {
	    .source = line->source,
	    .kind = line->kind,
	    .whitelists = line->effect == LIST_WHITELIST,
	    .pattern = line->pattern,
	};

	return listing_hits_find(&listing->hits, &key);
}

struct listed
listing_describe(const struct listing *listing, const struct list_entry *line)
{
	const struct store_hit *hit = find_hit(listing, line);
	struct listed listed = {
	    .line = *line,
	    .entry = find_detail(listing, line),
	};

	if (hit != NULL) {
		listed.hits_n = hit->n;
		listed.last_hit_s = hit->last_s;
	}
	return listed;
}

void
listing_each(const struct listing *listing, listing_fn *visit, void *arg)
{
	for (size_t i = 0; i < listing->details_n; i++) {
		const struct store_entry *entry = &listing->details[i];
		const struct list_entry line = {
		    .kind = entry->kind,
		    .effect = entry->effect,
		    .delay_s = entry->delay_s,
		    .expires_s = entry->expires_s,
		    .pattern = entry->pattern,
		    .source = "",
		};
		struct listed listed = listing_describe(listing, &line);

		visit(&listed, arg);
	}
	for (size_t i = 0; i < list_n(listing->files); i++) {
		struct listed listed =
		    listing_describe(listing, list_entry_at(listing->files, i));

		visit(&listed, arg);
	}
}

bool
listing_is_unused(const struct listed *listed, int64_t since_s)
{
	return listed->last_hit_s < since_s &&
	    (listed->entry == NULL || listed->entry->created_s < since_s);
}

struct search {
	const struct verdict_listed *wanted;
	struct listed found;
};

static void
compare_listed(const struct listed *listed, void *arg)
{
	struct search *search = arg;
	const struct verdict_listed *wanted = search->wanted;
	const struct list_entry *line = &listed->line;

	if (line->line_n == wanted->line_n &&
	    (line->effect == LIST_WHITELIST) == wanted->whitelists &&
	    strcmp(line->source, wanted->source) == 0 &&
	    strcmp(line->pattern, wanted->pattern) == 0 &&
	    strcmp(list_kind_word(line->kind), wanted->kind) == 0)
		search->found = *listed;
}

struct listed
listing_find(const struct listing *listing, const struct verdict_listed *wanted)
{
	struct search search = {.wanted = wanted};

	listing_each(listing, compare_listed, &search);
	return search.found;
}

/* ---- Words ---- */

int
listing_parse_kind(const struct ctl_arguments *arguments, enum list_kind *kind)
{
	if (list_kind_parse(arguments->items[0], kind) == 0)
		return CTL_DONE;
	return ctl_misused(arguments,
	    "unknown kind: \"%s\" (write client, sender or recipient)",
	    arguments->items[0]);
}

const char *
listing_source(const struct list_entry *line)
{
	static char text[PATH_MAX + 32];

	if (line->source[0] == '\0')
		return "entry";
	snprintf(text, sizeof(text), "%s:%u", line->source, line->line_n);
	return text;
}

const char *
listing_setting(const struct list_entry *line)
{
	static char text[LIST_SETTING_SIZE];
	char date[DATE_SIZE];

	if (line->effect == LIST_SHADOW && line->shadow_until_s != 0) {
		date_format(line->shadow_until_s, date);
		snprintf(text, sizeof(text), "shadow-until=%s", date);
	} else {
		list_setting_format(line->effect, line->delay_s, text);
	}
	return text;
}
