/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include <stdlib.h>
#include <string.h>

#include "lists/list_items.h"

/* list_index: a hash table with open addressing. It finds the items of a list
 * by their keys. */

void
list_network_key(const struct netaddr *network, unsigned prefix_bits,
    char out[LIST_NETWORK_KEY_N])
{
	out[0] = '\0';
	out[1] = (char)network->family;
	out[2] = (char)prefix_bits;
	memcpy(out + 3, network->octets, sizeof(network->octets));
}

/* Insert the prefix length of a network. Keep the longest length first. */
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
	list->key_lengths[item->entry.kind] |= list_length_bit(item->key_n);
	item->hash = list_hash_key(item->entry.kind, item->key, item->key_n);
	slot = list_slot_of(list, item->entry.kind, item->hash, item->key,
	    item->key_n);
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
	/* Begin with the last item, so that chains keep the list's order. */
	for (size_t i = list->n; i-- > 0;)
		if (list->items[i].key != NULL)
			index_item(list, i);
	return 0;
}
