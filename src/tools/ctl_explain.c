/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * tardigrey explain: what the daemon would answer now, and why. The engine
 * decides as ever; only its store looks up and writes nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide/key.h"
#include "mail/reference.h"
#include "system/clock.h"
#include "store/store_open.h"
#include "tools/client_argument.h"
#include "tools/ctl.h"
#include "tools/explanation.h"
#include "tools/triplet_argument.h"

struct asking {
	struct store dry; /* first; looks into the explanation */
	struct ctl *ctl;
	struct store *real; /* borrowed */
	const struct listing *listing;
	struct engine *engine;
	struct lists lists;
	struct explanation explanation;
};

/* ---- A store that remembers nothing new ---- */

static enum store_rc
dry_lookup(struct store *store, const struct key *triplets, size_t n,
    struct store_answer *answers, struct err *err)
{
	struct remembered *remembered =
	    ((struct asking *)store)->explanation.remembered;

	(void)err;
	for (size_t i = 0; i < n; i++) {
		answers[i].found = false;
		for (int j = 0; j < KEY_KINDS; j++)
			if (key_equal(&remembered[j].key, &triplets[i])) {
				answers[i] = remembered[j].answer;
				remembered[j].asked = true;
			}
	}
	return STORE_OK;
}

static enum store_rc
dry_apply(struct store *store, const struct store_change *changes, size_t n,
    struct err *err)
{
	(void)store;
	(void)changes;
	(void)n;
	(void)err;
	return STORE_OK;
}

static const struct record_store_ops dry_ops = {
    .lookup = dry_lookup,
    .apply = dry_apply,
};

/* ---- What is remembered ---- */

static void
find_keys(struct asking *this)
{
	struct remembered *remembered = this->explanation.remembered;
	struct key keys[KEY_KINDS];
	unsigned there = keys_of_request(&this->explanation.request,
	    &this->ctl->config.rules.keys, keys);

	for (int i = 0; i < KEY_KINDS; i++) {
		remembered[i] =
		    (struct remembered){.is = (there & 1U << i) != 0};
		if (remembered[i].is)
			key_copy(&remembered[i].key, &keys[i]);
	}
}

/* Of a network or a pool that has no address the address is made up. A pool
 * is asked about as if its network were remembered as long: so it was, unless
 * the retry comes from another. */
static void
leave_out_unknown(struct asking *this, bool is_pool)
{
	struct remembered *remembered = this->explanation.remembered;

	remembered[KEY_AUTO_WHITELIST_ADDRESS].is = false;
	remembered[KEY_AUTO_WHITELIST_ADDRESS].answer.found = false;
	if (!is_pool)
		return;
	remembered[KEY_TRIPLET_NETWORK].is = false;
	remembered[KEY_TRIPLET_NETWORK].answer =
	    remembered[KEY_TRIPLET_POOL].answer;
}

static int
look_up(struct asking *this, bool is_pool)
{
	struct remembered *remembered = this->explanation.remembered;
	struct err err;

	find_keys(this);
	for (int i = 0; i < KEY_KINDS; i++)
		if (remembered[i].is &&
		    this->real->records->lookup(this->real, &remembered[i].key,
			1, &remembered[i].answer, &err) != STORE_OK) {
			ctl_complain("%s", err.text);
			return CTL_REFUSED;
		}
	if (this->explanation.only_known != NULL)
		leave_out_unknown(this, is_pool);
	return CTL_DONE;
}

/* ---- Deciding ---- */

/* A network that was made up is nobody. */
static void
leave_out_made_up(struct explanation *explanation)
{
	const struct remembered *network =
	    &explanation->remembered[KEY_TRIPLET_NETWORK];
	const struct remembered *pool =
	    &explanation->remembered[KEY_TRIPLET_POOL];
	struct verdict *verdict = &explanation->verdict;

	if (network->is)
		return;
	if (strcmp(verdict->identity, network->key.client) == 0)
		strcpy(verdict->identity, pool->key.client);
	if (pool->is)
		key_reference(&pool->key, verdict->reference);
	else
		verdict->reference[0] = '\0';
}

/* Explain the request. */
static int
explain(struct asking *this, bool is_pool)
{
	struct explanation *explanation = &this->explanation;
	int status = look_up(this, is_pool);
	struct err err;

	if (status != CTL_DONE)
		return status;
	if (engine_check(this->engine, &explanation->request, 1,
		explanation->now_s, &explanation->verdict, &err) != STORE_OK) {
		ctl_complain("%s", err.text);
		return CTL_REFUSED;
	}
	leave_out_made_up(explanation);
	if (explanation->verdict.listed.pattern != NULL)
		explanation->listed =
		    listing_find(this->listing, &explanation->verdict.listed);
	if (this->ctl->json)
		explanation_print_json(explanation);
	else
		explanation_print(explanation);
	return CTL_DONE;
}

/* ---- The request ---- */

static void
set_name(struct request *request, const char *name)
{
	strcpy(request->client_name, name);
	request->client_name_confirmed = name[0] != '\0';
}

static int
check_name(const struct ctl_arguments *arguments)
{
	const char *name = ctl_value(arguments, "name");

	if (name != NULL && strlen(name) > REQUEST_TEXT_MAX)
		return ctl_misused(arguments,
		    "--name: expected at most %d octets", REQUEST_TEXT_MAX);
	return CTL_DONE;
}

static void
set_sender(struct request *request, const char *sender)
{
	strcpy(request->sender, strcmp(sender, "<>") == 0 ? "" : sender);
}

/* The client, as far as it is known; the name is that of --name, or NULL. */
static void
set_client(struct explanation *explanation,
    const struct client_argument *client, const char *text, const char *name)
{
	static const struct netaddr nobody = {.family = NETADDR_IPV4};
	struct request *request = &explanation->request;
	bool is_pool = client->pool[0] != '\0';

	request->client = is_pool ? nobody : client->address;
	netaddr_format(&request->client, request->client_address);
	if (name == NULL)
		name = client->pool;
	set_name(request, name);
	explanation->only_known = is_pool || client->is_network ? text : NULL;
}

static int
explain_parts(struct asking *this, const struct ctl_arguments *arguments)
{
	struct explanation *explanation = &this->explanation;
	struct key triplet;
	struct client_argument client;
	struct err err;
	int status =
	    triplet_argument_parse(this->ctl, arguments->items, &triplet);

	if (status != CTL_DONE)
		return status;
	if (client_argument_parse(arguments->items[0], &client, &err) != 0) {
		ctl_complain("%s", err.text);
		return CTL_USAGE;
	}
	set_client(explanation, &client, arguments->items[0],
	    ctl_value(arguments, "name"));
	set_sender(&explanation->request, arguments->items[1]);
	strcpy(explanation->request.recipient, arguments->items[2]);
	return explain(this, client.pool[0] != '\0');
}

/* Whether an attempt would find the row. */
static bool
is_found(struct asking *this, const struct key *triplet)
{
	const struct remembered *remembered = this->explanation.remembered;

	find_keys(this);
	return key_equal(&remembered[KEY_TRIPLET_NETWORK].key, triplet) ||
	    key_equal(&remembered[KEY_TRIPLET_POOL].key, triplet);
}

static int
explain_row(struct asking *this, const struct key *triplet, const char *name)
{
	struct explanation *explanation = &this->explanation;
	struct client_argument client;
	struct err err;

	if (client_argument_parse(triplet->client, &client, &err) != 0) {
		ctl_complain("%s", err.text);
		return CTL_REFUSED;
	}
	set_client(explanation, &client, triplet->client, name);
	set_sender(&explanation->request, triplet->sender);
	strcpy(explanation->request.recipient, triplet->recipient);
	explanation->other_identity =
	    is_found(this, triplet) ? NULL : triplet->client;
	return explain(this, client.pool[0] != '\0');
}

static int
explain_reference(struct asking *this, const struct ctl_arguments *arguments)
{
	struct store_row *rows;
	size_t n;
	int status = triplet_argument_by_reference(this->real,
	    arguments->items[0], &rows, &n);

	for (size_t i = 0; status == CTL_DONE && i < n; i++) {
		if (i > 0 && !this->ctl->json)
			putchar('\n');
		status = explain_row(this, &rows[i].key,
		    ctl_value(arguments, "name"));
	}
	free(rows);
	return status;
}

static int
explain_all(struct asking *this, const struct ctl_arguments *arguments)
{
	int status = check_name(arguments);

	if (status != CTL_DONE)
		return status;
	this->engine = engine_new(&this->dry, &this->ctl->config.rules, 1);
	if (this->engine == NULL) {
		ctl_complain("out of memory");
		return CTL_REFUSED;
	}
	engine_set_lists(this->engine, &this->lists);
	status = arguments->n == 1 ? explain_reference(this, arguments)
				   : explain_parts(this, arguments);
	engine_free(this->engine);
	return status;
}

int
ctl_explain(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	static struct asking this; /* large */
	struct listing *listing = NULL;
	int status;

	if (arguments->n == 2)
		return ctl_misused(arguments,
		    "expected one REFERENCE, or CLIENT SENDER RECIPIENT");
	this.ctl = ctl;
	this.explanation.rules = &ctl->config.rules;
	this.explanation.now_s = clock_now_s();
	request_clear(&this.explanation.request);
	this.dry.records = &dry_ops;
	this.real = ctl_open_store(ctl);
	if (this.real == NULL)
		return CTL_REFUSED;
	status = listing_load(ctl, this.real, &listing);
	if (status == CTL_DONE) {
		this.listing = listing;
		this.lists = listing_lists(listing);
		status = explain_all(&this, arguments);
	}
	listing_free(listing);
	store_close(this.real);
	return status;
}
