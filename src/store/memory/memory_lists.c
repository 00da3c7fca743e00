/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The list store and the count store in memory: linked lists, sorted by key.
 * find_entry() and find_hit() return the link to the node of a key, or the link
 * where such a node would be inserted.
 */
#include <stdlib.h>
#include <string.h>

#include "store/memory/memory.h"

struct entry_node {
	struct entry_node *next; /* owned */
	struct store_entry entry;
};

struct hit_node {
	struct hit_node *next; /* owned */
	struct store_hit hit;  /* its strings are in texts */
	char texts[];
};

struct count_node {
	struct count_node *next;         /* owned */
	struct hourly_stats_count count; /* its texts are in texts */
	char texts[];
};

static enum store_rc
out_of_memory(struct err *err)
{
	err_no_memory(err);
	return STORE_FAILED;
}

static int
compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* ---- Entries ---- */

/* The order of the SQLite store: by the words for list, kind and pattern. */
static int
compare_keys(const struct store_hit *a, const struct store_hit *b)
{
	int order = compare_numbers(a->whitelists, b->whitelists);

	if (order == 0)
		order =
		    strcmp(list_kind_word(a->kind), list_kind_word(b->kind));
	return order != 0 ? order : strcmp(a->pattern, b->pattern);
}

/* The key of an entry: a struct store_hit without counts. */
static struct store_hit
key_of(const struct store_entry *entry)
{
	return (struct store_hit){
	    .source = "",
	    .kind = entry->kind,
	    .whitelists = entry->effect == LIST_WHITELIST,
	    .pattern = entry->pattern,
	};
}

static struct entry_node **
find_entry(struct memory *memory, const struct store_hit *key, bool *found)
{
	struct entry_node **link = &memory->entries;
	int order = 1;

	for (; *link != NULL; link = &(*link)->next) {
		const struct store_hit at = key_of(&(*link)->entry);

		if ((order = compare_keys(&at, key)) >= 0)
			break;
	}
	*found = *link != NULL && order == 0;
	return link;
}

static enum store_rc
memory_generation(struct store *store, int64_t *generation_out, struct err *err)
{
	const struct memory *memory = (const struct memory *)store;

	(void)err;
	*generation_out = memory->generation;
	return STORE_OK;
}

static enum store_rc
memory_entries(struct store *store, store_entry_fn *visit, void *arg,
    struct err *err)
{
	const struct memory *memory = (const struct memory *)store;

	(void)err;
	for (const struct entry_node *node = memory->entries; node != NULL;
	     node = node->next)
		visit(&node->entry, arg);
	return STORE_OK;
}

static enum store_rc
put_entry(struct memory *memory, const struct store_entry *entry,
    struct err *err)
{
	const struct store_hit key = key_of(entry);
	bool found;
	struct entry_node **link = find_entry(memory, &key, &found);

	if (!found) {
		struct entry_node *node = malloc(sizeof(*node));

		if (node == NULL)
			return out_of_memory(err);
		node->next = *link;
		*link = node;
	}
	(*link)->entry = *entry;
	memory->generation++;
	return STORE_OK;
}

static enum store_rc
memory_put_entries(struct store *store, const struct store_entry *entries,
    size_t n, struct err *err)
{
	enum store_rc rc = STORE_OK;

	for (size_t i = 0; rc == STORE_OK && i < n; i++)
		rc = put_entry((struct memory *)store, &entries[i], err);
	return rc;
}

/* ---- Hits ---- */

static struct hit_node **
find_hit(struct memory *memory, const struct store_hit *key, bool *found)
{
	struct hit_node **link = &memory->hits;
	int order = 1;

	for (; *link != NULL; link = &(*link)->next) {
		order = strcmp((*link)->hit.source, key->source);
		if (order == 0)
			order = compare_keys(&(*link)->hit, key);
		if (order >= 0)
			break;
	}
	*found = *link != NULL && order == 0;
	return link;
}

static struct hit_node *
hit_new(const struct store_hit *hit)
{
	size_t source_n = strlen(hit->source) + 1;
	size_t pattern_n = strlen(hit->pattern) + 1;
	struct hit_node *node = malloc(sizeof(*node) + source_n + pattern_n);

	if (node == NULL)
		return NULL;
	node->hit = *hit;
	node->hit.n = 0;
	node->hit.source = memcpy(node->texts, hit->source, source_n);
	node->hit.pattern =
	    memcpy(node->texts + source_n, hit->pattern, pattern_n);
	return node;
}

/* Find the hits of a key, or insert a node with n = 0. Returns NULL if memory
 * is short. */
static struct store_hit *
hit_at(struct memory *memory, const struct store_hit *key)
{
	bool found;
	struct hit_node **link = find_hit(memory, key, &found), *node;

	if (found)
		return &(*link)->hit;
	if ((node = hit_new(key)) == NULL)
		return NULL;
	node->next = *link;
	*link = node;
	return &node->hit;
}

static void
take_out_hit(struct hit_node **link)
{
	struct hit_node *node = *link;

	*link = node->next;
	free(node);
}

static enum store_rc
memory_hits(struct store *store, store_hit_fn *visit, void *arg,
    struct err *err)
{
	const struct memory *memory = (const struct memory *)store;

	(void)err;
	for (const struct hit_node *node = memory->hits; node != NULL;
	     node = node->next)
		visit(&node->hit, arg);
	return STORE_OK;
}

/* ---- Entries with their hits ---- */

static void
drop_hits(struct memory *memory, const struct store_hit *key)
{
	bool found;
	struct hit_node **hit = find_hit(memory, key, &found);

	if (found)
		take_out_hit(hit);
}

static void
take_out_entry(struct memory *memory, struct entry_node **link)
{
	struct entry_node *node = *link;

	*link = node->next;
	free(node);
	memory->generation++;
}

static enum store_rc
memory_remove_entry(struct store *store, bool whitelists, enum list_kind kind,
    const char *pattern, bool *found_out, struct err *err)
{
	struct memory *memory = (struct memory *)store;
	const struct store_hit key = {
	    .source = "",
	    .kind = kind,
	    .whitelists = whitelists,
	    .pattern = pattern,
	};
	struct entry_node **link = find_entry(memory, &key, found_out);

	(void)err;
	drop_hits(memory, &key);
	if (*found_out)
		take_out_entry(memory, link);
	return STORE_OK;
}

/* ---- Counts ---- */

static int
compare_counts(const struct hourly_stats_count *a,
    const struct hourly_stats_count *b)
{
	int order = compare_numbers(a->hour_s, b->hour_s);

	if (order == 0)
		order = strcmp(a->name, b->name);
	if (order == 0)
		order = strcmp(a->client_class, b->client_class);
	return order != 0 ? order : compare_numbers(a->bound_s, b->bound_s);
}

static struct count_node *
count_new(const struct hourly_stats_count *count)
{
	size_t name_n = strlen(count->name) + 1;
	size_t class_n = strlen(count->client_class) + 1;
	struct count_node *node = malloc(sizeof(*node) + name_n + class_n);

	if (node == NULL)
		return NULL;
	node->count = *count;
	node->count.n = 0;
	node->count.name = memcpy(node->texts, count->name, name_n);
	node->count.client_class =
	    memcpy(node->texts + name_n, count->client_class, class_n);
	return node;
}

/* Find the count of a key, or insert a node with n = 0. Returns NULL if memory
 * is short. */
static struct hourly_stats_count *
count_at(struct memory *memory, const struct hourly_stats_count *key)
{
	struct count_node **link = &memory->counts, *node;
	int order = 1;

	while (*link != NULL &&
	    (order = compare_counts(&(*link)->count, key)) < 0)
		link = &(*link)->next;
	if (*link != NULL && order == 0)
		return &(*link)->count;
	if ((node = count_new(key)) == NULL)
		return NULL;
	node->next = *link;
	*link = node;
	return &node->count;
}

/* Insert the nodes that are missing for these hits and counts, so that adding
 * to them cannot fail. Returns 0, or -1 if memory is short. */
static int
make_nodes(struct memory *memory, const struct store_hit *hits, size_t hits_n,
    const struct hourly_stats_count *counts, size_t counts_n)
{
	for (size_t i = 0; i < hits_n; i++)
		if (hit_at(memory, &hits[i]) == NULL)
			return -1;
	for (size_t i = 0; i < counts_n; i++)
		if (count_at(memory, &counts[i]) == NULL)
			return -1;
	return 0;
}

static enum store_rc
memory_add_counts(struct store *store, const struct store_hit *hits,
    size_t hits_n, const struct hourly_stats_count *counts, size_t counts_n,
    struct err *err)
{
	struct memory *memory = (struct memory *)store;

	if (make_nodes(memory, hits, hits_n, counts, counts_n) != 0)
		return out_of_memory(err);
	for (size_t i = 0; i < hits_n; i++) {
		struct store_hit *hit = hit_at(memory, &hits[i]);

		hit->n += hits[i].n;
		if (hit->last_s < hits[i].last_s)
			hit->last_s = hits[i].last_s;
	}
	for (size_t i = 0; i < counts_n; i++)
		count_at(memory, &counts[i])->n += counts[i].n;
	return STORE_OK;
}

static enum store_rc
memory_counts(struct store *store, int64_t from_s, int64_t to_s,
    store_count_fn *visit, void *arg, struct err *err)
{
	const struct memory *memory = (const struct memory *)store;

	(void)err;
	for (const struct count_node *node = memory->counts; node != NULL;
	     node = node->next)
		if (node->count.hour_s >= from_s && node->count.hour_s < to_s)
			visit(&node->count, arg);
	return STORE_OK;
}

/* ---- Tidying ---- */

static int64_t
tidy_entries(struct memory *memory, int64_t now_s)
{
	struct entry_node **link = &memory->entries;
	int64_t n = 0;

	while (*link != NULL) {
		const struct store_entry *entry = &(*link)->entry;

		if (entry->expires_s != 0 && entry->expires_s < now_s) {
			const struct store_hit key = key_of(entry);

			drop_hits(memory, &key);
			take_out_entry(memory, link);
			n++;
		} else {
			link = &(*link)->next;
		}
	}
	return n;
}

static void
tidy_hits(struct memory *memory, int64_t before_s)
{
	struct hit_node **link = &memory->hits;

	while (*link != NULL)
		if ((*link)->hit.last_s < before_s)
			take_out_hit(link);
		else
			link = &(*link)->next;
}

static void
take_out_first_count(struct memory *memory)
{
	struct count_node *node = memory->counts;

	memory->counts = node->next;
	free(node);
}

/* The list begins with the oldest hour. */
static void
tidy_counts(struct memory *memory, int64_t before_s)
{
	while (memory->counts != NULL &&
	    memory->counts->count.hour_s < before_s)
		take_out_first_count(memory);
}

static enum store_rc
memory_tidy(struct store *store, int64_t now_s, int64_t *entries_n_out,
    struct err *err)
{
	struct memory *memory = (struct memory *)store;

	(void)err;
	*entries_n_out = tidy_entries(memory, now_s);
	tidy_hits(memory, now_s - STORE_HISTORY_S);
	tidy_counts(memory, now_s - STORE_HISTORY_S);
	return STORE_OK;
}

void
memory_lists_free(struct memory *memory)
{
	while (memory->entries != NULL)
		take_out_entry(memory, &memory->entries);
	while (memory->hits != NULL)
		take_out_hit(&memory->hits);
	while (memory->counts != NULL)
		take_out_first_count(memory);
}

const struct list_store_ops memory_list_ops = {
    .generation = memory_generation,
    .entries = memory_entries,
    .put_entries = memory_put_entries,
    .remove_entry = memory_remove_entry,
};

const struct count_store_ops memory_count_ops = {
    .add_counts = memory_add_counts,
    .hits = memory_hits,
    .counts = memory_counts,
    .tidy = memory_tidy,
};
