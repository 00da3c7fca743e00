/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/key.h"

#include <string.h>

#include "base/hash.h"
#include "base/lowercase.h"
#include "mail/free_mail.h"
#include "mail/pool.h"
#include "mail/sender_key.h"
#include "mail/sender_srs.h"

/* ---- Kinds ---- */

static const struct {
	const char *word;
	enum key_class class;
} kinds[KEY_KINDS] = {
    [KEY_TRIPLET_NETWORK] = {"triplet-network", KEY_CLASS_TRIPLET},
    [KEY_TRIPLET_POOL] = {"triplet-pool", KEY_CLASS_TRIPLET},
    [KEY_AUTO_WHITELIST_ADDRESS] = {"auto-whitelist-address",
	KEY_CLASS_AUTO_WHITELIST},
    [KEY_AUTO_WHITELIST_DOMAIN] = {"auto-whitelist-domain",
	KEY_CLASS_AUTO_WHITELIST},
    [KEY_AUTO_WHITELIST_NETWORK] = {"auto-whitelist-network",
	KEY_CLASS_AUTO_WHITELIST},
    [KEY_CORRESPONDENT] = {"correspondent", KEY_CLASS_CORRESPONDENT},
    [KEY_CORRESPONDENT_DOMAIN] = {"correspondent-domain",
	KEY_CLASS_CORRESPONDENT},
};

const char *
key_kind_word(enum key_kind kind)
{
	return kinds[kind].word;
}

int
key_kind_parse(const char *word, enum key_kind *out)
{
	for (int i = 0; i < KEY_KINDS; i++)
		if (strcmp(kinds[i].word, word) == 0) {
			*out = (enum key_kind)i;
			return 0;
		}
	return -1;
}

bool
key_kind_is_triplet(enum key_kind kind)
{
	return kinds[kind].class == KEY_CLASS_TRIPLET;
}

bool
key_kind_is_auto_whitelist(enum key_kind kind)
{
	return kinds[kind].class == KEY_CLASS_AUTO_WHITELIST;
}

bool
key_kind_is_correspondent(enum key_kind kind)
{
	return kinds[kind].class == KEY_CLASS_CORRESPONDENT;
}

/* ---- The keys of a request ---- */

static unsigned
prefix_bits(const struct netaddr *client, const struct key_rules *rules)
{
	return client->family == NETADDR_IPV4 ? rules->ipv4_prefix_bits
					      : rules->ipv6_prefix_bits;
}

/* A shortened address has been normalised already: the tools make requests from
 * keys, too. */
static void
normalise(const char *address, const struct key_rules *rules,
    char out[REQUEST_ADDRESS_MAX + 1])
{
	sender_key(address, key_text_is_shortened(address) ? 0 : rules->sender,
	    out);
}

void
key_of_network(const struct request *request, const struct key_rules *rules,
    struct key *out)
{
	char sender[REQUEST_ADDRESS_MAX + 1];
	char recipient[REQUEST_ADDRESS_MAX + 1];

	normalise(request->sender, rules, sender);
	lowercase(request->recipient, recipient);
	out->kind = KEY_TRIPLET_NETWORK;
	netaddr_format_network(&request->client,
	    prefix_bits(&request->client, rules), out->client);
	key_text(sender, out->sender);
	key_text(recipient, out->recipient);
}

void
key_of_address(const struct netaddr *client, struct key *out)
{
	out->kind = KEY_AUTO_WHITELIST_ADDRESS;
	netaddr_format_host(client, out->client);
	out->sender[0] = '\0';
	out->recipient[0] = '\0';
}

static void
key_of_pool(const struct key *network, const char *pool, struct key *out)
{
	out->kind = KEY_TRIPLET_POOL;
	strcpy(out->client, pool);
	strcpy(out->sender, network->sender);
	strcpy(out->recipient, network->recipient);
}

/* Use the domain of the sender in the request, not that of the sender key. If a
 * forwarder rewrites the sender, the sender key has the domain of the original
 * sender, but the client belongs to the forwarder. A domain of free mail has a
 * key only with the pools of its provider. */
static bool
key_of_domain(const struct request *request, const char *pool, struct key *out)
{
	const char *at = strrchr(request->sender, '@');
	char domain[REQUEST_ADDRESS_MAX + 1];

	if (at == NULL || at[1] == '\0' || sender_is_null(request->sender))
		return false;
	out->kind = KEY_AUTO_WHITELIST_DOMAIN;
	strcpy(out->client, pool);
	lowercase(at, domain);
	key_text(domain, out->sender);
	out->recipient[0] = '\0';
	return !free_mail_is_foreign(out->sender + 1, pool);
}

static void
key_of_domain_network(const struct key *domain, const struct key *network,
    struct key *out)
{
	out->kind = KEY_AUTO_WHITELIST_NETWORK;
	strcpy(out->client, domain->client);
	strcpy(out->sender, domain->sender);
	strcpy(out->recipient, network->client);
}

unsigned
keys_of_pool(const struct request *request, enum client_class client_class,
    const struct key_rules *rules, const struct key *network,
    struct key out[KEY_KINDS])
{
	char pool[POOL_SIZE];
	unsigned made = 1U << KEY_TRIPLET_POOL;

	if (!rules->pools || !pool_of_class(request, client_class, pool))
		return 0;
	key_of_pool(network, pool, &out[KEY_TRIPLET_POOL]);
	if ((client_class != CLASS_NAMED && pool[0] != POOL_BY_SENDER) ||
	    !key_of_domain(request, pool, &out[KEY_AUTO_WHITELIST_DOMAIN]))
		return made;
	key_of_domain_network(&out[KEY_AUTO_WHITELIST_DOMAIN], network,
	    &out[KEY_AUTO_WHITELIST_NETWORK]);
	return made | 1U << KEY_AUTO_WHITELIST_DOMAIN |
	    1U << KEY_AUTO_WHITELIST_NETWORK;
}

/* ---- The keys of correspondents ---- */

/* The domain of an address; "" if it has none. */
static const char *
domain_of(const char *address)
{
	const char *at = strrchr(address, '@');

	return at != NULL && at != address ? at + 1 : "";
}

static bool
may_correspond(const char *sender, const char *recipient)
{
	const char *theirs = domain_of(sender);
	const char *ours = domain_of(recipient);

	return theirs[0] != '\0' && ours[0] != '\0' &&
	    strcmp(theirs, ours) != 0;
}

/* "sender" is normalised, "ours" is not. */
static bool
key_of_correspondent(const char *sender, const char *ours,
    const struct key_rules *rules, struct key *out)
{
	char recipient[REQUEST_ADDRESS_MAX + 1];

	normalise(ours, rules, recipient);
	out->kind = KEY_CORRESPONDENT;
	out->client[0] = '\0';
	key_text(sender, out->sender);
	key_text(recipient, out->recipient);
	return may_correspond(sender, recipient);
}

static void
key_of_correspondent_domain(const struct key *exact, const char *pool,
    struct key *out)
{
	out->kind = KEY_CORRESPONDENT_DOMAIN;
	strcpy(out->client, pool);
	out->sender[0] = '\0';
	strcpy(out->recipient, exact->recipient);
}

/* The pool of the domain as it was sent, as in key_of_domain(). The other users
 * of a free mail provider are strangers. */
static bool
pool_of_correspondent(const char *address, char pool[POOL_SIZE])
{
	return pool_of_domain(domain_of(address), pool) &&
	    !free_mail_has_domain(pool);
}

unsigned
keys_of_correspondent(const char *theirs, const char *ours,
    const struct key_rules *rules, struct key out[KEY_KINDS])
{
	struct key *exact = &out[KEY_CORRESPONDENT];
	char sender[REQUEST_ADDRESS_MAX + 1];
	char pool[POOL_SIZE];

	normalise(theirs, rules, sender);
	if (!key_of_correspondent(sender, ours, rules, exact))
		return 0;
	if (!rules->pools || !pool_of_correspondent(theirs, pool))
		return 1U << KEY_CORRESPONDENT;
	key_of_correspondent_domain(exact, pool,
	    &out[KEY_CORRESPONDENT_DOMAIN]);
	return 1U << KEY_CORRESPONDENT | 1U << KEY_CORRESPONDENT_DOMAIN;
}

/* An address that was rewritten is no answer: any host can write the address of
 * a correspondent into an address of its own domain. */
static bool
is_rewritten(const char *sender, const struct key_rules *rules)
{
	char address[REQUEST_ADDRESS_MAX + 1];

	if ((rules->sender & SENDER_SRS) == 0 ||
	    strcasestr(sender, "srs") == NULL)
		return false;
	lowercase(sender, address);
	return sender_is_srs(address) || sender_undo_srs(address);
}

unsigned
keys_of_answer(const struct request *request, const struct key_rules *rules,
    const struct key *network, const char *client_pool,
    struct key out[KEY_KINDS])
{
	struct key *exact = &out[KEY_CORRESPONDENT];
	const char *sender = network->sender;
	char whole[REQUEST_ADDRESS_MAX + 1];
	char pool[POOL_SIZE];

	if (key_text_is_shortened(sender)) {
		normalise(request->sender, rules, whole);
		sender = whole;
	}
	if (is_rewritten(request->sender, rules) ||
	    !key_of_correspondent(sender, request->recipient, rules, exact))
		return 0;
	if (client_pool == NULL ||
	    !pool_of_correspondent(request->sender, pool) ||
	    strcmp(pool, client_pool) != 0)
		return 1U << KEY_CORRESPONDENT;
	key_of_correspondent_domain(exact, pool,
	    &out[KEY_CORRESPONDENT_DOMAIN]);
	return 1U << KEY_CORRESPONDENT | 1U << KEY_CORRESPONDENT_DOMAIN;
}

/* ---- All keys of a request ---- */

unsigned
keys_of_request(const struct request *request, const struct key_rules *rules,
    struct key out[KEY_KINDS])
{
	enum client_class client_class = client_class_of(request);
	const char *pool = NULL;
	unsigned by_pool;

	key_of_network(request, rules, &out[KEY_TRIPLET_NETWORK]);
	key_of_address(&request->client, &out[KEY_AUTO_WHITELIST_ADDRESS]);
	by_pool = keys_of_pool(request, client_class, rules,
	    &out[KEY_TRIPLET_NETWORK], out);
	if (by_pool != 0 && client_class == CLASS_NAMED)
		pool = out[KEY_TRIPLET_POOL].client;
	return 1U << KEY_TRIPLET_NETWORK | 1U << KEY_AUTO_WHITELIST_ADDRESS |
	    by_pool |
	    keys_of_answer(request, rules, &out[KEY_TRIPLET_NETWORK], pool,
		out);
}

/* ---- Keys as values ---- */

void
key_copy(struct key *to, const struct key *from)
{
	to->kind = from->kind;
	strcpy(to->client, from->client);
	strcpy(to->sender, from->sender);
	strcpy(to->recipient, from->recipient);
}

bool
key_equal(const struct key *a, const struct key *b)
{
	return a->kind == b->kind && strcmp(a->recipient, b->recipient) == 0 &&
	    strcmp(a->sender, b->sender) == 0 &&
	    strcmp(a->client, b->client) == 0;
}

uint64_t
key_hash(const struct key *key)
{
	uint64_t hash = HASH_BEGIN ^ (uint64_t)key->kind;

	hash = hash_quick_text(hash, key->client);
	hash = hash_quick_text(hash, key->sender);
	return hash_quick_text(hash, key->recipient);
}

static size_t
put_text(char *out, const char *text)
{
	size_t n = strlen(text) + 1; /* NUL separates the parts */

	memcpy(out, text, n);
	return n;
}

uint64_t
key_keyed_hash(const uint8_t secret[KEYED_HASH_SECRET_SIZE],
    const struct key *key)
{
	char octets[1 + sizeof(key->client) + sizeof(key->sender) +
	    sizeof(key->recipient)];
	size_t n = 0;

	octets[n++] = (char)key->kind;
	n += put_text(octets + n, key->client);
	n += put_text(octets + n, key->sender);
	n += put_text(octets + n, key->recipient);
	return keyed_hash(secret, octets, n);
}

void
key_reference(const struct key *key, char out[REFERENCE_SIZE])
{
	uint64_t hash = hash_text(HASH_BEGIN, key->client);

	hash = hash_text(hash, key->sender);
	hash = hash_text(hash, key->recipient);
	reference_format(hash_end(hash), out);
}
