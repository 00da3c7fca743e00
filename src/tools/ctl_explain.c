/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * ctl_explain: tardigrey explain prints what the daemon would answer now, and
 * why. The checker of the daemon decides, on a store that reads records but
 * writes nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "mail/reference.h"
#include "service/checker.h"
#include "system/clock.h"
#include "store/store_open.h"
#include "tools/client_argument.h"
#include "tools/explanation.h"
#include "tools/pool_rows.h"
#include "tools/triplet_argument.h"

struct explaining {
	/* The store that the checker uses; must be the first member. It reads
	 * the records in "explanation" and the lists of "real". */
	struct store store;
	struct ctl *ctl;
	struct store *real; /* the database; borrowed */
	const struct listing *listing;
	struct settings settings; /* the files are borrowed */
	struct explanation explanation;
};

/* ---- A store that writes nothing ---- */

static enum store_rc
find_records(struct store *store, const struct key *keys, size_t n,
    struct store_answer *answers, struct err *err)
{
	struct explained_key *known =
	    ((struct explaining *)store)->explanation.keys;

	(void)err;
	for (size_t i = 0; i < n; i++) {
		answers[i].found = false;
		for (int kind = 0; kind < KEY_KINDS; kind++)
			if (key_equal(&known[kind].key, &keys[i])) {
				answers[i] = known[kind].answer;
				known[kind].asked = true;
			}
	}
	return STORE_OK;
}

static enum store_rc
apply_nothing(struct store *store, const struct store_change *changes, size_t n,
    struct err *err)
{
	(void)store;
	(void)changes;
	(void)n;
	(void)err;
	return STORE_OK;
}

static enum store_rc
real_generation(struct store *store, int64_t *generation_out, struct err *err)
{
	struct store *real = ((struct explaining *)store)->real;

	return real->lists->generation(real, generation_out, err);
}

static enum store_rc
real_entries(struct store *store, store_entry_fn *visit, void *arg,
    struct err *err)
{
	struct store *real = ((struct explaining *)store)->real;

	return real->lists->entries(real, visit, arg, err);
}

/* There are no count_store_ops: checker_flush() is never called. */
static const struct store_ops no_ops = {0};
static const struct record_store_ops record_ops = {
    .lookup = find_records,
    .apply = apply_nothing,
};
static const struct list_store_ops list_ops = {
    .generation = real_generation,
    .entries = real_entries,
};

/* ---- Keys and records ---- */

static void
find_keys(struct explaining *this)
{
	struct explained_key *known = this->explanation.keys;
	struct key keys[KEY_KINDS];
	unsigned exist = keys_of_request(&this->explanation.request,
	    &this->ctl->config.rules.keys, keys);

	for (int kind = 0; kind < KEY_KINDS; kind++) {
		known[kind] =
		    (struct explained_key){.exists = (exist & 1U << kind) != 0};
		if (known[kind].exists)
			key_copy(&known[kind].key, &keys[kind]);
	}
}

/* If only the network or the pool of a client is known, the address in the
 * request is made up. For a pool, the network of the request is made up too.
 * Make the keys of a made-up address or network absent. But let the made-up
 * network have the record of the pool, as if all hosts of the pool were in one
 * network. */
static void
hide_made_up(struct explaining *this, bool is_pool)
{
	struct explained_key *known = this->explanation.keys;

	known[KEY_AUTO_WHITELIST_ADDRESS].exists = false;
	known[KEY_AUTO_WHITELIST_ADDRESS].answer.found = false;
	if (!is_pool)
		return;
	known[KEY_AUTO_WHITELIST_NETWORK].exists = false;
	known[KEY_AUTO_WHITELIST_NETWORK].answer.found = false;
	known[KEY_TRIPLET_NETWORK].exists = false;
	known[KEY_TRIPLET_NETWORK].answer = known[KEY_TRIPLET_POOL].answer;
}

static int
look_up(struct explaining *this, bool is_pool)
{
	struct explained_key *known = this->explanation.keys;
	struct err err;

	find_keys(this);
	for (int kind = 0; kind < KEY_KINDS; kind++)
		if (known[kind].exists &&
		    this->real->records->lookup(this->real, &known[kind].key, 1,
			&known[kind].answer, &err) != STORE_OK) {
			complain("%s", err.text);
			return CTL_REFUSED;
		}
	for (int kind = 0; kind < KEY_KINDS; kind++)
		if (key_kind_is_correspondent((enum key_kind)kind))
			known[kind].exists =
			    known[kind].exists && known[kind].answer.found;
	if (this->explanation.only_known != NULL)
		hide_made_up(this, is_pool);
	return CTL_DONE;
}

/* ---- Deciding ---- */

static void
complain_of_failure(const struct batch *batch)
{
	for (size_t i = 0; i < batch->notices.n; i++)
		if (batch->notices.items[i].kind == NOTICE_STORE_FAILED)
			complain("%s", batch->notices.items[i].text);
}

/* Find the list entry that decided in the listing before the checker is freed:
 * the texts in verdict.listed belong to the checker. */
static int
run_checker(struct explaining *this, struct checker *checker,
    struct batch *batch)
{
	struct explanation *explanation = &this->explanation;
	const struct checker_time now = {
	    explanation->now_s, clock_monotonic_ms()};

	batch_add(batch, NULL, &explanation->request);
	checker_run(checker, batch, &now);
	if (batch->store_failed) {
		complain_of_failure(batch);
		return CTL_REFUSED;
	}
	explanation->verdict = batch->verdicts[0];
	if (explanation->verdict.listed.pattern != NULL)
		explanation->listed =
		    listing_find(this->listing, &explanation->verdict.listed);
	return CTL_DONE;
}

static int
decide(struct explaining *this)
{
	struct batch *batch = batch_new(1);
	struct checker *checker = checker_new(&this->store, &this->settings, 1);
	int status = CTL_REFUSED;

	if (batch == NULL || checker == NULL)
		complain("out of memory");
	else
		status = run_checker(this, checker, batch);
	checker_free(checker);
	batch_free(batch);
	return status;
}

/* The verdict of a pass has no reference, and a made-up network must not show:
 * name the triplet by its pool, else by its network. */
static void
complete_verdict(struct explanation *explanation)
{
	const struct explained_key *network =
	    &explanation->keys[KEY_TRIPLET_NETWORK];
	const struct explained_key *pool = &explanation->keys[KEY_TRIPLET_POOL];
	struct verdict *verdict = &explanation->verdict;

	if (!network->exists &&
	    strcmp(verdict->key_client, network->key.client) == 0)
		strcpy(verdict->key_client, pool->key.client);
	if (verdict->key_client[0] == '\0')
		return; /* settled without a triplet */
	if (pool->exists)
		key_reference(&pool->key, verdict->reference);
	else if (network->exists)
		key_reference(&network->key, verdict->reference);
	else
		verdict->reference[0] = '\0';
}

static bool
take_pool(const struct store_row *row, void *arg)
{
	if (row->key.kind != KEY_TRIPLET_POOL)
		return true;
	strcpy(arg, row->key.client);
	return false;
}

/* If the name of the client is not given, take the pool from the database: the
 * sender was told the reference of the pool. */
static int
add_pool(struct explaining *this)
{
	struct explanation *explanation = &this->explanation;
	const struct explained_key *network =
	    &explanation->keys[KEY_TRIPLET_NETWORK];
	static struct store_row row; /* large */
	char pool[POOL_SIZE] = "";

	if (explanation->request.client_name[0] != '\0' || !network->exists ||
	    !network->answer.found)
		return CTL_DONE;
	key_copy(&row.key, &network->key);
	row.record = network->answer.record;
	if (pool_rows_of_mail(this->real, &row, take_pool, pool) != 0)
		return CTL_REFUSED;
	if (pool[0] == '\0')
		return CTL_DONE;
	strcpy(explanation->request.client_name, pool);
	explanation->request.client_name_confirmed = true;
	explanation->name_is_pool = true;
	return look_up(this, false);
}

static int
explain(struct explaining *this, bool is_pool)
{
	int status = look_up(this, is_pool);

	if (status == CTL_DONE)
		status = add_pool(this);
	if (status == CTL_DONE)
		status = decide(this);
	if (status != CTL_DONE)
		return status;
	complete_verdict(&this->explanation);
	explanation_report(&this->explanation, this->ctl->form);
	return CTL_DONE;
}

/* ---- The request ---- */

static int
check_name(const struct ctl_arguments *arguments)
{
	const char *name = ctl_value(arguments, "name");

	if (name != NULL && strlen(name) > REQUEST_TEXT_MAX)
		return ctl_misused(arguments,
		    "--name: the name is too long (at most %d octets)",
		    REQUEST_TEXT_MAX);
	return CTL_DONE;
}

/* "text" is the client as it was given. "name" is the argument of --name, or
 * NULL. */
static void
set_client(struct explanation *explanation,
    const struct client_argument *client, const char *text, const char *name)
{
	static const struct netaddr made_up = {.family = NETADDR_IPV4};
	struct request *request = &explanation->request;
	bool is_pool = client->pool[0] != '\0';

	request->client = is_pool ? made_up : client->address;
	netaddr_format(&request->client, request->client_address);
	request->client_is_authorised = client->pool[0] == POOL_BY_SENDER;
	if (name == NULL)
		name = request->client_is_authorised ? "" : client->pool;
	strcpy(request->client_name, name);
	request->client_name_confirmed = request->client_name[0] != '\0';
	explanation->only_known = is_pool || client->is_network ? text : NULL;
	explanation->name_is_pool = false;
}

static void
set_envelope(struct request *request, const struct key *triplet)
{
	bool is_null = strcmp(triplet->sender, "<>") == 0;

	strcpy(request->sender, is_null ? "" : triplet->sender);
	strcpy(request->recipient, triplet->recipient);
}

static int
explain_arguments(struct explaining *this,
    const struct ctl_arguments *arguments)
{
	struct explanation *explanation = &this->explanation;
	char *const *items = arguments->items;
	struct key triplet;
	struct client_argument client;
	struct err err;
	int status = triplet_argument_parse(this->ctl, items, &triplet);

	if (status != CTL_DONE)
		return status;
	if (client_argument_parse(items[0], &client, &err) != 0 ||
	    triplet_argument_envelope(items, &explanation->request, &err) !=
		0) {
		complain("%s", err.text);
		return CTL_USAGE;
	}
	set_client(explanation, &client, items[0],
	    ctl_value(arguments, "name"));
	return explain(this, client.pool[0] != '\0');
}

/* Whether this request finds the record of the triplet. */
static bool
is_reachable(struct explaining *this, const struct key *triplet)
{
	const struct explained_key *known = this->explanation.keys;

	find_keys(this);
	return key_equal(&known[KEY_TRIPLET_NETWORK].key, triplet) ||
	    key_equal(&known[KEY_TRIPLET_POOL].key, triplet);
}

static int
explain_row(struct explaining *this, const struct key *triplet,
    const char *name)
{
	struct explanation *explanation = &this->explanation;
	struct client_argument client;
	struct err err;

	if (client_argument_parse(triplet->client, &client, &err) != 0) {
		complain("%s", err.text);
		return CTL_REFUSED;
	}
	set_client(explanation, &client, triplet->client, name);
	set_envelope(&explanation->request, triplet);
	explanation->unreachable =
	    is_reachable(this, triplet) ? NULL : triplet->client;
	return explain(this, client.pool[0] != '\0');
}

static int
explain_reference(struct explaining *this,
    const struct ctl_arguments *arguments)
{
	struct store_row *rows;
	size_t n;
	int status = triplet_argument_by_reference(this->real,
	    arguments->items[0], &rows, &n);

	for (size_t i = 0; status == CTL_DONE && i < n; i++) {
		if (i > 0)
			explanation_separate(this->ctl->form);
		status = explain_row(this, &rows[i].key,
		    ctl_value(arguments, "name"));
	}
	free(rows);
	return status;
}

static int
explain_all(struct explaining *this, const struct ctl_arguments *arguments)
{
	struct listing *listing;
	int status = listing_load(this->ctl, this->real, &listing);

	if (status != CTL_DONE)
		return status;
	this->listing = listing;
	this->settings.config = this->ctl->config;
	this->settings.config.lookup[0] = '\0'; /* nobody would answer */
	this->settings.files = listing_files(listing);
	status = arguments->n == 1 ? explain_reference(this, arguments)
				   : explain_arguments(this, arguments);
	listing_free(listing);
	return status;
}

int
ctl_explain(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	static struct explaining this; /* large */
	int status = check_name(arguments);

	if (status != CTL_DONE)
		return status;
	if (arguments->n == 2)
		return ctl_misused(arguments,
		    "too few arguments (write one REFERENCE, or CLIENT SENDER RECIPIENT)");
	this.ctl = ctl;
	this.explanation.rules = &ctl->config.rules;
	this.explanation.now_s = clock_now_s();
	request_clear(&this.explanation.request);
	this.store.ops = &no_ops;
	this.store.records = &record_ops;
	this.store.lists = &list_ops;
	this.real = ctl_open_store_to_read(ctl);
	if (this.real == NULL)
		return CTL_REFUSED;
	status = explain_all(&this, arguments);
	store_close(this.real);
	return status;
}
