/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "store/sqlite/record_cache.h"

#define SET_OCTETS 256

static struct record_cache cache;

static int
set_up(void **state)
{
	static const uint8_t secret[KEYED_HASH_SECRET_SIZE] = "a secret";

	(void)state;
	memset(&cache, 0, sizeof(cache));
	record_cache_init(&cache, secret);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	record_cache_free(&cache);
	return 0;
}

static const struct key *
key_of(int i)
{
	static struct key key = {
	    KEY_TRIPLET_NETWORK, "192.0.2.0/24", "", "b@example.org"};

	snprintf(key.sender, sizeof(key.sender), "%d@example.net", i);
	return &key;
}

static uint64_t
hash_of(int i)
{
	return record_cache_hash(&cache, key_of(i));
}

static struct store_answer
found(int64_t first_seen_s)
{
	return (struct store_answer){
	    .found = true,
	    .record = {first_seen_s, first_seen_s + 1, first_seen_s + 2,
		first_seen_s + 3, 4, 5, 60},
	};
}

static void
put_found(int i)
{
	struct store_answer answer = found(1000 + i);

	record_cache_put(&cache, hash_of(i), &answer);
}

static void
put_absent(int i)
{
	static const struct store_answer absent = {.found = false};

	record_cache_put(&cache, hash_of(i), &absent);
}

static void
offer(int i)
{
	struct store_answer answer = found(1000 + i);

	record_cache_offer(&cache, hash_of(i), &answer.record);
}

static bool
has(int i)
{
	struct store_answer answer;

	return record_cache_get(&cache, hash_of(i), &answer);
}

static void
check_found(int i)
{
	struct store_answer answer, want = found(1000 + i);

	assert_true(record_cache_get(&cache, hash_of(i), &answer));
	assert_true(answer.found);
	assert_memory_equal(&answer.record, &want.record,
	    sizeof(answer.record));
}

static void
test_finds_what_was_put(void **state)
{
	struct store_answer answer;

	(void)state;
	record_cache_resize(&cache, 100000);
	for (int i = 0; i < 100; i++) {
		assert_false(has(i));
		if (i % 3 == 0)
			put_absent(i);
		else
			put_found(i);
	}
	for (int i = 0; i < 100; i++)
		if (i % 3 != 0) {
			check_found(i);
		} else {
			assert_true(record_cache_get(&cache, hash_of(i),
			    &answer));
			assert_false(answer.found);
		}
}

static void
test_drop_and_clear(void **state)
{
	(void)state;
	record_cache_resize(&cache, 100000);
	put_found(1);
	put_absent(2);
	put_found(3);
	record_cache_drop(&cache, hash_of(1));
	record_cache_drop(&cache, hash_of(2));
	record_cache_drop(&cache, hash_of(4)); /* is not there */
	assert_false(has(1));
	assert_false(has(2));
	check_found(3);
	for (int i = 0; i < 600; i++) { /* the count of clears overflows */
		record_cache_clear(&cache);
		assert_false(has(3));
		put_found(3);
		check_found(3);
	}
}

static void
test_numbers_that_do_not_fit(void **state)
{
	enum { MEMBERS = 7, TIMES = 5 };
	static const int64_t odd[] = {
	    -1, (int64_t)UINT32_MAX + 1, INT64_MIN, INT64_MAX};

	(void)state;
	record_cache_resize(&cache, 100000);
	for (size_t i = 0; i < ARRAY_LEN(odd) * MEMBERS; i++) {
		struct store_answer answer = found(1);
		int64_t *members[] = {&answer.record.first_seen_s,
		    &answer.record.last_seen_s, &answer.record.passed_s,
		    &answer.record.expires_s, &answer.record.delay_s,
		    &answer.record.deferred_n, &answer.record.passed_n};

		*members[i % MEMBERS] = odd[i / MEMBERS];
		record_cache_put(&cache, hash_of(1), &answer);
		assert_false(has(1));
		*members[i % MEMBERS] =
		    i % MEMBERS < TIMES ? UINT32_MAX : UINT16_MAX;
		record_cache_put(&cache, hash_of(1), &answer);
		assert_true(has(1));
		record_cache_drop(&cache, hash_of(1));
	}
}

/* ---- One set: which answer is replaced ---- */

static void
test_replaces_the_least_recently_used(void **state)
{
	(void)state;
	record_cache_resize(&cache, SET_OCTETS);
	for (int i = 0; i < 8; i++)
		put_found(i);
	for (int i = 0; i < 8; i++) /* 0 is now the oldest again */
		check_found(i);
	check_found(0);
	put_found(8); /* replaces 1 */
	assert_false(has(1));
	check_found(0);
	for (int i = 2; i < 9; i++)
		check_found(i);
}

static void
test_dropped_room_is_used_first(void **state)
{
	(void)state;
	record_cache_resize(&cache, SET_OCTETS);
	for (int i = 0; i < 8; i++)
		put_found(i);
	record_cache_drop(&cache, hash_of(5));
	put_found(8);
	for (int i = 0; i < 9; i++)
		if (i != 5)
			check_found(i);
}

/* However many absent keys come, the four records used last stay. */
static void
test_absent_keys_take_half(void **state)
{
	(void)state;
	record_cache_resize(&cache, SET_OCTETS);
	for (int i = 0; i < 8; i++)
		put_found(i);
	for (int i = 100; i < 200; i++) {
		put_absent(i);
		assert_true(has(i));
	}
	for (int i = 4; i < 8; i++)
		check_found(i);
	for (int i = 0; i < 4; i++)
		assert_false(has(i));
}

static void
test_records_take_all(void **state)
{
	(void)state;
	record_cache_resize(&cache, SET_OCTETS);
	for (int i = 0; i < 8; i++)
		put_absent(i);
	for (int i = 8; i < 16; i++)
		put_found(i);
	for (int i = 0; i < 16; i++)
		assert_int_equal(has(i), i >= 8);
}

/* Records that are offered use free room, and then the half that was not used
 * lately. */
static void
test_offers_take_half(void **state)
{
	(void)state;
	record_cache_resize(&cache, SET_OCTETS);
	for (int i = 0; i < 8; i++)
		offer(i);
	for (int i = 0; i < 8; i++)
		check_found(i);
	for (int i = 100; i < 200; i++) {
		offer(i);
		check_found(7);
		check_found(i);
		check_found(5);
		check_found(6);
	}
}

/* After a clear, all room is free: also for offers, and for the first way. */
static void
test_clear_frees_the_room(void **state)
{
	(void)state;
	record_cache_resize(&cache, SET_OCTETS);
	for (int i = 0; i < 8; i++)
		put_found(i);
	for (int n = 0; n < 600; n++) {
		record_cache_clear(&cache);
		for (int i = 0; i < 8; i++) {
			assert_false(has(i));
			offer(i);
		}
		for (int i = 0; i < 8; i++)
			check_found(i);
	}
}

/* When all records were offered once, later offers change nothing. */
static void
test_no_offers_when_filled(void **state)
{
	(void)state;
	record_cache_resize(&cache, SET_OCTETS);
	for (int n = 0; n < 2; n++) {
		assert_int_equal(record_cache_begin_filter(&cache, 100), 0);
		record_cache_forget(&cache, key_of(1));
		record_cache_forget(&cache, key_of(2));
		offer(1);
		record_cache_end_filter(&cache);
		check_found(1);
		offer(2);
		assert_false(has(2));
		record_cache_clear(&cache);
	}
}

static void
test_offer_replaces_no_answer(void **state)
{
	struct store_answer answer, huge = found(5000000000);

	(void)state;
	record_cache_resize(&cache, SET_OCTETS);
	put_absent(1);
	offer(1);
	assert_true(record_cache_get(&cache, hash_of(1), &answer));
	assert_false(answer.found);
	put_found(2);
	answer = found(5);
	record_cache_offer(&cache, hash_of(2), &answer.record);
	check_found(2);
	record_cache_offer(&cache, hash_of(3), &huge.record);
	assert_false(has(3));
}

/* ---- Sizes ---- */

static void
test_sizes(void **state)
{
	static const size_t sizes[] = {SET_OCTETS, 1000, 12345, 1000000};

	(void)state;
	assert_false(record_cache_is_on(&cache));
	record_cache_resize(&cache, SET_OCTETS - 1);
	assert_false(record_cache_is_on(&cache));
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		int n = 0;

		record_cache_resize(&cache, sizes[i]);
		assert_true(record_cache_is_on(&cache));
		for (int k = 0; k < 1000; k++)
			assert_false(has(k)); /* another size: empty */
		for (int k = 0; k < 1000; k++)
			put_found(k);
		for (int k = 0; k < 1000; k++)
			n += has(k);
		assert_in_range(n, 1, sizes[i] / SET_OCTETS * 8);
		record_cache_resize(&cache, sizes[i]); /* the same size */
		check_found(999);
	}
	record_cache_resize(&cache, 0);
	assert_false(record_cache_is_on(&cache));
}

/* ---- Kinds ---- */

static bool
may_have_correspondents(void)
{
	return record_cache_may_have_kind(&cache, KEY_CORRESPONDENT);
}

/* Only a filter tells that there is no key of a kind. */
static void
test_kinds(void **state)
{
	(void)state;
	assert_true(may_have_correspondents());
	record_cache_resize(&cache, 100000);
	for (int n = 0; n < 2; n++) {
		assert_true(may_have_correspondents());
		assert_int_equal(record_cache_begin_filter(&cache, 100), 0);
		record_cache_forget(&cache, key_of(1));
		assert_true(may_have_correspondents());
		record_cache_end_filter(&cache);
		assert_false(may_have_correspondents());
		assert_true(record_cache_may_have_kind(&cache,
		    KEY_TRIPLET_NETWORK));
		record_cache_note_kind(&cache, KEY_CORRESPONDENT);
		assert_true(may_have_correspondents());
		record_cache_clear(&cache);
	}
	record_cache_resize(&cache, 0);
	assert_true(may_have_correspondents());
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_finds_what_was_put),
	    TEST(test_drop_and_clear),
	    TEST(test_numbers_that_do_not_fit),
	    TEST(test_replaces_the_least_recently_used),
	    TEST(test_dropped_room_is_used_first),
	    TEST(test_absent_keys_take_half),
	    TEST(test_records_take_all),
	    TEST(test_offers_take_half),
	    TEST(test_offer_replaces_no_answer),
	    TEST(test_clear_frees_the_room),
	    TEST(test_no_offers_when_filled),
	    TEST(test_sizes),
	    TEST(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
