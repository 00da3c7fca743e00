/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Cut the power at a random call that changes a file. Data that was not synced
 * is lost: all of it, or some sectors. Afterwards the database must be
 * undamaged and must work. With durability = full it must have every change
 * that was reported as stored.
 *
 * make check does some dozens of cuts. With TORTURE=1 in the environment there
 * are hundreds.
 */
#include "test.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/faulty_vfs.h"
#include "store/scratch.h"
#include "store/store_open.h"

#define ROWS  400 /* long keys, so that there are some checkpoints */
#define BATCH 3

#define WAIT_MS_MAX 120000 /* longest wait of a test */

static struct store_options options;
static int64_t cuts_n, answered_n, kept_n, lost_n, notices_n;

/* The current cut, for failure messages. */
static struct {
	unsigned seed;
	int64_t at;
	unsigned percent;
} now;

#define FAIL(...)                                                              \
	do {                                                                   \
		print_error("durability %d, seed %u, cut at %lld, %u percent " \
			    "of the sectors kept: ",                           \
		    (int)options.durability, now.seed, (long long)now.at,      \
		    now.percent);                                              \
		fail_msg(__VA_ARGS__);                                         \
	} while (0)

static void
notice(const char *text)
{
	if (notice_is_of_damage(text))
		notices_n++;
}

/* ---- A load ---- */

enum answer { ANSWER_NONE, ANSWER_FAILED, ANSWER_PUT, ANSWER_FORGOTTEN };

struct load {
	struct store *store;
	enum answer answers[ROWS];
	bool entry_is_put;
};

static struct key
numbered_key(int i)
{
	struct key key = {
	    KEY_TRIPLET_NETWORK, "192.0.2.0/24", "", "b@example.org"};

	/* Spread over the table; half of the keys are long. */
	snprintf(key.sender, sizeof(key.sender), "%d%0*d@example.net",
	    i * 7919 % 1000, i % 2 == 0 ? 20 : 110, i);
	return key;
}

static void
change_rows(struct load *load, int first, enum change_how how)
{
	struct key keys[BATCH];
	struct store_change changes[BATCH];
	struct err err;
	enum store_rc rc;

	for (int i = 0; i < BATCH; i++) {
		keys[i] = numbered_key(first + i);
		changes[i] = (struct store_change){
		    .key = &keys[i],
		    .change = {how, {0}, {100, 100, 0, 2000, 1, 0, 0}},
		};
	}
	rc = load->store->records->apply(load->store, changes, BATCH, &err);
	for (int i = 0; i < BATCH; i++)
		load->answers[first + i] = rc != STORE_OK ? ANSWER_FAILED
		    : how == CHANGE_FORGET                ? ANSWER_FORGOTTEN
							  : ANSWER_PUT;
}

static void
put_entry(struct load *load)
{
	static const struct store_entry entry = {.kind = LIST_CLIENT,
	    .effect = LIST_WHITELIST,
	    .pattern = "example.com"};
	struct err err;

	if (load->store->lists->put_entries(load->store, &entry, 1, &err) ==
	    STORE_OK)
		load->entry_is_put = true;
}

static void
expire_slice(struct load *load)
{
	const struct record_store_ops *records = load->store->records;
	struct expiry_counts counts = {0};
	struct err err;
	struct record_walk *walk = records->walk_all(load->store, &err);

	assert_non_null(walk);
	records->expire_next(load->store, walk, 1000, 50, &counts, &err);
	records->walk_free(walk);
}

static void
restart(struct load *load)
{
	struct err err;

	store_close(load->store);
	load->store = store_open(uri, &options, &err);
}

/* Play the load to its end, or until the power is off. */
static void
play(struct load *load)
{
	restart(load);
	for (int i = 0; i + BATCH <= ROWS && !power_is_off(); i += BATCH) {
		change_rows(load, i, CHANGE_MERGE);
		if (i % 99 == 66)
			change_rows(load, i - 33, CHANGE_FORGET);
		if (i % 99 == 33)
			expire_slice(load);
		if (i == 150)
			put_entry(load);
		if (i == 201 && !power_is_off())
			restart(load);
		if (load->store == NULL)
			break;
	}
	store_close(load->store);
	load->store = NULL;
}

/* ---- After the cut ---- */

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

	assert_int_equal(sqlite3_open_v2(path, &db,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
			     "unix"),
	    SQLITE_OK);
	if (number(db,
		"SELECT count(*) FROM pragma_integrity_check"
		" WHERE integrity_check = 'ok'") != 1)
		FAIL("the database is damaged");
	sqlite3_close(db);
}

static bool
is_there(struct store *store, int i)
{
	struct key key = numbered_key(i);
	struct store_answer answer;
	struct err err;

	if (store->records->lookup(store, &key, 1, &answer, &err) != STORE_OK)
		FAIL("%s", err.text);
	return answer.found;
}

static void
count_entry(const struct store_entry *entry, void *arg)
{
	(void)entry;
	(*(int *)arg)++;
}

static void
assert_kept(struct load *load)
{
	bool full = options.durability == DURABILITY_FULL;
	struct err err;
	int entries_n = 0;

	for (int i = 0; i < ROWS; i++) {
		bool found = is_there(load->store, i);

		if (load->answers[i] == ANSWER_NONE && found)
			FAIL("record %d was never put", i);
		if (load->answers[i] == ANSWER_FORGOTTEN && found && full)
			FAIL("record %d was removed, but is there", i);
		if (load->answers[i] != ANSWER_PUT)
			continue;
		answered_n++;
		kept_n += found;
		lost_n += !found;
		if (!found && full)
			FAIL("record %d was put, but is lost", i);
	}
	if (load->store->lists->entries(load->store, count_entry, &entries_n,
		&err) != STORE_OK)
		FAIL("%s", err.text);
	if (full && load->entry_is_put && entries_n != 1)
		FAIL("the entry is lost");
}

static void
assert_works(struct load *load)
{
	struct err err;

	load->store = store_open(uri, &options, &err);
	if (load->store == NULL)
		FAIL("%s", err.text);
	assert_kept(load);
	change_rows(load, 0, CHANGE_MERGE);
	if (load->answers[0] != ANSWER_PUT || !is_there(load->store, 0))
		FAIL("a record cannot be put");
	store_close(load->store);
	if (notices_n > 0)
		FAIL("something was set aside");
}

/* ---- A cut ---- */

static void
begin(struct load *load)
{
	scratch_remove_database();
	memset(load, 0, sizeof(*load));
	power_watch();
}

/* Returns how many calls change a file. */
static int64_t
play_without_cut(void)
{
	static struct load load;
	int64_t calls_n;

	begin(&load);
	play(&load);
	calls_n = power_calls_n();
	for (int i = 0; i < ROWS - BATCH; i++)
		assert_true(load.answers[i] == ANSWER_PUT ||
		    load.answers[i] == ANSWER_FORGOTTEN);
	assert_true(load.entry_is_put);
	return calls_n;
}

/* Cut the power once. The seed chooses the call and the percentage. The disk
 * threads sync by time, so the load may have fewer calls than before, and end
 * before the cut. Then there is no cut. */
static void
cut(unsigned seed, int64_t calls_n)
{
	static struct load load;

	now.seed = seed;
	now.at = 1 + rand_r(&seed) % calls_n;
	now.percent = (unsigned)rand_r(&seed) % 6 * 20;
	begin(&load);
	power_cut_at(now.at);
	play(&load);
	if (!power_is_off())
		return;
	power_restore(seed, now.percent);
	assert_sound();
	assert_works(&load);
	cuts_n++;
}

static void
cut_often(enum durability durability, unsigned n)
{
	int64_t calls_n;

	options.durability = durability;
	calls_n = play_without_cut();
	cuts_n = answered_n = kept_n = lost_n = 0;
	for (unsigned seed = 1; seed <= n; seed++)
		cut(seed, calls_n);
	assert_true(cuts_n >= n / 2);
	printf("# durability %s: %lld cuts at %lld calls, %lld records put, "
	       "%lld there, %lld lost\n",
	    durability == DURABILITY_FULL ? "full" : "normal",
	    (long long)cuts_n, (long long)calls_n, (long long)answered_n,
	    (long long)kept_n, (long long)lost_n);
}

/* ---- The tests ---- */

static unsigned
times(unsigned few, unsigned many)
{
	return getenv("TORTURE") != NULL ? many : few;
}

static int
set_up(void **state)
{
	(void)state;
	faulty_vfs_install();
	faulty_plan(FAULT_IOERR, 0, false);
	notices_n = 0;
	options = (struct store_options){.timeout_ms = 20, .notice = notice};
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
	cut_often(DURABILITY_FULL, times(30, 500));
	assert_int_equal(lost_n, 0);
	assert_true(answered_n > 0);
}

static void
test_normal(void **state)
{
	(void)state;
	cut_often(DURABILITY_NORMAL, times(30, 500));
	/* durability = normal may lose records. If it loses none, the cuts had
	 * no effect. */
	assert_true(lost_n > 0);
}

static enum store_rc
lookup_row(struct store *store, int i, bool *found)
{
	const struct key key = numbered_key(i);
	struct store_answer answer = {.found = false};
	struct err err;
	enum store_rc rc =
	    store->records->lookup(store, &key, 1, &answer, &err);

	*found = answer.found;
	return rc;
}

/* With durability = normal the daemon's store syncs without a request. A power
 * cut after the next sync loses nothing. */
static void
test_sync_by_time(void **state)
{
	struct load load = {.store = NULL};
	int64_t syncs_n;
	struct err err;
	bool found;

	(void)state;
	options.durability = DURABILITY_NORMAL;
	options.use = STORE_SERVE;
	power_watch();
	load.store = store_open(uri, &options, &err);
	assert_non_null(load.store);
	change_rows(&load, 0, CHANGE_MERGE);
	assert_int_equal(load.answers[0], ANSWER_PUT);
	faulty_plan(FAULT_SYNC, 0, false); /* count the syncs from now on */
	syncs_n = faulty_calls_n();
	for (int ms = 0; faulty_calls_n() == syncs_n; ms++) {
		if (ms > WAIT_MS_MAX)
			fail_msg("never synced");
		usleep(1000);
	}
	power_cut_at(1);
	change_rows(&load, BATCH, CHANGE_MERGE);
	assert_true(power_is_off());
	store_close(load.store);
	power_restore(1, 0);
	load.store = store_open(uri, &options, &err);
	assert_non_null(load.store);
	assert_int_equal(lookup_row(load.store, 0, &found), STORE_OK);
	assert_true(found);
	assert_int_equal(lookup_row(load.store, BATCH, &found), STORE_OK);
	assert_false(found);
	store_close(load.store);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_full),
	    TEST(test_normal),
	    TEST(test_sync_by_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
