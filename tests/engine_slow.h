/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_ENGINE_SLOW_H
#define TARDIGREY_TESTS_ENGINE_SLOW_H

#include "decide/engine.h"
#include "lists/list.h"

/*
 * engine_slow: a slow and simple engine for comparison with decide/engine.c. It
 * decides one request at a time, with arrays and loops: it has no batch, no
 * store, no hashes and no hints. It does not compute keys: tables list all
 * clients, senders and recipients together with their keys.
 *
 * It does what the manuals say, and refreshes records at the same time as the
 * engine (decide/record.h).
 */

/* ---- Clients, senders, recipients and list items ---- */

struct slow_client {
	const char *address;    /* as sent */
	const char *name;       /* "unknown": none */
	bool confirmed;         /* the name is confirmed */
	const char *network[2]; /* for ipv4_prefix 24, for 32 */
	const char *host;       /* auto-whitelist key; NULL: no address */
	const char *pool;       /* NULL: none */
	bool is_generic;        /* the pool is this host alone */
};

struct slow_sender {
	const char *text;
	const char *key;
	const char *domain; /* "@example.net"; NULL: none, or null sender */
	bool is_null;
	const char *pool; /* of the domain */
};

struct slow_recipient {
	const char *text, *key;
	const char *sender; /* its key as a sender; NULL: it has no domain */
	const char *domain, *pool;
};

#define SLOW_CLIENTS    11
#define SLOW_SENDERS    10
#define SLOW_RECIPIENTS 7
#define SLOW_INSTANCES  4
#define SLOW_STATES     4
#define SLOW_ITEMS      16
#define SLOW_BEGINS_S   1000000000

extern const struct slow_client slow_clients[SLOW_CLIENTS];
extern const struct slow_sender slow_senders[SLOW_SENDERS];
extern const struct slow_recipient slow_recipients[SLOW_RECIPIENTS];
extern const char *const slow_instances[SLOW_INSTANCES];

/* A list entry, and the clients, senders or recipients that it matches: bits
 * 1U << index. */
struct slow_item {
	struct list_entry entry;
	unsigned matches;
};

extern const struct slow_item slow_items[SLOW_ITEMS];

/* A request, as indices of the tables. */
struct slow_request {
	unsigned client, sender, recipient, instance;
	enum request_state state;
	bool authenticated, stress;
};

void slow_request_fill(const struct slow_request *from, struct request *out);

/* ---- The model ---- */

struct slow_row {
	int kind; /* as enum key_kind */
	const char *client, *sender, *recipient;
	struct record record;
};

struct slow_message {
	const char *instance, *address, *sender;
	int64_t asked_s, due_s, wait_s;
	bool passed, counted, header_added, deferred;
	int64_t worth_s, delay_s;
};

/* An address outside, and the one of ours that has written to it. */
struct slow_pair {
	const char *theirs, *ours, *pool;
};

#define SLOW_ROWS     1024
#define SLOW_PAIRS    32
#define SLOW_MESSAGES 256

struct slow {
	struct engine_rules rules; /* of the keys: ipv4_prefix, pools */
	unsigned items;            /* the items that are listed now: bits */
	bool recipients_listed;
	bool lookup_fails;
	struct slow_row rows[SLOW_ROWS];
	size_t rows_n;
	struct slow_message messages[SLOW_MESSAGES];
	size_t messages_n;
	struct slow_pair pairs[SLOW_PAIRS]; /* not written yet */
	size_t pairs_n;
	int64_t remember_failed_s; /* 0: it works */
};

/* The verdict. "judged" is the action without shadow mode. */
struct slow_verdict {
	enum action action, judged;
	enum reason reason;
	int64_t wait_s, age_s;
	int64_t delay_s; /* < 0: decided without a triplet */
	bool header, shadow;
	enum client_class client_class;
};

/* Decide about a request. */
struct slow_verdict slow_ask(struct slow *slow, const struct slow_request *from,
    int64_t now_s);

/* Write the correspondents of the requests since the last call. */
void slow_remember(struct slow *slow, int64_t now_s);

/* The row of a key, or NULL if there is none. It is borrowed. */
const struct slow_row *slow_find(struct slow *slow, const struct key *key);

/* Remove the rows that have expired. */
void slow_expire(struct slow *slow, int64_t now_s);

#endif
