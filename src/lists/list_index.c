/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "lists/list_items.h"

/* list_index: a hash table with open addressing, from the keys of a list to
 * their items. */

void
list_network_key(const struct netaddr *network, unsigned prefix_bits,
    char out[LIST_NETWORK_KEY_N])
{
	out[0] = '\0';
	out[1] = (char)network->family;
	out[2] = (char)prefix_bits;
	memcpy(out + 3, network->octets, sizeof(network->octets));
}

static uint64_t
hash_key(enum list_kind kind, const char *key, size_t n)
{
	uint64_t hash = hash_octets(HASH_BEGIN + kind, key, n);

	return hash ^ (hash >> 32);
}

/* The slot with the first item of a key, or the empty slot where it belongs. */
static size_t *
slot_of(const struct list *list, enum list_kind kind, uint64_t hash,
    const char *key, size_t n)
{
	size_t at = hash & (list->slots_n - 1);

	for (;; at = (at + 1) & (list->slots_n - 1)) {
		size_t *slot = &list->slots[at];
		const struct list_item *item;

		if (*slot == 0)
			return slot;
		item = &list->items[*slot - 1];
		if (item->hash == hash && item->entry.kind == kind &&
		    item->key_n == n && memcmp(item->key, key, n) == 0)
			return slot;
	}
}

/* Insert the prefix length of a network, the longest first. */
static void
add_prefix(struct list *list, const char *key)
{
	unsigned *prefixes = list->prefixes[(uint8_t)key[1]];
	size_t *n = &list->prefixes_n[(uint8_t)key[1]], i = 0;
	unsigned bits = (uint8_t)key[2];

	while (i < *n && prefixes[i] > bits)
		i++;
	if (i < *n && prefixes[i] == bits)
		return;
	memmove(&prefixes[i + 1], &prefixes[i], (*n - i) * sizeof(*prefixes));
	prefixes[i] = bits;
	(*n)++;
}

/* Put an item in front of the chain of its key. */
static void
index_item(struct list *list, size_t i)
{
	struct list_item *item = &list->items[i];
	size_t *slot;

	if (item->network_key != NULL)
		add_prefix(list, item->key);
	item->hash = hash_key(item->entry.kind, item->key, item->key_n);
	slot =
	    slot_of(list, item->entry.kind, item->hash, item->key, item->key_n);
	item->next = *slot;
	*slot = i + 1;
}

int
list_index_build(struct list *list, struct err *err)
{
	list->slots_n = 16;
	while (list->slots_n < 2 * list->n)
		list->slots_n *= 2;
	list->slots = calloc(list->slots_n, sizeof(*list->slots));
	if (list->slots == NULL)
		return err_no_memory(err);
	/* The last item first, so that chains are in the order of the list. */
	for (size_t i = list->n; i-- > 0;)
		if (list->items[i].key != NULL)
			index_item(list, i);
	return 0;
}

size_t
list_index_find(const struct list *list, enum list_kind kind, const char *key,
    size_t n)
{
	return *slot_of(list, kind, hash_key(kind, key, n), key, n);
}
