/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Which keys of a request are looked up, and in which stage. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "decide/key_plan.h"
#include "store/store_open.h"

#define NOW  1000000000
#define HOUR 3600

#define N (1U << KEY_TRIPLET_NETWORK)
#define P (1U << KEY_TRIPLET_POOL)
#define A (1U << KEY_AUTO_WHITELIST_ADDRESS)
#define D (1U << KEY_AUTO_WHITELIST_DOMAIN)
#define W (1U << KEY_AUTO_WHITELIST_NETWORK)
#define C (1U << KEY_CORRESPONDENT)
#define E (1U << KEY_CORRESPONDENT_DOMAIN)

static const struct engine_rules rules = {
    .greylist = {180, 86400, 35 * 86400},
    .keys = {24, 64, 0, 1},
    .correspondents = {1, 60 * 86400},
    .auto_whitelist_after = 2,
    .auto_whitelist_spacing_s = 600,
};

/* The record of a kind in the store. WHITELISTED is auto-whitelisted. */
enum has {
	NOTHING,
	WAITING,
	KNOWN,
	KNOWN_STALE,
	WHITELISTED,
	WHITELISTED_STALE
};

/* clang-format off */
static const struct {
	const char *name;
	bool has_pool;
	bool at_once;
	enum has has[KEY_KINDS]; /* in the order of enum key_kind */
	unsigned first;          /* kinds of stage 1, without a hint */
	unsigned looked_up;      /* kinds after all stages */
	unsigned finished;       /* kinds that the decision uses */
} rows[] = {
	{ "first attempt", true, true, { NOTHING },
	  N | A, N | A | P | D | W | C | E, N | A | P | D | W | C | E },
	{ "first attempt, no pool", false, true, { NOTHING },
	  N | A, N | A | C, N | A | C },
	{ "on a greylist", true, false, { NOTHING },
	  N, N | P, N | P },
	{ "waiting", true, true, { WAITING },
	  N | A, N | A | P | D | W | C | E, N | A | P | D | W | C | E },
	{ "known host", true, true, { KNOWN },
	  N | A, N | A, N | A },
	{ "known host, to be refreshed", true, true, { KNOWN_STALE },
	  N | A, N | A | P | D | W | C | E, N | A | P | D | W | C | E },
	{ "auto-whitelisted host", true, true, { NOTHING, NOTHING, WHITELISTED },
	  N | A, N | A, N | A },
	{ "auto-whitelisted host, to be refreshed", true, true,
	  { NOTHING, NOTHING, WHITELISTED_STALE },
	  N | A, N | A | P | D | W | C | E, N | A | P | D | W | C | E },
	{ "known pool", true, true, { NOTHING, KNOWN },
	  N | A, N | A | P | D | W | C | E, P | D | W | C | E },
	{ "auto-whitelisted pool", true, true,
	  { NOTHING, NOTHING, NOTHING, WHITELISTED },
	  N | A, N | A | P | D | W | C | E, P | D | W | C | E },
	{ "auto-whitelisted pool in this network", true, true,
	  { NOTHING, NOTHING, NOTHING, NOTHING, WHITELISTED },
	  N | A, N | A | P | D | W | C | E, P | D | W | C | E },
	{ "waiting pool", true, true, { NOTHING, WAITING },
	  N | A, N | A | P | D | W | C | E, N | A | P | D | W | C | E },
};
/* clang-format on */

static struct record
record_of(enum has has)
{
	int64_t used_s = has == KNOWN_STALE || has == WHITELISTED_STALE
	    ? NOW - 2 * HOUR
	    : NOW - 60;
	struct record record = {.first_seen_s = NOW - 4 * HOUR,
	    .last_seen_s = used_s,
	    .expires_s = NOW + HOUR};

	if (has != WAITING) {
		record.passed_s = NOW - 4 * HOUR;
		record.passed_n = 2;
	}
	return record;
}

static void
make_request(struct request *request, bool has_pool)
{
	request_clear(request);
	netaddr_parse("192.0.2.7", &request->client);
	strcpy(request->sender, "a@b.example.com");
	strcpy(request->recipient, "c@example.org");
	if (has_pool) {
		strcpy(request->client_name, "mx.example.com");
		request->client_name_confirmed = true;
	}
}

static struct store *
make_store(const struct request *request, const enum has has[KEY_KINDS])
{
	const struct store_options options = {.timeout_ms = 1};
	static struct key keys[KEY_KINDS];
	struct err err;
	struct store *store = store_open("memory:", &options, &err);
	unsigned made = keys_of_request(request, &rules.keys, keys);

	assert_non_null(store);
	for (int i = 0; i < KEY_KINDS; i++) {
		struct store_change change = {.key = &keys[i],
		    .change = {CHANGE_MERGE, {0}, record_of(has[i])}};

		if ((made & 1U << i) != 0 && has[i] != NOTHING)
			assert_int_equal(store->records->apply(store, &change,
					     1, &err),
			    STORE_OK);
	}
	return store;
}

/* Run all stages for one request. Returns the kinds of the first stage.
 * *stages_n is the number of stages that looked something up. */
static unsigned
run_stages(struct key_planner *planner, struct key_plan *plan,
    const struct request *request, bool at_once, int *stages_n,
    unsigned *looked_up)
{
	struct err err;
	unsigned first;

	batch_records_begin(planner->records);
	key_plan_begin(planner, plan, request, client_class_of(request),
	    at_once);
	first = plan->kinds;
	*stages_n = 1;
	for (int stage = 1; stage < KEY_PLAN_STAGES; stage++) {
		unsigned before = plan->kinds;

		assert_int_equal(batch_records_look_up(planner->records, &err),
		    STORE_OK);
		key_plan_continue(planner, plan, request, NOW);
		*stages_n += plan->kinds != before;
	}
	assert_int_equal(batch_records_look_up(planner->records, &err),
	    STORE_OK);
	assert_true(plan->is_complete);
	*looked_up = plan->kinds;
	key_plan_finish(planner, plan, request, NOW);
	return first;
}

static void
test_plans(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct request request;
		struct store *store;
		struct key_planner planner;
		struct key_plan plan;
		struct batch_records *records;
		unsigned first, looked_up;
		int stages_n;

		make_request(&request, rows[i].has_pool);
		store = make_store(&request, rows[i].has);
		records = batch_records_new(store, KEY_KINDS);
		assert_int_equal(key_planner_init(&planner, records, &rules),
		    0);
		first = run_stages(&planner, &plan, &request, rows[i].at_once,
		    &stages_n, &looked_up);
		if (first != rows[i].first || looked_up != rows[i].looked_up ||
		    plan.kinds != rows[i].finished || stages_n > 2)
			fail_msg("%s: %x, then %x in %d stages, finished %x",
			    rows[i].name, first, looked_up, stages_n,
			    plan.kinds);
		key_planner_free(&planner);
		batch_records_free(records);
		store_close(store);
	}
}

/* If an address was auto-whitelisted, only the address is looked up next time.
 * If it is no longer auto-whitelisted, the other keys are looked up one stage
 * later. */
static void
test_hint(void **state)
{
	static const enum has whitelisted[KEY_KINDS] = {
	    [KEY_AUTO_WHITELIST_ADDRESS] = WHITELISTED};
	struct request request;
	struct store *store;
	struct key_planner planner;
	struct key_plan plan;
	struct batch_records *records;
	struct store_change forget = {.change = {.how = CHANGE_FORGET}};
	struct key key;
	struct err err;
	int stages_n;
	unsigned looked_up;

	(void)state;
	make_request(&request, true);
	store = make_store(&request, whitelisted);
	records = batch_records_new(store, KEY_KINDS);
	assert_int_equal(key_planner_init(&planner, records, &rules), 0);
	assert_int_equal(run_stages(&planner, &plan, &request, true, &stages_n,
			     &looked_up),
	    N | A);
	assert_int_equal(run_stages(&planner, &plan, &request, true, &stages_n,
			     &looked_up),
	    A);
	assert_int_equal(looked_up, A);
	assert_int_equal(stages_n, 1);
	/* A client on a greylist: the hint is ignored. */
	assert_int_equal(run_stages(&planner, &plan, &request, false, &stages_n,
			     &looked_up),
	    N);

	assert_int_equal(run_stages(&planner, &plan, &request, true, &stages_n,
			     &looked_up),
	    A); /* the hint is still there */
	key_of_address(&request.client, &key);
	forget.key = &key;
	assert_int_equal(store->records->apply(store, &forget, 1, &err),
	    STORE_OK);
	assert_int_equal(run_stages(&planner, &plan, &request, true, &stages_n,
			     &looked_up),
	    A);
	assert_int_equal(looked_up, N | A | P | D | W | C | E);
	assert_int_equal(stages_n, 3);
	assert_int_equal(run_stages(&planner, &plan, &request, true, &stages_n,
			     &looked_up),
	    N | A);
	key_planner_free(&planner);
	batch_records_free(records);
	store_close(store);
}

static bool
has_no_correspondents(const struct store *store, enum key_kind kind)
{
	(void)store;
	return kind != KEY_CORRESPONDENT && kind != KEY_CORRESPONDENT_DOMAIN;
}

/* If the store has no correspondents, their keys are not looked up. */
static void
test_no_correspondents(void **state)
{
	static const enum has nothing[KEY_KINDS];
	struct record_store_ops ops;
	struct request request;
	struct store *store;
	struct key_planner planner;
	struct key_plan plan;
	struct batch_records *records;
	int stages_n;
	unsigned looked_up;

	(void)state;
	make_request(&request, true);
	store = make_store(&request, nothing);
	ops = *store->records;
	ops.may_have = has_no_correspondents;
	store->records = &ops;
	records = batch_records_new(store, KEY_KINDS);
	assert_int_equal(key_planner_init(&planner, records, &rules), 0);
	run_stages(&planner, &plan, &request, true, &stages_n, &looked_up);
	assert_int_equal(looked_up, N | A | P | D | W);
	key_planner_free(&planner);
	batch_records_free(records);
	store_close(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plans),
	    cmocka_unit_test(test_hint),
	    cmocka_unit_test(test_no_correspondents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
