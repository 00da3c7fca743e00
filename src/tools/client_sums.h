/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_CLIENT_SUMS_H
#define TARDIGREY_TOOLS_CLIENT_SUMS_H

#include <stdbool.h>
#include <stddef.h>

#include "decide/store.h"

/*
 * client_sums: the records of the store, summed up by client. A walk visits
 * records in any order, so the sums of all clients are in memory. A record that
 * a walk visits twice counts twice. Correspondents have no client, and do not
 * count.
 */

/* The sum of the records of one client, or of a pool and one sender domain,
 * from anywhere or from one network. */
struct client_sum {
	struct client_sum *next; /* in the hash table */
	const char *client;      /* owned */
	const char *domain;      /* owned; "@example.net", "@example.net from
				  * 192.0.2.0/24", or "" */
	bool has_auto_whitelist; /* a record of an auto-whitelist kind */
	struct record auto_whitelist;
	int64_t triplets_n, passed_n;
	int64_t first_seen_s, last_seen_s, expires_s;
};

struct client_sums;

struct client_sums *client_sums_new(void);
void client_sums_free(struct client_sums *sums);

void client_sums_add(struct client_sums *sums, const struct store_row *row);

/* Visit all sums in the order of clients; the domains of a pool come before the
 * pool itself. Ends when visit() returns false. */
typedef bool client_sums_fn(const struct client_sum *sum, void *arg);
void client_sums_each(struct client_sums *sums, client_sums_fn *visit,
    void *arg);

#endif
