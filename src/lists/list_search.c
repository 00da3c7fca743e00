/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include <string.h>

#include "base/lowercase.h"
#include "lists/list_items.h"
#include "lists/regex.h"
#include "mail/sender_key.h"

/* The arguments of list_each(). */
struct search {
	struct list *list;
	enum list_kind kind;
	unsigned effects;
	int64_t now_s;
	list_visit_fn *visit;
	void *arg;
};

static bool
visit_item(const struct search *search, const struct list_item *item)
{
	const struct list_entry *entry = &item->entry;

	if ((entry->effect & search->effects) == 0 ||
	    (entry->expires_s != 0 && entry->expires_s < search->now_s))
		return true;
	return search->visit(entry, search->arg);
}

/* Visit all items with a key. is_parent: the key is a parent domain of the name
 * in the request, so that PATTERN_SUBDOMAINS matches too. Returns false to end
 * the search. The other look_up functions and try_regexes() do the same. */
static bool
look_up(const struct search *search, const char *key, size_t n, bool is_parent)
{
	const struct list *list = search->list;
	size_t next = list_index_find(list, search->kind, key, n);

	while (next != 0) {
		const struct list_item *item = &list->items[next - 1];

		if ((is_parent || !item->subdomains_only) &&
		    !visit_item(search, item))
			return false;
		next = item->next;
	}
	return true;
}

#define DOMAIN_MAX 255 /* octets; no pattern has more */

/* Look up the whole name, then the part after each dot. */
static bool
look_up_domain(const struct search *search, const char *name)
{
	const char *at = name, *end = name + strlen(name), *dot;

	for (;;) {
		size_t n = (size_t)(end - at);

		if (n <= DOMAIN_MAX && !look_up(search, at, n, at != name))
			return false;
		dot = memchr(at, '.', n);
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
		struct list_item *item =
		    &list->items[list->regexes[search->kind][i]];

		if ((item->entry.effect & search->effects) != 0 &&
		    regex_match(item->regex, subject) &&
		    !visit_item(search, item))
			return false;
	}
	return true;
}

static bool
look_up_networks(const struct search *search, const struct netaddr *address)
{
	const struct list *list = search->list;
	char key[LIST_NETWORK_KEY_N];

	for (size_t i = 0; i < list->prefixes_n[address->family]; i++) {
		unsigned bits = list->prefixes[address->family][i];
		struct netaddr network = netaddr_network(*address, bits);

		list_network_key(&network, bits, key);
		if (!look_up(search, key, sizeof(key), false))
			return false;
	}
	return true;
}

static void
search_client(const struct search *search, const struct request *request)
{
	char name[sizeof(request->client_name)];

	if (!look_up_networks(search, &request->client) ||
	    !request->client_name_confirmed)
		return;
	lowercase(request->client_name, name);
	if (look_up_domain(search, name))
		try_regexes(search, request->client_name);
}

/* Look up the local part with and without its extension, each followed by
 * tail_n octets: the "@" alone, or "@domain". */
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

/* RFC 5321 4.1.1.3: <postmaster> has no domain. Add the "@" to it. */
static void
search_address(const struct search *search, const char *literal)
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
search_sender(const struct search *search, const struct request *request)
{
	if (!sender_is_null(request->sender))
		search_address(search, request->sender);
	else if (look_up(search, LIST_NULL_SENDER_KEY, LIST_NULL_SENDER_KEY_N,
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
		search_client(&search, request);
		break;
	case LIST_SENDER:
		search_sender(&search, request);
		break;
	case LIST_RECIPIENT:
		search_address(&search, request->recipient);
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
			struct list_item *item =
			    &list->items[list->regexes[kind][i]];

			if (regex_take_overruns(item->regex) > 0)
				return &item->entry;
		}
	return NULL;
}
