/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/message.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define SETS 2048 /* a power of two */
#define WAYS 4    /* places in a set: a message can be in any of them */

/* The longest time between two requests of one SMTP transaction. No mail server
 * uses an instance again after the transaction. */
#define MESSAGE_LIFE_S 7200

struct message {
	uint64_t hash; /* of instance, client and sender; 0: free */
	int64_t asked_s;
	int64_t worth_s;    /* of the passes; -1: there was none */
	bool retry_counted; /* for automatic whitelisting */
	bool header_added;
	bool delay_noted;
	bool postponed;  /* a deferral was postponed until DATA */
	int64_t due_s;   /* postponed: when the first recipient is due */
	int64_t delay_s; /* ... of its triplet */
	int64_t wait_s;  /* postponed: the wait of that recipient */
	char reference[REFERENCE_SIZE];
};

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

/* An instance is unique on one mail server. The client and the sender
 * distinguish the messages of several mail servers. */
static uint64_t
hash_message(const struct request *request)
{
	uint64_t hash = HASH_BEGIN;

	hash = hash_quick_text(hash, request->instance);
	hash = hash_quick_text(hash, request->client_address);
	hash = hash_quick_text(hash, request->sender);
	return hash != 0 ? hash : 1;
}

/* The set of an instance. The instances of several mail servers seldom share
 * one. */
static struct message *
set_of(struct messages *messages, const struct request *request)
{
	uint64_t hash = hash_quick_text(HASH_BEGIN, request->instance);

	return messages->sets[hash & (SETS - 1)];
}

void
messages_prefetch(struct messages *messages, const struct request *request)
{
	const struct message *set = set_of(messages, request);

	for (size_t i = 0; i < WAYS; i++)
		__builtin_prefetch(&set[i]);
}

static bool
is_over(const struct message *message, int64_t now_s)
{
	return now_s - message->asked_s > MESSAGE_LIFE_S ||
	    message->asked_s > now_s + MESSAGE_LIFE_S;
}

/* A new message takes the place with the lowest value: first a free place, then
 * the place of the message with the oldest request. The place of a message that
 * is over is free. */
static int64_t
replace_order(const struct message *message, int64_t now_s)
{
	return message->hash == 0 || is_over(message, now_s) ? INT64_MIN
							     : message->asked_s;
}

struct message *
messages_find(struct messages *messages, const struct request *request,
    int64_t now_s)
{
	uint64_t hash = hash_message(request);
	struct message *set = set_of(messages, request);
	struct message *place = &set[0];

	if (request->instance[0] == '\0')
		return NULL;
	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].hash == hash) {
			place = &set[i];
			break;
		}
		if (replace_order(&set[i], now_s) < replace_order(place, now_s))
			place = &set[i];
	}
	if (place->hash == hash && !is_over(place, now_s)) {
		place->asked_s = now_s;
		return place;
	}
	*place =
	    (struct message){.hash = hash, .asked_s = now_s, .worth_s = -1};
	return place;
}

/* ---- Once per message ---- */

void
message_note_pass(struct message *message, int64_t worth_s)
{
	if (message != NULL)
		message->worth_s =
		    message->worth_s > worth_s ? message->worth_s : worth_s;
}

bool
message_has_passed(const struct message *message, int64_t delay_s)
{
	return message != NULL && message->worth_s >= delay_s;
}

bool
message_first_retry(struct message *message)
{
	if (message == NULL)
		return true;
	if (message->retry_counted)
		return false;
	return message->retry_counted = true;
}

bool
message_first_header(struct message *message)
{
	if (message == NULL || message->header_added)
		return false;
	return message->header_added = true;
}

bool
message_first_delay(struct message *message)
{
	if (message == NULL)
		return true;
	if (message->delay_noted)
		return false;
	return message->delay_noted = true;
}

/* ---- Postponed until DATA ---- */

void
message_postpone(struct message *message, const struct verdict *verdict,
    int64_t now_s)
{
	int64_t due_s = now_s + verdict->wait_s;

	if (message == NULL || (message->postponed && message->due_s <= due_s))
		return;
	message->postponed = true;
	message->due_s = due_s;
	message->wait_s = verdict->wait_s;
	message->delay_s = verdict->age_s + verdict->wait_s;
	strcpy(message->reference, verdict->reference);
}

void
message_cancel_postponed(struct message *message)
{
	if (message != NULL)
		message->postponed = false;
}

void
message_decide_postponed(const struct message *message, int64_t now_s,
    struct verdict *verdict)
{
	*verdict =
	    (struct verdict){.action = ACTION_PASS, .reason = REASON_STATE};
	if (message == NULL || !message->postponed ||
	    message->worth_s >= message->delay_s || message->due_s <= now_s)
		return;
	verdict->action = ACTION_GREYLIST;
	verdict->reason = REASON_EARLY;
	verdict->wait_s = message->due_s - now_s;
	if (verdict->wait_s > message->wait_s)
		verdict->wait_s = message->wait_s; /* the clock went back */
	strcpy(verdict->reference, message->reference);
}
