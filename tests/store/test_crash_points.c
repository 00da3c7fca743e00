/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * End the program at each call that changes a file, in the work that moves
 * records between tables or removes them: a triplet moves from the queue to
 * "record", the hashes of a chunk are stored, rows leave at the head, rows are
 * evicted, rows move from the head to the tail, and max_known is enforced. The
 * files then hold all that was written (the process was killed) or all that was
 * synced (the power failed). Afterwards each triplet is found as it was before
 * this work or as it is after it, and in one table only. [C53]
 *
 * The same works are done while a call to the system fails.
 *
 * make check tries some of the calls of each work. With TORTURE=1 in the
 * environment it tries each call.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/faulty_vfs.h"
#include "store/scratch.h"
#include "store/store_open.h"

#define NOW   1000000000
#define DAY   86400
#define CHUNK 1024 /* ARRIVAL_CHUNK */
#define BATCH 8    /* triplets that a work changes */

#define BATCH_MAX 128 /* to prepare a database */

/* What may be stored of a triplet. */
enum state { ABSENT, WAITING, PASSED };

struct work {
	const char *name;
	int waiting_n, passed_n; /* triplets before the work, in this order */
	int seen_days;           /* how long ago the first of them was seen */
	const char *sql;         /* run before the work */
	/* Returns whether the whole work was reported as done. */
	bool (*run)(struct store *store);
	/* May triplet i be in this state after a crash? */
	bool (*allows)(int i, enum state state);
	/* Must all triplets that the work changes have changed, or none? */
	bool (*is_changed)(int i, enum state state);
	int changed_from, changed_to;
	unsigned max_waiting, max_known;
	bool by_pool; /* each triplet has a record by pool, in the same row */
};

static struct store_options options;
static int64_t crashes_n;
static bool by_pool; /* of the current work */

/* The current crash, for failure messages. */
static struct {
	const char *name;
	int64_t at;
	unsigned percent;
} now;

#define FAIL(...)                                                         \
	do {                                                              \
		print_error("durability %d, %s, call %lld, %u percent: ", \
		    (int)options.durability, now.name, (long long)now.at, \
		    now.percent);                                         \
		fail_msg(__VA_ARGS__);                                    \
	} while (0)

/* ---- Changes ---- */

static struct key
key_of(int i)
{
	struct key key = {
	    KEY_TRIPLET_NETWORK, "192.0.2.0/24", "", "b@example.org"};

	snprintf(key.sender, sizeof(key.sender), "%d@example.net", i);
	return key;
}

static struct key
pool_key_of(int i)
{
	struct key key = key_of(i);

	key.kind = KEY_TRIPLET_POOL;
	strcpy(key.client, "example.com");
	return key;
}

static enum store_rc
change(struct store *store, int from, int to, const struct record *record)
{
	struct key keys[2 * BATCH_MAX];
	struct store_change changes[2 * BATCH_MAX];
	size_t n = 0;
	struct err err;

	for (int i = from; i < to; i++) {
		for (int k = 0; k <= by_pool; k++, n++) {
			keys[n] = k == 0 ? key_of(i) : pool_key_of(i);
			changes[n] = (struct store_change){
			    .key = &keys[n],
			    .change = {CHANGE_MERGE, {0}, *record},
			    .client = {.has_pool = by_pool},
			};
		}
	}
	return store->records->apply(store, changes, n, &err);
}

static const struct record waiting = {NOW, NOW, 0, NOW + DAY, 1, 0, 0};
static const struct record passed = {
    NOW, NOW + 300, NOW + 300, NOW + 35 * DAY, 0, 1, 0};

static bool
maintain(struct store *store, int64_t now_s)
{
	struct record_maintenance report;
	struct err err;

	return store->records->maintain(store, now_s, &report, &err) ==
	    STORE_OK;
}

/* ---- The works ---- */

static bool
move(struct store *store)
{
	return change(store, 0, BATCH, &passed) == STORE_OK;
}

static bool
moves(int i, enum state state)
{
	return state == WAITING || (state == PASSED && i < BATCH);
}

static bool
is_passed(int i, enum state state)
{
	(void)i;
	return state == PASSED;
}

#define APPENDED_FROM (CHUNK - 4)

/* The fourth row is the last one of the first chunk. */
static bool
fill_chunk(struct store *store)
{
	return change(store, APPENDED_FROM, APPENDED_FROM + BATCH, &waiting) ==
	    STORE_OK;
}

static bool
fills_chunk(int i, enum state state)
{
	return state == WAITING || (state == ABSENT && i >= APPENDED_FROM);
}

static bool
fill_chunk_by_pool(struct store *store)
{
	return change(store, CHUNK / 2 - 4, CHUNK / 2 - 4 + BATCH, &waiting) ==
	    STORE_OK;
}

static bool
fills_chunk_by_pool(int i, enum state state)
{
	return state == WAITING || (state == ABSENT && i >= CHUNK / 2 - 4);
}

static bool
is_waiting(int i, enum state state)
{
	(void)i;
	return state == WAITING;
}

/* The rows of the first chunk have expired. The stored hashes go with them. */
static bool
expire(struct store *store)
{
	bool done = true;

	for (int i = 0; i < 100; i++)
		done = maintain(store, NOW + i) && done;
	return done;
}

static bool
expires(int i, enum state state)
{
	return state == WAITING || (state == ABSENT && i < CHUNK + 8);
}

static bool
evict(struct store *store)
{
	return change(store, 40, 40 + BATCH, &waiting) == STORE_OK;
}

/* All triplets are from one client, so the oldest go. */
static bool
evicts(int i, enum state state)
{
	return state == WAITING || (state == ABSENT && (i < BATCH || i >= 40));
}

/* The ids of the last rows are far above the others. */
static bool
renew(struct store *store)
{
	bool done = true;

	for (int i = 0; i < 4; i++)
		done = maintain(store, NOW + i) && done;
	return done;
}

static bool
stays_waiting(int i, enum state state)
{
	(void)i;
	return state == WAITING;
}

static bool
enforce_max_known(struct store *store)
{
	bool done = true;

	for (int i = 0; i < 40; i++)
		done = maintain(store, NOW + 400 + i) && done;
	return done;
}

/* The first triplets were used least recently. */
static bool
forgets(int i, enum state state)
{
	return state == PASSED || (state == ABSENT && i < 200);
}

static const struct work works[] = {
    {
	.name = "move from the queue",
	.waiting_n = 20,
	.run = move,
	.allows = moves,
	.is_changed = is_passed,
	.changed_to = BATCH,
    },
    {
	.name = "store the hashes of a chunk",
	.waiting_n = APPENDED_FROM,
	.run = fill_chunk,
	.allows = fills_chunk,
	.is_changed = is_waiting,
	.changed_from = APPENDED_FROM,
	.changed_to = APPENDED_FROM + BATCH,
    },
    {
	.name = "move rows of two records",
	.by_pool = true,
	.waiting_n = 20,
	.run = move,
	.allows = moves,
	.is_changed = is_passed,
	.changed_to = BATCH,
    },
    {
	.name = "append rows of two records",
	.by_pool = true,
	.waiting_n = CHUNK / 2 - 4,
	.run = fill_chunk_by_pool,
	.allows = fills_chunk_by_pool,
	.is_changed = is_waiting,
	.changed_from = CHUNK / 2 - 4,
	.changed_to = CHUNK / 2 - 4 + BATCH,
    },
    {
	.name = "move rows of two records to the tail",
	.by_pool = true,
	.waiting_n = 20,
	.sql = "UPDATE waiting SET id = 200000 + id WHERE id > 30",
	.run = renew,
	.allows = stays_waiting,
    },
    {
	.name = "expire at the head",
	.waiting_n = CHUNK + 40,
	.sql = "UPDATE waiting SET expires = 999999999 WHERE id <= 1032",
	.run = expire,
	.allows = expires,
    },
    {
	.name = "evict",
	.waiting_n = 40,
	.max_waiting = 40,
	.run = evict,
	.allows = evicts,
    },
    {
	.name = "move from the head to the tail",
	.waiting_n = 40,
	.sql = "UPDATE waiting SET id = 200000 + id WHERE id > 30",
	.run = renew,
	.allows = stays_waiting,
    },
    {
	.name = "max_known",
	.passed_n = 400,
	.max_known = 200,
	.sql = "UPDATE record SET last_seen = 990000000"
	       " WHERE CAST(sender AS INTEGER) < 200",
	.run = enforce_max_known,
	.allows = forgets,
    },
};

/* ---- After the crash ---- */

static int64_t
number(sqlite3 *db, const char *sql)
{
	int64_t n = 0;

	if (!sql_ask(db, sql, &n))
		FAIL("%s: %s", sql, sqlite3_errmsg(db));
	return n;
}

/* Check the file without the store. */
static void
assert_sound(void)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE,
			     "unix"),
	    SQLITE_OK);
	if (number(db,
		"SELECT count(*) FROM pragma_integrity_check"
		" WHERE integrity_check = 'ok'") != 1)
		FAIL("the database is damaged");
	if (number(db,
		"SELECT count(*) FROM (SELECT kind, sender FROM record"
		" UNION ALL SELECT kind, sender FROM waiting WHERE kind >= 0"
		" UNION ALL SELECT 1, sender FROM waiting WHERE pool <> '')"
		" GROUP BY kind, sender HAVING count(*) > 1"
		" UNION ALL SELECT 0") != 0)
		FAIL("a triplet is stored twice");
	sqlite3_close(db);
}

static enum state
state_of_key(struct store *store, const struct key *key)
{
	struct store_answer answer;
	struct err err;

	if (store->records->lookup(store, key, 1, &answer, &err) != STORE_OK)
		FAIL("%s", err.text);
	if (!answer.found)
		return ABSENT;
	return answer.record.passed_s != 0 ? PASSED : WAITING;
}

static enum state
state_of(struct store *store, int i)
{
	struct key key = key_of(i), pool_key = pool_key_of(i);
	enum state state = state_of_key(store, &key);

	if (by_pool && state_of_key(store, &pool_key) != state)
		FAIL("triplet %d differs from its record by pool", i);
	return state;
}

static struct store *
open_store(const struct work *work)
{
	struct err err;
	struct store *store;

	options.max_waiting = work->max_waiting;
	options.max_known = work->max_known;
	store = store_open(uri, &options, &err);
	if (store == NULL)
		FAIL("%s", err.text);
	return store;
}

/* was_done: the work was reported as done, so its changes may not be lost. */
static void
check(const struct work *work, bool was_done)
{
	struct store *store = open_store(work);
	int rows_n = work->waiting_n + work->passed_n, changed_n = 0;

	if (rows_n < work->changed_to)
		rows_n = work->changed_to;
	for (int i = 0; i < rows_n; i++) {
		enum state state = state_of(store, i);

		if (!work->allows(i, state))
			FAIL("triplet %d is %s", i,
			    state == ABSENT       ? "absent"
				: state == PASSED ? "known"
						  : "waiting");
		if (i >= work->changed_from && i < work->changed_to)
			changed_n += work->is_changed(i, state);
	}
	if (changed_n != 0 &&
	    changed_n != work->changed_to - work->changed_from)
		FAIL("%d triplets of the batch have changed", changed_n);
	if (was_done && work->changed_to > 0 && changed_n == 0)
		FAIL("the batch was stored, but is lost");
	/* The work is done again, or for the first time. */
	if (!work->run(store))
		FAIL("the work fails after the crash");
	store_close(store);
}

/* ---- A crash ---- */

static void
prepare(const struct work *work)
{
	const struct work all = {.name = work->name};
	int rows_n = work->waiting_n + work->passed_n;
	struct store *store;
	sqlite3 *db;

	scratch_remove_database();
	power_watch();
	store = open_store(&all);
	for (int i = 0; i < rows_n; i += BATCH_MAX)
		assert_int_equal(change(store, i,
				     i + BATCH_MAX < rows_n ? i + BATCH_MAX
							    : rows_n,
				     work->passed_n > 0 ? &passed : &waiting),
		    STORE_OK);
	store_close(store);
	if (work->sql == NULL)
		return;
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE,
			     NULL),
	    SQLITE_OK);
	sql_run(db, "PRAGMA synchronous = FULL");
	sql_run(db, work->sql);
	sqlite3_close(db);
}

/* Crash at a call; 0: not at all. Returns how many calls change a file. */
static int64_t
crash(const struct work *work, int64_t at, unsigned percent)
{
	struct store *store;
	int64_t calls_n;
	bool was_done;

	now.name = work->name;
	by_pool = work->by_pool;
	now.at = at;
	now.percent = percent;
	prepare(work);
	store = open_store(work);
	state_of(store, 0); /* builds the index */
	power_cut_at(at);
	was_done = work->run(store);
	calls_n = power_calls_n();
	if (at == 0) {
		if (!was_done)
			FAIL("the work fails");
		store_close(store);
	} else {
		if (!power_is_off())
			power_cut_at(1);
		store_close(store);
		power_restore((unsigned)at, percent);
		crashes_n++;
	}
	assert_sound();
	check(work,
	    was_done &&
		(percent == 100 || options.durability == DURABILITY_FULL));
	return calls_n;
}

static void
crash_everywhere(enum durability durability)
{
	bool torture = getenv("TORTURE") != NULL;

	options.durability = durability;
	for (size_t i = 0; i < ARRAY_LEN(works); i++) {
		int64_t calls_n = crash(&works[i], 0, 100);
		int64_t step = torture ? 1 : 1 + calls_n / 6;

		assert_true(calls_n > 0);
		crashes_n = 0;
		for (int64_t at = 1; at <= calls_n + 1; at += step) {
			crash(&works[i], at, 100);
			crash(&works[i], at, 0);
		}
		printf("# %s: %lld calls, %lld crashes\n", works[i].name,
		    (long long)calls_n, (long long)crashes_n);
	}
}

/* ---- A fault ---- */

/* Do the work while a call fails; 0: none. Returns how many calls the fault can
 * affect. */
static int64_t
break_one(const struct work *work, enum fault fault, int64_t at, bool stays)
{
	struct store *store;
	int64_t calls_n;
	bool was_done;

	now.name = work->name;
	by_pool = work->by_pool;
	now.at = at;
	now.percent = 100;
	prepare(work);
	power_watch_no_more();
	store = open_store(work);
	state_of(store, 0);
	faulty_plan(fault, at, stays);
	was_done = work->run(store);
	calls_n = faulty_calls_n();
	faulty_heal();
	store_close(store);
	assert_sound();
	check(work, was_done);
	crashes_n++;
	return calls_n;
}

static void
break_everywhere(const struct work *work, enum fault fault)
{
	bool torture = getenv("TORTURE") != NULL;
	int64_t calls_n = break_one(work, fault, 0, false);
	int64_t step = torture ? 1 : 1 + calls_n / 3;

	for (int64_t at = 1; at <= calls_n; at += step) {
		break_one(work, fault, at, false);
		break_one(work, fault, at, true);
	}
}

static void
test_faults(void **state)
{
	static const enum fault faults[] = {FAULT_IOERR, FAULT_FULL, FAULT_TORN,
	    FAULT_BUSY, FAULT_NOMEM, FAULT_SYNC};

	(void)state;
	options.durability = DURABILITY_NORMAL;
	crashes_n = 0;
	for (size_t i = 0; i < ARRAY_LEN(works); i++)
		for (size_t k = 0; k < ARRAY_LEN(faults); k++)
			break_everywhere(&works[i], faults[k]);
	printf("# %lld faults\n", (long long)crashes_n);
}

static int
set_up(void **state)
{
	(void)state;
	faulty_vfs_install();
	faulty_plan(FAULT_IOERR, 0, false);
	options = (struct store_options){.timeout_ms = 20};
	return scratch_make();
}

static int
tear_down(void **state)
{
	(void)state;
	power_watch_no_more();
	return scratch_remove();
}

static void
test_full(void **state)
{
	(void)state;
	crash_everywhere(DURABILITY_FULL);
}

static void
test_normal(void **state)
{
	(void)state;
	crash_everywhere(DURABILITY_NORMAL);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_full),
	    TEST(test_normal),
	    TEST(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
