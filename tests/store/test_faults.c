/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * A story is a fixed series of calls of a store. The test plays it many times,
 * and each time another call to the system fails. Whatever fails: the store
 * never reports work that it has not done, the engine never decides by a record
 * that was not stored, and when the fault ends, everything works again.
 *
 * make check: an I/O error at each call, and the other faults at some calls.
 * TORTURE=1 in the environment: every fault at each call, once and from there
 * on, with both durabilities.
 */
#include "test.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decide/engine.h"
#include "store/faulty_vfs.h"
#include "store/scratch.h"
#include "store/store_open.h"

#define NOW      1000000000
#define DELAY_S  180
#define KEEP_S   3024000
#define WINDOW_S 86400
#define SENDERS  6
#define BATCH    3

static char copy[80];
static struct store_options options;
static int64_t runs_n, injected_n, failure_verdicts_n;
static int notices_n;

/* The current run, for failure messages. */
static struct {
	enum fault fault;
	int64_t at;
	bool stays;
	const char *step;
} now;

#define FAIL(...)                                                             \
	do {                                                                  \
		print_error("%s, call %lld%s, %s: ", fault_word(now.fault),   \
		    (long long)now.at, now.stays ? " and on" : "", now.step); \
		fail_msg(__VA_ARGS__);                                        \
	} while (0)

/* ---- What must be true ---- */

/* The answers that a sender has got. A time of 0 means "never". */
struct sender {
	int64_t attempt_s;  /* the first attempt, stored or not */
	int64_t deferred_s; /* first deferral: since then, a record exists */
	int64_t retry_s;    /* the first attempt that was due */
	bool was_deferred;  /* ever: expire() resets deferred_s */
};

struct life {
	struct store *store;
	struct engine *engine;
	struct engine_rules rules;
	struct sender senders[SENDERS];
	bool entry_is_put, entry_may_be;
	int64_t counted_n, counted_max_n;
	int64_t kept_n, kept_max_n; /* decisions in the store */
	int failures_n;
};

/* A call that returns wrong octets may make the copy of the list entries
 * malformed, which is no damage of the database. */
static void
notice(const char *text)
{
	bool may_be_of_copy =
	    now.fault == FAULT_CORRUPT || now.fault == FAULT_SHORT_READ;

	if (may_be_of_copy && strstr(text, "the copy of the list entries: "))
		return;
	if (notice_is_of_damage(text))
		notices_n++;
}

/* Check the result of a call. Returns whether it was STORE_OK. */
static bool
answered(struct life *life, enum store_rc rc, const struct err *err)
{
	if (rc == STORE_OK)
		return true;
	life->failures_n++;
	if (strstr(err->text, path) == NULL)
		FAIL("the database is not named in \"%s\"", err->text);
	return false;
}

static void
name_sender(int i, char out[REQUEST_ADDRESS_MAX + 1])
{
	snprintf(out, REQUEST_ADDRESS_MAX, "%d@example.net", i);
}

static void
check_failure(const struct life *life, const struct verdict *verdict)
{
	static const enum action actions[] = {
	    [ON_FAILURE_PASS] = ACTION_PASS,
	    [ON_FAILURE_TEMPFAIL] = ACTION_TEMPFAIL,
	    [ON_FAILURE_CLOSE] = ACTION_CLOSE,
	};

	failure_verdicts_n++;
	if (verdict->action != actions[life->rules.on_failure])
		FAIL("on_failure %d, but %s", (int)life->rules.on_failure,
		    action_word(verdict->action));
}

static void
check_pass(const struct sender *sender, const struct verdict *verdict,
    int64_t now_s)
{
	bool waited =
	    sender->attempt_s != 0 && now_s - sender->attempt_s >= DELAY_S;

	if (verdict->reason == REASON_RETRIED) {
		if (!waited)
			FAIL("passes as retried, but has not waited");
	} else if (verdict->reason == REASON_KNOWN) {
		if (sender->retry_s == 0)
			FAIL("passes as known, but has never passed");
	} else {
		FAIL("passes as %s", reason_word(verdict->reason));
	}
}

static void
check_deferral(struct sender *sender, int i, const struct verdict *verdict,
    int64_t now_s)
{
	if (sender->deferred_s != 0 && now_s - sender->deferred_s >= DELAY_S)
		FAIL("sender %d has waited and must wait again", i);
	if (sender->deferred_s != 0 && verdict->reason != REASON_EARLY)
		FAIL("sender %d was deferred, but is not stored", i);
	if (sender->deferred_s == 0)
		sender->deferred_s = now_s;
	sender->was_deferred = true;
}

static void
check_verdict(struct life *life, int i, const struct verdict *verdict,
    int64_t now_s, enum store_rc rc)
{
	struct sender *sender = &life->senders[i];

	if (verdict->reason == REASON_FAILURE) {
		if (rc == STORE_OK)
			FAIL("reason failure, but no call has failed");
		check_failure(life, verdict);
	} else if (verdict->action == ACTION_GREYLIST) {
		check_deferral(sender, i, verdict, now_s);
	} else {
		check_pass(sender, verdict, now_s);
	}
	if (sender->attempt_s == 0)
		sender->attempt_s = now_s;
	else if (now_s - sender->attempt_s >= DELAY_S && sender->retry_s == 0)
		sender->retry_s = now_s;
}

/* ---- The steps of the story ---- */

/* Ask about BATCH senders at once, beginning with this one. */
static bool
ask(struct life *life, int first, int64_t now_s)
{
	struct request requests[BATCH];
	struct verdict verdicts[BATCH];
	struct err err = {.text = ""};
	enum store_rc rc;

	for (int i = 0; i < BATCH; i++) {
		request_clear(&requests[i]);
		netaddr_parse("192.0.2.1", &requests[i].client);
		name_sender(first + i, requests[i].sender);
		strcpy(requests[i].recipient, "b@example.org");
	}
	rc = engine_check(life->engine, requests, BATCH, now_s, verdicts, &err);
	for (int i = 0; i < BATCH; i++)
		check_verdict(life, first + i, &verdicts[i], now_s, rc);
	return answered(life, rc, &err);
}

static bool
ask_new(struct life *life)
{
	return ask(life, 0, NOW);
}

static bool
ask_early(struct life *life)
{
	return ask(life, 0, NOW + 120);
}

static bool
ask_due(struct life *life)
{
	return ask(life, 0, NOW + 300);
}

static bool
ask_more(struct life *life)
{
	return ask(life, 3, NOW + 400);
}

static bool
ask_known(struct life *life)
{
	return ask(life, 0, NOW + 20000);
}

static bool
ask_due_too(struct life *life)
{
	return ask(life, 3, NOW + 20001);
}

static const struct store_entry entry = {
    .kind = LIST_CLIENT,
    .effect = LIST_WHITELIST,
    .pattern = "example.com",
    .created_s = 1,
};

static bool
put_entry(struct life *life)
{
	struct err err;

	life->entry_may_be = true;
	if (!answered(life,
		life->store->lists->put_entries(life->store, &entry, 1, &err),
		&err))
		return false;
	life->entry_is_put = true;
	return true;
}

static void
count_entry(const struct store_entry *found, void *arg)
{
	assert_string_equal(found->pattern, entry.pattern);
	(*(int *)arg)++;
}

static bool
read_entries(struct life *life)
{
	struct err err;
	int64_t generation;
	int n = 0;

	if (!answered(life,
		life->store->lists->generation(life->store, &generation, &err),
		&err) ||
	    !answered(life,
		life->store->lists->entries(life->store, count_entry, &n, &err),
		&err))
		return false;
	if (n != 1 && (life->entry_is_put || n != 0))
		FAIL("%d entries", n);
	if (n == 1 && !life->entry_may_be)
		FAIL("an entry that was never put");
	return true;
}

static bool
remove_entry(struct life *life)
{
	struct err err;
	bool found, was_put = life->entry_is_put;

	life->entry_is_put = false;
	if (!answered(life,
		life->store->lists->remove_entry(life->store, true, LIST_CLIENT,
		    entry.pattern, &found, &err),
		&err))
		return false;
	if (was_put && !found)
		FAIL("the entry was put and is not there");
	life->entry_may_be = false;
	return true;
}

static bool
add_counts(struct life *life)
{
	static const struct store_hit hit = {
	    "", LIST_CLIENT, true, "example.com", 1, NOW};
	static const struct hourly_stats_count count = {
	    NOW - NOW % 3600, "new", 0, 1, ""};
	struct err err;

	life->counted_max_n++;
	if (!answered(life,
		life->store->counts->add_counts(life->store, &hit, 1, &count, 1,
		    &err),
		&err))
		return false;
	life->counted_n++;
	return true;
}

static void
add_hit(const struct store_hit *hit, void *arg)
{
	*(int64_t *)arg += hit->n;
}

static void
add_count(const struct hourly_stats_count *count, void *arg)
{
	*(int64_t *)arg += count->n;
}

static bool
read_counts(struct life *life)
{
	int64_t hits_n = 0, counts_n = 0;
	struct err err;

	if (!answered(life,
		life->store->counts->hits(life->store, add_hit, &hits_n, &err),
		&err) ||
	    !answered(life,
		life->store->counts->counts(life->store, 0, 2LL * NOW,
		    add_count, &counts_n, &err),
		&err))
		return false;
	/* Do not check hits_n: removing the entry removes its hits. */
	if (counts_n < life->counted_n || counts_n > life->counted_max_n)
		FAIL("%lld counted, not %lld..%lld", (long long)counts_n,
		    (long long)life->counted_n, (long long)life->counted_max_n);
	return true;
}

static bool
keep_decisions(struct life *life)
{
	static const struct kept_decision two[] = {
	    {NOW, "action=pass"}, {NOW + 1, "action=greylist"}};
	bool is_added;
	struct err err;

	life->kept_max_n += 2;
	if (!answered(life,
		life->store->decisions->add(life->store, two, 2, 1, true,
		    &is_added, &err),
		&err))
		return false;
	life->kept_n += 2;
	return true;
}

static void
count_decision(const struct kept_decision *decision, void *arg)
{
	(void)decision;
	++*(int64_t *)arg;
}

static bool
read_decisions(struct life *life)
{
	int64_t position = 0, n = 0;
	struct err err;
	bool done;

	if (!answered(life,
		life->store->decisions->read(life->store, &position, 100,
		    count_decision, &n, &done, &err),
		&err))
		return false;
	if (n < life->kept_n || n > life->kept_max_n)
		FAIL("%lld decisions", (long long)n);
	return true;
}

static bool
trim_decisions(struct life *life)
{
	struct err err;

	life->kept_n = 0;
	return answered(life,
	    life->store->decisions->trim(life->store, NOW + 1, 100, 100, &err),
	    &err);
}

static bool
walk_over(struct life *life, const char *client)
{
	const struct record_store_ops *records = life->store->records;
	struct store_row rows[2 * SENDERS];
	struct err err;
	struct record_walk *record_walk = client != NULL
	    ? records->walk_client(life->store, client, &err)
	    : records->walk_all(life->store, &err);
	enum store_rc rc;
	size_t n;

	assert_non_null(record_walk);
	rc = records->walk_next(life->store, record_walk, 2 * SENDERS, rows, &n,
	    &err);
	records->walk_free(record_walk);
	if (!answered(life, rc, &err))
		return false;
	if (n > SENDERS)
		FAIL("%zu rows", n);
	return true;
}

static bool
walk(struct life *life)
{
	return walk_over(life, NULL);
}

static bool
walk_client(struct life *life)
{
	return walk_over(life, "192.0.2.0/24");
}

/* At this time all waiting records have expired, and no passed ones. */
static bool
expire(struct life *life)
{
	const struct record_store_ops *records = life->store->records;
	struct expiry_counts counts = {0};
	struct err err;
	struct record_walk *record_walk = records->walk_all(life->store, &err);
	bool going = true;

	assert_non_null(record_walk);
	for (int i = 0; i < SENDERS; i++)
		life->senders[i].deferred_s = 0;
	for (int slices_n = 0; going && !record_walk->done; slices_n++) {
		if (slices_n > SENDERS)
			FAIL("an expiry without end");
		going = answered(life,
		    records->expire_next(life->store, record_walk,
			NOW + 30000 + WINDOW_S, 2, &counts, &err),
		    &err);
	}
	records->walk_free(record_walk);
	return going;
}

static bool
maintain_at(struct life *life, int64_t now_s)
{
	struct record_maintenance report;
	struct err err;

	return answered(life,
	    life->store->records->maintain(life->store, now_s, &report, &err),
	    &err);
}

static bool
maintain(struct life *life)
{
	return maintain_at(life, NOW + 401);
}

/* At this time all waiting records have expired. */
static bool
maintain_late(struct life *life)
{
	for (int i = 0; i < SENDERS; i++)
		life->senders[i].deferred_s = 0;
	return maintain_at(life, NOW + 30000 + WINDOW_S);
}

static bool
tidy(struct life *life)
{
	struct err err;
	int64_t n;

	return answered(life,
	    life->store->counts->tidy(life->store, NOW, &n, &err), &err);
}

static bool
back_up(struct life *life)
{
	struct err err;

	unlink(copy);
	return answered(life,
	    life->store->ops->backup(life->store, copy, NULL, &err), &err);
}

/* As after a restart of the program. */
static bool
reopen(struct life *life)
{
	struct err err;

	engine_free(life->engine);
	store_close(life->store);
	life->engine = NULL;
	life->store = store_open(uri, &options, &err);
	if (life->store == NULL)
		return answered(life, STORE_FAILED, &err);
	life->engine = engine_new(life->store, &life->rules, BATCH);
	assert_non_null(life->engine);
	return true;
}

static const struct {
	const char *name;
	bool (*run)(struct life *life);
} story[] = {
    {"open", reopen},
    {"ask, new", ask_new},
    {"ask, early", ask_early},
    {"ask, due", ask_due},
    {"put an entry", put_entry},
    {"read entries", read_entries},
    {"add counts", add_counts},
    {"ask, more", ask_more},
    {"maintain", maintain},
    {"keep decisions", keep_decisions},
    {"add counts again", add_counts},
    {"keep decisions again", keep_decisions},
    {"read decisions", read_decisions},
    {"trim decisions", trim_decisions},
    {"read counts", read_counts},
    {"walk", walk},
    {"walk over a client", walk_client},
    {"back up", back_up},
    {"open again", reopen},
    {"ask, known", ask_known},
    {"ask, due too", ask_due_too},
    {"read entries again", read_entries},
    {"remove the entry", remove_entry},
    {"read counts again", read_counts},
    {"maintain, late", maintain_late},
    {"expire", expire},
    {"tidy", tidy},
    {"walk again", walk},
};

/* ---- A run ---- */

/* After the fault each call works, at its second try at the latest. */
static void
assert_recovers(struct life *life)
{
	static const struct {
		const char *name;
		bool (*run)(struct life *life);
	} calls[] = {{"generation", read_entries}, {"walk", walk},
	    {"add counts", add_counts}, {"put", put_entry}, {"tidy", tidy},
	    {"keep", keep_decisions}, {"read decisions", read_decisions},
	    {"trim", trim_decisions}, {"back up", back_up}, {"expire", expire},
	    {"remove", remove_entry}};
	int before_n = life->failures_n;

	now.step = "after the fault: open";
	if (life->store == NULL && !reopen(life))
		FAIL("does not open");
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		now.step = calls[i].name;
		if (!calls[i].run(life) && !calls[i].run(life))
			FAIL("fails twice after the fault");
	}
	if (life->failures_n > before_n + 1)
		FAIL("%d failures after the fault",
		    life->failures_n - before_n);
}

static int64_t
number(sqlite3 *db, const char *sql)
{
	int64_t n = 0;

	if (!sql_ask(db, sql, &n))
		FAIL("%s: %s", sql, sqlite3_errmsg(db));
	return n;
}

/* Look at the file without the store. */
static void
inspect(const char *file, const struct life *life)
{
	sqlite3 *db;

	now.step = file;
	assert_int_equal(sqlite3_open_v2(file, &db, SQLITE_OPEN_READWRITE,
			     "unix"),
	    SQLITE_OK);
	if (number(db,
		"SELECT count(*) FROM pragma_integrity_check"
		" WHERE integrity_check = 'ok'") != 1)
		FAIL("the database is damaged");
	for (int i = 0; i < SENDERS; i++) {
		char sql[300];

		snprintf(sql, sizeof(sql),
		    "SELECT count(*) FROM"
		    " (SELECT sender, first_seen FROM record UNION ALL"
		    " SELECT sender, first_seen FROM waiting)"
		    " WHERE first_seen <= %lld AND sender = '%d@example.net'",
		    (long long)life->senders[i].deferred_s, i);
		if (life->senders[i].deferred_s != 0 && number(db, sql) != 1)
			FAIL("sender %d was deferred, but is not stored", i);
	}
	sqlite3_close(db);
}

static void
begin(struct life *life)
{
	scratch_remove_database();
	unlink(copy);
	*life = (struct life){
	    .rules =
		{
		    .greylist = {DELAY_S, WINDOW_S, KEEP_S},
		    .keys = {24, 64, 0, 0},
		    .on_failure = (enum on_failure)(runs_n++ % 3),
		},
	};
}

/* Go on after a step has failed, as a program would. */
static void
play(struct life *life)
{
	for (size_t i = 0; i < ARRAY_LEN(story); i++) {
		now.step = story[i].name;
		if (life->store != NULL || story[i].run == reopen)
			story[i].run(life);
		/* Inspect before some records expire. */
		if (story[i].run == remove_entry && now.at == 0)
			inspect(path, life);
	}
}

/* Play the story once. Returns how many calls the fault can affect. */
static int64_t
run(enum fault fault, int64_t at, bool stays)
{
	struct life life;
	int64_t calls_n;

	now.fault = fault;
	now.at = at;
	now.stays = stays;
	begin(&life);
	faulty_plan(fault, at, stays);
	play(&life);
	calls_n = faulty_calls_n();
	injected_n += faulty_injected_n();
	if (at > 0 && faulty_injected_n() == 0)
		FAIL("the story had fewer calls this time");
	faulty_heal();
	assert_recovers(&life);
	if (fault != FAULT_CORRUPT && fault != FAULT_SHORT_READ &&
	    notices_n > 0)
		FAIL("something was set aside");
	engine_free(life.engine);
	store_close(life.store);
	inspect(path, &life);
	return calls_n;
}

static void
run_all(enum fault fault, bool stays, int64_t step)
{
	int64_t calls_n, before_n = injected_n;

	/* A file that stays malformed is tested in test_sqlite_damage.c. */
	options.notice =
	    stays && (fault == FAULT_CORRUPT || fault == FAULT_SHORT_READ)
	    ? NULL
	    : notice;
	notices_n = 0;
	calls_n = run(fault, 0, false);
	assert_true(calls_n > 0);
	for (int64_t at = 1; at <= calls_n; at += step)
		run(fault, at, stays);
	assert_int_equal(notices_n, 0);
	printf("# %s%s, durability %s: %lld calls, %lld faults injected\n",
	    fault_word(fault), stays ? " from each call on" : " at each call",
	    options.durability == DURABILITY_FULL ? "full" : "normal",
	    (long long)calls_n, (long long)(injected_n - before_n));
}

/* ---- The tests ---- */

static bool
is_torture(void)
{
	return getenv("TORTURE") != NULL;
}

static int
set_up(void **state)
{
	(void)state;
	faulty_vfs_install();
	options = (struct store_options){
	    .timeout_ms = 20,
	    .record_cache_octets = 100000,
	    .max_known = 100, /* more than the story has, but few pages */
	};
	if (scratch_make() != 0)
		return -1;
	snprintf(copy, sizeof(copy), "%s/db.copy", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	faulty_heal();
	return scratch_remove();
}

/* The story without a fault: nothing fails. */
static void
test_no_fault(void **state)
{
	struct life life;

	(void)state;
	now.at = 0;
	begin(&life);
	faulty_plan(FAULT_IOERR, 0, false);
	failure_verdicts_n = 0;
	play(&life);
	assert_int_equal(life.failures_n, 0);
	assert_int_equal(failure_verdicts_n, 0);
	for (int i = 0; i < SENDERS; i++) {
		assert_true(life.senders[i].was_deferred);
		assert_true(life.senders[i].retry_s != 0);
	}
	engine_free(life.engine);
	store_close(life.store);
	inspect(path, &life);
	inspect(copy, &(struct life){.failures_n = 0});
}

/* An I/O error at each call. */
static void
test_each_call(void **state)
{
	(void)state;
	run_all(FAULT_IOERR, false, 1);
}

/* The disk takes no writes and no files can be opened, as after the kernel has
 * made a file system read-only. Reads work, so known triplets stay known, and
 * waiting triplets go on waiting. */
static void
test_reads_go_on(void **state)
{
	static const enum fault faults[] = {
	    FAULT_FULL, FAULT_TORN, FAULT_READONLY};
	struct life life;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(faults) * 2; i++) {
		now.fault = faults[i / 2];
		now.at = 1;
		now.stays = true;
		options.use = i % 2 == 0 ? STORE_SERVE : STORE_FILL;
		begin(&life);
		now.step = "before the fault";
		assert_true(reopen(&life) && ask_new(&life));
		faulty_plan(now.fault, 1, true);
		now.step = "a write that fails";
		assert_false(ask_more(&life));
		now.step = "reads after it";
		failure_verdicts_n = 0;
		for (int n = 0; n < 3; n++)
			ask(&life, 0, NOW + 120 + n);
		ask_due(&life);
		assert_int_equal(failure_verdicts_n, 0);
		faulty_heal();
		assert_recovers(&life);
		engine_free(life.engine);
		store_close(life.store);
		inspect(path, &life);
	}
	options.use = STORE_FILL;
}

/* The other faults, at some calls. */
static void
test_some_calls(void **state)
{
	(void)state;
	for (int fault = FAULT_FULL; fault < FAULTS; fault++)
		run_all((enum fault)fault, false, 7);
	for (int fault = FAULT_IOERR; fault < FAULTS; fault++)
		run_all((enum fault)fault, true, 23);
}

static void
test_all_calls(void **state)
{
	(void)state;
	if (!is_torture())
		return;
	for (int full = 0; full < 2; full++) {
		options.durability = full ? DURABILITY_FULL : DURABILITY_NORMAL;
		for (int fault = FAULT_IOERR; fault < FAULTS; fault++) {
			run_all((enum fault)fault, false, 1);
			run_all((enum fault)fault, true, 1);
		}
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_no_fault),
	    TEST(test_each_call),
	    TEST(test_reads_go_on),
	    TEST(test_some_calls),
	    TEST(test_all_calls),
	};
	int status = cmocka_run_group_tests(tests, NULL, NULL);

	printf("# %lld stories, %lld faults injected, %lld requests decided by "
	       "on_failure\n",
	    (long long)runs_n, (long long)injected_n,
	    (long long)failure_verdicts_n);
	return status;
}
