/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_LISTS_LIST_ITEMS_H
#define TARDIGREY_LISTS_LIST_ITEMS_H

#include <string.h>

#include "base/hash.h"
#include "lists/list.h"

/*
 * list_items: the members of struct list, and its index. Only list_build.c,
 * list_index.c and list_search.c include this header.
 *
 * The key of an item is a string of octets: a name, an address, "user@", or a
 * network as LIST_NETWORK_KEY_N octets. A regex has no key. Items with equal
 * keys form a chain, in the order in which they were added.
 */

struct list_item {
	struct list_entry entry; /* owns its pattern */
	bool subdomains_only;    /* PATTERN_SUBDOMAINS */
	const char *key;         /* NULL: a regex */
	size_t key_n;
	char *network_key;   /* owned; NULL unless PATTERN_NETWORK */
	struct regex *regex; /* owned; NULL unless PATTERN_REGEX */
	uint64_t hash;       /* of the key */
	size_t next; /* index + 1 of the next item with this key; 0: none */
};

/* A NUL, the family, the prefix length, the address. No text begins with a
 * NUL, so no text is equal to such a key. */
#define LIST_NETWORK_KEY_N 19

/* The key of the null sender, with its NUL: no part of an address is equal to
 * it. */
#define LIST_NULL_SENDER_KEY   "<>"
#define LIST_NULL_SENDER_KEY_N sizeof(LIST_NULL_SENDER_KEY)

#define LIST_PREFIXES_MAX 129 /* lengths 0 to 128 */

struct list {
	struct list_item *items; /* owned */
	size_t n, room;
	size_t counts[2][LIST_KINDS]; /* [1]: of items that whitelist */
	char **sources;               /* owned, and each text too */
	size_t sources_n;
	bool is_incomplete; /* list_add() ran out of memory */

	/* Set by list_seal(). */
	unsigned effects[LIST_KINDS]; /* of all items of a kind, as bits */
	size_t *slots; /* owned; index + 1 of the first item of a chain */
	size_t slots_n;
	uint64_t key_lengths[LIST_KINDS]; /* see list_length_bit() */
	size_t *regexes[LIST_KINDS]; /* owned; indexes of regexes, in order */
	size_t regexes_n[LIST_KINDS];
	/* Lengths of the prefixes in the list, the longest first. */
	unsigned prefixes[NETADDR_IPV6 + 1][LIST_PREFIXES_MAX];
	size_t prefixes_n[NETADDR_IPV6 + 1];
};

/* Write the key of a network. */
void list_network_key(const struct netaddr *network, unsigned prefix_bits,
    char out[LIST_NETWORK_KEY_N]);

/* Make the index of all items that have a key. Returns 0, or -1 if memory is
 * short. */
int list_index_build(struct list *list, struct err *err);

/* The functions below are inline because a search calls them often. */

/* A bit for the length of a key. Lengths that differ by 64 share a bit. Most
 * names and addresses have a length that no key has. */
static inline uint64_t
list_length_bit(size_t n)
{
	return UINT64_C(1) << n % 64;
}

static inline uint64_t
list_hash_key(enum list_kind kind, const char *key, size_t n)
{
	return hash_quick(HASH_BEGIN + kind, key, n);
}

/* The slot with the first item of a key, or the empty slot where it belongs. */
static inline size_t *
list_slot_of(const struct list *list, enum list_kind kind, uint64_t hash,
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

/* The first item with a key, as index + 1; 0: none. */
static inline size_t
list_index_find(const struct list *list, enum list_kind kind, const char *key,
    size_t n)
{
	if ((list->key_lengths[kind] & list_length_bit(n)) == 0)
		return 0;
	return *list_slot_of(list, kind, list_hash_key(kind, key, n), key, n);
}

#endif
