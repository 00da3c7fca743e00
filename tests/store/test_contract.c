/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The contract of decide/store.h: built once for each backend, whose scheme is
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

static struct key
key(const char *client, const char *sender, const char *recipient)
{
	struct key triplet;

	memset(&triplet, 0, sizeof(triplet));
	strcpy(triplet.client, client);
	strcpy(triplet.sender, sender);
	strcpy(triplet.recipient, recipient);
	return triplet;
}

static struct key
sender_key(const char *sender)
{
	return key("192.0.2.0/24", sender, "b@example.org");
}

static struct store_change
change_of(const struct key *triplet, enum change_how how, struct record record)
{
	return (struct store_change){
	    .key = triplet,
	    .change = {.how = how, .record = record},
	};
}

static void
apply(struct fixture *f, const struct store_change *changes, size_t n)
{
	struct err err;

	if (f->store->records->apply(f->store, changes, n, &err) != STORE_OK)
		fail_msg("apply: %s", err.text);
}

static void
merge(struct fixture *f, const struct key *triplet, struct record record)
{
	struct store_change change = change_of(triplet, CHANGE_MERGE, record);

	apply(f, &change, 1);
}

static struct store_answer
look_up(struct fixture *f, const struct key *triplet)
{
	struct store_answer answer;
	struct err err;

	if (f->store->records->lookup(f->store, triplet, 1, &answer, &err) !=
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
	struct key triplet = sender_key("nobody@example.net");

	assert_false(look_up(*state, &triplet).found);
}

static void
test_insert_and_find(void **state)
{
	struct key triplet = sender_key("a@example.net");
	struct key other = sender_key("c@example.net");
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
	const struct key triplets[] = {
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
	    key("c", "'; DROP TABLE record; --", "r"),
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
	struct key triplet = sender_key("a@example.net"), other;
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
	struct key ab = sender_key("ab"), ba = sender_key("ba"),
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
	struct key triplet = sender_key("a@example.net");
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
	struct key triplet = sender_key("a@example.net");
	struct key gone = sender_key("gone@example.net");
	struct store_change change = change_of(&triplet, CHANGE_RESTART, anew);
	struct store_answer answer;

	change.change.read = waiting;
	merge(*state, &triplet, by_another);
	apply(*state, &change, 1);
	record_merge(&want, &anew);
	answer = look_up(*state, &triplet);
	assert_record(&answer, want);

	change.key = &gone;
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
	struct key *triplets = calloc(N, sizeof(*triplets));
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
	assert_int_equal(f->store->records->lookup(f->store, triplets, N,
			     answers, &err),
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
		if (f->store->records->expire(f->store, now_s, rows_max, &sweep,
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
		struct key triplet = sender_key("");
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

/* ---- Forgetting ---- */

/* Forgotten whatever it is, also within a batch; what is not there is not
 * missed. */
static void
test_forget(void **state)
{
	struct key triplet = sender_key("a@example.net");
	struct key other = sender_key("b@example.net");
	struct store_change forget =
	    change_of(&triplet, CHANGE_FORGET, (struct record){0});
	struct store_change batch[] = {
	    change_of(&triplet, CHANGE_MERGE, waiting),
	    forget,
	    change_of(&triplet, CHANGE_MERGE, passed),
	    change_of(&other, CHANGE_MERGE, waiting),
	};
	struct store_answer answer;

	apply(*state, &forget, 1);
	assert_false(look_up(*state, &triplet).found);
	merge(*state, &triplet, passed);
	merge(*state, &other, passed);
	apply(*state, &forget, 1);
	assert_false(look_up(*state, &triplet).found);
	assert_true(look_up(*state, &other).found);
	apply(*state, batch, ARRAY_LEN(batch));
	answer = look_up(*state, &triplet);
	assert_record(&answer, passed);
}

/* Evicted only as long as it is what was read. [C54] */
static void
test_evict(void **state)
{
	struct key triplet = sender_key("a@example.net");
	struct store_change evict =
	    change_of(&triplet, CHANGE_EVICT, (struct record){0});
	struct store_answer answer;

	evict.change.read = waiting;
	apply(*state, &evict, 1);
	assert_false(look_up(*state, &triplet).found);
	merge(*state, &triplet, passed);
	apply(*state, &evict, 1);
	answer = look_up(*state, &triplet);
	assert_record(&answer, passed);
	evict.change.read = passed;
	apply(*state, &evict, 1);
	assert_false(look_up(*state, &triplet).found);
}

/* ---- Counting ---- */

/* A bound, where the store tells one. */
static void
test_rows_at_most(void **state)
{
	const struct fixture *f = *state;
	struct key triplet = sender_key("a@example.net");
	int64_t n = -1;
	struct err err;

	if (f->store->records->rows_at_most == NULL)
		return;
	for (int i = 0; i < 5000; i++) {
		snprintf(triplet.sender, sizeof(triplet.sender), "%d@x", i);
		merge(*state, &triplet, waiting);
	}
	assert_int_equal(f->store->records->rows_at_most(f->store, &n, &err),
	    STORE_OK);
	assert_in_range(n, 5000, 100000);
}

/* ---- Walking ---- */

#define WALK_MAX 64

static size_t
walk(struct fixture *f, const struct key *after, size_t n_max,
    struct store_row *rows)
{
	struct err err;
	size_t n;

	if (f->store->records->walk(f->store, after, n_max, rows, &n, &err) !=
	    STORE_OK)
		fail_msg("walk: %s", err.text);
	assert_true(n <= n_max);
	return n;
}

/* Slices of any size give all rows once, in the order of octets; the row that
 * ended a slice does not begin the next. */
static void
test_walk(void **state)
{
	static const size_t sizes[] = {1, 2, 3, 7, 12, 13, 50};
	const struct key want[] = {
	    key("", "", ""),
	    key("", "", "r"),
	    key("", "s", ""),
	    key("C", "s", "r"),
	    key("c", "", "z"),
	    key("c", "a", "z"),
	    key("c", "ab", "a"),
	    key("c", "b", "a"),
	    key("c", "b", "b"),
	    key("c", "b", "\x7f"),
	    key("c", "b", "\xc3\xa4"),
	    key("ca", "", "a"),
	};
	struct store_row rows[WALK_MAX];

	assert_int_equal(walk(*state, NULL, WALK_MAX, rows), 0);
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		size_t k = i * 5 % ARRAY_LEN(want); /* in another order */
		struct record record = waiting;

		record.deferred_n = (int64_t)k;
		merge(*state, &want[k], record);
	}
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		const struct key *after = NULL;
		size_t seen_n = 0, n;

		do {
			n = walk(*state, after, sizes[i], rows + seen_n);
			seen_n += n;
			assert_true(seen_n <= ARRAY_LEN(want));
			if (n > 0)
				after = &rows[seen_n - 1].key;
		} while (n == sizes[i]);
		assert_int_equal(seen_n, ARRAY_LEN(want));
		for (size_t k = 0; k < seen_n; k++) {
			assert_true(key_equal(&rows[k].key, &want[k]));
			assert_int_equal(rows[k].record.deferred_n, k);
			assert_int_equal(rows[k].record.expires_s,
			    waiting.expires_s);
		}
	}
}

/* It goes on behind a key that is not there, and sees what has changed since
 * the slice before. */
static void
test_walk_among_changes(void **state)
{
	struct key a = sender_key("a"), b = sender_key("b"),
		   c = sender_key("c"), d = sender_key("d");
	struct store_change forget =
	    change_of(&b, CHANGE_FORGET, (struct record){0});
	struct store_row rows[WALK_MAX];

	merge(*state, &a, waiting);
	merge(*state, &b, passed);
	merge(*state, &d, waiting);
	assert_int_equal(walk(*state, NULL, 2, rows), 2);
	assert_true(key_equal(&rows[1].key, &b));
	assert_int_equal(rows[1].record.passed_s, passed.passed_s);
	apply(*state, &forget, 1);
	merge(*state, &c, waiting);
	assert_int_equal(walk(*state, &b, 2, rows), 2);
	assert_true(key_equal(&rows[0].key, &c));
	assert_true(key_equal(&rows[1].key, &d));
	assert_int_equal(walk(*state, &d, 2, rows), 0);
	merge(*state, &a, passed);
	assert_int_equal(walk(*state, NULL, 1, rows), 1);
	assert_int_equal(rows[0].record.passed_s, passed.passed_s);
	merge(*state, &b, waiting); /* nothing but came ... */
	assert_int_equal(walk(*state, &a, WALK_MAX, rows), 3);
	assert_true(key_equal(&rows[0].key, &b));
	apply(*state, &forget, 1); /* ... and nothing but went */
	assert_int_equal(walk(*state, &a, WALK_MAX, rows), 2);
	assert_true(key_equal(&rows[0].key, &c));
}

/* ---- Entries ---- */

/* What was visited, as text, a line each. */
static char visited[4096];

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
assert_entries(struct fixture *f, const char *want)
{
	struct err err;

	visited[0] = '\0';
	if (f->store->lists->entries(f->store, note_entry, visited, &err) !=
	    STORE_OK)
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
put(struct fixture *f, const struct store_entry *entry)
{
	struct err err;

	if (f->store->lists->put_entry(f->store, entry, &err) != STORE_OK)
		fail_msg("put_entry: %s", err.text);
}

static bool
remove_entry(struct fixture *f, bool whitelists, enum list_kind kind,
    const char *pattern)
{
	struct err err;
	bool found;

	if (f->store->lists->remove_entry(f->store, whitelists, kind, pattern,
		&found, &err) != STORE_OK)
		fail_msg("remove_entry: %s", err.text);
	return found;
}

static int64_t
generation(struct fixture *f)
{
	struct err err;
	int64_t generation;

	if (f->store->lists->generation(f->store, &generation, &err) !=
	    STORE_OK)
		fail_msg("generation: %s", err.text);
	return generation;
}

/* All that an entry holds comes back, in the order of keys; the same pattern
 * may stand in both lists and for each kind. */
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

	assert_entries(*state, "");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct store_entry entry =
		    entry_of(rows[i].effect, rows[i].kind, rows[i].pattern);

		if (entry.effect == LIST_DELAY)
			entry.delay_s = 300;
		entry.expires_s = (int64_t)i; /* all but the first expire */
		put(*state, &entry);
	}
	assert_entries(*state,
	    "2 client example.org 0 why|me 7 3\n"
	    "8 recipient a@example.org 300 why|me 7 5\n"
	    "4 recipient b@example.org 0 why|me 7 1\n"
	    "2 sender <> 0 why|me 7 6\n"
	    "1 client 192.0.2.0/24 0 why|me 7 7\n"
	    "1 client example.org 0 why|me 7 2\n"
	    "1 recipient example.org 0 why|me 7 4\n"
	    "1 sender example.org 0 why|me 7 0\n");
}

/* The same key is replaced, in all its parts. */
static void
test_put_replaces(void **state)
{
	struct store_entry entry =
	    entry_of(LIST_DELAY, LIST_RECIPIENT, "example.org");

	entry.delay_s = 60;
	entry.expires_s = 9;
	put(*state, &entry);
	entry = (struct store_entry){
	    .effect = LIST_SHADOW,
	    .kind = LIST_RECIPIENT,
	    .pattern = "example.org",
	    .created_s = 8,
	};
	put(*state, &entry);
	assert_entries(*state, "4 recipient example.org 0 | 8 0\n");
}

static void
test_remove_entry(void **state)
{
	struct store_entry white =
	    entry_of(LIST_WHITELIST, LIST_RECIPIENT, "example.org");
	struct store_entry shadow =
	    entry_of(LIST_SHADOW, LIST_RECIPIENT, "example.org");

	assert_false(remove_entry(*state, true, LIST_RECIPIENT, "example.org"));
	put(*state, &white);
	put(*state, &shadow);
	assert_false(remove_entry(*state, true, LIST_SENDER, "example.org"));
	assert_false(remove_entry(*state, true, LIST_RECIPIENT, "example.or"));
	assert_false(remove_entry(*state, true, LIST_RECIPIENT, "%"));
	assert_true(remove_entry(*state, true, LIST_RECIPIENT, "example.org"));
	assert_entries(*state, "4 recipient example.org 0 why|me 7 0\n");
	assert_false(remove_entry(*state, true, LIST_RECIPIENT, "example.org"));
	assert_true(remove_entry(*state, false, LIST_RECIPIENT, "example.org"));
	assert_entries(*state, "");
}

/* The longest texts, and those that would like to be SQL. */
static void
test_odd_entries(void **state)
{
	struct fixture *f = *state;
	struct store_entry entry = entry_of(LIST_GREYLIST, LIST_SENDER,
	    "/'; DELETE FROM list_entry; --\"%s?1/");
	char want[2048];

	memset(entry.comment, 'c', sizeof(entry.comment) - 1);
	memset(entry.author, 'a', sizeof(entry.author) - 1);
	put(f, &entry);
	snprintf(want, sizeof(want), "2 sender %s 0 %s|%s 7 0\n", entry.pattern,
	    entry.comment, entry.author);
	assert_entries(f, want);
	remove_entry(f, false, LIST_SENDER, entry.pattern);
	memset(entry.pattern, 'p', sizeof(entry.pattern) - 1);
	strcpy(entry.comment, "line\nof \xc3\xa4 'quotes'");
	strcpy(entry.author, "");
	put(f, &entry);
	snprintf(want, sizeof(want), "2 sender %s 0 %s| 7 0\n", entry.pattern,
	    entry.comment);
	assert_entries(f, want);
	assert_true(remove_entry(f, false, LIST_SENDER, entry.pattern));
	assert_entries(f, "");
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

/* Put the lines of what was visited in order. */
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

/* They may come in any order. */
static void
assert_hits(struct fixture *f, const char *want)
{
	struct err err;

	visited[0] = '\0';
	if (f->store->counts->hits(f->store, note_hit, visited, &err) !=
	    STORE_OK)
		fail_msg("hits: %s", err.text);
	sort_visited();
	assert_string_equal(visited, want);
}

static void
note_count(const struct hourly_stats_count *count, void *arg)
{
	assert_ptr_equal(arg, visited);
	note("%lld %s %lld %lld\n", (long long)count->hour_s, count->name,
	    (long long)count->bound_s, (long long)count->n);
}

static void
assert_counts(struct fixture *f, int64_t from_s, int64_t to_s, const char *want)
{
	struct err err;

	visited[0] = '\0';
	if (f->store->counts->counts(f->store, from_s, to_s, note_count,
		visited, &err) != STORE_OK)
		fail_msg("counts: %s", err.text);
	assert_string_equal(visited, want);
}

static void
add(struct fixture *f, const struct store_hit *hits, size_t hits_n,
    const struct hourly_stats_count *counts, size_t counts_n)
{
	struct err err;

	if (f->store->counts->add_counts(f->store, hits, hits_n, counts,
		counts_n, &err) != STORE_OK)
		fail_msg("add_counts: %s", err.text);
}

/* Hits of one key add up, within a call and over calls; the later time stays,
 * whichever comes first. All four parts of the key count. */
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

	assert_hits(*state, "");
	add(*state, hits, ARRAY_LEN(hits), NULL, 0);
	add(*state, more, ARRAY_LEN(more), NULL, 0);
	add(*state, NULL, 0, NULL, 0);
	assert_hits(*state,
	    "[/'); --] 1 recipient /a{2}'\\/ 8 10\n"
	    "[/a] 1 client example.org 3 10\n"
	    "[] 0 client example.org 5 10\n"
	    "[] 1 client example.com 6 10\n"
	    "[] 1 client example.org 10 60\n"
	    "[] 1 sender example.org 5 10\n");
}

/* With an entry go its hits, but not those of its like in a file or in the
 * other list. To replace it keeps them. */
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

	put(*state, &entry);
	add(*state, hits, ARRAY_LEN(hits), NULL, 0);
	put(*state, &entry);
	assert_hits(*state,
	    "[/a] 1 client example.org 3 10\n"
	    "[] 0 client example.org 2 10\n"
	    "[] 1 client example.org 1 10\n");
	assert_true(remove_entry(*state, true, LIST_CLIENT, "example.org"));
	assert_hits(*state,
	    "[/a] 1 client example.org 3 10\n"
	    "[] 0 client example.org 2 10\n");
}

/* Counts of one key add up and come by hour, name and bound, from the first
 * hour up to the one before the last. */
static void
test_counts(void **state)
{
	static const struct hourly_stats_count counts[] = {
	    {7200, "retried", INT64_MAX, 1},
	    {7200, "retried", 60, 2},
	    {7200, "retried", 300, 3},
	    {7200, "new", 0, 4},
	    {3600, "new", 0, 5},
	    {10800, "early", 0, 6},
	    {7200, "retried", 60, 10},
	    {0, "new", 0, 7},
	};

	assert_counts(*state, INT64_MIN, INT64_MAX, "");
	add(*state, NULL, 0, counts, ARRAY_LEN(counts));
	add(*state, NULL, 0, counts, 1);
	assert_counts(*state, INT64_MIN, INT64_MAX,
	    "0 new 0 7\n"
	    "3600 new 0 5\n"
	    "7200 new 0 4\n"
	    "7200 retried 60 12\n"
	    "7200 retried 300 3\n"
	    "7200 retried 9223372036854775807 2\n"
	    "10800 early 0 6\n");
	assert_counts(*state, 3600, 7200, "3600 new 0 5\n");
	assert_counts(*state, 3601, 7200, "");
	assert_counts(*state, 7201, 10801, "10800 early 0 6\n");
	assert_counts(*state, 7200, 7200, "");
	assert_counts(*state, 7200, 3600, "");
}

/* ---- Upkeep of lists ---- */

static int64_t
tidy(struct fixture *f, int64_t now_s)
{
	struct err err;
	int64_t n;

	if (f->store->counts->tidy(f->store, now_s, &n, &err) != STORE_OK)
		fail_msg("tidy: %s", err.text);
	return n;
}

/* What has expired goes with its hits, what is of now stays; a second time
 * there is nothing left to do. */
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

	entry.expires_s = NOW - 1;
	older.expires_s = 1;
	now.expires_s = NOW;
	put(*state, &entry);
	put(*state, &older);
	put(*state, &now);
	put(*state, &never);
	add(*state, hits, ARRAY_LEN(hits), NULL, 0);
	assert_int_equal(tidy(*state, 1), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(tidy(*state, NOW), i == 0 ? 2 : 0);
		assert_entries(*state,
		    "2 client old 0 why|me 7 0\n"
		    "1 client now 0 why|me 7 5000\n");
		assert_hits(*state,
		    "[/a] 1 client old 3 5000\n"
		    "[] 0 client old 2 5000\n"
		    "[] 1 client now 4 5000\n");
	}
	assert_int_equal(tidy(*state, NOW + 1), 1);
}

/* Each sort of history goes when it is too old, whether or not the other
 * does. */
static void
test_tidy_history(void **state)
{
	static const int64_t now_s = STORE_HISTORY_S + 7200;
	static const struct store_hit hits[] = {
	    {"/a", LIST_CLIENT, true, "old", 1, 7199},
	    {"/a", LIST_CLIENT, true, "young", 2, 7200},
	};
	static const struct hourly_stats_count counts[] = {
	    {3600, "new", 0, 1},
	    {3600, "early", 0, 2},
	    {7200, "new", 0, 3},
	};

	add(*state, hits, ARRAY_LEN(hits), NULL, 0);
	assert_int_equal(tidy(*state, now_s), 0);
	assert_hits(*state, "[/a] 1 client young 2 7200\n");
	add(*state, NULL, 0, counts, ARRAY_LEN(counts));
	assert_int_equal(tidy(*state, now_s), 0);
	assert_counts(*state, 0, INT64_MAX, "7200 new 0 3\n");
	assert_hits(*state, "[/a] 1 client young 2 7200\n");
	assert_int_equal(tidy(*state, now_s + 1), 0);
	assert_counts(*state, 0, INT64_MAX, "");
	assert_hits(*state, "");
}

/* Changes with every change of an entry and with nothing else. */
static void
test_generation(void **state)
{
	static const struct store_hit hit = {
	    "", LIST_CLIENT, true, "example.org", 1, 10};
	static const struct hourly_stats_count count = {3600, "new", 0, 1};
	struct store_entry entry =
	    entry_of(LIST_WHITELIST, LIST_CLIENT, "example.org");
	struct key triplet = sender_key("a@example.net");
	int64_t was = generation(*state), is;

	entry.expires_s = 20;
	put(*state, &entry);
	assert_int_not_equal(is = generation(*state), was);
	was = is;
	put(*state, &entry); /* replaced */
	assert_int_not_equal(is = generation(*state), was);
	was = is;

	add(*state, &hit, 1, &count, 1);
	merge(*state, &triplet, waiting);
	assert_entries(*state, "1 client example.org 0 why|me 7 20\n");
	assert_false(remove_entry(*state, true, LIST_SENDER, "example.org"));
	assert_int_equal(tidy(*state, 20), 0);
	assert_int_equal(generation(*state), was);

	assert_int_equal(tidy(*state, 21), 1);
	assert_int_not_equal(is = generation(*state), was);
	was = is;
	tidy(*state, STORE_HISTORY_S + 7200);
	assert_counts(*state, 0, INT64_MAX, "");
	assert_int_equal(generation(*state), was);
	put(*state, &entry);
	was = generation(*state);
	remove_entry(*state, true, LIST_CLIENT, "example.org");
	assert_int_not_equal(generation(*state), was);
}

#ifdef BACKEND_IS_VOLATILE
static void
test_nothing_to_copy(void **state)
{
	struct fixture *f = *state;
	struct err err;

	assert_int_equal(f->store->ops->backup(f->store,
			     "/tmp/tardigrey-no-copy", NULL, &err),
	    STORE_FAILED);
	assert_string_equal(err.text,
	    "this store lives in memory; there is nothing to copy");
	assert_int_not_equal(access("/tmp/tardigrey-no-copy", F_OK), 0);
}
#endif

#ifndef BACKEND_IS_VOLATILE
/* What was applied is there after closing and opening again. */
static void
test_survives_reopening(void **state)
{
	struct fixture *f = *state;
	struct key triplet = sender_key("a@example.net");
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
	struct key triplet = sender_key("a@example.net");
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

/* ... and of entries, hits and counts, which last, too. */
static void
test_two_handles_on_lists(void **state)
{
	static const struct store_hit hit = {
	    "", LIST_CLIENT, true, "example.org", 1, 10};
	static const struct hourly_stats_count count = {3600, "new", 0, 1};
	struct fixture *f = *state;
	struct fixture other = *f;
	struct store_entry entry =
	    entry_of(LIST_WHITELIST, LIST_CLIENT, "example.org");
	int64_t was;

	open_store(&other);
	was = generation(f);
	assert_int_equal(generation(&other), was);
	put(&other, &entry);
	assert_int_not_equal(generation(f), was);
	assert_int_equal(generation(f), generation(&other));
	was = generation(f);
	add(f, &hit, 1, &count, 1);
	add(&other, &hit, 1, &count, 1);
	assert_hits(f, "[] 1 client example.org 2 10\n");
	assert_counts(f, 0, INT64_MAX, "3600 new 0 2\n");
	store_close(other.store);
	store_close(f->store);
	open_store(f);
	assert_int_equal(generation(f), was);
	assert_entries(f, "1 client example.org 0 why|me 7 0\n");
	assert_hits(f, "[] 1 client example.org 2 10\n");
	assert_counts(f, 0, INT64_MAX, "3600 new 0 2\n");
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
	    TEST(test_forget),
	    TEST(test_evict),
	    TEST(test_rows_at_most),
	    TEST(test_walk),
	    TEST(test_walk_among_changes),
	    TEST(test_entries),
	    TEST(test_put_replaces),
	    TEST(test_remove_entry),
	    TEST(test_odd_entries),
	    TEST(test_hits),
	    TEST(test_hits_go_with_their_entry),
	    TEST(test_counts),
	    TEST(test_tidy_entries),
	    TEST(test_tidy_history),
	    TEST(test_generation),
#ifdef BACKEND_IS_VOLATILE
	    TEST(test_nothing_to_copy),
#else /* one user, and gone with it, by design */
	    TEST(test_survives_reopening),
	    TEST(test_two_handles),
	    TEST(test_two_handles_on_lists),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
