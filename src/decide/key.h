/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_KEY_H
#define TARDIGREY_DECIDE_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/keyed_hash.h"
#include "decide/key_text.h"
#include "mail/client_class.h"
#include "mail/pool.h"
#include "mail/reference.h"
#include "mail/request.h"

/*
 * key: the names under which the store remembers records.
 *
 *   kind                     client        sender        recipient
 *   triplet-network          192.0.2.0/24  sender key    lowercase
 *   triplet-pool             example.com   sender key    lowercase
 *   auto-whitelist-address   192.0.2.7     ""            ""
 *   auto-whitelist-domain    example.com   @example.net  ""
 *   auto-whitelist-network   example.com   @example.net  192.0.2.0/24
 *   correspondent            ""            sender key    sender key
 *   correspondent-domain     example.com   ""            sender key
 *
 * A triplet (RFC 6647 2.4) has a key by network, and a key by pool if its
 * client has a pool. The triplet passes if it passes under one of them. An
 * auto-whitelist key is for a client that may pass at once
 * (decide/auto_whitelist.h): one address (for IPv6 its /64), or a pool that
 * sends for one domain, from anywhere or from one network. The domain is part
 * of the key because a pool can belong to a provider: a customer of the
 * provider must not make the others pass. The network, in place of a recipient,
 * is for a pool that has retried from this network only.
 *
 * A correspondent key is for answers to our own mail (decide/correspondent.h).
 * The sender is the address that we wrote to, and the recipient is ours. Both
 * are in the form of a sender key: the answer goes to the sender of our mail.
 * With the domain, any sender in the domain may answer, but only from the pool
 * of that domain.
 *
 * The parts are text that an administrator can read. Long senders and
 * recipients are shortened (decide/key_text.h). Letters are in lower case
 * (RFC 5321 2.4). Replies and log lines do not show the sender and the
 * recipient of a key.
 */

/* The numbers are stored: never renumber, add at the end. */
enum key_kind {
	KEY_TRIPLET_NETWORK,
	KEY_TRIPLET_POOL,
	KEY_AUTO_WHITELIST_ADDRESS,
	KEY_AUTO_WHITELIST_DOMAIN,
	KEY_AUTO_WHITELIST_NETWORK,
	KEY_CORRESPONDENT,
	KEY_CORRESPONDENT_DOMAIN,
};
#define KEY_KINDS (KEY_CORRESPONDENT_DOMAIN + 1)

#define KEY_CLIENT_SIZE POOL_SIZE

struct key {
	enum key_kind kind;
	char client[KEY_CLIENT_SIZE];
	char sender[KEY_TEXT_SIZE];
	char recipient[KEY_TEXT_SIZE];
};

struct key_rules {
	unsigned ipv4_prefix_bits;
	unsigned ipv6_prefix_bits;
	unsigned sender; /* bits of enum sender_rule */
	unsigned pools;  /* 1: make keys by pool, too */
};

/* The word for a kind, as above. Exports and JSON contain it. */
const char *key_kind_word(enum key_kind kind);

/* Parse the word for a kind. Returns 0, or -1 if there is no such kind. */
int key_kind_parse(const char *word, enum key_kind *out);

/* What a record under a key of this kind says. */
enum key_class {
	KEY_CLASS_TRIPLET,        /* when a triplet was seen and has passed */
	KEY_CLASS_AUTO_WHITELIST, /* how many retries count for a client */
	KEY_CLASS_CORRESPONDENT,  /* when we last wrote to somebody */
};

bool key_kind_is_triplet(enum key_kind kind);
bool key_kind_is_auto_whitelist(enum key_kind kind);
bool key_kind_is_correspondent(enum key_kind kind);

/* ---- The keys of a request (request->client must be an address) ---- */

/* The triplet by network. */
void key_of_network(const struct request *request,
    const struct key_rules *rules, struct key *out);

/* The auto-whitelist key of an address. */
void key_of_address(const struct netaddr *client, struct key *out);

/* Make the keys by pool from the key by network, for a client of this class.
 * out[kind] is the key of a kind. Returns the kinds that were made, as bits
 * 1 << kind: none if the client has no pool, and no auto-whitelist key if the
 * sender has no domain, or if the client is neither named nor authorised for
 * it. */
unsigned keys_of_pool(const struct request *request,
    enum client_class client_class, const struct key_rules *rules,
    const struct key *network, struct key out[KEY_KINDS]);

/*
 * Make the keys for mail from "theirs", an address outside, to "ours".
 * correspondent-domain is made only if rules->pools is 1 and the domain has a
 * pool. Returns the kinds that were made, as above: none if one of the two is a
 * null sender or has no domain, or if both have the same domain. Mail between
 * two addresses of one domain makes no correspondents, because spam often has a
 * forged sender in the domain of the recipient.
 */
unsigned keys_of_correspondent(const char *theirs, const char *ours,
    const struct key_rules *rules, struct key out[KEY_KINDS]);

/* The same for a request, which may be an answer. "network" is its key by
 * network. client_pool is the pool of the client; NULL: none.
 * correspondent-domain is made only if the domain of the sender has the same
 * pool. */
unsigned keys_of_answer(const struct request *request,
    const struct key_rules *rules, const struct key *network,
    const char *client_pool, struct key out[KEY_KINDS]);

/* Make all keys of a request. Returns the kinds that were made, as above. */
unsigned keys_of_request(const struct request *request,
    const struct key_rules *rules, struct key out[KEY_KINDS]);

/* ---- Keys as values ---- */

/* Copy without reading the unused ends of the arrays. */
void key_copy(struct key *to, const struct key *from);

bool key_equal(const struct key *a, const struct key *b);

/* A hash for tables in memory. */
uint64_t key_hash(const struct key *key);

/* A hash with a secret: strangers cannot choose keys with equal hashes. The
 * SQLite store keeps such hashes. Never change it. */
uint64_t key_keyed_hash(const uint8_t secret[KEYED_HASH_SECRET_SIZE],
    const struct key *key);

/* The reference of a triplet, for the reply to a deferred client. */
void key_reference(const struct key *key, char out[REFERENCE_SIZE]);

#endif
