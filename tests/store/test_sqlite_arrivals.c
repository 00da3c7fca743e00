/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Test the queue of waiting records with several handles on one database:
 * stored hashes, limits, fair shares and expiry. [C51, C54]
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "store/scratch.h"
#include "store/sqlite/sqlite_handle.h"
#include "store/store_open.h"

#define NOW    1000000
#define WINDOW 86400

static struct store_options options;
static struct store *store;
static sqlite3 *db; /* reads the tables without the store */
static struct err err;
static bool with_pools; /* each triplet of defer() has a record by pool, too */

static struct store *
open_as(enum store_use use)
{
	struct store *opened;

	options.use = use;
	opened = store_open(uri, &options, &err);
	if (opened == NULL)
		fail_msg("%s", err.text);
	return opened;
}

static int
set_up(void **state)
{
	(void)state;
	options = (struct store_options){.timeout_ms = 2000};
	with_pools = false;
	if (scratch_make() != 0)
		return -1;
	store = open_as(STORE_SERVE);
	return sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);
}

static int
tear_down(void **state)
{
	(void)state;
	sqlite3_close(db);
	store_close(store);
	return scratch_remove();
}

static void
reopen(enum store_use use)
{
	store_close(store);
	store = open_as(use);
}

static struct sqlite_arrivals *
arrivals_of(struct store *of)
{
	return &((struct sqlite *)of)->arrivals;
}

/* ---- Changes ---- */

static const struct key *
key_of(int64_t i)
{
	static struct key key = {
	    KEY_TRIPLET_NETWORK, "192.0.2.0/24", "", "b@example.org"};

	snprintf(key.sender, sizeof(key.sender), "%lld@example.net",
	    (long long)i);
	return &key;
}

static struct key
pool_key_of(int64_t i)
{
	struct key key = *key_of(i);

	key.kind = KEY_TRIPLET_POOL;
	strcpy(key.client, "example.com");
	return key;
}

static struct change
first_attempt(int64_t now_s)
{
	return (struct change){
	    CHANGE_MERGE, {0}, {now_s, now_s, 0, now_s + WINDOW, 1, 0, 60}};
}

static struct change
pass(int64_t now_s)
{
	return (struct change){CHANGE_MERGE, {0},
	    {now_s, now_s, now_s, now_s + 9 * WINDOW, 0, 1, 0}};
}

static void
change_key(struct store *of, const struct key *key, struct change change)
{
	const struct store_change item = {.key = key, .change = change};

	if (of->records->apply(of, &item, 1, &err) != STORE_OK)
		fail_msg("%s", err.text);
}

static void
change_one(struct store *of, int64_t i, struct change change)
{
	change_key(of, key_of(i), change);
}

static struct store_answer
look_up_key(struct store *of, const struct key *key)
{
	struct store_answer answer;

	if (of->records->lookup(of, key, 1, &answer, &err) != STORE_OK)
		fail_msg("%s", err.text);
	return answer;
}

static struct store_answer
look_up(struct store *of, int64_t i)
{
	return look_up_key(of, key_of(i));
}

static struct store_answer
look_up_pool(struct store *of, int64_t i)
{
	const struct key key = pool_key_of(i);

	return look_up_key(of, &key);
}

static void
change_pool(struct store *of, int64_t i, struct change change)
{
	const struct key key = pool_key_of(i);

	change_key(of, &key, change);
}

/* Change a triplet by network and by pool, as the engine does. */
static void
change_pair(struct store *of, int64_t i, struct change change)
{
	const struct key key = pool_key_of(i);
	const struct store_change items[] = {
	    {.key = key_of(i), .change = change, .client = {.has_pool = true}},
	    {.key = &key, .change = change, .client = {.has_pool = true}},
	};

	if (of->records->apply(of, items, 2, &err) != STORE_OK)
		fail_msg("%s", err.text);
}

/* Apply n first attempts in batches. The keys begin with "first". Their clients
 * have addresses_n addresses in turn, from 10.0.0.0 + "address" on. */
#define BATCH 500

static void
defer(int64_t first, int64_t n, unsigned address, unsigned addresses_n,
    bool has_passed, int64_t now_s)
{
	static struct key keys[BATCH + 1];
	static struct store_change changes[BATCH + 1];
	size_t batch_n = 0;

	for (int64_t i = first; i < first + n; i++) {
		unsigned a = address + (unsigned)i % addresses_n;
		struct netaddr from = {NETADDR_IPV4,
		    {10, (uint8_t)(a >> 16), (uint8_t)(a >> 8), (uint8_t)a}};

		key_copy(&keys[batch_n], key_of(i));
		changes[batch_n] = (struct store_change){
		    .key = &keys[batch_n],
		    .change = first_attempt(now_s),
		    .client = {.address = from,
			.has_passed = has_passed,
			.has_pool = with_pools},
		    .was_absent = true,
		};
		if (with_pools) {
			keys[batch_n + 1] = pool_key_of(i);
			changes[batch_n + 1] = changes[batch_n];
			changes[batch_n + 1].key = &keys[batch_n + 1];
			batch_n++;
		}
		if (++batch_n < BATCH && i + 1 < first + n)
			continue;
		if (store->records->apply(store, changes, batch_n, &err) !=
		    STORE_OK)
			fail_msg("%s", err.text);
		batch_n = 0;
	}
}

static struct record_maintenance
maintain(int64_t now_s)
{
	struct record_maintenance report;

	if (store->records->maintain(store, now_s, &report, &err) != STORE_OK)
		fail_msg("%s", err.text);
	return report;
}

static int64_t
waiting_n(void)
{
	return sql_number(db,
	    "SELECT sum((kind >= 0) + ifnull(pool <> '', 0)) FROM waiting");
}

/* Skip so many ids that maintenance moves the rows before them to the tail. */
static void
insert_gap(void)
{
	sql_run(db,
	    "INSERT INTO waiting SELECT max(id) + 70000, -1, '', '', '', 0, 0,"
	    " 0, 0, '', NULL, NULL FROM waiting");
}

static int64_t
records_n(void)
{
	return sql_number(db, "SELECT count(*) FROM record");
}

static int64_t
found_n(int64_t first, int64_t n)
{
	int64_t found = 0;

	for (int64_t i = first; i < first + n; i++)
		found += look_up(store, i).found;
	return found;
}

static int64_t
pools_found_n(int64_t first, int64_t n)
{
	int64_t found = 0;

	for (int64_t i = first; i < first + n; i++)
		found += look_up_pool(store, i).found;
	return found;
}

/* ---- The two tables ---- */

/* A first attempt is stored in the queue. Any later change moves it. */
static void
test_moves(void **state)
{
	(void)state;
	change_one(store, 1, first_attempt(NOW));
	change_one(store, 2, first_attempt(NOW));
	assert_int_equal(waiting_n(), 2);
	assert_int_equal(records_n(), 0);
	change_one(store, 1, first_attempt(NOW + 60)); /* an early retry */
	assert_int_equal(waiting_n(), 1);
	assert_int_equal(look_up(store, 1).record.deferred_n, 2);
	assert_int_equal(look_up(store, 1).record.first_seen_s, NOW);
	change_one(store, 2, pass(NOW + 300));
	assert_int_equal(waiting_n(), 0);
	assert_int_equal(records_n(), 2);
	assert_int_equal(look_up(store, 2).record.passed_s, NOW + 300);
	assert_int_equal(look_up(store, 2).record.deferred_n, 1);

	/* A known record does not return to the queue. */
	change_one(store, 2, first_attempt(NOW + 400));
	assert_int_equal(waiting_n(), 0);
	change_one(store, 2, (struct change){.how = CHANGE_FORGET});
	assert_false(look_up(store, 2).found);
	change_one(store, 2, first_attempt(NOW + 500));
	assert_int_equal(waiting_n(), 1);
	change_one(store, 2, (struct change){.how = CHANGE_FORGET});
	assert_int_equal(waiting_n(), 0);
	assert_false(look_up(store, 2).found);
}

/* Records of other kinds and retried triplets are not stored in the queue. */
static void
test_does_not_fit(void **state)
{
	struct change change = first_attempt(NOW);
	struct key key = *key_of(1);
	struct store_change item = {.key = &key, .change = change};

	(void)state;
	key.kind = KEY_AUTO_WHITELIST_ADDRESS;
	assert_int_equal(store->records->apply(store, &item, 1, &err),
	    STORE_OK);
	change.record.deferred_n = 2;
	change_one(store, 1, change);
	assert_int_equal(records_n(), 2);
	assert_int_equal(waiting_n(), 0);
	key.kind = KEY_TRIPLET_POOL;
	assert_int_equal(store->records->apply(store, &item, 1, &err),
	    STORE_OK);
	assert_int_equal(waiting_n(), 1);
}

/* If another process stores the triplet between the lookup and the change, the
 * triplet is in both tables until its next change. A lookup takes the one that
 * has passed. */
static void
test_in_both_tables(void **state)
{
	struct store *other = open_as(STORE_VISIT);

	(void)state;
	change_one(other, 1, pass(NOW + 10));
	defer(1, 1, 0, 1, false, NOW);
	assert_int_equal(waiting_n(), 1);
	assert_int_equal(records_n(), 1);
	assert_int_equal(look_up(other, 1).record.passed_s, NOW + 10);
	assert_int_equal(look_up(store, 1).record.passed_s, NOW + 10);
	change_one(other, 1, pass(NOW + 20));
	assert_int_equal(waiting_n(), 0);
	assert_int_equal(look_up(store, 1).record.first_seen_s, NOW);
	assert_int_equal(look_up(store, 1).record.passed_n, 2);
	assert_int_equal(look_up(store, 1).record.deferred_n, 1);
	store_close(other);
}

/* ---- Rows with two records ---- */

static int64_t
rows_n(void)
{
	return sql_number(db, "SELECT count(*) FROM waiting");
}

/* A new triplet and the same triplet by pool are one row. Each of them leaves
 * it alone. */
static void
test_pair(void **state)
{
	(void)state;
	for (int64_t i = 1; i <= 5; i++)
		change_pair(store, i, first_attempt(NOW));
	assert_int_equal(rows_n(), 5);
	assert_int_equal(waiting_n(), 10);
	assert_int_equal(sql_number(db, "SELECT max(id) FROM waiting"), 9);
	assert_int_equal(look_up(store, 1).record.first_seen_s, NOW);
	assert_int_equal(look_up_pool(store, 1).record.first_seen_s, NOW);

	change_one(store, 1, pass(NOW + 60));
	assert_int_equal(look_up(store, 1).record.passed_s, NOW + 60);
	assert_int_equal(look_up_pool(store, 1).record.passed_s, 0);
	change_pool(store, 2, pass(NOW + 60));
	assert_int_equal(look_up(store, 2).record.passed_s, 0);
	assert_int_equal(look_up_pool(store, 2).record.passed_s, NOW + 60);
	change_pair(store, 3, pass(NOW + 60));
	assert_int_equal(look_up(store, 3).record.passed_s, NOW + 60);
	assert_int_equal(look_up_pool(store, 3).record.deferred_n, 1);
	assert_int_equal(rows_n(), 4);
	assert_int_equal(waiting_n(), 6);
	reopen(STORE_VISIT);
	assert_int_equal(look_up(store, 1).record.passed_s, NOW + 60);
	assert_int_equal(look_up_pool(store, 1).record.first_seen_s, NOW);
	change_pool(store, 1, (struct change){.how = CHANGE_FORGET});
	change_one(store, 2, (struct change){.how = CHANGE_FORGET});
	assert_int_equal(rows_n(), 2);
	assert_int_equal(found_n(1, 5), 4);
	assert_int_equal(pools_found_n(1, 5), 4);
}

/* The last row may lose its records in any order. No id is used twice. */
static void
test_last_pair(void **state)
{
	struct store *other = open_as(STORE_SERVE);
	const struct change forget = {.how = CHANGE_FORGET};

	(void)state;
	change_pair(store, 1, first_attempt(NOW));
	change_one(store, 1, forget);
	change_pool(store, 1, forget);
	change_pair(store, 2, first_attempt(NOW));
	assert_int_equal(sql_number(db, "SELECT max(id) FROM waiting"), 3);
	change_pool(store, 2, forget);
	assert_true(look_up(other, 2).found);
	change_one(store, 2, forget);
	change_one(other, 3, first_attempt(NOW));
	assert_int_equal(sql_number(db, "SELECT max(id) FROM waiting"), 5);
	assert_false(look_up(store, 2).found);
	assert_false(look_up_pool(store, 2).found);
	assert_true(look_up(store, 3).found);
	assert_int_equal(waiting_n(), 1);
	store_close(other);
}

/* The record by pool is stored alone if the record by network exists, if their
 * times differ, if they are of different triplets, or if the pool has no name.
 */
static void
test_not_a_pair(void **state)
{
	const struct key key = pool_key_of(2), known = pool_key_of(3);
	struct key nameless = pool_key_of(4);
	struct store_change items[] = {
	    {.key = key_of(1),
		.change = first_attempt(NOW),
		.client = {.has_pool = true}},
	    {.key = &key, .change = first_attempt(NOW)},
	    {.key = &known, .change = first_attempt(NOW)},
	};

	(void)state;
	assert_int_equal(store->records->apply(store, items, 2, &err),
	    STORE_OK);
	assert_int_equal(rows_n(), 2);
	change_pool(store, 3, first_attempt(NOW));
	items[1].key = key_of(3);
	items[1].client.has_pool = true;
	assert_int_equal(store->records->apply(store, items + 1, 2, &err),
	    STORE_OK);
	assert_int_equal(rows_n(), 3);
	assert_int_equal(records_n(), 1);
	assert_int_equal(look_up_pool(store, 3).record.deferred_n, 2);
	assert_true(look_up(store, 1).found);
	assert_true(look_up_pool(store, 2).found);
	assert_true(look_up(store, 3).found);
	assert_int_equal(look_up(store, 3).record.deferred_n, 1);

	nameless.client[0] = '\0';
	items[0].key = key_of(4);
	items[1].key = &nameless;
	items[1].client.has_pool = false;
	assert_int_equal(store->records->apply(store, items, 2, &err),
	    STORE_OK);
	assert_true(look_up_key(store, &nameless).found);
}

/* Several slices of a walk may end between the two records of a row. */
static void
test_walk_over_pairs(void **state)
{
	struct record_walk *walk;
	struct store_row row;
	size_t n;

	(void)state;
	for (int64_t i = 0; i < 5; i++)
		change_pair(store, i, first_attempt(NOW));
	change_one(store, 1, (struct change){.how = CHANGE_FORGET});
	change_pool(store, 3, (struct change){.how = CHANGE_FORGET});
	walk = store->records->walk_all(store, &err);
	for (int64_t i = 0; i < 10; i++) {
		if (i == 2 || i == 7)
			continue;
		do
			assert_int_equal(store->records->walk_next(store, walk,
					     1, &row, &n, &err),
			    STORE_OK);
		while (n == 0);
		assert_string_equal(row.key.sender, key_of(i / 2)->sender);
		assert_int_equal(row.key.kind,
		    i % 2 == 0 ? KEY_TRIPLET_NETWORK : KEY_TRIPLET_POOL);
		assert_int_equal(row.record.first_seen_s, NOW);
	}
	store->records->walk_free(walk);
}

/* ---- Several handles, against a model ---- */

#define KEYS    40
#define HANDLES 3

static uint32_t seed;

static uint32_t
random_below(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static struct change
random_change(const struct store_answer *known, int64_t now_s)
{
	struct change change = first_attempt(now_s);

	switch (random_below(8)) {
	case 0:
	case 3:
	case 4:
		change.how = CHANGE_FORGET;
		break;
	case 1:
		change = pass(now_s);
		break;
	case 2:
		change.how = CHANGE_RESTART;
		change.read = known->record;
		break;
	}
	return change;
}

static void
assert_same(const struct store_answer *is, const struct store_answer *want)
{
	assert_int_equal(is->found, want->found);
	if (is->found)
		assert_memory_equal(&is->record, &want->record,
		    sizeof(is->record));
}

/* A record that never passed and was deferred once may go: it expires or is
 * evicted. Each one that goes is counted. */
static int64_t gone_n, reported_n;

static void
assert_known(const struct store_answer *is, struct store_answer *want)
{
	if (!is->found && want->found && want->record.passed_s == 0 &&
	    want->record.deferred_n == 1) {
		want->found = false;
		gone_n++;
	}
	assert_same(is, want);
}

/* Maintain a handle. Returns false if this fails. */
static bool
maintain_handle(struct store *of, int64_t now_s)
{
	struct record_maintenance report;

	if (of->records->maintain(of, now_s, &report, &err) != STORE_OK)
		return false;
	reported_n += report.expired_n + report.evicted_n;
	return true;
}

static int
refuse_commit(void *context)
{
	*(bool *)context = true;
	return 1;
}

/* Maintain a handle. The transaction that changes something fails. */
static void
fail_to_maintain(struct store *of, int64_t now_s)
{
	struct sqlite *sqlite = (struct sqlite *)of;
	bool was_refused = false, is_ok;

	if (sqlite->db == NULL)
		return;
	sqlite3_commit_hook(sqlite->db, refuse_commit, &was_refused);
	is_ok = maintain_handle(of, now_s);
	assert_true(is_ok != was_refused);
	if (sqlite->db != NULL)
		sqlite3_commit_hook(sqlite->db, NULL, NULL);
}

/* Handles append, move and remove the same keys, are closed and opened, and
 * have old indexes and caches when they change a key. They evict records,
 * expire them and, after a gap in the ids, move them to the tail. Each handle
 * always finds the records of the model. */
static void
test_handles(void **state)
{
	static struct store_answer model[KEYS], by_pool[KEYS];
	struct store *handles[HANDLES];
	int64_t last = 0;

	(void)state;
	memset(model, 0, sizeof(model));
	memset(by_pool, 0, sizeof(by_pool));
	gone_n = reported_n = 0;
	options.max_waiting = 16;
	options.record_cache_octets = 100000;
	for (int i = 0; i < HANDLES; i++)
		handles[i] = open_as((enum store_use)i);
	for (int step = 0; step < 12000; step++) {
		uint32_t h = random_below(HANDLES), i = random_below(KEYS);
		int64_t now_s = NOW + 500 * step, id;
		struct store *reader = handles[random_below(HANDLES)];
		struct change change;
		struct store_answer answer = look_up(reader, i);
		struct store_answer pool = look_up_pool(reader, i);
		uint32_t how = random_below(5);

		assert_known(&answer, &model[i]);
		assert_known(&pool, &by_pool[i]);
		change = random_change(how == 2 ? &pool : &answer, now_s);
		if (how == 1)
			change_one(handles[h], i, change);
		if (how == 2)
			change_pool(handles[h], i, change);
		if (how > 2)
			change_pair(handles[h], i, change);
		if (how == 1 || how > 2)
			record_apply(&model[i].record, &model[i].found,
			    &change);
		if (how > 1)
			record_apply(&by_pool[i].record, &by_pool[i].found,
			    &change);
		if (random_below(400) == 0) {
			assert_true(maintain_handle(handles[h], now_s));
			store_close(handles[h]);
			handles[h] = open_as((enum store_use)h);
		}
		if (random_below(20) == 0)
			assert_true(maintain_handle(handles[h], now_s));
		if (random_below(50) == 0)
			fail_to_maintain(handles[h], now_s);
		if (random_below(500) == 0)
			insert_gap();
		id = sql_number(db, "SELECT max(id) FROM waiting");
		assert_true(id >= last);
		last = id;
	}
	for (uint32_t i = 0; i < KEYS * HANDLES; i++) {
		struct store_answer answer =
		    look_up(handles[i % HANDLES], i / HANDLES);

		assert_known(&answer, &model[i / HANDLES]);
		answer = look_up_pool(handles[i % HANDLES], i / HANDLES);
		assert_known(&answer, &by_pool[i / HANDLES]);
	}
	for (int i = 0; i < HANDLES; i++) {
		assert_true(maintain_handle(handles[i], NOW));
		store_close(handles[i]);
	}
	assert_true(gone_n > 100);
	assert_int_equal(reported_n, gone_n);
	reopen(STORE_SERVE);
	look_up(store, 0);
	assert_true(maintain_handle(store, NOW));
	assert_int_equal(arrival_index_n(arrivals_of(store)->index),
	    waiting_n());
}

/* ---- Ids and hashes ---- */

/* Each full chunk is stored once. An index of stored hashes finds every record,
 * and no removed record. */
static void
test_chunks(void **state)
{
	enum { N = 3 * ARRIVAL_CHUNK + 10 };

	(void)state;
	defer(1, N, 0, 50, false, NOW);
	assert_int_equal(sql_number(db, "SELECT count(*) FROM waiting_hashes"),
	    3);
	assert_int_equal(sql_number(db,
			     "SELECT count(*) FROM waiting_hashes"
			     " WHERE length(hashes) = 8192"
			     " AND first IN (0, 1024, 2048)"),
	    3);
	sql_run(db, "DELETE FROM waiting WHERE id % 10 = 3 AND id < 3000");
	for (int use = STORE_FILL; use <= STORE_SERVE; use++) {
		reopen((enum store_use)use);
		assert_int_equal(found_n(1, N), N - 300);
	}
	/* If a chunk is missing or has the wrong size, the rows are read. */
	sql_run(db,
	    "DELETE FROM waiting_hashes WHERE first = 1024;"
	    "UPDATE waiting_hashes SET hashes = 'x' WHERE first = 0");
	reopen(STORE_SERVE);
	assert_int_equal(found_n(1, N), N - 300);
}

/* The same with rows of two records, some of them over the end of a chunk. */
static void
test_chunks_of_pairs(void **state)
{
	enum { N = 2 * ARRIVAL_CHUNK };

	(void)state;
	change_one(store, 0, first_attempt(NOW)); /* now ids are even */
	with_pools = true;
	defer(1, N, 0, 50, false, NOW);
	assert_int_equal(rows_n(), 1 + N);
	assert_int_equal(sql_number(db, "SELECT count(*) FROM waiting_hashes"),
	    4);
	sql_run(db,
	    "UPDATE waiting SET pool = '' WHERE id % 10 = 2 AND id < 3000;"
	    "UPDATE waiting SET kind = -1, client = ''"
	    " WHERE id % 10 = 4 AND id < 3000;"
	    "DELETE FROM waiting WHERE id % 10 = 6 AND id < 3000");
	for (int use = STORE_FILL; use <= STORE_SERVE; use++) {
		reopen((enum store_use)use);
		assert_int_equal(found_n(1, N), N - 600);
		assert_int_equal(pools_found_n(1, N), N - 600);
	}
	sql_run(db, "DELETE FROM waiting_hashes WHERE first = 1024");
	reopen(STORE_SERVE);
	assert_int_equal(found_n(1, N), N - 600);
	assert_int_equal(pools_found_n(1, N), N - 600);
	reopen(STORE_SERVE);
	for (int i = 0; i < 5; i++)
		maintain(NOW);
	assert_int_equal(arrival_index_n(arrivals_of(store)->index),
	    1 + 2 * N - 1200);
	assert_int_equal(waiting_n(), 1 + 2 * N - 1200);
}

/* A record that could not be written is not in the index. */
static void
test_rolled_back(void **state)
{
	(void)state;
	sql_run(db,
	    "CREATE TRIGGER fault BEFORE INSERT ON waiting"
	    " WHEN new.sender = '3@example.net'"
	    " BEGIN SELECT raise(ABORT, 'a fault'); END");
	change_one(store, 1, first_attempt(NOW));
	for (int64_t i = 2; i < 4; i++) {
		struct store_change changes[2] = {
		    {.key = key_of(i), .change = first_attempt(NOW)}};
		struct key other = *key_of(3);

		changes[1] = changes[0];
		changes[1].key = &other;
		assert_int_equal(store->records->apply(store, changes, 2, &err),
		    STORE_FAILED);
	}
	assert_int_equal(found_n(1, 3), 1);
	sql_run(db, "DROP TRIGGER fault");
	change_one(store, 2, first_attempt(NOW));
	assert_int_equal(found_n(1, 3), 2);
	assert_int_equal(sql_number(db, "SELECT max(id) FROM waiting"), 2);
}

/* The low 32 bits of an id are never 0. An id is never used twice. */
static void
test_ids(void **state)
{
	(void)state;
	change_one(store, 1, first_attempt(NOW));
	change_one(store, 1, pass(NOW));
	change_one(store, 2, first_attempt(NOW));
	assert_int_equal(sql_number(db, "SELECT max(id) FROM waiting"), 2);
	sql_run(db,
	    "DELETE FROM waiting; UPDATE secret SET value = randomblob(16);"
	    "INSERT INTO waiting SELECT 4294967290, 0, 'c', 's', 'r', 1, 1, 1,"
	    " 1, '', NULL, 1");
	store_close(store);
	store = open_as(STORE_SERVE);
	defer(10, 20, 0, 1, false, NOW);
	assert_int_equal(found_n(10, 20), 20);
	assert_int_equal(sql_number(db,
			     "SELECT count(*) FROM waiting"
			     " WHERE id = 4294967296"),
	    0);
	reopen(STORE_FILL);
	assert_int_equal(found_n(10, 20), 20);
}

/* The store still works after another program has emptied the table or has
 * written invalid rows. */
static void
test_foreign_rows(void **state)
{
	(void)state;
	defer(1, 2000, 0, 1, false, NOW);
	sql_run(db, "DELETE FROM waiting");
	assert_int_equal(found_n(1, 2000), 0);
	defer(1, 10, 0, 1, false, NOW);
	assert_int_equal(found_n(1, 2000), 10);
	sql_run(db,
	    "INSERT INTO waiting SELECT -5, 0, 'c', 's', 'r', 1, 1, 1, 1, '', NULL, 1;"
	    "INSERT INTO waiting SELECT 100, 7, 'c', 's', 'r', 1, 1, 1, 1, '', NULL, 1;"
	    "INSERT INTO waiting SELECT 90, 0, x'00', 's', 'r', 1, 1, 1, 1, '', NULL, 1");
	defer(11, 10, 0, 1, false, NOW);
	assert_int_equal(found_n(1, 2000), 20);
	reopen(STORE_VISIT);
	assert_int_equal(found_n(1, 2000), 20);
	reopen(STORE_SERVE);
	for (int i = 1; i < 5; i++)
		maintain(NOW + WINDOW + i);
	/* The last row stays until another row is appended. */
	assert_int_equal(found_n(1, 2000), 1);
}

/* Each database has its own secret. */
static void
test_secret(void **state)
{
	uint8_t first[KEYED_HASH_SECRET_SIZE];

	(void)state;
	assert_int_equal(sql_number(db,
			     "SELECT sum(length(value)) FROM secret"),
	    KEYED_HASH_SECRET_SIZE);
	memcpy(first, arrivals_of(store)->secret, sizeof(first));
	reopen(STORE_SERVE);
	assert_memory_equal(first, arrivals_of(store)->secret, sizeof(first));
	store_close(store);
	sqlite3_close(db);
	scratch_remove_database();
	store = open_as(STORE_SERVE);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_memory_not_equal(first, arrivals_of(store)->secret,
	    sizeof(first));
}

/* A walk visits the queue in the order of arrival. */
static void
test_order(void **state)
{
	static struct store_row rows[400];
	struct record_walk *walk = store->records->walk_all(store, &err);
	size_t n;

	(void)state;
	for (int i = 0; i < 300; i++)
		change_one(store, i * 7 % 300, first_attempt(NOW));
	assert_int_equal(store->records->walk_next(store, walk, 400, rows, &n,
			     &err),
	    STORE_OK);
	assert_int_equal(n, 300);
	for (int i = 0; i < 300; i++)
		assert_string_equal(rows[i].key.sender,
		    key_of(i * 7 % 300)->sender);
	store->records->walk_free(walk);
}

/* ---- Expiry ---- */

/* Slices remove the expired rows at the head and their stored hashes. Other
 * rows stay. */
static void
test_expiry(void **state)
{
	enum { N = 20000 };
	int64_t left_n = N, calls_n = 0;

	(void)state;
	defer(1, N, 0, 1000, false, NOW);
	defer(N + 1, 100, 0, 1000, false, NOW + 60);
	assert_int_equal(maintain(NOW + WINDOW).expired_n, 0);
	for (; left_n > 0; calls_n++) {
		int64_t expired_n = maintain(NOW + WINDOW + 1).expired_n;

		assert_true(expired_n <= 256);
		left_n -= expired_n;
		assert_true(waiting_n() == 100 + left_n);
		if (calls_n % 10 == 0)
			change_one(store, N + 101 + calls_n,
			    first_attempt(NOW + WINDOW + 1));
		if (calls_n % 10 == 0)
			change_one(store, N + 101 + calls_n,
			    (struct change){.how = CHANGE_FORGET});
		defer(N + 10000, 100, 0, 1000, false, NOW + 60);
		for (int64_t i = N + 10000; i < N + 10100; i++)
			change_one(store, i,
			    (struct change){.how = CHANGE_FORGET});
	}
	assert_int_equal(found_n(1, N), 0);
	assert_int_equal(found_n(N + 1, 100), 100);
	while (maintain(NOW + 2 * WINDOW).expired_n > 0)
		defer(N + 20000, 100, 0, 1000, false, NOW + 60);
	assert_true(sql_number(db, "SELECT count(*) FROM waiting_hashes") <= 1);
}

static void
defer_one(enum key_kind kind, const char *client, bool has_pool)
{
	struct key key = {.kind = kind};
	struct store_change change = {
	    .key = &key,
	    .change = first_attempt(NOW),
	    .client = {.has_pool = has_pool},
	    .was_absent = true,
	};

	strcpy(key.client, client);
	strcpy(key.sender, "a@example.net");
	if (store->records->apply(store, &change, 1, &err) != STORE_OK)
		fail_msg("%s", err.text);
}

/* Mail that was not deferred need not return. */
static void
test_not_deferred(void **state)
{
	struct key key = {.kind = KEY_TRIPLET_NETWORK,
	    .client = "192.0.2.0/24",
	    .sender = "trial@example.net"};
	struct store_change change = {
	    .key = &key, .change = first_attempt(NOW), .was_absent = true};
	struct record_maintenance report;

	(void)state;
	change.change.record.deferred_n = 0;
	if (store->records->apply(store, &change, 1, &err) != STORE_OK)
		fail_msg("%s", err.text);
	defer_one(KEY_TRIPLET_NETWORK, "192.0.2.0/24", false);
	defer(1, 1, 0, 1, false, NOW + 60); /* the last row stays */
	report = maintain(NOW + WINDOW + 1);
	assert_int_equal(report.expired_n, 2);
	assert_int_equal(report.never_returned_n, 1);
	assert_string_equal(report.lost[0].key.sender, "a@example.net");
}

/* A triplet counts once. If it has a row of its pool, only that row counts:
 * a retry from another network finds that row. */
static void
test_never_returned(void **state)
{
	const struct change retry = {.how = CHANGE_MERGE,
	    .record = {NOW, NOW + 300, NOW + 300, NOW + 9 * WINDOW, 0, 1, 0}};
	struct store_change change = {.change = retry};
	struct key key = {.kind = KEY_TRIPLET_POOL,
	    .client = "returns.example",
	    .sender = "a@example.net"};
	struct record_maintenance report;

	(void)state;
	defer_one(KEY_TRIPLET_NETWORK, "192.0.2.0/24", false);
	defer_one(KEY_TRIPLET_NETWORK, "198.51.100.0/24", true);
	defer_one(KEY_TRIPLET_POOL, "never.example", true);
	defer_one(KEY_TRIPLET_NETWORK, "203.0.113.0/24", true);
	defer_one(KEY_TRIPLET_POOL, "returns.example", true);
	defer(1, 1, 0, 1, false, NOW + 60); /* the last row stays */
	change.key = &key;
	if (store->records->apply(store, &change, 1, &err) != STORE_OK)
		fail_msg("%s", err.text);
	report = maintain(NOW + WINDOW + 1);
	assert_int_equal(report.expired_n, 4);
	assert_int_equal(report.never_returned_n, 2);
	assert_int_equal(report.lost_n, 2);
	assert_string_equal(report.lost[0].key.client, "192.0.2.0/24");
	assert_string_equal(report.lost[0].key.sender, "a@example.net");
	assert_int_equal(report.lost[0].first_seen_s, NOW);
	assert_string_equal(report.lost[1].key.client, "never.example");
	assert_int_equal(maintain(NOW + WINDOW + 1).never_returned_n, 0);
}

/* Half of a row has gone. The expiry counts what is left. */
static void
test_never_returned_pairs(void **state)
{
	struct record_maintenance report;

	(void)state;
	for (int64_t i = 1; i <= 4; i++)
		change_pair(store, i, first_attempt(NOW));
	change_pool(store, 1, pass(NOW + 60)); /* retried by another network */
	change_one(store, 2, pass(NOW + 60));
	change_pair(store, 3, pass(NOW + 60));
	change_pair(store, 5, first_attempt(NOW + 60)); /* the last row stays */
	report = maintain(NOW + WINDOW + 1);
	assert_int_equal(report.expired_n, 4);
	assert_int_equal(report.never_returned_n, 2);
	assert_int_equal(report.lost[0].key.kind, KEY_TRIPLET_POOL);
	assert_string_equal(report.lost[0].key.sender, key_of(2)->sender);
	assert_string_equal(report.lost[1].key.client, "example.com");
	assert_int_equal(rows_n(), 1);
	assert_int_equal(maintain(NOW + 2 * WINDOW).expired_n, 0);
	assert_int_equal(waiting_n(), 2);
}

/* ---- Limits ---- */

static void
set_bounds(unsigned max_waiting, unsigned max_waiting_per_address)
{
	options.max_waiting = max_waiting;
	options.max_waiting_per_address = max_waiting_per_address;
	store->ops->configure(store, &options);
}

/* The queue never has more than max_waiting records. If no address has many,
 * the oldest are evicted first. Retried triplets do not count. */
static void
test_max_waiting(void **state)
{
	int64_t evicted_n = 0;

	(void)state;
	set_bounds(1000, 0);
	defer(1, 10, 0, 1, false, NOW);
	for (int64_t i = 1; i <= 10; i++)
		change_one(store, i, first_attempt(NOW + 60));
	for (int64_t i = 100; i < 5100; i += 50) {
		defer(i, 50, 0, 5000, false, NOW);
		assert_true(waiting_n() <= 1000);
		evicted_n += maintain(NOW).evicted_n;
	}
	assert_int_equal(waiting_n(), 1000);
	assert_int_equal(evicted_n, 4000);
	assert_int_equal(found_n(4100, 1000), 1000);
	assert_int_equal(found_n(1, 10), 10);

	/* A lower limit is reached in slices, also after a restart. */
	set_bounds(300, 0);
	reopen(STORE_SERVE);
	for (int i = 0; i < 20; i++)
		maintain(NOW + i);
	assert_int_equal(waiting_n(), 300);
	assert_int_equal(found_n(4800, 300), 300);
}

/* An address has at most max_waiting_per_address records. Further ones are not
 * stored, and no record of another address is evicted. A client that has passed
 * has no such limit. */
static void
test_max_waiting_per_address(void **state)
{
	struct record_maintenance report;

	(void)state;
	set_bounds(10000, 100);
	defer(1, 50, 8, 1, false, NOW);
	defer(1000, 500, 9, 1, false, NOW);
	report = maintain(NOW);
	assert_int_equal(report.refused_n, 400);
	assert_string_equal(report.refused, "10.0.0.9");
	assert_int_equal(maintain(NOW).refused_n, 0);
	assert_int_equal(found_n(1000, 500), 100);
	assert_int_equal(found_n(1, 50), 50);
	defer(2000, 500, 9, 1, true, NOW);
	assert_int_equal(found_n(2000, 500), 500);
	assert_int_equal(records_n(), 500);

	/* There is room again when a record has passed or expired. */
	for (int64_t i = 1000; i < 1050; i++)
		change_one(store, i, pass(NOW));
	defer(3000, 60, 9, 1, false, NOW);
	assert_int_equal(found_n(3000, 60), 50);
}

/* A triplet with a pool has two records. The limit may allow only one. */
static void
test_limits_of_pairs(void **state)
{
	int64_t evicted_n = 0;

	(void)state;
	set_bounds(0, 101);
	with_pools = true;
	defer(1000, 500, 9, 1, false, NOW);
	assert_int_equal(maintain(NOW).refused_n, 1000 - 101);
	assert_int_equal(found_n(1000, 500), 51);
	assert_int_equal(pools_found_n(1000, 500), 50);
	assert_int_equal(rows_n(), 51);

	set_bounds(1001, 0);
	for (int64_t i = 2000; i < 4000; i += 50) {
		defer(i, 50, 0, 5000, false, NOW);
		assert_true(waiting_n() <= 1001);
		evicted_n += maintain(NOW).evicted_n;
	}
	assert_int_equal(waiting_n(), 1001);
	assert_int_equal(evicted_n, 101 + 4000 - 1001);
	assert_int_equal(found_n(3500, 500), 500);
	assert_int_equal(pools_found_n(3499, 501), 501);
	assert_int_equal(rows_n(), 501);
}

/* After a restart the index has rows that were deleted. They do not count for
 * an address once the index has been checked. */
static void
test_share_after_restart(void **state)
{
	(void)state;
	set_bounds(100000, 2000);
	defer(1, 2000, 9, 1, false, NOW);
	for (int64_t i = 2; i <= 1501; i++)
		change_one(store, i, pass(NOW));
	reopen(STORE_SERVE);
	assert_int_equal(arrival_index_n(arrivals_of(store)->index), 1522);
	for (int i = 0; i < 5; i++)
		maintain(NOW);
	assert_int_equal(arrival_index_n(arrivals_of(store)->index), 500);
	defer(5000, 2000, 9, 1, false, NOW);
	assert_int_equal(found_n(5000, 2000), 1500);
}

/* ---- Fair shares ---- */

/* Store one triplet for each of 200 honest clients, and then a flood. Returns
 * how many of the honest triplets are left. */
static int64_t
survivors_n(unsigned addresses_n, int64_t n)
{
	defer(1, 200, 1000000, 200, false, NOW);
	defer(1000, n, 0, addresses_n, false, NOW);
	for (int i = 0; i < 10; i++)
		maintain(NOW + i);
	return found_n(1, 200);
}

static void
test_flood_of_one_address(void **state)
{
	(void)state;
	set_bounds(5000, 2000);
	assert_int_equal(survivors_n(1, 20000), 200);
	assert_int_equal(waiting_n(), 2200);
}

static void
test_flood_of_a_network(void **state)
{
	(void)state;
	set_bounds(5000, 2000);
	assert_int_equal(survivors_n(20, 40000), 200);
	assert_int_equal(waiting_n(), 5000);
}

/* If max_waiting leaves each flooding address at least ARRIVAL_FAIR_SHARE, no
 * honest client loses a triplet. If it leaves less, the oldest triplets are
 * evicted. */
static void
test_flood_of_many_addresses(void **state)
{
	(void)state;
	set_bounds(1000000, 2000);
	assert_int_equal(survivors_n(10000, 20000), 200);
	set_bounds(10000, 2000);
	for (int i = 0; i < 200; i++)
		maintain(NOW + 100 + i);
	assert_int_equal(waiting_n(), 10000);
	assert_int_equal(found_n(1, 200), 0);
}

/* In a long flood the rows of the flood are evicted, and the honest rows at the
 * head are moved to the tail. So the index stays as short as the queue. */
static void
test_long_flood(void **state)
{
	(void)state;
	set_bounds(1000, 900);
	defer(1, 50, 1000000, 50, false, NOW);
	for (int64_t i = 0; i < 160; i++) {
		defer(1000 + 500 * i, 500, 0, 2, false, NOW);
		maintain(NOW);
	}
	assert_int_equal(found_n(1, 50), 50);
	assert_true(sql_number(db, "SELECT max(id) - min(id) FROM waiting") <
	    70000);
	assert_true(waiting_n() <= 1000);
	reopen(STORE_SERVE);
	assert_int_equal(found_n(1, 50), 50);
}

/* A row moves to the tail with the records that it has, also if another process
 * has removed one of them. */
static void
test_renew_half_a_pair(void **state)
{
	struct store *other = open_as(STORE_FILL);

	(void)state;
	for (int64_t i = 1; i < 5; i++)
		change_pair(store, i, first_attempt(NOW));
	change_pool(other, 1, (struct change){.how = CHANGE_FORGET});
	change_one(other, 2, (struct change){.how = CHANGE_FORGET});
	change_pair(other, 3, (struct change){.how = CHANGE_FORGET});
	insert_gap();
	maintain(NOW);
	assert_int_equal(sql_number(db, "SELECT min(id) FROM waiting"), 70008);
	assert_int_equal(arrival_index_n(arrivals_of(store)->index),
	    waiting_n());
	assert_int_equal(waiting_n(), 4);
	assert_int_equal(found_n(1, 4) + pools_found_n(1, 4), waiting_n());
	store_close(other);
}

/* The same with rows of two records. */
static void
test_long_flood_of_pairs(void **state)
{
	(void)state;
	set_bounds(1000, 900);
	with_pools = true;
	defer(1, 50, 1000000, 50, false, NOW);
	change_one(store, 1, pass(NOW));
	change_pool(store, 2, pass(NOW));
	for (int64_t i = 0; i < 80; i++) {
		defer(1000 + 500 * i, 500, 0, 2, false, NOW);
		maintain(NOW);
	}
	assert_int_equal(found_n(1, 50), 50);
	assert_int_equal(pools_found_n(1, 50), 50);
	assert_true(sql_number(db, "SELECT max(id) - min(id) FROM waiting") <
	    70000);
	assert_true(waiting_n() <= 1000);
	reopen(STORE_SERVE);
	assert_int_equal(found_n(1, 50), 50);
	assert_int_equal(pools_found_n(1, 50), 50);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_moves),
	    TEST(test_does_not_fit),
	    TEST(test_in_both_tables),
	    TEST(test_pair),
	    TEST(test_last_pair),
	    TEST(test_not_a_pair),
	    TEST(test_walk_over_pairs),
	    TEST(test_handles),
	    TEST(test_chunks),
	    TEST(test_chunks_of_pairs),
	    TEST(test_rolled_back),
	    TEST(test_ids),
	    TEST(test_foreign_rows),
	    TEST(test_secret),
	    TEST(test_order),
	    TEST(test_expiry),
	    TEST(test_not_deferred),
	    TEST(test_never_returned),
	    TEST(test_never_returned_pairs),
	    TEST(test_max_waiting),
	    TEST(test_max_waiting_per_address),
	    TEST(test_limits_of_pairs),
	    TEST(test_share_after_restart),
	    TEST(test_flood_of_one_address),
	    TEST(test_flood_of_a_network),
	    TEST(test_flood_of_many_addresses),
	    TEST(test_long_flood),
	    TEST(test_long_flood_of_pairs),
	    TEST(test_renew_half_a_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
