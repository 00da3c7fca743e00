/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_KEY_H
#define TARDIGREY_DECIDE_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/keyed_hash.h"
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
 *
 * A triplet (RFC 6647 2.4) has a key by network, and a key by pool if its
 * client has a pool. The triplet passes if it passes under one of them. An
 * auto-whitelist key is for a client that may pass at once
 * (decide/auto_whitelist.h): one address (for IPv6 its /64), or a pool that
 * sends for one domain. The domain is part of the key because a pool can belong
 * to a provider: a customer of the provider must not make the others pass.
 *
 * The parts are text that an administrator can read. Letters are in lower case
 * (RFC 5321 2.4). Replies and log lines do not show the sender and the
 * recipient of a key.
 */

/* The numbers are stored: never renumber, add at the end. */
enum key_kind {
	KEY_TRIPLET_NETWORK,
	KEY_TRIPLET_POOL,
	KEY_AUTO_WHITELIST_ADDRESS,
	KEY_AUTO_WHITELIST_DOMAIN,
};
#define KEY_KINDS (KEY_AUTO_WHITELIST_DOMAIN + 1)

#define KEY_CLIENT_SIZE POOL_SIZE

struct key {
	enum key_kind kind;
	char client[KEY_CLIENT_SIZE];
	char sender[REQUEST_ADDRESS_MAX + 1];
	char recipient[REQUEST_ADDRESS_MAX + 1];
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
};

bool key_kind_is_triplet(enum key_kind kind);
bool key_kind_is_auto_whitelist(enum key_kind kind);

/* ---- The keys of a request (request->client must be an address) ---- */

/* The triplet by network. */
void key_of_network(const struct request *request,
    const struct key_rules *rules, struct key *out);

/* The auto-whitelist key of an address. */
void key_of_address(const struct netaddr *client, struct key *out);

/* Make the keys by pool from the key by network. out[kind] is the key of a
 * kind. Returns the kinds that were made, as bits 1 << kind: none if the client
 * has no pool, and no auto-whitelist-domain if the sender has no domain. */
unsigned keys_of_pool(const struct request *request,
    const struct key_rules *rules, const struct key *network,
    struct key out[KEY_KINDS]);

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
