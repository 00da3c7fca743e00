/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Test that an adapter does what decide/record_store.h, list_store.h and
 * count_store.h say. This program is built once for each adapter, with the
 * fixture of that adapter. This file names no adapter.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/fixture.h"
#include "store/store_open.h"

static struct store *store;
static struct err err;

static struct store *
open_store(void)
{
	const struct store_options options = {
	    .timeout_ms = fixture.timeout_ms,
	    .record_cache_octets = 1024, /* less than the tests need */
	};
	struct store *opened = store_open(fixture.uri(), &options, &err);

	if (opened == NULL)
		fail_msg("%s: %s", fixture.uri(), err.text);
	return opened;
}

static int
set_up(void **state)
{
	(void)state;
	if (fixture.set_up() != 0)
		return -1;
	store = open_store();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	store_close(store);
	return fixture.tear_down();
}

static void
reopen(void)
{
	store_close(store);
	store = open_store();
}

static struct key
key_of(const char *client, const char *sender, const char *recipient)
{
	struct key key;

	memset(&key, 0, sizeof(key));
	strcpy(key.client, client);
	strcpy(key.sender, sender);
	strcpy(key.recipient, recipient);
	return key;
}

static struct key
sender_key(const char *sender)
{
	return key_of("192.0.2.0/24", sender, "b@example.org");
}

static struct store_change
change_of(const struct key *key, enum change_how how, struct record record)
{
	return (struct store_change){
	    .key = key,
	    .change = {.how = how, .record = record},
	};
}

static void
apply(const struct store_change *changes, size_t n)
{
	if (store->records->apply(store, changes, n, &err) != STORE_OK)
		fail_msg("apply: %s", err.text);
}

static void
merge(const struct key *key, struct record record)
{
	struct store_change change = change_of(key, CHANGE_MERGE, record);

	apply(&change, 1);
}

static struct store_answer
look_up(const struct key *key)
{
	struct store_answer answer;

	if (store->records->lookup(store, key, 1, &answer, &err) != STORE_OK)
		fail_msg("lookup: %s", err.text);
	return answer;
}

static void
assert_record(const struct store_answer *answer, struct record want)
{
	assert_true(answer->found);
	assert_int_equal(answer->record.first_seen_s, want.first_seen_s);
	assert_int_equal(answer->record.last_seen_s, want.last_seen_s);
	assert_int_equal(answer->record.passed_s, want.passed_s);
	assert_int_equal(answer->record.expires_s, want.expires_s);
	assert_int_equal(answer->record.deferred_n, want.deferred_n);
	assert_int_equal(answer->record.passed_n, want.passed_n);
	assert_int_equal(answer->record.delay_s, want.delay_s);
}

static const struct record waiting = {1000, 1100, 0, 87400, 1, 0, 60};
static const struct record passed = {1000, 1200, 1200, 3025200, 0, 1, 0};

static void
test_absent(void **state)
{
	struct key key = sender_key("nobody@example.net");

	(void)state;
	assert_false(look_up(&key).found);
}

static void
test_insert_and_find(void **state)
{
	struct key key = sender_key("a@example.net");
	struct key other = sender_key("c@example.net");
	struct store_answer answer;

	(void)state;
	merge(&key, waiting);
	answer = look_up(&key);
	assert_record(&answer, waiting);
	assert_false(look_up(&other).found);
}

/* Keys that differ in one part, or only in where a part ends, are different. */
static void
test_keys_are_apart(void **state)
{
	const struct key keys[] = {
	    key_of("c", "s", "r"),
	    key_of("c", "sr", ""),
	    key_of("cs", "", "r"),
	    key_of("c", "", "sr"),
	    key_of("", "cs", "r"),
	    key_of("c", "s", "R"),
	    key_of("c", "s ", "r"),
	    key_of("c", "\xff\xfe", "r"),
	    key_of("c", "\xff", "\xfer"),
	    key_of("c", "<>", "r"),
	    key_of("c", "'; DROP TABLE record; --", "r"),
	    key_of("c", "%", "_"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		struct record record = waiting;

		assert_false(look_up(&keys[i]).found);
		record.last_seen_s = (int64_t)i;
		merge(&keys[i], record);
	}
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		assert_int_equal(look_up(&keys[i]).record.last_seen_s, i);
}

/* The same texts under each kind are different records. */
static void
test_kinds_are_apart(void **state)
{
	struct key key = sender_key("a@example.net");
	struct store_change forget =
	    change_of(&key, CHANGE_FORGET, (struct record){0});

	(void)state;
	for (int kind = 0; kind < KEY_KINDS; kind++) {
		struct record record = waiting;

		key.kind = (enum key_kind)kind;
		assert_false(look_up(&key).found);
		record.last_seen_s = kind;
		merge(&key, record);
	}
	key.kind = KEY_TRIPLET_POOL;
	apply(&forget, 1);
	for (int kind = 0; kind < KEY_KINDS; kind++) {
		key.kind = (enum key_kind)kind;
		assert_int_equal(look_up(&key).found, kind != KEY_TRIPLET_POOL);
		if (kind != KEY_TRIPLET_POOL)
			assert_int_equal(look_up(&key).record.last_seen_s,
			    kind);
	}
}

/* The longest key. */
static void
test_long_keys(void **state)
{
	struct key key = sender_key("a@example.net"), other;
	struct store_answer answer;

	(void)state;
	memset(key.sender, 's', KEY_TEXT_MAX);
	memset(key.recipient, 'r', KEY_TEXT_MAX);
	other = key;
	other.recipient[KEY_TEXT_MAX - 1] = 'x';
	merge(&key, waiting);
	answer = look_up(&key);
	assert_record(&answer, waiting);
	assert_false(look_up(&other).found);
}

/* Two merges give the record that record_merge() gives: in either order, in one
 * batch or in two. */
static void
test_merge_commutes(void **state)
{
	static const struct record records[] = {
	    {1000, 1100, 0, 87400, 1, 0, 60},
	    {1000, 1200, 1200, 3025200, 0, 1, 0},
	    {900, 2000, 1500, 50, 1, 1, 240},
	    {INT64_MAX, 0, INT64_MAX, 0, 0, 0, INT64_MAX},
	    {INT64_MIN, INT64_MAX, 0, INT64_MAX, 3, 0, 0},
	    {1001, 1001, 0, 87000, 1, 0, 240},
	};
	struct key ab = sender_key("ab"), ba = sender_key("ba"),
		   both = sender_key("both");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(records) * ARRAY_LEN(records); i++) {
		struct record a = records[i / ARRAY_LEN(records)];
		struct record b = records[i % ARRAY_LEN(records)];
		struct record want = a;
		struct store_change changes[2];
		struct store_answer answer;

		snprintf(ab.sender, sizeof(ab.sender), "ab%zu", i);
		snprintf(ba.sender, sizeof(ba.sender), "ba%zu", i);
		snprintf(both.sender, sizeof(both.sender), "both%zu", i);
		record_merge(&want, &b);
		merge(&ab, a);
		merge(&ab, b);
		answer = look_up(&ab);
		assert_record(&answer, want);
		merge(&ba, b);
		merge(&ba, a);
		answer = look_up(&ba);
		assert_record(&answer, want);
		changes[0] = change_of(&both, CHANGE_MERGE, a);
		changes[1] = change_of(&both, CHANGE_MERGE, b);
		apply(changes, 2);
		answer = look_up(&both);
		assert_record(&answer, want);
	}
}

/* A restart replaces the record that was read. */
static void
test_restart(void **state)
{
	static const struct record reads[] = {
	    {1000, 1100, 0, 87400, 1, 0, 240},
	    {1000, 1200, 1200, 3025200, 0, 1, 0},
	};
	struct record fresh = {90000, 90000, 0, 176400, 1, 0, 300};
	struct key key = sender_key("a@example.net");
	struct store_change change = change_of(&key, CHANGE_RESTART, fresh);
	struct store_answer answer;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(reads); i++) {
		key.sender[0] = (char)('a' + i);
		merge(&key, reads[i]);
		change.change.read = reads[i];
		change.change.read.deferred_n = 77; /* does not matter */
		apply(&change, 1);
		answer = look_up(&key);
		assert_record(&answer, fresh);
	}
}

/* A restart merges into a record that has changed since it was
 * read, and inserts a record if there is none. */
static void
test_restart_races(void **state)
{
	struct record fresh = {90000, 90000, 0, 176400, 1, 0, 300};
	struct record by_another = {90001, 90001, 0, 176401, 1, 0, 0};
	struct record want = by_another;
	struct key key = sender_key("a@example.net");
	struct key gone = sender_key("gone@example.net");
	struct store_change change = change_of(&key, CHANGE_RESTART, fresh);
	struct store_answer answer;

	(void)state;
	change.change.read = waiting;
	merge(&key, by_another);
	apply(&change, 1);
	record_merge(&want, &fresh);
	answer = look_up(&key);
	assert_record(&answer, want);

	change.key = &gone;
	apply(&change, 1);
	answer = look_up(&gone);
	assert_record(&answer, fresh);
}

/* Answers come in the order of the keys, for many keys in one call. */
static void
test_large_batch(void **state)
{
	enum { N = 3000 };
	struct key *keys = calloc(N, sizeof(*keys));
	struct store_change *changes = calloc(N, sizeof(*changes));
	struct store_answer *answers = calloc(N, sizeof(*answers));

	(void)state;
	for (int i = 0; i < N; i++) {
		struct record record = waiting;

		keys[i] = sender_key("");
		snprintf(keys[i].sender, sizeof(keys[i].sender),
		    "s%d@example.net", i);
		record.last_seen_s = i;
		changes[i] = change_of(&keys[i], CHANGE_MERGE, record);
	}
	apply(changes, N - 1);
	assert_int_equal(store->records->lookup(store, keys, N, answers, &err),
	    STORE_OK);
	for (int i = 0; i < N - 1; i++) {
		assert_true(answers[i].found);
		assert_int_equal(answers[i].record.last_seen_s, i);
	}
	assert_false(answers[N - 1].found);
	free(keys);
	free(changes);
	free(answers);
}

static struct record_walk *
walk_all(void)
{
	struct record_walk *walk = store->records->walk_all(store, &err);

	if (walk == NULL)
		fail_msg("walk_all: %s", err.text);
	return walk;
}

/* Expire in slices of about n_max records. */
static struct expiry_counts
expire(int64_t now_s, size_t n_max)
{
	struct record_walk *walk = walk_all();
	struct expiry_counts counts = {0};

	for (int slices_n = 0; !walk->done; slices_n++) {
		assert_true(slices_n < 1000);
		if (store->records->expire_next(store, walk, now_s, n_max,
			&counts, &err) != STORE_OK)
			fail_msg("expire_next: %s", err.text);
	}
	store->records->walk_free(walk);
	return counts;
}

static struct key
numbered_key(int i)
{
	struct key key = sender_key("");

	snprintf(key.sender, sizeof(key.sender), "s%d@example.net", i);
	return key;
}

/* An expiry removes the records that have expired, in slices of any size, and
 * counts them. A second expiry removes nothing. [C51, C52] */
static void
test_expire(void **state)
{
	static const size_t sizes[] = {1, 2, 7, 50, 100, 1000};
	enum { N = 100, NOW = 5000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct expiry_counts counts;

		for (int k = 0; k < N; k++) {
			struct key key = numbered_key(k);
			struct record record = k % 3 == 0 ? passed : waiting;

			record.expires_s = NOW - 1 + k % 2; /* half of them */
			merge(&key, record);
		}
		counts = expire(NOW, sizes[i]);
		assert_int_equal(counts.seen_n, N);
		assert_int_equal(counts.waiting_n, 33);
		assert_int_equal(counts.passed_n, 17);
		for (int k = 0; k < N; k++) {
			struct key key = numbered_key(k);

			assert_int_equal(look_up(&key).found, k % 2 == 1);
		}
		counts = expire(NOW, sizes[i]);
		assert_int_equal(counts.seen_n, N / 2);
		assert_int_equal(counts.waiting_n + counts.passed_n, 0);
		counts = expire(NOW + 1, sizes[i]);
		assert_int_equal(counts.waiting_n + counts.passed_n, N / 2);
		counts = expire(INT64_MAX, sizes[i]);
		assert_int_equal(counts.seen_n, 0);
	}
}

/* Records of all kinds expire. */
static void
test_expire_all_kinds(void **state)
{
	struct key key = sender_key("");

	(void)state;
	for (int kind = 0; kind < KEY_KINDS; kind++) {
		key.kind = (enum key_kind)kind;
		merge(&key, passed);
	}
	assert_int_equal(expire(INT64_MAX, 2).passed_n, KEY_KINDS);
	assert_int_equal(expire(INT64_MAX, 2).seen_n, 0);
}

/* ---- Forgetting ---- */

/* CHANGE_FORGET removes any record, also within a batch, and does nothing if
 * there is none. */
static struct record_census
take_census(void)
{
	struct record_census census;

	if (store->records->census(store, &census, &err) != STORE_OK)
		fail_msg("census: %s", err.text);
	return census;
}

/* Triplets that never retried, and all other records by their kinds. */
static void
test_census(void **state)
{
	const struct record older = {500, 500, 0, 87400, 1, 0, 0};
	const struct record retried = {400, 1100, 0, 87400, 2, 0, 30};
	struct key key = sender_key("a@example.net");
	struct record_census census;

	(void)state;
	if (store->records->census == NULL)
		SKIP_TEST("this store has no census");
	census = take_census();
	assert_int_equal(census.waiting_n, 0);
	assert_int_equal(census.oldest_waiting_s, 0);
	merge(&key, older);
	key = sender_key("c@example.net");
	merge(&key, waiting);
	key = sender_key("d@example.net");
	merge(&key, passed);
	key = sender_key("e@example.net");
	merge(&key, retried);
	key.kind = KEY_AUTO_WHITELIST_DOMAIN;
	merge(&key, passed);
	census = take_census();
	assert_int_equal(census.waiting_n, 2);
	assert_int_equal(census.oldest_waiting_s, 500);
	assert_int_equal(census.records_n[KEY_TRIPLET_NETWORK], 2);
	assert_int_equal(census.records_n[KEY_TRIPLET_POOL], 0);
	assert_int_equal(census.records_n[KEY_AUTO_WHITELIST_DOMAIN], 1);
}

/* The newest first, at most as many as asked for, and only those that never
 * retried. A triplet with a pool is found by its pool, or by both. */
static void
test_newest_waiting(void **state)
{
	const struct record older = {500, 500, 0, 87400, 1, 0, 240};
	const struct record retried = {1200, 1300, 0, 87400, 2, 0, 30};
	const struct record newer = {1400, 1400, 0, 87400, 1, 0, 60};
	struct key network = sender_key("pool@example.net"), pool = network;
	struct key key = sender_key("older@example.net");
	struct store_row rows[8];
	size_t n;

	(void)state;
	if (store->records->newest_waiting == NULL)
		SKIP_TEST("this store cannot find them");
	merge(&key, older);
	key = sender_key("retried@example.net");
	merge(&key, retried);
	key = sender_key("passed@example.net");
	merge(&key, passed);
	pool.kind = KEY_TRIPLET_POOL;
	strcpy(pool.client, "example.net");
	struct store_change both[] = {change_of(&network, CHANGE_MERGE, newer),
	    change_of(&pool, CHANGE_MERGE, newer)};
	both[0].client.has_pool = both[1].client.has_pool = true;
	apply(both, 2);
	assert_int_equal(store->records->newest_waiting(store, 8, rows, &n,
			     &err),
	    STORE_OK);
	assert_in_range(n, 2, 3);
	assert_string_equal(rows[0].key.sender, "pool@example.net");
	assert_true(n == 3 || rows[0].key.kind == KEY_TRIPLET_POOL);
	assert_int_equal(rows[0].record.delay_s, 60);
	assert_string_equal(rows[n - 1].key.sender, "older@example.net");
	assert_int_equal(rows[n - 1].record.delay_s, 240);
	assert_int_equal(store->records->newest_waiting(store, 1, rows, &n,
			     &err),
	    STORE_OK);
	assert_int_equal(n, 1);
}

static void
test_forget(void **state)
{
	struct key key = sender_key("a@example.net");
	struct key other = sender_key("b@example.net");
	struct store_change forget =
	    change_of(&key, CHANGE_FORGET, (struct record){0});
	struct store_change batch[] = {
	    change_of(&key, CHANGE_MERGE, waiting),
	    forget,
	    change_of(&key, CHANGE_MERGE, passed),
	    change_of(&other, CHANGE_MERGE, waiting),
	};
	struct store_answer answer;

	(void)state;
	apply(&forget, 1);
	assert_false(look_up(&key).found);
	merge(&key, passed);
	merge(&other, passed);
	apply(&forget, 1);
	assert_false(look_up(&key).found);
	assert_true(look_up(&other).found);
	apply(batch, ARRAY_LEN(batch));
	answer = look_up(&key);
	assert_record(&answer, passed);
}

/* ---- Walks ---- */

#define WALK_MAX 4000

/* What a walk has visited. times[i] is the number of visits to keys[i]. */
struct visits {
	const struct key *keys;
	size_t keys_n;
	int times[WALK_MAX];
	int others_n; /* visits of other keys */
	struct record last[WALK_MAX];
};

static void
begin_visits(struct visits *visits, const struct key *keys, size_t keys_n)
{
	*visits = (struct visits){.keys = keys, .keys_n = keys_n};
}

static void
visit(struct visits *visits, const struct store_row *row)
{
	for (size_t i = 0; i < visits->keys_n; i++)
		if (key_equal(&row->key, &visits->keys[i])) {
			visits->times[i]++;
			visits->last[i] = row->record;
			return;
		}
	visits->others_n++;
}

/* Take one slice, of n_max records at most. */
static void
walk_slice(struct record_walk *walk, size_t n_max, struct visits *visits)
{
	struct store_row *rows = calloc(n_max, sizeof(*rows));
	size_t n;

	assert_non_null(rows);
	if (store->records->walk_next(store, walk, n_max, rows, &n, &err) !=
	    STORE_OK)
		fail_msg("walk_next: %s", err.text);
	assert_true(n <= n_max);
	for (size_t i = 0; i < n; i++)
		visit(visits, &rows[i]);
	free(rows);
}

/* Walk to the end, and free the walk. */
static void
walk_on(struct record_walk *walk, size_t n_max, struct visits *visits)
{
	for (int slices_n = 0; !walk->done; slices_n++) {
		assert_true(slices_n < 2 * WALK_MAX);
		walk_slice(walk, n_max, visits);
	}
	store->records->walk_free(walk);
}

static struct record_walk *
walk_client(const char *client)
{
	struct record_walk *walk =
	    store->records->walk_client(store, client, &err);

	if (walk == NULL)
		fail_msg("walk_client: %s", err.text);
	return walk;
}

/* Merge a record under each key; last_seen_s is the index of the key. */
static void
merge_all(const struct key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct record record = waiting;

		record.last_seen_s = (int64_t)i;
		merge(&keys[i], record);
	}
}

static const struct key odd_keys[] = {
    {KEY_TRIPLET_NETWORK, "", "", ""},
    {KEY_TRIPLET_NETWORK, "", "", "r"},
    {KEY_TRIPLET_NETWORK, "", "s", ""},
    {KEY_TRIPLET_NETWORK, "C", "s", "r"},
    {KEY_TRIPLET_NETWORK, "c", "", "z"},
    {KEY_TRIPLET_NETWORK, "c", "a", "z"},
    {KEY_TRIPLET_NETWORK, "c", "b", "\x7f"},
    {KEY_TRIPLET_NETWORK, "c", "b", "\xc3\xa4"},
    {KEY_TRIPLET_NETWORK, "ca", "", "a"},
    {KEY_TRIPLET_POOL, "c", "b", "a"},
    {KEY_AUTO_WHITELIST_ADDRESS, "", "", ""},
    {KEY_AUTO_WHITELIST_ADDRESS, "c", "", ""},
    {KEY_AUTO_WHITELIST_DOMAIN, "c", "@a", ""},
    {KEY_AUTO_WHITELIST_DOMAIN, "cs", "", ""},
    {KEY_AUTO_WHITELIST_NETWORK, "c", "@a", "192.0.2.0/24"},
    {KEY_CORRESPONDENT, "", "s", "r"},
    {KEY_CORRESPONDENT_DOMAIN, "c", "", "r"},
};

/* A walk in slices of any size visits every record, of every kind. */
static void
test_walk(void **state)
{
	static const size_t sizes[] = {1, 2, 3, 7, 13, 14, 50};
	static struct visits visits;

	(void)state;
	begin_visits(&visits, NULL, 0);
	walk_on(walk_all(), 5, &visits);
	assert_int_equal(visits.others_n, 0);
	merge_all(odd_keys, ARRAY_LEN(odd_keys));
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		begin_visits(&visits, odd_keys, ARRAY_LEN(odd_keys));
		walk_on(walk_all(), sizes[i], &visits);
		assert_int_equal(visits.others_n, 0);
		for (size_t k = 0; k < ARRAY_LEN(odd_keys); k++) {
			assert_true(visits.times[k] >= 1);
			assert_int_equal(visits.last[k].last_seen_s, k);
			assert_int_equal(visits.last[k].expires_s,
			    waiting.expires_s);
		}
	}
}

/* A walk over one client visits its records of all kinds, and no others. */
static void
test_walk_of_client(void **state)
{
	static const size_t sizes[] = {1, 2, 3, 6, 7, 50};
	static const char *const clients[] = {"c", "", "cs", "C", "none", "%"};
	static struct visits visits;
	char too_long[2 * KEY_CLIENT_SIZE];

	(void)state;
	merge_all(odd_keys, ARRAY_LEN(odd_keys));
	for (size_t i = 0; i < ARRAY_LEN(sizes) * ARRAY_LEN(clients); i++) {
		const char *client = clients[i % ARRAY_LEN(clients)];

		begin_visits(&visits, odd_keys, ARRAY_LEN(odd_keys));
		walk_on(walk_client(client), sizes[i / ARRAY_LEN(clients)],
		    &visits);
		assert_int_equal(visits.others_n, 0);
		for (size_t k = 0; k < ARRAY_LEN(odd_keys); k++)
			assert_int_equal(visits.times[k] >= 1,
			    strcmp(odd_keys[k].client, client) == 0);
	}
	memset(too_long, 'c', sizeof(too_long) - 1);
	too_long[sizeof(too_long) - 1] = '\0';
	begin_visits(&visits, odd_keys, ARRAY_LEN(odd_keys));
	walk_on(walk_client(too_long), 5, &visits);
	for (size_t k = 0; k < ARRAY_LEN(odd_keys); k++)
		assert_int_equal(visits.times[k], 0);
}

/* What happens to a record during a walk. One record in four is removed, one in
 * four is changed, one in four is added, and one in four stays as it is. */
enum { STAYS, REMOVED, CHANGED, ADDED };

static void
change_during_walk(const struct key *key, int what)
{
	struct store_change forget =
	    change_of(key, CHANGE_FORGET, (struct record){0});

	if (what == REMOVED)
		apply(&forget, 1);
	else if (what == CHANGED || what == ADDED)
		merge(key, passed);
}

/* A walk visits each record that exists for the whole walk, even if other
 * records change. Here the number of records doubles more than once. */
static void
test_walk_among_changes(void **state)
{
	enum { N = WALK_MAX };
	static struct key keys[N];
	static struct visits visits;
	struct record_walk *walk;

	(void)state;
	for (int i = 0; i < N; i++) {
		keys[i] = numbered_key(i * 7919 % N);
		if (i % 4 != ADDED && i < N / 2)
			merge(&keys[i], waiting);
	}
	begin_visits(&visits, keys, N);
	walk = walk_all();
	for (int i = 0; i < N; i++) {
		change_during_walk(&keys[i], i < N / 2 ? i % 4 : ADDED);
		if (i % 5 == 0 && !walk->done)
			walk_slice(walk, 2, &visits);
	}
	walk_on(walk, 100, &visits);
	assert_int_equal(visits.others_n, 0);
	for (int i = 0; i < N / 2; i++)
		if (i % 4 == STAYS || i % 4 == CHANGED)
			assert_true(visits.times[i] >= 1);
	begin_visits(&visits, keys, N);
	walk_on(walk_all(), 100, &visits);
	for (int i = 0; i < N; i++)
		assert_int_equal(visits.times[i] >= 1,
		    i >= N / 2 || i % 4 != REMOVED);
}

/* Several walks and an expiry may run at the same time. */
static void
test_walks_side_by_side(void **state)
{
	static struct visits a, b;
	struct record_walk *first, *second;

	(void)state;
	merge_all(odd_keys, ARRAY_LEN(odd_keys));
	begin_visits(&a, odd_keys, ARRAY_LEN(odd_keys));
	begin_visits(&b, odd_keys, ARRAY_LEN(odd_keys));
	first = walk_all();
	walk_slice(first, 3, &a);
	second = walk_client("c");
	while (!first->done) {
		walk_slice(first, 1, &a);
		if (!second->done)
			walk_slice(second, 2, &b);
		assert_int_equal(expire(0, 3).seen_n, ARRAY_LEN(odd_keys));
	}
	store->records->walk_free(first);
	walk_on(second, 1, &b);
	for (size_t k = 0; k < ARRAY_LEN(odd_keys); k++) {
		assert_true(a.times[k] >= 1);
		assert_int_equal(b.times[k] >= 1,
		    strcmp(odd_keys[k].client, "c") == 0);
	}
}

/* A walk may be freed before its end. The store then works as before. NULL is
 * fine. */
static void
test_walk_is_freed_early(void **state)
{
	static struct visits visits;
	struct record_walk *walk;

	(void)state;
	store->records->walk_free(NULL);
	merge_all(odd_keys, ARRAY_LEN(odd_keys));
	for (size_t slices_n = 0; slices_n < 4; slices_n++) {
		begin_visits(&visits, odd_keys, ARRAY_LEN(odd_keys));
		walk = slices_n % 2 == 0 ? walk_all() : walk_client("c");
		for (size_t i = 0; i < slices_n; i++)
			walk_slice(walk, 2, &visits);
		store->records->walk_free(walk);
		merge(&odd_keys[0], passed);
	}
	begin_visits(&visits, odd_keys, ARRAY_LEN(odd_keys));
	walk_on(walk_all(), 5, &visits);
	for (size_t k = 0; k < ARRAY_LEN(odd_keys); k++)
		assert_true(visits.times[k] >= 1);
}

/* ---- Entries ---- */

/* What was visited, as text: one line for each visit. */
static char visited[4096];

static void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void
note(const char *format, ...)
{
	size_t n = strlen(visited);
	va_list ap;

	va_start(ap, format);
	vsnprintf(visited + n, sizeof(visited) - n, format, ap);
	va_end(ap);
}

static void
note_entry(const struct store_entry *entry, void *arg)
{
	assert_ptr_equal(arg, visited);
	note("%d %s %s %d %s|%s %d %d\n", (int)entry->effect,
	    list_kind_word(entry->kind), entry->pattern, (int)entry->delay_s,
	    entry->comment, entry->author, (int)entry->created_s,
	    (int)entry->expires_s);
}

static void
assert_entries(const char *want)
{
	visited[0] = '\0';
	if (store->lists->entries(store, note_entry, visited, &err) != STORE_OK)
		fail_msg("entries: %s", err.text);
	assert_string_equal(visited, want);
}

static struct store_entry
entry_of(enum list_effect effect, enum list_kind kind, const char *pattern)
{
	struct store_entry entry = {
	    .effect = effect,
	    .kind = kind,
	    .comment = "why",
	    .author = "me",
	    .created_s = 7,
	};

	strcpy(entry.pattern, pattern);
	return entry;
}

static void
put(const struct store_entry *entry)
{
	if (store->lists->put_entries(store, entry, 1, &err) != STORE_OK)
		fail_msg("put_entries: %s", err.text);
}

static bool
remove_entry(bool whitelists, enum list_kind kind, const char *pattern)
{
	bool found;

	if (store->lists->remove_entry(store, whitelists, kind, pattern, &found,
		&err) != STORE_OK)
		fail_msg("remove_entry: %s", err.text);
	return found;
}

static int64_t
generation(void)
{
	int64_t generation;

	if (store->lists->generation(store, &generation, &err) != STORE_OK)
		fail_msg("generation: %s", err.text);
	return generation;
}

/* Entries come back whole, in the order of their keys. Both lists, and each
 * kind, may have the same pattern. */
static void
test_entries(void **state)
{
	static const struct {
		enum list_effect effect;
		enum list_kind kind;
		const char *pattern;
	} rows[] = {
	    {LIST_WHITELIST, LIST_SENDER, "example.org"},
	    {LIST_SHADOW, LIST_RECIPIENT, "b@example.org"},
	    {LIST_WHITELIST, LIST_CLIENT, "example.org"},
	    {LIST_GREYLIST, LIST_CLIENT, "example.org"},
	    {LIST_WHITELIST, LIST_RECIPIENT, "example.org"},
	    {LIST_DELAY, LIST_RECIPIENT, "a@example.org"},
	    {LIST_GREYLIST, LIST_SENDER, "<>"},
	    {LIST_WHITELIST, LIST_CLIENT, "192.0.2.0/24"},
	};

	(void)state;
	assert_entries("");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct store_entry entry =
		    entry_of(rows[i].effect, rows[i].kind, rows[i].pattern);

		if (entry.effect == LIST_DELAY)
			entry.delay_s = 300;
		entry.expires_s = (int64_t)i; /* all but the first expire */
		put(&entry);
	}
	assert_entries("2 client example.org 0 why|me 7 3\n"
		       "8 recipient a@example.org 300 why|me 7 5\n"
		       "4 recipient b@example.org 0 why|me 7 1\n"
		       "2 sender <> 0 why|me 7 6\n"
		       "1 client 192.0.2.0/24 0 why|me 7 7\n"
		       "1 client example.org 0 why|me 7 2\n"
		       "1 recipient example.org 0 why|me 7 4\n"
		       "1 sender example.org 0 why|me 7 0\n");
}

/* put_entries replaces all members of an entry with the same key. */
static void
test_put_replaces(void **state)
{
	struct store_entry entry =
	    entry_of(LIST_DELAY, LIST_RECIPIENT, "example.org");

	(void)state;
	entry.delay_s = 60;
	entry.expires_s = 9;
	put(&entry);
	entry = (struct store_entry){
	    .effect = LIST_SHADOW,
	    .kind = LIST_RECIPIENT,
	    .pattern = "example.org",
	    .created_s = 8,
	};
	put(&entry);
	assert_entries("4 recipient example.org 0 | 8 0\n");
}

static void
test_remove_entry(void **state)
{
	struct store_entry white =
	    entry_of(LIST_WHITELIST, LIST_RECIPIENT, "example.org");
	struct store_entry shadow =
	    entry_of(LIST_SHADOW, LIST_RECIPIENT, "example.org");

	(void)state;
	assert_false(remove_entry(true, LIST_RECIPIENT, "example.org"));
	put(&white);
	put(&shadow);
	assert_false(remove_entry(true, LIST_SENDER, "example.org"));
	assert_false(remove_entry(true, LIST_RECIPIENT, "example.or"));
	assert_false(remove_entry(true, LIST_RECIPIENT, "%"));
	assert_true(remove_entry(true, LIST_RECIPIENT, "example.org"));
	assert_entries("4 recipient example.org 0 why|me 7 0\n");
	assert_false(remove_entry(true, LIST_RECIPIENT, "example.org"));
	assert_true(remove_entry(false, LIST_RECIPIENT, "example.org"));
	assert_entries("");
}

/* The longest texts, and texts with the special characters of SQL. */
static void
test_odd_entries(void **state)
{
	struct store_entry entry = entry_of(LIST_GREYLIST, LIST_SENDER,
	    "/'; DELETE FROM list_entry; --\"%s?1/");
	char want[2048];

	(void)state;
	memset(entry.comment, 'c', sizeof(entry.comment) - 1);
	memset(entry.author, 'a', sizeof(entry.author) - 1);
	put(&entry);
	snprintf(want, sizeof(want), "2 sender %s 0 %s|%s 7 0\n", entry.pattern,
	    entry.comment, entry.author);
	assert_entries(want);
	remove_entry(false, LIST_SENDER, entry.pattern);
	memset(entry.pattern, 'p', sizeof(entry.pattern) - 1);
	strcpy(entry.comment, "line\nof \xc3\xa4 'quotes'");
	strcpy(entry.author, "");
	put(&entry);
	snprintf(want, sizeof(want), "2 sender %s 0 %s| 7 0\n", entry.pattern,
	    entry.comment);
	assert_entries(want);
	assert_true(remove_entry(false, LIST_SENDER, entry.pattern));
	assert_entries("");
}

#define MANY 3000

static void
note_order(const struct store_entry *entry, void *arg)
{
	int *n = arg;

	assert_int_equal(strtol(entry->pattern + 3, NULL, 10), *n);
	++*n;
}

/* However many there are, each is visited once, in the order of the keys. */
static void
test_many_entries(void **state)
{
	static struct store_entry entries[MANY];
	int n = 0;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		entries[i] = entry_of(LIST_WHITELIST, LIST_SENDER, "");
		snprintf(entries[i].pattern, sizeof(entries[i].pattern),
		    "at.%04d.example", MANY - 1 - i);
	}
	for (int i = 0; i < MANY; i += STORE_PUT_MAX)
		if (store->lists->put_entries(store, &entries[i], STORE_PUT_MAX,
			&err) != STORE_OK)
			fail_msg("put_entries: %s", err.text);
	if (store->lists->entries(store, note_order, &n, &err) != STORE_OK)
		fail_msg("entries: %s", err.text);
	assert_int_equal(n, MANY);
}

/* ---- Hits and counts ---- */

static void
note_hit(const struct store_hit *hit, void *arg)
{
	assert_ptr_equal(arg, visited);
	note("[%s] %d %s %s %d %d\n", hit->source, (int)hit->whitelists,
	    list_kind_word(hit->kind), hit->pattern, (int)hit->n,
	    (int)hit->last_s);
}

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sort the lines. */
static void
sort_visited(void)
{
	char copy[sizeof(visited)], *lines[32], *rest;
	size_t n = 0;

	strcpy(copy, visited);
	for (char *line = strtok_r(copy, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		assert_true(n < ARRAY_LEN(lines));
		lines[n++] = line;
	}
	qsort(lines, n, sizeof(lines[0]), compare_lines);
	visited[0] = '\0';
	for (size_t i = 0; i < n; i++)
		note("%s\n", lines[i]);
}

/* Hits come in any order. */
static void
assert_hits(const char *want)
{
	visited[0] = '\0';
	if (store->counts->hits(store, note_hit, visited, &err) != STORE_OK)
		fail_msg("hits: %s", err.text);
	sort_visited();
	assert_string_equal(visited, want);
}

static void
note_count(const struct hourly_stats_count *count, void *arg)
{
	assert_ptr_equal(arg, visited);
	note("%lld %s%s %lld %lld\n", (long long)count->hour_s, count->name,
	    count->client_class, (long long)count->bound_s,
	    (long long)count->n);
}

static void
assert_counts(int64_t from_s, int64_t to_s, const char *want)
{
	visited[0] = '\0';
	if (store->counts->counts(store, from_s, to_s, note_count, visited,
		&err) != STORE_OK)
		fail_msg("counts: %s", err.text);
	assert_string_equal(visited, want);
}

static void
add(const struct store_hit *hits, size_t hits_n,
    const struct hourly_stats_count *counts, size_t counts_n)
{
	if (store->counts->add_counts(store, hits, hits_n, counts, counts_n,
		&err) != STORE_OK)
		fail_msg("add_counts: %s", err.text);
}

/* Hits of one key add up, within a call and over calls; the later time is kept.
 * All four parts of the key count. */
static void
test_hits(void **state)
{
	static const struct store_hit hits[] = {
	    {"", LIST_CLIENT, true, "example.org", 2, 50},
	    {"/a", LIST_CLIENT, true, "example.org", 3, 10},
	    {"", LIST_SENDER, true, "example.org", 4, 10},
	    {"", LIST_CLIENT, false, "example.org", 5, 10},
	    {"", LIST_CLIENT, true, "example.com", 6, 10},
	    {"", LIST_CLIENT, true, "example.org", 7, 40},
	    {"/'); --", LIST_RECIPIENT, true, "/a{2}'\\/", 8, 10},
	};
	static const struct store_hit more[] = {
	    {"", LIST_CLIENT, true, "example.org", 1, 60},
	    {"", LIST_SENDER, true, "example.org", 1, 5},
	};

	(void)state;
	assert_hits("");
	add(hits, ARRAY_LEN(hits), NULL, 0);
	add(more, ARRAY_LEN(more), NULL, 0);
	add(NULL, 0, NULL, 0);
	assert_hits("[/'); --] 1 recipient /a{2}'\\/ 8 10\n"
		    "[/a] 1 client example.org 3 10\n"
		    "[] 0 client example.org 5 10\n"
		    "[] 1 client example.com 6 10\n"
		    "[] 1 client example.org 10 60\n"
		    "[] 1 sender example.org 5 10\n");
}

/* Removing an entry removes its hits, but not the hits of an equal line in a
 * file or of an equal entry in the other list. Replacing an entry keeps its
 * hits. */
static void
test_hits_go_with_their_entry(void **state)
{
	static const struct store_hit hits[] = {
	    {"", LIST_CLIENT, true, "example.org", 1, 10},
	    {"", LIST_CLIENT, false, "example.org", 2, 10},
	    {"/a", LIST_CLIENT, true, "example.org", 3, 10},
	};
	struct store_entry entry =
	    entry_of(LIST_WHITELIST, LIST_CLIENT, "example.org");

	(void)state;
	put(&entry);
	add(hits, ARRAY_LEN(hits), NULL, 0);
	put(&entry);
	assert_hits("[/a] 1 client example.org 3 10\n"
		    "[] 0 client example.org 2 10\n"
		    "[] 1 client example.org 1 10\n");
	assert_true(remove_entry(true, LIST_CLIENT, "example.org"));
	assert_hits("[/a] 1 client example.org 3 10\n"
		    "[] 0 client example.org 2 10\n");
}

/* Counts of one key add up. They come in the order of hour, name and bound,
 * from from_s on and before to_s. */
static void
test_counts(void **state)
{
	static const struct hourly_stats_count counts[] = {
	    {7200, "retried", INT64_MAX, 1, ""},
	    {7200, "retried", 60, 2, ""},
	    {7200, "retried", 300, 3, ""},
	    {7200, "new", 0, 4, ""},
	    {3600, "new", 0, 5, ""},
	    {10800, "early", 0, 6, ""},
	    {10800, "early", 0, 8, "-named"},
	    {7200, "retried", 60, 10, ""},
	    {0, "new", 0, 7, ""},
	};

	(void)state;
	assert_counts(INT64_MIN, INT64_MAX, "");
	add(NULL, 0, counts, ARRAY_LEN(counts));
	add(NULL, 0, counts, 1);
	assert_counts(INT64_MIN, INT64_MAX,
	    "0 new 0 7\n"
	    "3600 new 0 5\n"
	    "7200 new 0 4\n"
	    "7200 retried 60 12\n"
	    "7200 retried 300 3\n"
	    "7200 retried 9223372036854775807 2\n"
	    "10800 early 0 6\n"
	    "10800 early-named 0 8\n");
	assert_counts(3600, 7200, "3600 new 0 5\n");
	assert_counts(3601, 7200, "");
	assert_counts(7201, 10801, "10800 early 0 6\n10800 early-named 0 8\n");
	assert_counts(7200, 7200, "");
	assert_counts(7200, 3600, "");
}

/* ---- Decisions ---- */

static void
note_decision(const struct kept_decision *decision, void *arg)
{
	assert_ptr_equal(arg, visited);
	note("%d %s\n", (int)decision->time_s, decision->line);
}

static void
assert_decisions(size_t slice_n, const char *want)
{
	int64_t position = 0;
	bool done = false;

	visited[0] = '\0';
	while (!done)
		if (store->decisions->read(store, &position, slice_n,
			note_decision, visited, &done, &err) != STORE_OK)
			fail_msg("read: %s", err.text);
	assert_string_equal(visited, want);
}

static void
keep_decisions(const struct kept_decision *decisions, size_t n)
{
	bool is_added;

	if (store->decisions->add(store, decisions, n, 604800, true, &is_added,
		&err) != STORE_OK)
		fail_msg("add: %s", err.text);
	assert_true(is_added);
}

static void
trim(int64_t before_s, int64_t max_n, size_t n_max)
{
	if (store->decisions->trim(store, before_s, max_n, n_max, &err) !=
	    STORE_OK)
		fail_msg("trim: %s", err.text);
}

/* Decisions come back in their order, in slices of any size. The oldest are
 * removed, by time and by number. [C74] */
static void
test_decisions(void **state)
{
	static const struct kept_decision first[] = {
	    {10, "sender='a'); --"}, {20, "b"}, {15, "c"}};
	static const struct kept_decision second[] = {{30, "d"}, {40, ""}};

	(void)state;
	if (store->decisions == NULL)
		SKIP_TEST("this store keeps no decisions");
	assert_decisions(1, "");
	trim(INT64_MAX, 0, 10);
	keep_decisions(first, 3);
	keep_decisions(second, 2);
	assert_decisions(1, "10 sender='a'); --\n20 b\n15 c\n30 d\n40 \n");
	assert_decisions(5, "10 sender='a'); --\n20 b\n15 c\n30 d\n40 \n");
	trim(10, 5, 10);
	assert_decisions(2, "10 sender='a'); --\n20 b\n15 c\n30 d\n40 \n");
	trim(11, 5, 10);
	assert_decisions(2, "20 b\n15 c\n30 d\n40 \n");
	trim(0, 3, 10);
	assert_decisions(9, "15 c\n30 d\n40 \n");
	trim(INT64_MAX, 3, 1); /* a slice */
	assert_decisions(9, "30 d\n40 \n");
	trim(INT64_MAX, 3, 10);
	assert_decisions(9, "");
	keep_decisions(second, 1);
	assert_decisions(9, "30 d\n");
	if (!fixture.is_durable)
		return;
	reopen();
	assert_decisions(9, "30 d\n");
}

/* The same over hours. A call may remove fewer than it is asked to. [C74] */
static void
test_decisions_of_days(void **state)
{
	static const struct kept_decision first[] = {
	    {10, "a"}, {20, "b"}, {4000, "c"}, {90000, "d"}, {90001, "e"}};

	(void)state;
	if (store->decisions == NULL)
		SKIP_TEST("this store keeps no decisions");
	keep_decisions(first, 5);
	assert_decisions(1, "10 a\n20 b\n4000 c\n90000 d\n90001 e\n");
	assert_decisions(3, "10 a\n20 b\n4000 c\n90000 d\n90001 e\n");
	assert_decisions(9, "10 a\n20 b\n4000 c\n90000 d\n90001 e\n");
	for (int i = 0; i < 10; i++)
		trim(0, 4, 10);
	assert_decisions(2, "20 b\n4000 c\n90000 d\n90001 e\n");
	for (int i = 0; i < 10; i++)
		trim(90000, 4, 10);
	assert_decisions(9, "90000 d\n90001 e\n");
	for (int i = 0; i < 10; i++)
		trim(0, 1, 10);
	assert_decisions(9, "90001 e\n");
}

/* ---- Tidying ---- */

static int64_t
tidy(int64_t now_s)
{
	int64_t n;

	if (store->counts->tidy(store, now_s, &n, &err) != STORE_OK)
		fail_msg("tidy: %s", err.text);
	return n;
}

/* tidy removes expired entries with their hits, and no others. A second call
 * removes nothing. */
static void
test_tidy_entries(void **state)
{
	enum { NOW = 5000 };
	static const struct store_hit hits[] = {
	    {"", LIST_CLIENT, true, "old", 1, NOW},
	    {"", LIST_CLIENT, false, "old", 2, NOW},
	    {"/a", LIST_CLIENT, true, "old", 3, NOW},
	    {"", LIST_CLIENT, true, "now", 4, NOW},
	};
	struct store_entry entry = entry_of(LIST_WHITELIST, LIST_CLIENT, "old");
	struct store_entry older = entry_of(LIST_WHITELIST, LIST_CLIENT, "b");
	struct store_entry now = entry_of(LIST_WHITELIST, LIST_CLIENT, "now");
	struct store_entry never = entry_of(LIST_GREYLIST, LIST_CLIENT, "old");

	(void)state;
	entry.expires_s = NOW - 1;
	older.expires_s = 1;
	now.expires_s = NOW;
	put(&entry);
	put(&older);
	put(&now);
	put(&never);
	add(hits, ARRAY_LEN(hits), NULL, 0);
	assert_int_equal(tidy(1), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(tidy(NOW), i == 0 ? 2 : 0);
		assert_entries("2 client old 0 why|me 7 0\n"
			       "1 client now 0 why|me 7 5000\n");
		assert_hits("[/a] 1 client old 3 5000\n"
			    "[] 0 client old 2 5000\n"
			    "[] 1 client now 4 5000\n");
	}
	assert_int_equal(tidy(NOW + 1), 1);
}

/* tidy removes old hits even if no count is old, and old counts even if no hit
 * is old. */
static void
test_tidy_history(void **state)
{
	static const int64_t now_s = STORE_HISTORY_S + 7200;
	static const struct store_hit hits[] = {
	    {"/a", LIST_CLIENT, true, "old", 1, 7199},
	    {"/a", LIST_CLIENT, true, "young", 2, 7200},
	};
	static const struct hourly_stats_count counts[] = {
	    {3600, "new", 0, 1, ""},
	    {3600, "early", 0, 2, ""},
	    {7200, "new", 0, 3, ""},
	};

	(void)state;
	add(hits, ARRAY_LEN(hits), NULL, 0);
	assert_int_equal(tidy(now_s), 0);
	assert_hits("[/a] 1 client young 2 7200\n");
	add(NULL, 0, counts, ARRAY_LEN(counts));
	assert_int_equal(tidy(now_s), 0);
	assert_counts(0, INT64_MAX, "7200 new 0 3\n");
	assert_hits("[/a] 1 client young 2 7200\n");
	assert_int_equal(tidy(now_s + 1), 0);
	assert_counts(0, INT64_MAX, "");
	assert_hits("");
}

/* The generation changes with every change of an entry, and with nothing else.
 */
static void
test_generation(void **state)
{
	static const struct store_hit hit = {
	    "", LIST_CLIENT, true, "example.org", 1, 10};
	static const struct hourly_stats_count count = {3600, "new", 0, 1, ""};
	struct store_entry entry =
	    entry_of(LIST_WHITELIST, LIST_CLIENT, "example.org");
	struct key key = sender_key("a@example.net");
	int64_t was = generation(), is;

	(void)state;
	entry.expires_s = 20;
	put(&entry);
	assert_int_not_equal(is = generation(), was);
	was = is;
	put(&entry); /* replaced */
	assert_int_not_equal(is = generation(), was);
	was = is;

	add(&hit, 1, &count, 1);
	merge(&key, waiting);
	assert_entries("1 client example.org 0 why|me 7 20\n");
	assert_false(remove_entry(true, LIST_SENDER, "example.org"));
	assert_int_equal(tidy(20), 0);
	assert_int_equal(generation(), was);

	assert_int_equal(tidy(21), 1);
	assert_int_not_equal(is = generation(), was);
	was = is;
	tidy(STORE_HISTORY_S + 7200);
	assert_counts(0, INT64_MAX, "");
	assert_int_equal(generation(), was);
	put(&entry);
	was = generation();
	remove_entry(true, LIST_CLIENT, "example.org");
	assert_int_not_equal(generation(), was);
}

static bool
has_more_entries(int64_t n)
{
	bool result = false;

	if (store->lists->has_more_entries(store, n, &result, &err) != STORE_OK)
		fail_msg("has_more_entries: %s", err.text);
	return result;
}

static void
test_has_more_entries(void **state)
{
	struct store_entry entry =
	    entry_of(LIST_WHITELIST, LIST_CLIENT, "example.org");

	(void)state;
	if (store->lists->has_more_entries == NULL)
		return; /* only SQLite has it */
	assert_false(has_more_entries(0));
	put(&entry);
	assert_true(has_more_entries(0));
	assert_false(has_more_entries(1));
	entry = entry_of(LIST_GREYLIST, LIST_CLIENT, "example.org");
	put(&entry);
	assert_true(has_more_entries(1));
	assert_false(has_more_entries(2));
	assert_false(has_more_entries(1000));
}

/* ---- Opening, copying, sharing ---- */

static void
test_uri(void **state)
{
	(void)state;
	assert_int_equal(store_uri_check(fixture.uri(), &err), 0);
	assert_int_equal(store_uri_is_private(fixture.uri()),
	    !fixture.is_shared);
}

/* A backup makes the file, or makes no file and says why. */
static void
test_backup(void **state)
{
	char name[] = "/tmp/tardigrey-copy-XXXXXX";
	int fd = mkstemp(name);
	enum store_rc rc;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(unlink(name), 0);
	rc = store->ops->backup(store, name, NULL, &err);
	if (fixture.no_backup == NULL) {
		assert_int_equal(rc, STORE_OK);
		assert_int_equal(unlink(name), 0);
	} else {
		assert_int_equal(rc, STORE_FAILED);
		assert_string_equal(err.text, fixture.no_backup);
		assert_int_not_equal(access(name, F_OK), 0);
	}
}

static const struct store_hit one_hit = {
    "", LIST_CLIENT, true, "example.org", 1, 10};
static const struct hourly_stats_count one_count = {3600, "new", 0, 1, ""};

/* A durable store has everything when it is opened again. */
static void
test_reopened(void **state)
{
	struct key key = sender_key("a@example.net");
	struct store_entry entry =
	    entry_of(LIST_WHITELIST, LIST_CLIENT, "example.org");
	struct store_answer answer;
	int64_t before;

	(void)state;
	if (!fixture.is_durable)
		return;
	merge(&key, passed);
	put(&entry);
	add(&one_hit, 1, &one_count, 1);
	before = generation();
	reopen();
	answer = look_up(&key);
	assert_record(&answer, passed);
	assert_int_equal(generation(), before);
	assert_entries("1 client example.org 0 why|me 7 0\n");
	assert_hits("[] 1 client example.org 1 10\n");
	assert_counts(0, INT64_MAX, "3600 new 0 1\n");
}

/* Two open stores of one URI see each other's records at once. */
static void
test_shared_records(void **state)
{
	struct store *first = store, *second;
	struct key key = sender_key("a@example.net");
	struct record want = waiting;
	struct store_answer answer;

	(void)state;
	if (!fixture.is_shared)
		return;
	second = open_store();
	merge(&key, waiting);
	store = second;
	answer = look_up(&key);
	assert_record(&answer, waiting);
	merge(&key, passed);
	store = first;
	record_merge(&want, &passed);
	answer = look_up(&key);
	assert_record(&answer, want);
	store_close(second);
}

/* Two open stores of one URI see each other's entries, hits and counts. */
static void
test_shared_lists(void **state)
{
	struct store *first = store, *second;
	struct store_entry entry =
	    entry_of(LIST_WHITELIST, LIST_CLIENT, "example.org");
	int64_t before, after;

	(void)state;
	if (!fixture.is_shared)
		return;
	second = open_store();
	before = generation();
	store = second;
	assert_int_equal(generation(), before);
	put(&entry);
	add(&one_hit, 1, &one_count, 1);
	after = generation();
	assert_int_not_equal(after, before);
	store = first;
	assert_int_equal(generation(), after);
	add(&one_hit, 1, &one_count, 1);
	assert_entries("1 client example.org 0 why|me 7 0\n");
	assert_hits("[] 1 client example.org 2 10\n");
	assert_counts(0, INT64_MAX, "3600 new 0 2\n");
	store_close(second);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_absent),
	    TEST(test_insert_and_find),
	    TEST(test_keys_are_apart),
	    TEST(test_kinds_are_apart),
	    TEST(test_long_keys),
	    TEST(test_merge_commutes),
	    TEST(test_restart),
	    TEST(test_restart_races),
	    TEST(test_large_batch),
	    TEST(test_expire),
	    TEST(test_expire_all_kinds),
	    TEST(test_census),
	    TEST(test_newest_waiting),
	    TEST(test_forget),
	    TEST(test_walk),
	    TEST(test_walk_of_client),
	    TEST(test_walk_among_changes),
	    TEST(test_walks_side_by_side),
	    TEST(test_walk_is_freed_early),
	    TEST(test_entries),
	    TEST(test_put_replaces),
	    TEST(test_remove_entry),
	    TEST(test_odd_entries),
	    TEST(test_many_entries),
	    TEST(test_hits),
	    TEST(test_hits_go_with_their_entry),
	    TEST(test_counts),
	    TEST(test_decisions),
	    TEST(test_decisions_of_days),
	    TEST(test_tidy_entries),
	    TEST(test_tidy_history),
	    TEST(test_generation),
	    TEST(test_has_more_entries),
	    TEST(test_uri),
	    TEST(test_backup),
	    TEST(test_reopened),
	    TEST(test_shared_records),
	    TEST(test_shared_lists),
	};

	int failed_n;

	if (fixture.is_there != NULL && !fixture.is_there()) {
		puts("1..0 # SKIP the server is not installed");
		return 0;
	}
	failed_n = cmocka_run_group_tests(tests, NULL, NULL);
	if (fixture.finish != NULL)
		fixture.finish();
	return failed_n;
}
