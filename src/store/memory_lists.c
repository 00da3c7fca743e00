/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/memory_lists.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void
free_text(const char *text)
{
	free((char *)(uintptr_t)text);
}

static void
free_hit(struct store_hit *hit)
{
	free_text(hit->source);
	free_text(hit->pattern);
}

void
memory_lists_free(struct memory_lists *lists)
{
	for (size_t i = 0; i < lists->hits_n; i++)
		free_hit(&lists->hits[i]);
	for (size_t i = 0; i < lists->counts_n; i++)
		free_text(lists->counts[i].name);
	free(lists->entries);
	free(lists->hits);
	free(lists->counts);
}

/* A copy of an array of n items with a free place at "at". The caller fills
 * it and frees the old one. Returns NULL when memory is short. */
static void *
with_place(const void *items, size_t n, size_t size, size_t at)
{
	char *copy = malloc((n + 1) * size);

	if (copy == NULL)
		return NULL;
	if (n > 0) {
		memcpy(copy, items, at * size);
		memcpy(copy + (at + 1) * size, (const char *)items + at * size,
		    (n - at) * size);
	}
	return copy;
}

/* ---- Entries ---- */

/* Whitelist comes after greylist, as the words do. */
static int
compare_key(const struct store_entry *entry, bool whitelists,
    enum list_kind kind, const char *pattern)
{
	bool entry_whitelists = entry->effect == LIST_WHITELIST;

	if (entry_whitelists != whitelists)
		return entry_whitelists ? 1 : -1;
	if (entry->kind != kind)
		return strcmp(list_kind_word(entry->kind),
		    list_kind_word(kind));
	return strcmp(entry->pattern, pattern);
}

/* Where an entry of this key is or belongs, and whether it is there. */
static size_t
find_entry(const struct memory_lists *lists, bool whitelists,
    enum list_kind kind, const char *pattern, bool *found)
{
	size_t i = 0;
	int order = 1;

	while (i < lists->entries_n &&
	    (order = compare_key(&lists->entries[i], whitelists, kind,
		 pattern)) < 0)
		i++;
	*found = i < lists->entries_n && order == 0;
	return i;
}

void
memory_lists_entries(const struct memory_lists *lists, store_entry_fn *visit,
    void *arg)
{
	for (size_t i = 0; i < lists->entries_n; i++)
		visit(&lists->entries[i], arg);
}

int
memory_lists_put(struct memory_lists *lists, const struct store_entry *entry,
    struct err *err)
{
	bool found;
	size_t at = find_entry(lists, entry->effect == LIST_WHITELIST,
	    entry->kind, entry->pattern, &found);

	if (!found) {
		struct store_entry *entries = with_place(lists->entries,
		    lists->entries_n, sizeof(*entries), at);

		if (entries == NULL)
			return err_set(err, "out of memory");
		free(lists->entries);
		lists->entries = entries;
		lists->entries_n++;
	}
	lists->entries[at] = *entry;
	lists->generation++;
	return 0;
}

static void
remove_hits_of(struct memory_lists *lists, const struct store_entry *entry)
{
	size_t kept_n = 0;

	for (size_t i = 0; i < lists->hits_n; i++) {
		struct store_hit *hit = &lists->hits[i];

		if (hit->source[0] == '\0' &&
		    compare_key(entry, hit->whitelists, hit->kind,
			hit->pattern) == 0)
			free_hit(hit);
		else
			lists->hits[kept_n++] = *hit;
	}
	lists->hits_n = kept_n;
}

static void
remove_entry_at(struct memory_lists *lists, size_t at)
{
	remove_hits_of(lists, &lists->entries[at]);
	memmove(&lists->entries[at], &lists->entries[at + 1],
	    (lists->entries_n - at - 1) * sizeof(*lists->entries));
	lists->entries_n--;
	lists->generation++;
}

bool
memory_lists_remove(struct memory_lists *lists, bool whitelists,
    enum list_kind kind, const char *pattern)
{
	bool found;
	size_t at = find_entry(lists, whitelists, kind, pattern, &found);

	if (found)
		remove_entry_at(lists, at);
	return found;
}

/* ---- Counting ---- */

static int
add_hit(struct memory_lists *lists, const struct store_hit *more)
{
	struct store_hit *hits, *hit;

	for (size_t i = 0; i < lists->hits_n; i++) {
		hit = &lists->hits[i];
		if (strcmp(hit->source, more->source) == 0 &&
		    hit->kind == more->kind &&
		    hit->whitelists == more->whitelists &&
		    strcmp(hit->pattern, more->pattern) == 0) {
			hit->n += more->n;
			if (hit->last_s < more->last_s)
				hit->last_s = more->last_s;
			return 0;
		}
	}
	hits = realloc(lists->hits, (lists->hits_n + 1) * sizeof(*hits));
	if (hits == NULL)
		return -1;
	lists->hits = hits;
	hit = &hits[lists->hits_n];
	*hit = *more;
	hit->source = strdup(more->source);
	hit->pattern = strdup(more->pattern);
	if (hit->source == NULL || hit->pattern == NULL) {
		free_hit(hit);
		return -1;
	}
	lists->hits_n++;
	return 0;
}

static int
compare_count(const struct tally_count *a, const struct tally_count *b)
{
	int order;

	if (a->hour_s != b->hour_s)
		return a->hour_s < b->hour_s ? -1 : 1;
	order = strcmp(a->name, b->name);
	if (order != 0)
		return order;
	return (a->bound_s > b->bound_s) - (a->bound_s < b->bound_s);
}

static int
add_count(struct memory_lists *lists, const struct tally_count *more)
{
	struct tally_count *counts;
	size_t at = 0;
	int order = 1;

	while (at < lists->counts_n &&
	    (order = compare_count(&lists->counts[at], more)) < 0)
		at++;
	if (at < lists->counts_n && order == 0) {
		lists->counts[at].n += more->n;
		return 0;
	}
	counts =
	    with_place(lists->counts, lists->counts_n, sizeof(*counts), at);
	if (counts == NULL)
		return -1;
	counts[at] = *more;
	counts[at].name = strdup(more->name);
	if (counts[at].name == NULL) {
		free(counts);
		return -1;
	}
	free(lists->counts);
	lists->counts = counts;
	lists->counts_n++;
	return 0;
}

int
memory_lists_add(struct memory_lists *lists, const struct store_hit *hits,
    size_t hits_n, const struct tally_count *counts, size_t counts_n,
    struct err *err)
{
	for (size_t i = 0; i < hits_n; i++)
		if (add_hit(lists, &hits[i]) != 0)
			return err_set(err, "out of memory");
	for (size_t i = 0; i < counts_n; i++)
		if (add_count(lists, &counts[i]) != 0)
			return err_set(err, "out of memory");
	return 0;
}

void
memory_lists_hits(const struct memory_lists *lists, store_hit_fn *visit,
    void *arg)
{
	for (size_t i = 0; i < lists->hits_n; i++)
		visit(&lists->hits[i], arg);
}

void
memory_lists_counts(const struct memory_lists *lists, int64_t from_s,
    int64_t to_s, store_count_fn *visit, void *arg)
{
	for (size_t i = 0; i < lists->counts_n; i++)
		if (lists->counts[i].hour_s >= from_s &&
		    lists->counts[i].hour_s < to_s)
			visit(&lists->counts[i], arg);
}

/* ---- Tidying ---- */

static void
tidy_hits(struct memory_lists *lists, int64_t before_s)
{
	size_t kept_n = 0;

	for (size_t i = 0; i < lists->hits_n; i++) {
		if (lists->hits[i].last_s < before_s)
			free_hit(&lists->hits[i]);
		else
			lists->hits[kept_n++] = lists->hits[i];
	}
	lists->hits_n = kept_n;
}

static void
tidy_counts(struct memory_lists *lists, int64_t before_s)
{
	size_t kept_n = 0;

	for (size_t i = 0; i < lists->counts_n; i++) {
		if (lists->counts[i].hour_s < before_s)
			free_text(lists->counts[i].name);
		else
			lists->counts[kept_n++] = lists->counts[i];
	}
	lists->counts_n = kept_n;
}

int64_t
memory_lists_tidy(struct memory_lists *lists, int64_t now_s)
{
	int64_t n = 0;

	for (size_t i = lists->entries_n; i-- > 0;)
		if (lists->entries[i].expires_s != 0 &&
		    lists->entries[i].expires_s < now_s) {
			remove_entry_at(lists, i);
			n++;
		}
	tidy_hits(lists, now_s - STORE_HISTORY_S);
	tidy_counts(lists, now_s - STORE_HISTORY_S);
	return n;
}
