/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/message.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define SETS 2048 /* a power of two */
#define WAYS 4    /* places where a message may be */

/* No transaction takes longer, and no server asks again with the same
 * instance after its end. */
#define MESSAGE_LIFE_S 7200

struct messages {
	struct message sets[SETS][WAYS];
};

struct messages *
messages_new(void)
{
	return calloc(1, sizeof(struct messages));
}

void
messages_free(struct messages *messages)
{
	free(messages);
}

/* An instance is unique on its mail server; the rest tells servers apart. */
static uint64_t
hash_message(const struct request *request)
{
	uint64_t hash = HASH_BEGIN;

	hash = hash_text(hash, request->instance);
	hash = hash_text(hash, request->client_address);
	hash = hash_text(hash, request->sender);
	hash ^= hash >> 32;
	return hash != 0 ? hash : 1;
}

static bool
is_over(const struct message *message, int64_t now_s)
{
	return now_s - message->asked_s > MESSAGE_LIFE_S ||
	    message->asked_s > now_s + MESSAGE_LIFE_S;
}

/* What may be forgotten first: a free place, then who has not been asked about
 * for the longest. One of a clock that was set back is free. */
static int64_t
worth(const struct message *message, int64_t now_s)
{
	return message->hash == 0 || is_over(message, now_s) ? INT64_MIN
							     : message->asked_s;
}

struct message *
messages_find(struct messages *messages, const struct request *request,
    int64_t now_s)
{
	uint64_t hash = hash_message(request);
	struct message *set = messages->sets[hash & (SETS - 1)];
	struct message *oldest = &set[0];

	if (request->instance[0] == '\0')
		return NULL;
	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].hash == hash) {
			oldest = &set[i];
			break;
		}
		if (worth(&set[i], now_s) < worth(oldest, now_s))
			oldest = &set[i];
	}
	if (oldest->hash == hash && !is_over(oldest, now_s)) {
		oldest->asked_s = now_s;
		return oldest;
	}
	*oldest = (struct message){.hash = hash, .asked_s = now_s};
	return oldest;
}
