/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/lookup_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "mail/pool.h"
#include "mail/sender_key.h"

#define SETS 1024 /* a power of two */
#define WAYS 4    /* places in a set: a pair can be in any of them */

/* A client and a domain that were asked about. */
struct pair {
	struct netaddr client;
	char domain[POOL_SIZE];
	int64_t from_s, until_s; /* 0: a free place */
	bool is_authorised;
};

struct question {
	uint32_t number; /* 0: none */
	int64_t asked_s;
	struct netaddr client;
	char sender[REQUEST_ADDRESS_MAX + 1];
	char recipient[REQUEST_ADDRESS_MAX + 1];
};

struct lookup_table {
	struct pair sets[SETS][WAYS];
	struct question questions[LOOKUP_QUESTIONS]; /* by number */
	uint32_t number;                             /* of the last question */
	uint64_t dropped_n;
};

struct lookup_table *
lookup_table_new(void)
{
	return calloc(1, sizeof(struct lookup_table));
}

void
lookup_table_free(struct lookup_table *table)
{
	free(table);
}

/* ---- Pairs ---- */

static bool
is_pair(const struct pair *pair, const struct netaddr *client,
    const char *domain)
{
	return pair->client.family == client->family &&
	    memcmp(pair->client.octets, client->octets,
		sizeof(client->octets)) == 0 &&
	    strcmp(pair->domain, domain) == 0;
}

/* If from_s is in the future, the clock was set back. */
static bool
is_valid(const struct pair *pair, int64_t now_s)
{
	return now_s >= pair->from_s && now_s < pair->until_s;
}

static size_t
set_of(const struct netaddr *client, const char *domain)
{
	uint64_t hash =
	    hash_octets(HASH_BEGIN, client->octets, sizeof(client->octets));

	return hash_end(hash_text(hash, domain)) & (SETS - 1);
}

static const struct pair *
find(const struct lookup_table *table, const struct netaddr *client,
    const char *domain, int64_t now_s)
{
	const struct pair *set = table->sets[set_of(client, domain)];

	for (size_t i = 0; i < WAYS; i++)
		if (is_valid(&set[i], now_s) &&
		    is_pair(&set[i], client, domain))
			return &set[i];
	return NULL;
}

/* A place that is not valid is better than one that is; of two that are valid,
 * the one that ends first is better. */
static int64_t
replace_order(const struct pair *pair, int64_t now_s)
{
	return is_valid(pair, now_s) ? pair->until_s : 0;
}

static struct pair *
place_of(struct lookup_table *table, const struct netaddr *client,
    const char *domain, int64_t now_s)
{
	struct pair *set = table->sets[set_of(client, domain)];
	struct pair *place = &set[0];

	for (size_t i = 0; i < WAYS; i++) {
		if (is_pair(&set[i], client, domain))
			return &set[i];
		if (replace_order(&set[i], now_s) < replace_order(place, now_s))
			place = &set[i];
	}
	return place;
}

static void
note(struct lookup_table *table, const struct netaddr *client,
    const char *domain, bool is_authorised, int64_t now_s, int64_t keep_s)
{
	struct pair *pair = place_of(table, client, domain, now_s);

	pair->client = *client;
	strcpy(pair->domain, domain);
	pair->from_s = now_s;
	pair->until_s = now_s + keep_s;
	pair->is_authorised = is_authorised;
}

bool
lookup_table_authorises(const struct lookup_table *table,
    const struct request *request, int64_t now_s)
{
	const struct pair *pair;
	char domain[POOL_SIZE];

	if (!pool_sender_domain(request, domain))
		return false;
	pair = find(table, &request->client, domain, now_s);
	return pair != NULL && pair->is_authorised;
}

/* ---- Questions ---- */

static bool
is_waiting(const struct question *question, int64_t now_s)
{
	return question->number != 0 && now_s >= question->asked_s &&
	    now_s < question->asked_s + LOOKUP_PATIENCE_S;
}

/* Returns NULL if all questions still wait for an answer. */
static struct question *
new_question(struct lookup_table *table, int64_t now_s)
{
	uint32_t number = table->number;

	for (int i = 0; i < LOOKUP_QUESTIONS; i++) {
		struct question *question;

		number = number == UINT32_MAX ? 1 : number + 1;
		question = &table->questions[number % LOOKUP_QUESTIONS];
		if (is_waiting(question, now_s))
			continue;
		table->number = number;
		question->number = number;
		question->asked_s = now_s;
		return question;
	}
	table->dropped_n++;
	return NULL;
}

size_t
lookup_table_ask(struct lookup_table *table, const struct request *request,
    int64_t now_s, char line[LOOKUP_LINE_SIZE])
{
	char domain[POOL_SIZE], address[NETADDR_TEXT_SIZE];
	struct question *question;

	if (!pool_sender_domain(request, domain) ||
	    find(table, &request->client, domain, now_s) != NULL)
		return 0;
	question = new_question(table, now_s);
	if (question == NULL)
		return 0;
	question->client = request->client;
	strcpy(question->sender, request->sender);
	strcpy(question->recipient, request->recipient);
	note(table, &request->client, domain, false, now_s, LOOKUP_PATIENCE_S);
	netaddr_format(&request->client, address);
	return (size_t)snprintf(line, LOOKUP_LINE_SIZE, "%" PRIu32 " %s %s\n",
	    question->number, address, domain);
}

/* ---- Answers ---- */

/* Returns the question, or NULL if the line does not answer one. */
static struct question *
parse_answer(struct lookup_table *table, const char *line, bool *yes)
{
	char *end;
	unsigned long number = strtoul(line, &end, 10);
	struct question *question =
	    &table->questions[number % LOOKUP_QUESTIONS];

	*yes = strcmp(end, " yes") == 0;
	if (line[0] < '1' || line[0] > '9' || number != question->number ||
	    (!*yes && strcmp(end, " no") != 0))
		return NULL;
	return question;
}

bool
lookup_table_answer(struct lookup_table *table, const char *line, int64_t now_s,
    struct lookup_attempt *out)
{
	char domain[POOL_SIZE];
	bool yes;
	struct question *question = parse_answer(table, line, &yes);

	if (question == NULL)
		return false;
	question->number = 0;
	request_clear(&out->request);
	out->request.client = question->client;
	strcpy(out->request.sender, question->sender);
	strcpy(out->request.recipient, question->recipient);
	out->request.client_is_authorised = true;
	out->at_s = question->asked_s;
	if (!pool_sender_domain(&out->request, domain))
		return false;
	note(table, &question->client, domain, yes, now_s,
	    yes ? LOOKUP_KEEP_YES_S : LOOKUP_KEEP_NO_S);
	return yes;
}

uint64_t
lookup_table_take_dropped(struct lookup_table *table)
{
	uint64_t dropped_n = table->dropped_n;

	table->dropped_n = 0;
	return dropped_n;
}
