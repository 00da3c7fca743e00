/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The fallback: a database that fails when told to, and two local stores. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/fallback/store_fallback.h"
#include "store/scratch.h"
#include "store/store_open.h"
#include "store_faulty.h"

#define NOW    1000000000
#define DAY_S  86400
#define KEEP_S (35 * DAY_S)

static struct store *memory; /* inside the database */
static struct store_faulty database;
static struct store *local[2]; /* copies, unmerged; of "store" */
static struct store *store;
static struct err err;

static struct store *
open_memory(void)
{
	const struct store_options options = {.timeout_ms = 1};
	struct store *new = store_open("memory:", &options, &err);

	assert_non_null(new);
	return new;
}

static const struct store_fallback_report *
report(void)
{
	return store->ops->fallback(store);
}

/* Maintain until everything is merged, or n times. */
static void
maintain(int n)
{
	struct record_maintenance ignored;

	for (int i = 0; i < n; i++)
		assert_int_equal(store->records->maintain(store, NOW, &ignored,
				     &err),
		    STORE_OK);
}

static int
set_up(void **state)
{
	(void)state;
	memory = open_memory();
	store_faulty_init(&database, memory);
	local[0] = open_memory();
	local[1] = open_memory();
	store = store_fallback_new(&database.store, local[0], local[1]);
	if (store == NULL)
		return -1;
	maintain(1); /* nothing is left of the last process */
	return report()->merges ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	store_close(store);
	store_close(memory);
	return 0;
}

/* ---- Records ---- */

static struct key
key_of(const char *sender)
{
	struct key key;

	memset(&key, 0, sizeof(key));
	key.kind = KEY_TRIPLET_NETWORK;
	strcpy(key.client, "192.0.2.0/24");
	strcpy(key.sender, sender);
	strcpy(key.recipient, "b@example.org");
	return key;
}

static enum store_rc
change(struct store *where, const char *sender, enum change_how how,
    const struct record *read, const struct record *record)
{
	struct key key = key_of(sender);
	struct store_change change = {
	    .key = &key, .change = {.how = how, .record = *record}};

	if (read != NULL)
		change.change.read = *read;
	return where->records->apply(where, &change, 1, &err);
}

static void
merge(struct store *where, const char *sender, const struct record *record)
{
	struct key key = key_of(sender);
	struct store_answer answer;

	/* As the engine: first look, then change. */
	assert_int_equal(where->records->lookup(where, &key, 1, &answer, &err),
	    STORE_OK);
	assert_int_equal(change(where, sender, CHANGE_MERGE, NULL, record),
	    STORE_OK);
}

static struct record
deferral(int64_t time_s)
{
	return (struct record){time_s, time_s, 0, time_s + DAY_S, 1, 0, 60};
}

static struct record
pass(int64_t first_s, int64_t time_s)
{
	return (struct record){
	    first_s, time_s, time_s, time_s + KEEP_S, 0, 1, 0};
}

static void
assert_record(struct store *where, const char *sender, const char *want)
{
	struct key key = key_of(sender);
	struct store_answer answer;
	char text[600] = "none";
	const struct record *r = &answer.record;

	if (where->records->lookup(where, &key, 1, &answer, &err) != STORE_OK)
		snprintf(text, sizeof(text), "failed: %s", err.text);
	else if (answer.found)
		snprintf(text, sizeof(text), "%d-%d passed %d, %dd %dp",
		    (int)(r->first_seen_s - NOW), (int)(r->last_seen_s - NOW),
		    r->passed_s == 0 ? -1 : (int)(r->passed_s - NOW),
		    (int)r->deferred_n, (int)r->passed_n);
	assert_string_equal(text, want);
}

/* ---- Tests ---- */

/* What the database knew of this host's mail is known while it is away, and a
 * wait that began there ends here. */
static void
test_knows_the_mail_of_this_host(void **state)
{
	const struct record first = deferral(NOW), then = pass(NOW, NOW + 70);

	(void)state;
	merge(store, "waits", &first);
	merge(store, "known", &first);
	maintain(1);
	merge(store, "known", &then);
	merge(memory, "elsewhere", &first);
	database.is_away = true;
	assert_record(store, "waits", "0-0 passed -1, 1d 0p");
	assert_record(store, "known", "0-70 passed 70, 1d 1p");
	assert_record(store, "elsewhere", "none");
	assert_true(report()->decides);
	assert_int_equal(report()->outages_n, 1);
	assert_string_equal(report()->why.text, "told to be away");
	merge(store, "waits", &then);
	assert_record(store, "waits", "0-70 passed 70, 1d 1p");
}

/* A call that fails in the middle of a batch changes nothing of its answers. */
static void
test_goes_away_in_the_middle_of_a_batch(void **state)
{
	const struct record first = deferral(NOW), then = pass(NOW, NOW + 70);

	(void)state;
	merge(memory, "a", &first);
	assert_record(store, "a", "0-0 passed -1, 1d 0p");
	database.apply_fails = true;
	assert_int_equal(change(store, "a", CHANGE_MERGE, NULL, &then),
	    STORE_OK);
	assert_record(store, "a", "0-70 passed 70, 1d 1p");
	assert_record(memory, "a", "0-0 passed -1, 1d 0p");
}

/* Two requests of a batch change one record. Its copy counts once. */
static void
test_two_changes_of_one_record(void **state)
{
	const struct record then = pass(NOW, NOW + 70);
	struct key key = key_of("a");
	const struct store_change changes[2] = {
	    {.key = &key, .change = {.how = CHANGE_MERGE, .record = then}},
	    {.key = &key, .change = {.how = CHANGE_MERGE, .record = then}},
	};

	(void)state;
	merge(store, "a", &then);
	maintain(1);
	database.is_away = true;
	assert_record(store, "a", "0-70 passed 70, 0d 1p");
	assert_int_equal(store->records->apply(store, changes, 2, &err),
	    STORE_OK);
	assert_record(store, "a", "0-70 passed 70, 0d 3p");
}

/* While a part of the database is away, the local stores decide all. The
 * database must be whole to get requests again, even if nothing is to merge. */
static void
test_part_is_away(void **state)
{
	const struct record first = deferral(NOW);

	(void)state;
	merge(store, "a", &first);
	maintain(1);
	database.away_client = "198.51.100.0/24";
	assert_record(store, "a", "0-0 passed -1, 1d 0p");
	assert_true(report()->decides);
	maintain(3);
	assert_true(report()->decides);
	merge(store, "b", &first);
	maintain(3);
	assert_record(memory, "b", "none");
	database.away_client = NULL;
	maintain(3);
	assert_false(report()->decides || report()->merges);
	assert_record(memory, "b", "0-0 passed -1, 1d 0p");
	assert_int_equal(report()->outages_n, 1);
}

/* The same for the part that has the entries. */
static void
test_entries_are_away(void **state)
{
	int64_t generation;

	(void)state;
	database.entries_are_away = true;
	assert_int_equal(store->lists->generation(store, &generation, &err),
	    STORE_FAILED);
	assert_true(report()->decides);
}

/* The changes are merged when the database is back, and the counters are those
 * of all attempts. Until then an answer combines both. */
static void
test_merges_when_it_is_back(void **state)
{
	const struct record first = deferral(NOW), then = pass(NOW, NOW + 70),
			    elsewhere = pass(NOW - 9, NOW + 80);

	(void)state;
	merge(store, "known", &first);
	database.is_away = true;
	merge(store, "known", &then);
	merge(store, "new", &first);
	maintain(3);
	assert_true(report()->decides);
	database.is_away = false;
	merge(memory, "new", &elsewhere);
	assert_record(memory, "known", "0-0 passed -1, 1d 0p");
	maintain(1);
	assert_false(report()->decides);
	assert_record(store, "new", "-9-80 passed 80, 1d 1p");
	maintain(3);
	assert_false(report()->merges);
	assert_int_equal(report()->merged_n, 2);
	assert_int_equal(report()->outages_n, 1);
	assert_record(memory, "known", "0-70 passed 70, 1d 1p");
	assert_record(memory, "new", "-9-80 passed 80, 1d 1p");
	assert_record(local[1], "known", "none");
	assert_record(local[1], "new", "none");
	assert_record(local[0], "known", "0-70 passed 70, 1d 1p");
}

/* While the last ones are merged, an answer has what is not merged yet. */
static void
test_combines_while_it_merges(void **state)
{
	const struct record first = deferral(NOW), then = pass(NOW, NOW + 70);
	char sender[20];

	(void)state;
	database.is_away = true;
	for (int i = 0; i < 600; i++) {
		snprintf(sender, sizeof(sender), "%d", i);
		merge(store, sender, &first);
	}
	database.is_away = false;
	maintain(1);
	assert_true(report()->merges);
	for (int i = 0; i < 600; i++) {
		snprintf(sender, sizeof(sender), "%d", i);
		assert_record(store, sender, "0-0 passed -1, 1d 0p");
		if (i % 2 == 0)
			merge(store, sender, &then);
	}
	maintain(4);
	assert_false(report()->merges);
	for (int i = 0; i < 600; i++) {
		snprintf(sender, sizeof(sender), "%d", i);
		assert_record(memory, sender,
		    i % 2 == 0 ? "0-70 passed 70, 1d 1p"
			       : "0-0 passed -1, 1d 0p");
	}
}

/* A merge of which nobody knows whether it was done is repeated, and changes
 * nothing. */
static void
test_repeats_a_merge(void **state)
{
	const struct record first = deferral(NOW), then = pass(NOW, NOW + 70);

	(void)state;
	merge(store, "a", &first);
	database.is_away = true;
	merge(store, "a", &then);
	merge(store, "b", &first);
	database.is_away = false;
	database.apply_fails_late = true;
	maintain(1);
	assert_true(report()->decides);
	assert_record(memory, "a", "0-70 passed 70, 1d 1p");
	database.apply_fails_late = false;
	maintain(3);
	assert_false(report()->merges);
	assert_record(memory, "a", "0-70 passed 70, 1d 1p");
	assert_record(memory, "b", "0-0 passed -1, 1d 0p");
}

/* A full database answers but takes nothing. That is one outage, not many. */
static void
test_full_database(void **state)
{
	const struct record first = deferral(NOW);

	(void)state;
	database.apply_fails = true;
	merge(store, "a", &first);
	for (int i = 0; i < 10; i++) {
		maintain(1);
		assert_record(store, "a", "0-0 passed -1, 1d 0p");
	}
	assert_int_equal(report()->outages_n, 1);
	database.apply_fails = false;
	maintain(2);
	assert_record(memory, "a", "0-0 passed -1, 1d 0p");
}

/* A record that had expired when the mail came again is replaced, so that the
 * new attempt is not as old as the first one. */
static void
test_expired_record_is_replaced(void **state)
{
	const struct record old = deferral(NOW - 3 * DAY_S),
			    new = deferral(NOW);

	(void)state;
	merge(store, "a", &old);
	merge(memory, "b", &old);
	database.is_away = true;
	assert_int_equal(change(store, "a", CHANGE_RESTART, &old, &new),
	    STORE_OK);
	merge(store, "b", &new);
	database.is_away = false;
	maintain(3);
	assert_record(memory, "a", "0-0 passed -1, 1d 0p");
	assert_record(memory, "b", "0-0 passed -1, 1d 0p");
}

/* What the last process has not merged is merged by the next one. The local
 * databases can be read while the other one is away. */
static void
test_restarts_in_the_middle(void **state)
{
	const struct record first = deferral(NOW), then = pass(NOW, NOW + 70);
	const struct store_options options = {
	    .timeout_ms = 1000, .use = STORE_FILL};
	char unmerged[200], name[20];

	(void)state;
	snprintf(unmerged, sizeof(unmerged), "%s-unmerged", uri);
	store_close(store);
	store =
	    store_fallback_new(&database.store, store_open(uri, &options, &err),
		store_open(unmerged, &options, &err));
	database.is_away = true;
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "%d", i);
		merge(store, name, &first);
	}
	database.is_away = false;
	maintain(1); /* a slice, and not all */
	merge(store, "0", &then);
	store_close(store);
	store = store_open_only_fallback(uri, &options, &err);
	assert_record(store, "0", "0-70 passed 70, 1d 1p");
	assert_record(store, "299", "0-0 passed -1, 1d 0p");
	store_close(store);
	store =
	    store_fallback_new(&database.store, store_open(uri, &options, &err),
		store_open(unmerged, &options, &err));
	assert_record(store, "299", "0-0 passed -1, 1d 0p");
	maintain(4);
	assert_false(report()->merges);
	assert_record(memory, "0", "0-70 passed 70, 1d 1p");
	for (int i = 1; i < 300; i++) {
		snprintf(name, sizeof(name), "%d", i);
		assert_record(memory, name, "0-0 passed -1, 1d 0p");
	}
}

static int
set_up_files(void **state)
{
	return scratch_make() == 0 ? set_up(state) : -1;
}

static int
tear_down_files(void **state)
{
	tear_down(state);
	return scratch_remove();
}

/* Counts and decisions wait for the database. */
static void
test_counts_and_decisions_wait(void **state)
{
	const struct kept_decision decision = {NOW, "a"};
	const struct hourly_stats_count count = {
	    .hour_s = NOW, .name = "new", .client_class = "", .n = 1};
	bool is_added = true;

	(void)state;
	database.is_away = true;
	assert_int_equal(store->counts->add_counts(store, NULL, 0, &count, 1,
			     &err),
	    STORE_NO_ROOM);
	assert_int_equal(store->decisions->add(store, &decision, 1, 1, false,
			     &is_added, &err),
	    STORE_OK);
	assert_false(is_added);
	assert_int_equal(store->decisions->add(store, &decision, 1, 1, true,
			     &is_added, &err),
	    STORE_FAILED);
	database.is_away = false;
	maintain(1);
	assert_int_equal(store->counts->add_counts(store, NULL, 0, &count, 1,
			     &err),
	    STORE_OK);
	assert_int_equal(store->decisions->add(store, &decision, 1, 1, false,
			     &is_added, &err),
	    STORE_OK);
	assert_true(is_added);
}

/* ---- Two hosts, at random ---- */

#define KEYS 5

struct host {
	struct store_faulty database;
	struct store *store;
};

static struct record
read_record(struct store *where, const char *sender)
{
	struct key key = key_of(sender);
	struct store_answer answer;

	assert_int_equal(where->records->lookup(where, &key, 1, &answer, &err),
	    STORE_OK);
	return answer.found ? answer.record : (struct record){0};
}

/* Random attempts at two hosts, whose database goes away and comes back. In the
 * end the database has the times of a database that was never away. Its
 * counters never are larger, and never 0. */
static void
play(unsigned seed)
{
	struct host hosts[2];
	struct store *reference = open_memory(), *shared = open_memory();
	struct record_maintenance ignored;
	char name[2] = "a";

	srand(seed);
	for (int i = 0; i < 2; i++) {
		store_faulty_init(&hosts[i].database, shared);
		hosts[i].store = store_fallback_new(&hosts[i].database.store,
		    open_memory(), open_memory());
	}
	for (int i = 0; i < 60; i++) {
		struct host *host = &hosts[rand() % 2];
		struct record record = rand() % 2 == 0
		    ? deferral(NOW + i)
		    : pass(NOW + i - rand() % 90, NOW + i);

		name[0] = (char)('a' + rand() % KEYS);
		host->database.is_away = rand() % 3 == 0;
		host->database.apply_fails_late = rand() % 8 == 0;
		merge(reference, name, &record);
		merge(host->store, name, &record);
		if (rand() % 2 == 0)
			host->store->records->maintain(host->store, NOW,
			    &ignored, &err);
	}
	for (int i = 0; i < 2; i++) {
		hosts[i].database.is_away = false;
		hosts[i].database.apply_fails_late = false;
		for (int j = 0; j < 5; j++)
			hosts[i].store->records->maintain(hosts[i].store, NOW,
			    &ignored, &err);
		assert_false(hosts[i]
				 .store->ops->fallback(hosts[i].store)
				 ->merges);
		store_close(hosts[i].store);
	}
	for (int i = 0; i < KEYS; i++) {
		struct record want, got;

		name[0] = (char)('a' + i);
		want = read_record(reference, name);
		got = read_record(shared, name);
		if (!record_same(&want, &got) ||
		    want.expires_s != got.expires_s ||
		    want.delay_s != got.delay_s)
			fail_msg("seed %u, %s: other times", seed, name);
		if (got.passed_n > want.passed_n ||
		    got.deferred_n > want.deferred_n ||
		    (want.passed_n > 0) != (got.passed_n > 0) ||
		    (want.deferred_n > 0) != (got.deferred_n > 0))
			fail_msg("seed %u, %s: other counters", seed, name);
	}
	store_close(reference);
	store_close(shared);
}

static void
test_two_hosts_at_random(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 300; seed++)
		play(seed);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_knows_the_mail_of_this_host),
	    TEST(test_goes_away_in_the_middle_of_a_batch),
	    TEST(test_two_changes_of_one_record),
	    TEST(test_part_is_away),
	    TEST(test_entries_are_away),
	    TEST(test_merges_when_it_is_back),
	    TEST(test_combines_while_it_merges),
	    TEST(test_repeats_a_merge),
	    TEST(test_full_database),
	    TEST(test_expired_record_is_replaced),
	    cmocka_unit_test_setup_teardown(test_restarts_in_the_middle,
		set_up_files, tear_down_files),
	    TEST(test_counts_and_decisions_wait),
	    cmocka_unit_test(test_two_hosts_at_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
