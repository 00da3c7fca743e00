/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/class_memo.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

struct client {
	uint8_t octets[16];
	uint64_t hash; /* of family and name; its two lowest bits are the class:
			* CLASS_UNKNOWN, the place is free */
};
#define CLASS_BITS 3ULL

struct class_memo {
	struct client clients[CLASS_MEMO_CLIENTS];
};

struct class_memo *
class_memo_new(void)
{
	return calloc(1, sizeof(struct class_memo));
}

void
class_memo_free(struct class_memo *memo)
{
	free(memo);
}

static uint64_t
hash_of(const struct request *request)
{
	uint64_t hash = HASH_BEGIN ^ (uint64_t)request->client.family;

	return hash_quick_text(hash, request->client_name);
}

/* The place depends on the address alone: most addresses have one name. */
static struct client *
place_of(struct class_memo *memo, const struct request *request)
{
	uint64_t place = hash_quick(HASH_BEGIN, request->client.octets,
	    sizeof(request->client.octets));

	return &memo->clients[place & (CLASS_MEMO_CLIENTS - 1)];
}

void
class_memo_prefetch(struct class_memo *memo, const struct request *request)
{
	__builtin_prefetch(place_of(memo, request));
}

static bool
is_of(const struct client *client, const struct request *request, uint64_t hash)
{
	return (client->hash & CLASS_BITS) != CLASS_UNKNOWN &&
	    (client->hash & ~CLASS_BITS) == (hash & ~CLASS_BITS) &&
	    memcmp(client->octets, request->client.octets,
		sizeof(client->octets)) == 0;
}

enum client_class
class_memo_find(struct class_memo *memo, const struct request *request)
{
	struct client *client;
	uint64_t hash;

	if (!request->client_name_confirmed)
		return CLASS_SUSPICIOUS;
	hash = hash_of(request);
	client = place_of(memo, request);
	if (!is_of(client, request, hash)) {
		memcpy(client->octets, request->client.octets,
		    sizeof(client->octets));
		client->hash =
		    (hash & ~CLASS_BITS) | (uint64_t)client_class_of(request);
	}
	return (enum client_class)(client->hash & CLASS_BITS);
}
