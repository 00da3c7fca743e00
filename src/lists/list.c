/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "lists/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/lowercase.h"
#include "lists/regex.h"
#include "base/hash.h"
#include "mail/sender_key.h"

/*
 * Every pattern but a regex is a string of octets that can be looked up: a
 * name, an address, "user@", or a network as NETWORK_KEY_N octets. Entries
 * of equal keys are a chain, in the order they were added.
 */
struct item {
	struct list_entry entry; /* pattern is owned */
	bool subdomains_only;    /* PATTERN_SUBDOMAINS */
	const char *key;         /* NULL: a regex */
	size_t key_n;
	char *network_key;   /* owned; what key points at for a network */
	struct regex *regex; /* owned; NULL: none */
	uint64_t hash;
	size_t next; /* of the same key, as index + 1; 0: none */
};

/* A NUL, which no text begins with, family, prefix length, address. */
#define NETWORK_KEY_N 19

/* With its NUL: no part of an address can be taken for it. */
static const char null_sender_key[] = "<>";

#define PREFIXES_MAX 129 /* 0 to 128 bits */

struct list {
	struct item *items; /* owned */
	size_t n, room;
	char **sources; /* owned, each one too */
	size_t sources_n;
	bool lacks_some; /* an entry is missing for want of memory */

	/* Made by list_seal(). */
	unsigned effects[LIST_KINDS]; /* of all items of a kind */
	size_t *slots; /* owned; index + 1 of the first item of a key */
	size_t slots_n;
	size_t *regexes[LIST_KINDS]; /* owned; indexes, in their order */
	size_t regexes_n[LIST_KINDS];
	unsigned prefixes[NETADDR_IPV6 + 1][PREFIXES_MAX]; /* falling */
	size_t prefixes_n[NETADDR_IPV6 + 1];
};

/* ---- Building ---- */

struct list *
list_new(void)
{
	return calloc(1, sizeof(struct list));
}

static void
item_clear(struct item *item)
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

/* Entries of a file come one after the other: one copy of its name does. */
static const char *
keep_source(struct list *list, const char *source)
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
	struct item *items;

	if (list->n < list->room)
		return 0;
	items = realloc(list->items, room * sizeof(*items));
	if (items == NULL)
		return -1;
	list->items = items;
	list->room = room;
	return 0;
}

static void
network_key(const struct netaddr *network, unsigned prefix_bits,
    char out[NETWORK_KEY_N])
{
	out[0] = '\0';
	out[1] = (char)network->family;
	out[2] = (char)prefix_bits;
	memcpy(out + 3, network->octets, sizeof(network->octets));
}

/* Make what the pattern is looked up by. Returns 0, or -1 and why not. */
static int
make_key(struct item *item, const struct pattern *pattern, struct err *err)
{
	item->key = item->entry.pattern;
	switch (pattern->type) {
	case PATTERN_NETWORK:
		item->network_key = malloc(NETWORK_KEY_N);
		if (item->network_key == NULL)
			return err_no_memory(err);
		network_key(&pattern->network, pattern->prefix_bits,
		    item->network_key);
		item->key = item->network_key;
		item->key_n = NETWORK_KEY_N;
		return 0;
	case PATTERN_REGEX:
		item->key = NULL;
		item->regex = regex_new(pattern->text, err);
		return item->regex != NULL ? 0 : -1;
	case PATTERN_SUBDOMAINS:
		item->key++; /* found by the name behind the dot */
		item->subdomains_only = true;
		break;
	case PATTERN_NULL_SENDER:
		item->key = null_sender_key;
		item->key_n = sizeof(null_sender_key);
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
	struct item item = {.entry = *entry};
	struct pattern pattern;

	if (pattern_parse(entry->kind, entry->pattern, &pattern, err) != 0)
		return -1;
	item.entry.index = list->n;
	item.entry.pattern = strdup(pattern.text);
	item.entry.source = keep_source(list, entry->source);
	if (item.entry.pattern == NULL || item.entry.source == NULL ||
	    make_room(list) != 0)
		err_no_memory(err);
	else if (make_key(&item, &pattern, err) == 0) {
		list->items[list->n++] = item;
		if (parsed != NULL)
			*parsed = pattern;
		return 0;
	}
	item_clear(&item);
	if (err_is_no_memory(err))
		list->lacks_some = true;
	return -1;
}

/* ---- Sealing ---- */

static uint64_t
hash_key(enum list_kind kind, const char *key, size_t n)
{
	uint64_t hash = hash_octets(HASH_BEGIN + kind, key, n);

	return hash ^ (hash >> 32);
}

/* The slot of a key: where its first item is, or an empty one. */
static size_t *
slot_of(const struct list *list, enum list_kind kind, uint64_t hash,
    const char *key, size_t n)
{
	size_t at = hash & (list->slots_n - 1);

	for (;; at = (at + 1) & (list->slots_n - 1)) {
		size_t *slot = &list->slots[at];
		const struct item *item;

		if (*slot == 0)
			return slot;
		item = &list->items[*slot - 1];
		if (item->hash == hash && item->entry.kind == kind &&
		    item->key_n == n && memcmp(item->key, key, n) == 0)
			return slot;
	}
}

/* Keep the lengths falling: the longest prefix is looked up first. */
static void
note_prefix(struct list *list, const char *key)
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

/* Called for the last item first, so that chains are in order. */
static void
file_item(struct list *list, size_t i)
{
	struct item *item = &list->items[i];
	size_t *slot;

	if (item->network_key != NULL)
		note_prefix(list, item->key);
	item->hash = hash_key(item->entry.kind, item->key, item->key_n);
	slot =
	    slot_of(list, item->entry.kind, item->hash, item->key, item->key_n);
	item->next = *slot;
	*slot = i + 1;
}

int
list_seal(struct list *list, struct err *err)
{
	if (list->lacks_some)
		return err_no_memory(err);
	list->slots_n = 16;
	while (list->slots_n < 2 * list->n)
		list->slots_n *= 2;
	list->slots = calloc(list->slots_n, sizeof(*list->slots));
	if (list->slots == NULL)
		return err_no_memory(err);
	for (int kind = 0; kind < LIST_KINDS; kind++) {
		list->regexes[kind] = calloc(list->n + 1, sizeof(size_t));
		if (list->regexes[kind] == NULL)
			return err_no_memory(err);
	}
	for (size_t i = list->n; i-- > 0;)
		if (list->items[i].key != NULL)
			file_item(list, i);
	for (size_t i = 0; i < list->n; i++) {
		enum list_kind kind = list->items[i].entry.kind;

		list->effects[kind] |= list->items[i].entry.effect;
		if (list->items[i].regex != NULL)
			list->regexes[kind][list->regexes_n[kind]++] = i;
	}
	return 0;
}

size_t
list_n(const struct list *list)
{
	return list == NULL ? 0 : list->n;
}

const struct list_entry *
list_entry_at(const struct list *list, size_t i)
{
	return &list->items[i].entry;
}

/* ---- Asking ---- */

/* One question on its way through the list. */
struct search {
	struct list *list;
	enum list_kind kind;
	unsigned effects;
	int64_t now_s;
	list_visit_fn *visit;
	void *arg;
};

static bool
offer(const struct search *search, const struct item *item)
{
	const struct list_entry *entry = &item->entry;

	if ((entry->effect & search->effects) == 0 ||
	    (entry->expires_s != 0 && entry->expires_s < search->now_s))
		return true;
	return search->visit(entry, search->arg);
}

/* Offer all items of a key. */
static bool
look_up(const struct search *search, const char *key, size_t n, bool is_below)
{
	const struct list *list = search->list;
	size_t next = *slot_of(list, search->kind,
	    hash_key(search->kind, key, n), key, n);

	while (next != 0) {
		const struct item *item = &list->items[next - 1];

		if ((is_below || !item->subdomains_only) &&
		    !offer(search, item))
			return false;
		next = item->next;
	}
	return true;
}

#define DOMAIN_MAX 255 /* octets; no pattern has more */

/* The whole name, then what follows each dot. */
static bool
look_up_domain(const struct search *search, const char *name)
{
	const char *at = name, *dot;

	for (;;) {
		size_t n = strlen(at);

		if (n <= DOMAIN_MAX && !look_up(search, at, n, at != name))
			return false;
		dot = strchr(at, '.');
		if (dot == NULL)
			return true;
		at = dot + 1;
	}
}

static bool
try_regexes(const struct search *search, const char *subject)
{
	struct list *list = search->list;

	for (size_t i = 0; i < list->regexes_n[search->kind]; i++) {
		struct item *item =
		    &list->items[list->regexes[search->kind][i]];

		if ((item->entry.effect & search->effects) != 0 &&
		    regex_match(item->regex, subject) && !offer(search, item))
			return false;
	}
	return true;
}

static bool
look_up_networks(const struct search *search, const struct netaddr *address)
{
	const struct list *list = search->list;
	char key[NETWORK_KEY_N];

	for (size_t i = 0; i < list->prefixes_n[address->family]; i++) {
		unsigned bits = list->prefixes[address->family][i];
		struct netaddr network = netaddr_network(*address, bits);

		network_key(&network, bits, key);
		if (!look_up(search, key, sizeof(key), false))
			return false;
	}
	return true;
}

static void
ask_client(const struct search *search, const struct request *request)
{
	char name[sizeof(request->client_name)];

	if (!look_up_networks(search, &request->client) ||
	    !request->client_name_confirmed)
		return;
	lowercase(request->client_name, name);
	if (look_up_domain(search, name))
		try_regexes(search, request->client_name);
}

/* The local part with and without its extension, each with what follows: the
 * "@" alone, or the domain too. */
static bool
look_up_local(const struct search *search, const char *address, size_t local_n,
    size_t tail_n)
{
	char key[REQUEST_ADDRESS_MAX + 2];
	const char *plus = memchr(address, '+', local_n);
	size_t user_n = plus != NULL ? (size_t)(plus - address) : local_n;

	memcpy(key, address, local_n + tail_n);
	if (!look_up(search, key, local_n + tail_n, false))
		return false;
	if (user_n == 0 || local_n - user_n < 2) /* no extension */
		return true;
	memcpy(key + user_n, address + local_n, tail_n);
	return look_up(search, key, user_n + tail_n, false);
}

/* RFC 5321 4.1.1.3: <postmaster> needs no domain; then "at" is added. */
static void
ask_address(const struct search *search, const char *literal)
{
	char address[REQUEST_ADDRESS_MAX + 2];
	const char *at;
	size_t local_n;

	lowercase(literal, address);
	if (strrchr(address, '@') == NULL)
		strcat(address, "@");
	at = strrchr(address, '@');
	local_n = (size_t)(at - address);
	if (look_up_local(search, address, local_n, strlen(at)) &&
	    (at[1] == '\0' || look_up_local(search, address, local_n, 1)) &&
	    look_up_domain(search, at + 1))
		try_regexes(search, literal);
}

static void
ask_sender(const struct search *search, const struct request *request)
{
	if (!sender_is_null(request->sender))
		ask_address(search, request->sender);
	else if (look_up(search, null_sender_key, sizeof(null_sender_key),
		     false))
		try_regexes(search, "");
}

void
list_each(struct list *list, enum list_kind kind, unsigned effects,
    const struct request *request, int64_t now_s, list_visit_fn *visit,
    void *arg)
{
	const struct search search = {list, kind, effects, now_s, visit, arg};

	if (list == NULL || (list->effects[kind] & effects) == 0)
		return;
	switch (kind) {
	case LIST_CLIENT:
		ask_client(&search, request);
		break;
	case LIST_SENDER:
		ask_sender(&search, request);
		break;
	case LIST_RECIPIENT:
		ask_address(&search, request->recipient);
		break;
	}
}

static bool
take_first(const struct list_entry *entry, void *arg)
{
	*(const struct list_entry **)arg = entry;
	return false;
}

const struct list_entry *
list_find(struct list *list, enum list_kind kind, unsigned effects,
    const struct request *request, int64_t now_s)
{
	const struct list_entry *found = NULL;

	list_each(list, kind, effects, request, now_s, take_first, &found);
	return found;
}

const struct list_entry *
list_overrun(struct list *list)
{
	for (int kind = 0; list != NULL && kind < LIST_KINDS; kind++)
		for (size_t i = 0; i < list->regexes_n[kind]; i++) {
			struct item *item =
			    &list->items[list->regexes[kind][i]];

			if (regex_take_overruns(item->regex) > 0)
				return &item->entry;
		}
	return NULL;
}
