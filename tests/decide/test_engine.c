/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "decide/engine.h"
#include "store/store_open.h"
#include "store_faulty.h"

#define NOW   1000000000
#define BATCH 8

struct fixture {
	struct store *memory;
	struct store_faulty faulty;
	struct engine_rules rules;
	struct engine *engine;
	struct request requests[BATCH];
	struct verdict verdicts[BATCH];
	size_t n;
	struct err err;
};

static int
set_up(void **state)
{
	static struct fixture fixture;
	struct store_options options = {.timeout_ms = 250};

	memset(&fixture, 0, sizeof(fixture));
	fixture.rules = (struct engine_rules){
	    .greylist = {180, 86400, 3024000},
	    .keys = {24, 64, 0, 0},
	};
	fixture.memory = store_open("memory:", &options, &fixture.err);
	store_faulty_init(&fixture.faulty, fixture.memory);
	fixture.engine =
	    engine_new(&fixture.faulty.store, &fixture.rules, BATCH);
	*state = &fixture;
	return fixture.memory != NULL && fixture.engine != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	engine_free(f->engine);
	store_close(f->memory);
	return 0;
}

static struct request *
add(struct fixture *f, const char *client, const char *sender,
    const char *recipient)
{
	struct request *request = &f->requests[f->n++];

	request_clear(request);
	netaddr_parse(client, &request->client);
	strcpy(request->client_address, client);
	strcpy(request->sender, sender);
	strcpy(request->recipient, recipient);
	return request;
}

static struct request *
add_from_pool(struct fixture *f, const char *client, const char *name,
    const char *sender, const char *recipient)
{
	struct request *request = add(f, client, sender, recipient);

	strcpy(request->client_name, name);
	request->client_name_confirmed = true;
	return request;
}

static void
check(struct fixture *f, int64_t now_s, enum store_rc rc)
{
	f->err.text[0] = '\0';
	assert_int_equal(engine_check(f->engine, f->requests, f->n, now_s,
			     f->verdicts, &f->err),
	    rc);
	f->n = 0;
}

static void
assert_verdict(const struct verdict *verdict, enum action action,
    enum reason reason)
{
	assert_string_equal(action_word(verdict->action), action_word(action));
	assert_string_equal(reason_word(verdict->reason), reason_word(reason));
}

/* Requests that are settled do not use the store. [C12, C13] */
static void
test_settled_without_the_store(void **state)
{
	struct fixture *f = *state;
	const struct networks own = {{{{NETADDR_IPV4, {203, 0, 113}}, 24}}, 1};
	struct request *request;

	add(f, "192.0.2.1", "a@example.net", "b@example.org")->state =
	    REQUEST_OTHER;
	add(f, "192.0.2.1", "a@example.net", "b@example.org")->authenticated =
	    true;
	add(f, "unknown", "a@example.net", "b@example.org");
	add(f, "", "a@example.net", "b@example.org");
	f->rules.own_networks = own;
	engine_use_rules(f->engine, &f->rules);
	add(f, "203.0.113.7", "a@example.net", "b@example.org");
	request = add(f, "192.0.2.1", "a@example.net", "");
	request->state = REQUEST_DATA; /* several recipients */
	check(f, NOW, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_STATE);
	assert_verdict(&f->verdicts[1], ACTION_PASS, REASON_AUTHENTICATED);
	assert_verdict(&f->verdicts[2], ACTION_PASS, REASON_NO_CLIENT);
	assert_verdict(&f->verdicts[3], ACTION_PASS, REASON_NO_CLIENT);
	assert_verdict(&f->verdicts[4], ACTION_PASS, REASON_OWN_NETWORK);
	assert_verdict(&f->verdicts[5], ACTION_PASS, REASON_STATE);
	assert_int_equal(f->faulty.lookups_n, 0);
	assert_int_equal(f->faulty.applies_n, 0);
}

/* A batch makes one lookup and one apply. The verdicts are in order. */
static void
test_one_lookup_for_a_batch(void **state)
{
	struct fixture *f = *state;

	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	add(f, "198.51.100.1", "a@example.net", "b@example.org");
	add(f, "192.0.2.1", "c@example.net", "b@example.org");
	check(f, NOW, STORE_OK);
	for (int i = 0; i < 3; i++)
		assert_verdict(&f->verdicts[i], ACTION_GREYLIST, REASON_NEW);
	assert_string_equal(f->verdicts[0].key_client, "192.0.2.0/24");
	assert_string_equal(f->verdicts[1].key_client, "198.51.100.0/24");
	assert_int_equal(f->faulty.lookups_n, 1);
	assert_int_equal(f->faulty.applies_n, 1);
	assert_int_equal(f->faulty.changes_n, 3);
}

/* The second request for a key in one batch sees the change by the first
 * request. A repeated request is counted once. [C37] */
static void
test_same_key_in_one_batch(void **state)
{
	struct fixture *f = *state;
	struct store_answer answer;
	struct key triplet;

	for (int i = 0; i < 2; i++)
		add(f, "192.0.2.1", "a@example.net", "b@example.org");
	key_of_network(&f->requests[0], &f->rules.keys, &triplet);
	check(f, NOW, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_GREYLIST, REASON_NEW);
	assert_verdict(&f->verdicts[1], ACTION_GREYLIST, REASON_EARLY);

	for (int i = 0; i < 2; i++)
		add(f, "192.0.2.200", "A@Example.NET", "B@example.org");
	check(f, NOW + 180, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_RETRIED);
	assert_verdict(&f->verdicts[1], ACTION_PASS, REASON_KNOWN);

	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW + 181, STORE_OK); /* repeated over a new connection */
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_KNOWN);
	f->memory->records->lookup(f->memory, &triplet, 1, &answer, &f->err);
	assert_int_equal(answer.record.deferred_n, 1);
	assert_int_equal(answer.record.passed_n, 1);
}

/* The record of a known triplet is read, but not written before it needs a
 * refresh. */
static void
test_known_is_not_written(void **state)
{
	struct fixture *f = *state;

	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW, STORE_OK);
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW + 180, STORE_OK);
	assert_int_equal(f->faulty.changes_n, 2);
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW + 180 + 3600, STORE_OK);
	assert_int_equal(f->faulty.applies_n, 2);
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW + 180 + 3601, STORE_OK);
	assert_int_equal(f->faulty.applies_n, 3);
}

/* DATA with one recipient is decided like RCPT. */
static void
test_data_with_one_recipient(void **state)
{
	struct fixture *f = *state;

	add(f, "192.0.2.1", "a@example.net", "b@example.org")->state =
	    REQUEST_DATA;
	check(f, NOW, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_GREYLIST, REASON_NEW);
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW + 1, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_GREYLIST, REASON_EARLY);
}

static const struct {
	enum on_failure on_failure;
	enum action action;
} failures[] = {
    {ON_FAILURE_PASS, ACTION_PASS},
    {ON_FAILURE_TEMPFAIL, ACTION_TEMPFAIL},
    {ON_FAILURE_CLOSE, ACTION_CLOSE},
};

/* If the lookup fails, requests that need the store get on_failure. [C29] */
static void
test_lookup_fails(void **state)
{
	struct fixture *f = *state;

	f->faulty.lookup_fails = true;
	for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
		f->rules.on_failure = failures[i].on_failure;
		engine_use_rules(f->engine, &f->rules);
		add(f, "192.0.2.1", "a@example.net", "b@example.org");
		add(f, "unknown", "a@example.net", "b@example.org");
		check(f, NOW, STORE_FAILED);
		assert_verdict(&f->verdicts[0], failures[i].action,
		    REASON_FAILURE);
		assert_verdict(&f->verdicts[1], ACTION_PASS, REASON_NO_CLIENT);
		assert_string_equal(f->err.text, "told to fail to look up");
	}
	assert_int_equal(f->faulty.applies_n, 0);
}

/* The look-up of the host works, but the look-up of the pool fails. */
static void
test_second_lookup_fails(void **state)
{
	struct fixture *f = *state;

	f->rules.keys.pools = 1;
	engine_use_rules(f->engine, &f->rules);
	f->faulty.lookup_fails_at = 2;
	add_from_pool(f, "192.0.2.1", "mx.example.com", "a@example.net",
	    "b@c.org");
	check(f, NOW, STORE_FAILED);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_FAILURE);
	assert_int_equal(f->faulty.applies_n, 0);
	assert_false(engine_wrote(f->engine));
	add_from_pool(f, "192.0.2.1", "mx.example.com", "a@example.net",
	    "b@c.org");
	check(f, NOW, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_GREYLIST, REASON_NEW);
}

/* ---- A part of the store is away ---- */

/* Only deferrals for which a record is unknown get on_failure. A record that
 * lets a request pass is enough. */
static void
test_part_is_away(void **state)
{
	struct fixture *f = *state;

	f->rules.auto_whitelist_after = 2;
	f->rules.on_failure = ON_FAILURE_TEMPFAIL;
	engine_use_rules(f->engine, &f->rules);
	add(f, "192.0.2.1", "known@example.net", "b@example.org");
	check(f, NOW - 200, STORE_OK);
	add(f, "192.0.2.1", "known@example.net", "b@example.org");
	check(f, NOW, STORE_OK);
	f->faulty.away_client = "192.0.2.1"; /* the address, not the network */
	add(f, "192.0.2.1", "known@example.net", "b@example.org");
	add(f, "192.0.2.1", "new@example.net", "b@example.org");
	add(f, "198.51.100.1", "new@example.net", "b@example.org");
	check(f, NOW + 1, STORE_PARTLY);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_KNOWN);
	assert_verdict(&f->verdicts[1], ACTION_TEMPFAIL, REASON_FAILURE);
	assert_verdict(&f->verdicts[2], ACTION_GREYLIST, REASON_NEW);
	assert_string_equal(f->err.text, "told to be partly away");
	assert_false(engine_wrote(f->engine));
	/* The attempt was noted, so the retry passes. */
	f->faulty.away_client = NULL;
	add(f, "192.0.2.1", "new@example.net", "b@example.org");
	check(f, NOW + 181, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_RETRIED);
}

/* What lets a deferral pass needs no record. */
static void
test_part_is_away_and_message_passes(void **state)
{
	struct fixture *f = *state;
	const char *const recipients[] = {"b@example.org", "c@example.org"};

	f->rules.auto_whitelist_after = 2;
	f->rules.on_failure = ON_FAILURE_TEMPFAIL;
	f->rules.once_per_message = 1;
	f->rules.stress = STRESS_PASS;
	engine_use_rules(f->engine, &f->rules);
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW - 200, STORE_OK);
	f->faulty.away_client = "192.0.2.1";
	for (size_t i = 0; i < 2; i++)
		strcpy(add(f, "192.0.2.1", "a@example.net", recipients[i])
			   ->instance,
		    "1.2.3");
	strcpy(add(f, "192.0.2.1", "new@example.net", "b@example.org")->stress,
	    "yes");
	add(f, "192.0.2.1", "new@example.net", "b@example.org");
	check(f, NOW, STORE_PARTLY);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_RETRIED);
	assert_verdict(&f->verdicts[1], ACTION_PASS, REASON_MESSAGE);
	assert_verdict(&f->verdicts[2], ACTION_PASS, REASON_STRESS);
	assert_verdict(&f->verdicts[3], ACTION_TEMPFAIL, REASON_FAILURE);
}

/* An attempt is noted if its record can be read. */
static void
test_part_is_away_and_attempt_is_noted(void **state)
{
	struct fixture *f = *state;
	struct request *request;

	f->rules.keys.pools = 1;
	engine_use_rules(f->engine, &f->rules);
	request = add(f, "192.0.2.1", "a@example.net", "b@example.org");
	request->client_is_authorised = true;
	f->faulty.away_client = "@example.net";
	assert_int_equal(engine_note_attempt(f->engine, request, NOW, &f->err),
	    STORE_PARTLY);
	assert_int_equal(f->faulty.applies_n, 0);
	f->faulty.away_client = "example.org";
	assert_int_equal(engine_note_attempt(f->engine, request, NOW, &f->err),
	    STORE_OK);
	assert_int_equal(f->faulty.applies_n, 1);
}

/* The failure of the apply counts more. */
static void
test_part_is_away_and_apply_fails(void **state)
{
	struct fixture *f = *state;

	f->faulty.away_client = "192.0.2.0/24";
	f->faulty.apply_fails = true;
	add(f, "198.51.100.1", "new@example.net", "b@example.org");
	check(f, NOW, STORE_FAILED);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_FAILURE);
	assert_string_equal(f->err.text, "told to fail to apply");
}

/* A pool retries. Whether its first attempt came from this network is unknown,
 * so the retry proves nothing about the pool. */
static void
test_retry_with_unknown_network(void **state)
{
	struct fixture *f = *state;
	const struct key domain = {.kind = KEY_AUTO_WHITELIST_DOMAIN,
	    .client = "example.com",
	    .sender = "@example.net"};
	struct store_answer answer;

	f->rules.keys.pools = 1;
	f->rules.auto_whitelist_after = 1;
	engine_use_rules(f->engine, &f->rules);
	for (int i = 0; i < 2; i++) {
		f->faulty.away_client = i == 1 ? "192.0.2.0/24" : NULL;
		add_from_pool(f, "192.0.2.1", "mx.example.com", "a@example.net",
		    "b@c.org");
		check(f, NOW + i * 180, i == 1 ? STORE_PARTLY : STORE_OK);
	}
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_RETRIED);
	assert_int_equal(f->memory->records->lookup(f->memory, &domain, 1,
			     &answer, &f->err),
	    STORE_OK);
	assert_false(answer.found);
}

/* ---- The apply fails ---- */

/* If the apply fails, a pass remains a pass. A deferral becomes on_failure if
 * the store does not have its record, also for a second request with the same
 * key. [C29] */
static void
test_apply_fails(void **state)
{
	struct fixture *f = *state;

	add(f, "198.51.100.1", "due@example.net", "b@example.org");
	add(f, "198.51.100.1", "early@example.net", "b@example.org");
	check(f, NOW - 200, STORE_OK);
	f->faulty.apply_fails = true;
	for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
		f->rules.on_failure = failures[i].on_failure;
		f->rules.greylist.delay_s = 150;
		engine_use_rules(f->engine, &f->rules);
		add(f, "192.0.2.1", "a@example.net", "b@example.org");
		add(f, "192.0.2.1", "a@example.net", "b@example.org");
		add(f, "198.51.100.1", "due@example.net", "b@example.org");
		check(f, NOW, STORE_FAILED);
		assert_verdict(&f->verdicts[0], failures[i].action,
		    REASON_FAILURE);
		assert_verdict(&f->verdicts[1], failures[i].action,
		    REASON_FAILURE);
		assert_verdict(&f->verdicts[2], ACTION_PASS, REASON_RETRIED);
	}
	/* Nothing needs to be written: the store already has the record. */
	f->rules.greylist.delay_s = 180;
	engine_use_rules(f->engine, &f->rules);
	add(f, "198.51.100.1", "early@example.net", "b@example.org");
	check(f, NOW - 195, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_GREYLIST, REASON_EARLY);
}

/* If a refresh cannot be written, the wait goes on from the stored record. But
 * if the clock was set back before first_seen_s, the record must be written. */
static void
test_refresh_cannot_be_written(void **state)
{
	struct fixture *f = *state;

	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW, STORE_OK);
	f->faulty.apply_fails = true;
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW + 150, STORE_FAILED);
	assert_verdict(&f->verdicts[0], ACTION_GREYLIST, REASON_EARLY);
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW - 1000, STORE_FAILED);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_FAILURE);
	/* The retry is too late, and the new wait cannot be written. */
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW + 90000, STORE_FAILED);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_FAILURE);
}

/* Without a call of the store, requests that need it get on_failure. [C30] */
static void
test_give_up(void **state)
{
	struct fixture *f = *state;

	f->rules.on_failure = ON_FAILURE_TEMPFAIL;
	engine_use_rules(f->engine, &f->rules);
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	add(f, "unknown", "a@example.net", "b@example.org");
	engine_give_up(f->engine, f->requests, f->n, NOW, f->verdicts);
	assert_verdict(&f->verdicts[0], ACTION_TEMPFAIL, REASON_FAILURE);
	assert_verdict(&f->verdicts[1], ACTION_PASS, REASON_NO_CLIENT);
	assert_int_equal(f->faulty.lookups_n, 0);
	f->n = 0;
}

/* ---- Lists ---- */

static struct list *
make_list(const struct list_entry *entries, size_t n)
{
	struct list *list = list_new();
	struct err err;

	for (size_t i = 0; i < n; i++)
		if (list_add(list, &entries[i], NULL, &err) != 0)
			fail_msg("%s", err.text);
	assert_int_equal(list_seal(list, &err), 0);
	return list;
}

/* Whitelisted mail needs no store. The verdict names the list entry. [C15] */
static void
test_whitelisted(void **state)
{
	static const struct list_entry entries[] = {
	    {LIST_CLIENT, LIST_WHITELIST, 0, 0, "192.0.2.0/24", "f", 1, 0, 0},
	    {LIST_SENDER, LIST_WHITELIST, 0, 0, "news@", "f", 2, 0, 0},
	    {LIST_RECIPIENT, LIST_WHITELIST, 0, NOW, "abuse@", "", 0, 0, 0},
	};
	struct fixture *f = *state;
	struct lists lists = {.files = make_list(entries, 3)};

	engine_use_lists(f->engine, &lists, NULL);
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	add(f, "192.0.3.1", "news@example.net", "b@example.org");
	add(f, "192.0.3.1", "a@example.net", "abuse@example.org");
	add(f, "unknown", "a@example.net", "abuse@example.org");
	check(f, NOW, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_CLIENT_WHITELIST);
	assert_verdict(&f->verdicts[1], ACTION_PASS, REASON_SENDER_WHITELIST);
	assert_verdict(&f->verdicts[2], ACTION_PASS,
	    REASON_RECIPIENT_WHITELIST);
	assert_verdict(&f->verdicts[3], ACTION_PASS, REASON_NO_CLIENT);
	assert_string_equal(f->verdicts[1].listed.pattern, "news@");
	assert_int_equal(f->faulty.lookups_n, 0);

	/* One entry has expired. If the store fails, the other entries still
	 * decide. */
	f->faulty.lookup_fails = true;
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	add(f, "192.0.3.1", "a@example.net", "abuse@example.org");
	check(f, NOW + 1, STORE_FAILED);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_CLIENT_WHITELIST);
	assert_verdict(&f->verdicts[1], ACTION_PASS, REASON_FAILURE);
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	engine_give_up(f->engine, f->requests, f->n, NOW, f->verdicts);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_CLIENT_WHITELIST);
	f->n = 0;
	list_free(lists.files);
}

/* The settings delay and shadow of a recipient, and recipients in no list. */
static void
test_settings_of_recipients(void **state)
{
	static const struct list_entry entries[] = {
	    {LIST_RECIPIENT, LIST_DELAY, 60, 0, "quick@example.org", "f", 1, 0,
		0},
	    {LIST_RECIPIENT, LIST_SHADOW, 0, 0, "lab@example.org", "f", 2, 0,
		0},
	    {LIST_RECIPIENT, LIST_DELAY, 0, 0, "now@example.org", "f", 3, 0, 0},
	};
	struct fixture *f = *state;
	struct lists lists = {.files = make_list(entries, 3)};

	engine_use_lists(f->engine, &lists, NULL);
	add(f, "192.0.2.1", "a@example.net", "quick@example.org");
	add(f, "192.0.2.1", "a@example.net", "lab@example.org");
	add(f, "192.0.2.1", "a@example.net", "now@example.org");
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_GREYLIST, REASON_NEW);
	assert_int_equal(f->verdicts[0].wait_s, 60);
	assert_string_equal(f->verdicts[0].listed.pattern, "quick@example.org");
	assert_int_equal(strlen(f->verdicts[0].reference), REFERENCE_SIZE - 1);
	assert_verdict(&f->verdicts[1], ACTION_PASS, REASON_NEW);
	assert_true(f->verdicts[1].shadow);
	assert_verdict(&f->verdicts[2], ACTION_PASS, REASON_RETRIED);
	assert_int_equal(f->verdicts[3].wait_s, 180);
	assert_null(f->verdicts[3].listed.pattern);
	assert_false(f->verdicts[3].shadow);

	lists.recipients_listed = true;
	add(f, "192.0.2.1", "a@example.net", "quick@example.org");
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW + 60, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_RETRIED);
	assert_verdict(&f->verdicts[1], ACTION_PASS, REASON_UNLISTED);
	list_free(lists.files);
}

/* ---- Pools, auto-whitelist and messages ---- */

static void
configure(struct fixture *f)
{
	f->rules.keys.pools = 1;
	f->rules.auto_whitelist_after = 2;
	f->rules.auto_whitelist_spacing_s = 600;
	f->rules.once_per_message = 1;
	engine_use_rules(f->engine, &f->rules);
}

/* A retry from another network of the pool passes. A client of another pool, in
 * the same batch, is deferred. */
static void
test_pool(void **state)
{
	struct fixture *f = *state;

	configure(f);
	add_from_pool(f, "192.0.2.1", "mx1.example.com", "a@example.net",
	    "b@c");
	check(f, NOW, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_GREYLIST, REASON_NEW);
	add_from_pool(f, "198.51.100.1", "mx2.example.com", "a@example.net",
	    "b@c");
	add_from_pool(f, "203.0.113.1", "mx2.example.org", "a@example.net",
	    "b@c");
	check(f, NOW + 180, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_RETRIED);
	assert_string_equal(f->verdicts[0].key_client, "example.com");
	assert_verdict(&f->verdicts[1], ACTION_GREYLIST, REASON_NEW);
	/* The pass was also recorded for the network, so that the client now
	 * passes without a name. */
	add(f, "198.51.100.9", "a@example.net", "b@c");
	check(f, NOW + 181, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_KNOWN);
}

/* A client is auto-whitelisted after two different triplets have passed by a
 * retry, apart in time, also within one batch. Each message counts once. [C5]
 */
static void
test_auto_whitelist(void **state)
{
	struct fixture *f = *state;

	configure(f);
	for (int i = 0; i < 2; i++) {
		add(f, "192.0.2.1", "a@example.net", "b@c");
		add(f, "192.0.2.1", "a@example.net", "d@c");
		strcpy(f->requests[0].instance, "1.a");
		strcpy(f->requests[1].instance, "1.a");
		check(f, NOW + 180 * i, STORE_OK);
	}
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_RETRIED);
	assert_verdict(&f->verdicts[1], ACTION_PASS, REASON_RETRIED);
	add(f, "192.0.2.1", "w@example.net", "b@c");
	check(f, NOW + 599, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_GREYLIST, REASON_NEW);
	add(f, "192.0.2.1", "x@example.net", "b@c");
	check(f, NOW + 600, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_GREYLIST, REASON_NEW);

	/* The retry of a second message ten minutes later counts. The next
	 * message passes at once with any envelope, but not from a neighbour in
	 * the network. */
	add(f, "192.0.2.1", "w@example.net", "b@c");
	add(f, "192.0.2.1", "y@example.com", "b@c");
	check(f, NOW + 800, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_RETRIED);
	assert_verdict(&f->verdicts[1], ACTION_GREYLIST, REASON_NEW);
	add(f, "192.0.2.1", "x@example.net", "b@c");
	add(f, "192.0.2.1", "z@example.com", "b@c");
	add(f, "192.0.2.2", "z@example.com", "b@c");
	check(f, NOW + 801, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_RETRIED);
	assert_verdict(&f->verdicts[1], ACTION_PASS, REASON_AUTO_WHITELISTED);
	assert_string_equal(f->verdicts[1].key_client, "192.0.2.1");
	assert_verdict(&f->verdicts[2], ACTION_GREYLIST, REASON_NEW);
}

/* Bounces, and passes without a delay, do not count for the auto-whitelist. */
static void
test_passes_that_do_not_count(void **state)
{
	struct fixture *f = *state;

	configure(f);
	for (int i = 0; i < 2; i++) {
		add(f, "192.0.2.1", "", "b@c");
		add(f, "192.0.2.1", "#@[]", "d@c");
		check(f, NOW + 180 * i, STORE_OK);
	}
	assert_verdict(&f->verdicts[1], ACTION_PASS, REASON_RETRIED);
	f->rules.greylist.delay_s = 0;
	engine_use_rules(f->engine, &f->rules);
	for (int i = 0; i < 3; i++) {
		char recipient[] = "e0@c";

		recipient[1] = (char)('0' + i);
		add(f, "192.0.2.1", "a@example.net", recipient);
		check(f, NOW + 300, STORE_OK);
		assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_RETRIED);
	}
	f->rules.greylist.delay_s = 180;
	engine_use_rules(f->engine, &f->rules);
	add(f, "192.0.2.1", "a@example.net", "f@c");
	check(f, NOW + 301, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_GREYLIST, REASON_NEW);
}

/* After one recipient has passed, the other recipients of the message pass, in
 * the same batch and later. Recipients of another message do not. [C7] */
static void
test_once_per_message(void **state)
{
	struct fixture *f = *state;

	configure(f);
	add(f, "192.0.2.1", "a@example.net", "b@c");
	check(f, NOW, STORE_OK);
	add(f, "192.0.2.1", "a@example.net", "b@c");
	add(f, "192.0.2.1", "a@example.net", "d@c");
	strcpy(f->requests[0].instance, "1.a");
	strcpy(f->requests[1].instance, "1.a");
	check(f, NOW + 180, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_RETRIED);
	assert_verdict(&f->verdicts[1], ACTION_PASS, REASON_MESSAGE);
	add(f, "192.0.2.1", "a@example.net", "e@c");
	add(f, "192.0.2.1", "a@example.net", "e@c");
	strcpy(f->requests[0].instance, "1.a");
	strcpy(f->requests[1].instance, "1.b");
	check(f, NOW + 181, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_MESSAGE);
	assert_verdict(&f->verdicts[1], ACTION_GREYLIST, REASON_EARLY);
}

/* If the record of a bounce could not be written, the bounce is not deferred at
 * DATA: without a record, it would be deferred for ever. */
static void
test_postponed_but_not_written(void **state)
{
	struct fixture *f = *state;

	for (int fails = 0; fails < 2; fails++) {
		configure(f);
		f->rules.null_sender = NULL_SENDER_DATA;
		engine_use_rules(f->engine, &f->rules);
		f->faulty.apply_fails = fails;
		add(f, "192.0.2.1", "", fails ? "b@c" : "d@c");
		strcpy(f->requests[0].instance, fails ? "1.a" : "1.b");
		check(f, NOW, fails ? STORE_FAILED : STORE_OK);
		assert_verdict(&f->verdicts[0], ACTION_PASS,
		    REASON_NULL_SENDER);
		add(f, "192.0.2.1", "", "");
		f->requests[0].state = REQUEST_DATA;
		strcpy(f->requests[0].instance, fails ? "1.a" : "1.b");
		check(f, NOW, STORE_OK);
		if (fails)
			assert_verdict(&f->verdicts[0], ACTION_PASS,
			    REASON_STATE);
		else
			assert_verdict(&f->verdicts[0], ACTION_GREYLIST,
			    REASON_EARLY);
	}
	f->faulty.apply_fails = false;
}

/* A client on a greylist does not pass by the auto-whitelist. */
static void
test_auto_whitelisted_but_greylisted(void **state)
{
	static const struct list_entry entries[] = {
	    {LIST_CLIENT, LIST_GREYLIST, 0, 0, "192.0.2.1", "f", 1, 0, 0}};
	struct fixture *f = *state;
	struct lists lists = {.files = make_list(entries, 1)};

	configure(f);
	f->rules.auto_whitelist_after = 1;
	engine_use_rules(f->engine, &f->rules);
	for (int i = 0; i < 2; i++) {
		add(f, "192.0.2.1", "a@example.net", "b@c");
		check(f, NOW + 180 * i, STORE_OK);
	}
	add(f, "192.0.2.1", "a@example.net", "d@c");
	check(f, NOW + 181, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_AUTO_WHITELISTED);
	engine_use_lists(f->engine, &lists, NULL);
	add(f, "192.0.2.1", "a@example.net", "d@c");
	check(f, NOW + 182, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_GREYLIST, REASON_NEW);
	list_free(lists.files);
}

/* engine_wrote() is true only after a change was written. */
static void
test_wrote(void **state)
{
	struct fixture *f = *state;

	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW, STORE_OK);
	assert_true(engine_wrote(f->engine));
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW + 1, STORE_OK);
	assert_false(engine_wrote(f->engine));
	f->faulty.apply_fails = true;
	add(f, "192.0.2.1", "c@example.net", "b@example.org");
	check(f, NOW + 1, STORE_FAILED);
	assert_false(engine_wrote(f->engine));
}

/* The deferrals of a triplet to b@example.org. */
static int64_t
deferred_n_of(struct fixture *f, const char *client, const char *sender)
{
	struct key key = {
	    .kind = KEY_TRIPLET_NETWORK, .recipient = "b@example.org"};
	struct store_answer answer;
	struct err err;

	strcpy(key.client, client);
	strcpy(key.sender, sender);
	assert_int_equal(f->memory->records->lookup(f->memory, &key, 1, &answer,
			     &err),
	    STORE_OK);
	assert_true(answer.found);
	return answer.record.deferred_n;
}

/* In shadow mode all mail passes and is stored. The verdict contains the action
 * of mode = enforce, also when the store fails. [C17] */
static void
test_shadow(void **state)
{
	struct fixture *f = *state;

	f->rules.shadow_until_s = NOW + 182;
	f->rules.on_failure = ON_FAILURE_CLOSE;
	engine_use_rules(f->engine, &f->rules);
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_NEW);
	assert_true(f->verdicts[0].shadow);
	assert_int_equal(f->verdicts[0].would, ACTION_GREYLIST);
	/* The mail was not deferred, so it need not return. */
	assert_int_equal(deferred_n_of(f, "192.0.2.0/24", "a@example.net"), 0);
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW + 180, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_RETRIED);
	assert_false(f->verdicts[0].shadow);
	f->faulty.lookup_fails = true;
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW + 181, STORE_FAILED);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_FAILURE);
	assert_int_equal(f->verdicts[0].would, ACTION_CLOSE);
	add(f, "192.0.2.1", "a@example.net", "b@example.org");
	check(f, NOW + 182, STORE_FAILED); /* the shadow mode has ended */
	assert_verdict(&f->verdicts[0], ACTION_CLOSE, REASON_FAILURE);
}

/* An empty batch, and full batches of different keys and of equal keys. */
static void
test_batch_sizes(void **state)
{
	struct fixture *f = *state;
	char sender[32];

	check(f, NOW, STORE_OK);
	for (int i = 0; i < BATCH; i++) {
		snprintf(sender, sizeof(sender), "s%d@example.net", i);
		add(f, "192.0.2.1", sender, "b@example.org");
	}
	check(f, NOW, STORE_OK);
	assert_int_equal(f->faulty.changes_n, BATCH);
	for (int i = 0; i < BATCH; i++)
		add(f, "192.0.2.1", "same@example.net", "b@example.org");
	check(f, NOW, STORE_OK);
	assert_int_equal(f->faulty.changes_n, BATCH + 1);
	assert_verdict(&f->verdicts[0], ACTION_GREYLIST, REASON_NEW);
	assert_verdict(&f->verdicts[BATCH - 1], ACTION_GREYLIST, REASON_EARLY);
}

/* If the pool is known, no record is written for another of its networks, even
 * if the pool became known in the same batch. So a client in that network
 * without a name is deferred. */
static void
test_pool_known_in_the_batch(void **state)
{
	struct fixture *f = *state;

	f->rules.auto_whitelist_after = 0;
	configure(f);
	add_from_pool(f, "192.0.2.1", "mx.example.com", "a@example.net",
	    "b@c.org");
	check(f, NOW, STORE_OK);
	add_from_pool(f, "192.0.2.1", "mx.example.com", "a@example.net",
	    "b@c.org");
	add_from_pool(f, "198.51.100.1", "mx2.example.com", "a@example.net",
	    "b@c.org");
	add(f, "198.51.100.9", "a@example.net", "b@c.org");
	check(f, NOW + 180, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_RETRIED);
	assert_verdict(&f->verdicts[1], ACTION_PASS, REASON_KNOWN);
	assert_verdict(&f->verdicts[2], ACTION_GREYLIST, REASON_NEW);
}

/* A deferral that was postponed at RCPT is given at DATA, also in the same
 * batch, and also if the store fails at DATA. */
static void
test_postponed_in_one_batch(void **state)
{
	struct fixture *f = *state;

	f->rules.null_sender = NULL_SENDER_DATA;
	configure(f);
	strcpy(add(f, "192.0.2.1", "", "b@example.org")->instance, "1.2.3");
	strcpy(add(f, "192.0.2.1", "", "")->instance, "1.2.3");
	f->requests[1].state = REQUEST_DATA;
	check(f, NOW, STORE_OK);
	assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_NULL_SENDER);
	assert_verdict(&f->verdicts[1], ACTION_GREYLIST, REASON_EARLY);
	f->faulty.lookup_fails = true;
	add(f, "192.0.2.9", "a@example.net", "b@example.org");
	strcpy(add(f, "192.0.2.1", "", "")->instance, "1.2.3");
	f->requests[1].state = REQUEST_DATA;
	check(f, NOW + 1, STORE_FAILED);
	assert_verdict(&f->verdicts[1], ACTION_GREYLIST, REASON_EARLY);
}

/* A clock before 1970: in a record, 0 means "never". [C57] */
static void
test_epoch(void **state)
{
	static const int64_t times[] = {INT64_MIN, -1, 0, 1};
	static const struct key key = {
	    KEY_TRIPLET_NETWORK, "192.0.2.0/24", "a@b", "c@d"};
	struct fixture *f = *state;
	struct store_answer answer;
	struct store_change forget = {
	    .key = &key, .change = {.how = CHANGE_FORGET}};

	f->rules.greylist.delay_s = 0;
	engine_use_rules(f->engine, &f->rules);
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		add(f, "192.0.2.1", "a@b", "c@d");
		check(f, times[i], STORE_OK);
		assert_verdict(&f->verdicts[0], ACTION_PASS, REASON_RETRIED);
		assert_int_equal(f->memory->records->lookup(f->memory, &key, 1,
				     &answer, &f->err),
		    STORE_OK);
		assert_int_equal(answer.record.passed_s, 1);
		assert_int_equal(f->memory->records->apply(f->memory, &forget,
				     1, &f->err),
		    STORE_OK);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_settled_without_the_store),
	    TEST(test_one_lookup_for_a_batch),
	    TEST(test_same_key_in_one_batch),
	    TEST(test_known_is_not_written),
	    TEST(test_data_with_one_recipient),
	    TEST(test_lookup_fails),
	    TEST(test_second_lookup_fails),
	    TEST(test_part_is_away),
	    TEST(test_part_is_away_and_message_passes),
	    TEST(test_part_is_away_and_attempt_is_noted),
	    TEST(test_part_is_away_and_apply_fails),
	    TEST(test_retry_with_unknown_network),
	    TEST(test_apply_fails),
	    TEST(test_refresh_cannot_be_written),
	    TEST(test_give_up),
	    TEST(test_whitelisted),
	    TEST(test_pool),
	    TEST(test_auto_whitelist),
	    TEST(test_passes_that_do_not_count),
	    TEST(test_once_per_message),
	    TEST(test_postponed_but_not_written),
	    TEST(test_auto_whitelisted_but_greylisted),
	    TEST(test_settings_of_recipients),
	    TEST(test_wrote),
	    TEST(test_epoch),
	    TEST(test_shadow),
	    TEST(test_batch_sizes),
	    TEST(test_pool_known_in_the_batch),
	    TEST(test_postponed_in_one_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
