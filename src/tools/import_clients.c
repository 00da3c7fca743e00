/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/import_clients.h"

#include <stdlib.h>
#include <string.h>

#include "tools/memory.h"

struct import_client {
	char client[FOREIGN_CLIENT_SIZE];
	int64_t first_seen_s, last_seen_s, passed_s, retries_n;
};

void
import_clients_add(struct import_clients *clients,
    const struct foreign *foreign)
{
	struct import_client *client;

	clients->items =
	    memory_grow(clients->items, clients->n, sizeof(*clients->items));
	client = &clients->items[clients->n++];
	*client = (struct import_client){
	    .first_seen_s = foreign->first_seen_s,
	    .last_seen_s = foreign->last_seen_s,
	    .passed_s = foreign->passed_s,
	    .retries_n = foreign->retries_n,
	};
	strcpy(client->client, foreign->client);
}

static int
compare(const void *a, const void *b)
{
	const struct import_client *left = a, *right = b;

	return strcmp(left->client, right->client);
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void
add_up(struct import_client *sum, const struct import_client *client)
{
	sum->first_seen_s = earlier(sum->first_seen_s, client->first_seen_s);
	sum->passed_s = earlier(sum->passed_s, client->passed_s);
	if (client->last_seen_s > sum->last_seen_s)
		sum->last_seen_s = client->last_seen_s;
	sum->retries_n += client->retries_n;
}

static int
give(const struct import_client *client, foreign_take_fn *take, void *arg)
{
	static struct foreign foreign; /* large */

	foreign.kind = FOREIGN_CLIENT;
	strcpy(foreign.client, client->client);
	foreign.first_seen_s = client->first_seen_s;
	foreign.last_seen_s = client->last_seen_s;
	foreign.passed_s = client->passed_s;
	foreign.retries_n = client->retries_n;
	return take(arg, &foreign, FOREIGN_TAKEN);
}

int
import_clients_give(struct import_clients *clients, foreign_take_fn *take,
    void *arg)
{
	struct import_client *items = clients->items;
	int rc = 0;

	if (clients->n > 0)
		qsort(items, clients->n, sizeof(*items), compare);
	for (size_t i = 0; i < clients->n && rc == 0; i++) {
		struct import_client sum = items[i];

		while (i + 1 < clients->n &&
		    strcmp(items[i + 1].client, sum.client) == 0)
			add_up(&sum, &items[++i]);
		rc = give(&sum, take, arg);
	}
	free(items);
	*clients = (struct import_clients){0};
	return rc;
}
