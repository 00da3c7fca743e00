/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include <stdlib.h>
#include <string.h>

#include "lists/list_items.h"
#include "lists/regex.h"

struct list *
list_new(void)
{
	return calloc(1, sizeof(struct list));
}

static void
item_clear(struct list_item *item)
{
	free((char *)(uintptr_t)item->entry.pattern);
	free(item->network_key);
	regex_free(item->regex);
}

void
list_free(struct list *list)
{
	if (list == NULL)
		return;
	for (size_t i = 0; i < list->n; i++)
		item_clear(&list->items[i]);
	for (size_t i = 0; i < list->sources_n; i++)
		free(list->sources[i]);
	for (int i = 0; i < LIST_KINDS; i++)
		free(list->regexes[i]);
	free(list->items);
	free(list->sources);
	free(list->slots);
	free(list);
}

/* Copy the name of the source, unless the previous entry has the same one. */
static const char *
copy_source(struct list *list, const char *source)
{
	char **sources;
	size_t n = list->sources_n;

	if (n > 0 && strcmp(list->sources[n - 1], source) == 0)
		return list->sources[n - 1];
	sources = realloc(list->sources, (n + 1) * sizeof(*sources));
	if (sources == NULL)
		return NULL;
	list->sources = sources;
	sources[n] = strdup(source);
	if (sources[n] != NULL)
		list->sources_n++;
	return sources[n];
}

static int
make_room(struct list *list)
{
	size_t room = list->room == 0 ? 64 : 2 * list->room;
	struct list_item *items;

	if (list->n < list->room)
		return 0;
	items = realloc(list->items, room * sizeof(*items));
	if (items == NULL)
		return -1;
	list->items = items;
	list->room = room;
	return 0;
}

/* Make the key of an item, or compile its regex. Returns 0 or -1. */
static int
make_key(struct list_item *item, const struct pattern *pattern, struct err *err)
{
	item->key = item->entry.pattern;
	switch (pattern->type) {
	case PATTERN_NETWORK:
		item->network_key = malloc(LIST_NETWORK_KEY_N);
		if (item->network_key == NULL)
			return err_no_memory(err);
		list_network_key(&pattern->network, pattern->prefix_bits,
		    item->network_key);
		item->key = item->network_key;
		item->key_n = LIST_NETWORK_KEY_N;
		return 0;
	case PATTERN_REGEX:
		item->key = NULL;
		item->regex = regex_new(pattern->text, err);
		return item->regex != NULL ? 0 : -1;
	case PATTERN_SUBDOMAINS:
		item->key++; /* skip the dot */
		item->subdomains_only = true;
		break;
	case PATTERN_NULL_SENDER:
		item->key = LIST_NULL_SENDER_KEY;
		item->key_n = LIST_NULL_SENDER_KEY_N;
		return 0;
	case PATTERN_DOMAIN:
	case PATTERN_ADDRESS:
	case PATTERN_USER:
		break;
	}
	item->key_n = strlen(item->key);
	return 0;
}

int
list_add(struct list *list, const struct list_entry *entry,
    struct pattern *parsed, struct err *err)
{
	struct list_item item = {.entry = *entry};
	struct pattern pattern;

	if (pattern_parse(entry->kind, entry->pattern, &pattern, err) != 0)
		return -1;
	item.entry.index = list->n;
	item.entry.pattern = strdup(pattern.text);
	item.entry.source = copy_source(list, entry->source);
	if (item.entry.pattern == NULL || item.entry.source == NULL ||
	    make_room(list) != 0)
		err_no_memory(err);
	else if (make_key(&item, &pattern, err) == 0) {
		list->items[list->n++] = item;
		list->counts[item.entry.effect == LIST_WHITELIST]
			    [item.entry.kind]++;
		if (parsed != NULL)
			*parsed = pattern;
		return 0;
	}
	item_clear(&item);
	if (err_is_no_memory(err))
		list->is_incomplete = true;
	return -1;
}

/* For each kind, collect the indexes of its regexes, and its effects. */
static int
collect_by_kind(struct list *list, struct err *err)
{
	for (int kind = 0; kind < LIST_KINDS; kind++) {
		list->regexes[kind] = calloc(list->n + 1, sizeof(size_t));
		if (list->regexes[kind] == NULL)
			return err_no_memory(err);
	}
	for (size_t i = 0; i < list->n; i++) {
		enum list_kind kind = list->items[i].entry.kind;

		list->effects[kind] |= list->items[i].entry.effect;
		if (list->items[i].regex != NULL)
			list->regexes[kind][list->regexes_n[kind]++] = i;
	}
	return 0;
}

int
list_seal(struct list *list, struct err *err)
{
	if (list->is_incomplete)
		return err_no_memory(err);
	if (list_index_build(list, err) != 0)
		return -1;
	return collect_by_kind(list, err);
}

size_t
list_n(const struct list *list)
{
	return list == NULL ? 0 : list->n;
}

size_t
list_count(const struct list *list, bool whitelists, enum list_kind kind)
{
	return list == NULL ? 0 : list->counts[whitelists][kind];
}

const struct list_entry *
list_entry_at(const struct list *list, size_t i)
{
	return &list->items[i].entry;
}
