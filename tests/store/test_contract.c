/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The contract of core/store.h: built once for each backend, whose scheme is
 * BACKEND. A new backend is right when it passes.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store_open.h"

struct fixture {
	const char *scheme;
	char folder[64]; /* "" when the backend needs none */
	char uri[128];
	struct store *store;
};

static const struct store_options options = {.timeout_ms = 250};

static void
open_store(struct fixture *f)
{
	struct err err;

	f->store = store_open(f->uri, &options, &err);
	if (f->store == NULL)
		fail_msg("%s: %s", f->uri, err.text);
}

static int
set_up(void **state)
{
	struct fixture *f = *state;

	if (strcmp(f->scheme, "sqlite") == 0) {
		strcpy(f->folder, "/tmp/tardigrey-contract-XXXXXX");
		if (mkdtemp(f->folder) == NULL)
			return -1;
		snprintf(f->uri, sizeof(f->uri), "sqlite:%s/db", f->folder);
	} else {
		snprintf(f->uri, sizeof(f->uri), "%s:", f->scheme);
	}
	open_store(f);
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	char command[128];

	store_close(f->store);
	if (f->folder[0] == '\0')
		return 0;
	snprintf(command, sizeof(command), "rm -r %s", f->folder);
	return system(command);
}

static struct triplet
key(const char *client, const char *sender, const char *recipient)
{
	struct triplet triplet;

	memset(&triplet, 0, sizeof(triplet));
	strcpy(triplet.client, client);
	strcpy(triplet.sender, sender);
	strcpy(triplet.recipient, recipient);
	return triplet;
}

static struct triplet
sender_key(const char *sender)
{
	return key("192.0.2.0/24", sender, "b@example.org");
}

static struct store_change
change_of(const struct triplet *triplet, enum change_how how,
    struct record record)
{
	return (struct store_change){
	    .triplet = triplet,
	    .change = {.how = how, .record = record},
	};
}

static void
apply(struct fixture *f, const struct store_change *changes, size_t n)
{
	struct err err;

	if (f->store->ops->apply(f->store, changes, n, &err) != STORE_OK)
		fail_msg("apply: %s", err.text);
}

static void
merge(struct fixture *f, const struct triplet *triplet, struct record record)
{
	struct store_change change = change_of(triplet, CHANGE_MERGE, record);

	apply(f, &change, 1);
}

static struct store_answer
look_up(struct fixture *f, const struct triplet *triplet)
{
	struct store_answer answer;
	struct err err;

	if (f->store->ops->lookup(f->store, triplet, 1, &answer, &err) !=
	    STORE_OK)
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
}

static const struct record waiting = {1000, 1100, 0, 87400, 2, 0};
static const struct record passed = {1000, 1200, 1200, 3025200, 0, 1};

static void
test_absent(void **state)
{
	struct triplet triplet = sender_key("nobody@example.net");

	assert_false(look_up(*state, &triplet).found);
}

static void
test_insert_and_find(void **state)
{
	struct triplet triplet = sender_key("a@example.net");
	struct triplet other = sender_key("c@example.net");
	struct store_answer answer;

	merge(*state, &triplet, waiting);
	answer = look_up(*state, &triplet);
	assert_record(&answer, waiting);
	assert_false(look_up(*state, &other).found);
}

/* Every part of the key counts, and no two parts can be mistaken for two
 * others. */
static void
test_keys_are_apart(void **state)
{
	const struct triplet triplets[] = {
	    key("c", "s", "r"),
	    key("c", "sr", ""),
	    key("cs", "", "r"),
	    key("c", "", "sr"),
	    key("", "cs", "r"),
	    key("c", "s", "R"),
	    key("c", "s ", "r"),
	    key("c", "\xff\xfe", "r"),
	    key("c", "\xff", "\xfer"),
	    key("c", "<>", "r"),
	    key("c", "'; DROP TABLE triplet; --", "r"),
	    key("c", "%", "_"),
	};

	for (size_t i = 0; i < ARRAY_LEN(triplets); i++) {
		struct record record = waiting;

		assert_false(look_up(*state, &triplets[i]).found);
		record.deferred_n = (int64_t)i;
		merge(*state, &triplets[i], record);
	}
	for (size_t i = 0; i < ARRAY_LEN(triplets); i++)
		assert_int_equal(look_up(*state, &triplets[i])
				     .record.deferred_n,
		    i);
}

/* The longest key the protocol allows. */
static void
test_long_keys(void **state)
{
	struct triplet triplet = sender_key("a@example.net"), other;
	struct store_answer answer;

	memset(triplet.sender, 's', REQUEST_ADDRESS_MAX);
	memset(triplet.recipient, 'r', REQUEST_ADDRESS_MAX);
	other = triplet;
	other.recipient[REQUEST_ADDRESS_MAX - 1] = 'x';
	merge(*state, &triplet, waiting);
	answer = look_up(*state, &triplet);
	assert_record(&answer, waiting);
	assert_false(look_up(*state, &other).found);
}

/* Merging in both orders, in one batch or in two, gives the same record, and
 * the one that record_merge() gives. */
static void
test_merge_commutes(void **state)
{
	static const struct record records[] = {
	    {1000, 1100, 0, 87400, 2, 0},
	    {1000, 1200, 1200, 3025200, 0, 1},
	    {900, 2000, 1500, 50, 1, 1},
	    {INT64_MAX, 0, INT64_MAX, 0, 0, 0},
	    {INT64_MIN, INT64_MAX, 0, INT64_MAX, 3, 0},
	};
	struct triplet ab = sender_key("ab"), ba = sender_key("ba"),
		       both = sender_key("both");

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
		merge(*state, &ab, a);
		merge(*state, &ab, b);
		answer = look_up(*state, &ab);
		assert_record(&answer, want);
		merge(*state, &ba, b);
		merge(*state, &ba, a);
		answer = look_up(*state, &ba);
		assert_record(&answer, want);
		changes[0] = change_of(&both, CHANGE_MERGE, a);
		changes[1] = change_of(&both, CHANGE_MERGE, b);
		apply(*state, changes, 2);
		answer = look_up(*state, &both);
		assert_record(&answer, want);
	}
}

/* A restart replaces the record that was read ... */
static void
test_restart(void **state)
{
	static const struct record reads[] = {
	    {1000, 1100, 0, 87400, 2, 0},
	    {1000, 1200, 1200, 3025200, 0, 1},
	};
	struct record anew = {90000, 90000, 0, 176400, 1, 0};
	struct triplet triplet = sender_key("a@example.net");
	struct store_change change = change_of(&triplet, CHANGE_RESTART, anew);
	struct store_answer answer;

	for (size_t i = 0; i < ARRAY_LEN(reads); i++) {
		triplet.sender[0] = (char)('a' + i);
		merge(*state, &triplet, reads[i]);
		change.change.read = reads[i];
		change.change.read.deferred_n = 77; /* does not matter */
		apply(*state, &change, 1);
		answer = look_up(*state, &triplet);
		assert_record(&answer, anew);
	}
}

/* ... and merges into one that has taken its place meanwhile, and inserts
 * where there is none any more. */
static void
test_restart_races(void **state)
{
	struct record anew = {90000, 90000, 0, 176400, 1, 0};
	struct record by_another = {90001, 90001, 0, 176401, 1, 0};
	struct record want = by_another;
	struct triplet triplet = sender_key("a@example.net");
	struct triplet gone = sender_key("gone@example.net");
	struct store_change change = change_of(&triplet, CHANGE_RESTART, anew);
	struct store_answer answer;

	change.change.read = waiting;
	merge(*state, &triplet, by_another);
	apply(*state, &change, 1);
	record_merge(&want, &anew);
	answer = look_up(*state, &triplet);
	assert_record(&answer, want);

	change.triplet = &gone;
	apply(*state, &change, 1);
	answer = look_up(*state, &gone);
	assert_record(&answer, anew);
}

/* Many keys in one call, answers in their order. */
static void
test_large_batch(void **state)
{
	enum { N = 3000 };
	struct fixture *f = *state;
	struct triplet *triplets = calloc(N, sizeof(*triplets));
	struct store_change *changes = calloc(N, sizeof(*changes));
	struct store_answer *answers = calloc(N, sizeof(*answers));
	struct err err;

	for (int i = 0; i < N; i++) {
		struct record record = waiting;

		triplets[i] = sender_key("");
		snprintf(triplets[i].sender, sizeof(triplets[i].sender),
		    "s%d@example.net", i);
		record.deferred_n = i;
		changes[i] = change_of(&triplets[i], CHANGE_MERGE, record);
	}
	apply(f, changes, N - 1);
	assert_int_equal(f->store->ops->lookup(f->store, triplets, N, answers,
			     &err),
	    STORE_OK);
	for (int i = 0; i < N - 1; i++) {
		assert_true(answers[i].found);
		assert_int_equal(answers[i].record.deferred_n, i);
	}
	assert_false(answers[N - 1].found);
	free(triplets);
	free(changes);
	free(answers);
}

static struct store_sweep
sweep_all(struct fixture *f, int64_t now_s, size_t rows_max, int *slices_n)
{
	struct store_sweep sweep = {0};
	struct err err;

	for (*slices_n = 0; !sweep.done; (*slices_n)++) {
		assert_true(*slices_n < 1000);
		if (f->store->ops->expire(f->store, now_s, rows_max, &sweep,
			&err) != STORE_OK)
			fail_msg("expire: %s", err.text);
	}
	return sweep;
}

/* A sweep removes what has expired, in slices of any size, and says how
 * many of which kind; a second one finds nothing. [C51, C52] */
static void
test_expire(void **state)
{
	static const size_t sizes[] = {1, 2, 7, 50, 100, 1000};
	enum { N = 100, NOW = 5000 };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct triplet triplet = sender_key("");
		struct store_sweep sweep;
		int slices_n;

		for (int k = 0; k < N; k++) {
			struct record record = k % 3 == 0 ? passed : waiting;

			record.expires_s = NOW - 1 + k % 2; /* half of them */
			snprintf(triplet.sender, sizeof(triplet.sender),
			    "s%d@example.net", k);
			merge(f, &triplet, record);
		}
		sweep = sweep_all(f, NOW, sizes[i], &slices_n);
		assert_int_equal(sweep.seen_n, N);
		assert_int_equal(sweep.waiting_n, 33);
		assert_int_equal(sweep.passed_n, 17);
		for (int k = 0; k < N; k++) {
			snprintf(triplet.sender, sizeof(triplet.sender),
			    "s%d@example.net", k);
			assert_int_equal(look_up(f, &triplet).found,
			    k % 2 == 1);
		}
		sweep = sweep_all(f, NOW, sizes[i], &slices_n);
		assert_int_equal(sweep.seen_n, N / 2);
		assert_int_equal(sweep.waiting_n + sweep.passed_n, 0);
		sweep = sweep_all(f, NOW + 1, sizes[i], &slices_n);
		assert_int_equal(sweep.waiting_n + sweep.passed_n, N / 2);
		sweep = sweep_all(f, INT64_MAX, sizes[i], &slices_n);
		assert_int_equal(sweep.seen_n, 0);
	}
}

#ifndef BACKEND_IS_VOLATILE
/* What was applied is there after closing and opening again. */
static void
test_survives_reopening(void **state)
{
	struct fixture *f = *state;
	struct triplet triplet = sender_key("a@example.net");
	struct store_answer answer;

	merge(f, &triplet, passed);
	store_close(f->store);
	open_store(f);
	answer = look_up(f, &triplet);
	assert_record(&answer, passed);
}

/* Two handles on one store see each other's changes at once. */
static void
test_two_handles(void **state)
{
	struct fixture *f = *state;
	struct fixture other = *f;
	struct triplet triplet = sender_key("a@example.net");
	struct record want = waiting;
	struct store_answer answer;

	open_store(&other);
	merge(f, &triplet, waiting);
	answer = look_up(&other, &triplet);
	assert_record(&answer, waiting);
	merge(&other, &triplet, passed);
	record_merge(&want, &passed);
	answer = look_up(f, &triplet);
	assert_record(&answer, want);
	store_close(other.store);
}
#endif

int
main(void)
{
	struct fixture fixture = {.scheme = BACKEND};
/* clang-format off */
#define TEST(function) \
	{ .name = #function, .test_func = function, .setup_func = set_up, \
	  .teardown_func = tear_down, .initial_state = &fixture }
	/* clang-format on */
	const struct CMUnitTest tests[] = {
	    TEST(test_absent),
	    TEST(test_insert_and_find),
	    TEST(test_keys_are_apart),
	    TEST(test_long_keys),
	    TEST(test_merge_commutes),
	    TEST(test_restart),
	    TEST(test_restart_races),
	    TEST(test_large_batch),
	    TEST(test_expire),
#ifndef BACKEND_IS_VOLATILE /* one user, and gone with it, by design */
	    TEST(test_survives_reopening),
	    TEST(test_two_handles),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
