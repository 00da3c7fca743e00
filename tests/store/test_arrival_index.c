/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/sqlite/arrival_index.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

static uint32_t
random_bits(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 16);
}

/* A hash with all bits. It is not 0 if i is not. */
static uint32_t
hash_of(uint32_t i)
{
	return i * 2654435761U;
}

/* ---- Comparison with a plain array ---- */

#define IDS 60000

static struct arrival model[IDS]; /* at id - first id; key 0: none */

static void
check_find(struct arrival_index *index, uint32_t key, int64_t begin,
    int64_t first, int64_t next)
{
	int64_t ids[64];
	size_t n = arrival_index_find(index, key, ids, ARRAY_LEN(ids));
	size_t want_n = 0;

	for (int64_t id = first; id < next; id++)
		want_n += model[id - begin].key == key;
	assert_int_equal(n, want_n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(model[ids[i] - begin].key, key);
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(ids[i], ids[j]);
	}
}

/* Add, remove and find random records, also with ids around 2^32. There are few
 * keys, so that hashes are shared. The table is built at one of the ids. */
static void
play(int64_t begin, uint64_t seed, uint32_t keys_n, int64_t table_at)
{
	struct arrival_index *index = arrival_index_new(begin);
	int64_t first = begin, next = begin, n = 0;

	assert_non_null(index);
	memset(model, 0, sizeof(model));
	while (next < begin + IDS - 3) {
		struct arrival arrival = {
		    hash_of(1 + random_bits(&seed) % keys_n),
		    random_bits(&seed) % 50};
		int64_t id;

		if (next - begin >= table_at)
			assert_int_equal(arrival_index_build_table(index), 0);
		next += random_bits(&seed) % 50 == 0; /* leave an id out */
		if ((uint32_t)next == 0)
			next++;
		assert_int_equal(arrival_index_add(index, next, arrival), 0);
		model[next++ - begin] = arrival;
		n++;
		if (random_bits(&seed) % 3 == 0) {
			id = first + random_bits(&seed) % (next - first);
			arrival_index_remove(index, id);
			n -= model[id - begin].key != 0;
			model[id - begin].key = 0;
		}
		if (random_bits(&seed) % 500 == 0)
			check_find(index,
			    hash_of(1 + random_bits(&seed) % keys_n), begin,
			    first, next);
		if (random_bits(&seed) % 400 == 0) {
			id = first + random_bits(&seed) % 700;
			id = id < next ? id : next;
			for (; first < id; first++) {
				n -= model[first - begin].key != 0;
				model[first - begin].key = 0;
			}
			arrival_index_remove_below(index, id);
		}
		assert_int_equal(arrival_index_first(index), first);
		assert_int_equal(arrival_index_next(index), next);
		assert_int_equal(arrival_index_n(index), n);
	}
	for (uint32_t key = 1; key <= 40; key++)
		check_find(index, hash_of(key), begin, first, next);
	arrival_index_remove_below(index, next);
	assert_int_equal(arrival_index_n(index), 0);
	for (uint32_t address = 0; address < 50; address++)
		assert_int_equal(arrival_index_address_n(index, address), 0);
	arrival_index_free(index);
}

static void
test_against_model(void **state)
{
	(void)state;
	play(1, 1, 5000, 0);
	play(1, 2, 200000, 1);
	play((1LL << 32) - IDS / 2, 3, 50000, 0);
	play(5000000000LL, 4, 100000, IDS / 3);
	play(5000000000LL, 5, 100000, IDS); /* never build the table */
}

/* ---- Building the table in steps ---- */

#define STEP_IDS 30000 /* the table takes several steps */

static void
check_addresses(const struct arrival_index *index, int64_t next)
{
	int64_t counts[50] = {0};

	for (int64_t id = 1; id < next; id++)
		if (model[id - 1].key != 0)
			counts[model[id - 1].address]++;
	for (uint32_t address = 0; address < 50; address++)
		assert_int_equal(arrival_index_address_n(index, address),
		    counts[address]);
}

/* Remove, add and find records before each step, among the ids that are in the
 * table and among the others. */
static void
test_steps(void **state)
{
	struct arrival_index *index = arrival_index_new(1);
	uint64_t seed = 6;
	int64_t next = 1, first = 1;

	(void)state;
	memset(model, 0, sizeof(model));
	while (next < STEP_IDS) {
		struct arrival arrival = {
		    hash_of(1 + random_bits(&seed) % 3000),
		    random_bits(&seed) % 50};

		assert_int_equal(arrival_index_add(index, next, arrival), 0);
		model[next++ - 1] = arrival;
	}
	assert_int_equal(arrival_index_begin_table(index), 0);
	assert_int_equal(arrival_index_victim(index, STEP_IDS), -1);
	for (int step = 0; step < 20; step++) {
		struct arrival arrival = {
		    hash_of(1 + random_bits(&seed) % 3000), 7};

		for (int i = 0; i < 300; i++) {
			int64_t id = 1 + random_bits(&seed) % (next - 1);

			arrival_index_remove(index, id);
			model[id - 1].key = 0;
		}
		for (int64_t end = first + 1000 * (step % 2); first < end;)
			model[first++ - 1].key = 0;
		arrival_index_remove_below(index, first);
		check_addresses(index, next);
		check_find(index, hash_of(1 + random_bits(&seed) % 3000), 1,
		    first, next);
		assert_int_equal(arrival_index_add(index, next, arrival), 0);
		model[next++ - 1] = arrival;
		assert_int_equal(arrival_index_begin_table(index), 0);
	}
	assert_true(arrival_index_victim(index, STEP_IDS) >= first);
	for (uint32_t key = 1; key <= 3000; key++)
		check_find(index, hash_of(key), 1, first, next);
	arrival_index_free(index);
}

/* Each search before the table is complete reads all other hashes. So few
 * searches must complete it. */
static void
test_steps_are_few(void **state)
{
	struct arrival_index *index = arrival_index_new(1);
	int searches_n = 0;
	int64_t id;

	(void)state;
	for (id = 1; id <= 1000000; id++)
		assert_int_equal(arrival_index_add(index, id,
				     (struct arrival){hash_of((uint32_t)id),
					 (uint32_t)id % 50}),
		    0);
	assert_int_equal(arrival_index_begin_table(index), 0);
	while (arrival_index_victim(index, 1) < 0) {
		assert_int_equal(arrival_index_find(index, hash_of(77), &id, 1),
		    1);
		assert_int_equal(id, 77);
		assert_true(++searches_n <= 60);
	}
	arrival_index_free(index);
}

/* ---- Single cases ---- */

static void
test_edges(void **state)
{
	struct arrival_index *index = arrival_index_new(100);
	const struct arrival zero = {0, 7};
	int64_t id;

	(void)state;
	assert_int_equal(arrival_index_find(index, 5, &id, 1), 0);
	arrival_index_remove(index, 99);
	arrival_index_remove(index, 100);
	arrival_index_remove_below(index, 50);
	assert_int_equal(arrival_index_first(index), 100);

	/* ARRIVAL_GONE as the hash of a key is replaced. */
	assert_int_equal(arrival_index_add(index, 100, zero), 0);
	assert_int_equal(arrival_index_find(index, 0, &id, 1), 1);
	assert_int_equal(id, 100);
	assert_int_equal(arrival_index_find(index, 1, &id, 1), 1);
	assert_int_equal(arrival_index_get(index, 100).address, 7);
	assert_int_equal(arrival_index_address_n(index, 7), 1);
	arrival_index_remove(index, 100);
	arrival_index_remove(index, 100);
	assert_int_equal(arrival_index_n(index), 0);
	assert_int_equal(arrival_index_find(index, 0, &id, 1), 0);

	/* Remove more ids than there are. */
	arrival_index_remove_below(index, 100000);
	assert_int_equal(arrival_index_first(index), 100000);
	assert_int_equal(arrival_index_next(index), 100000);
	assert_int_equal(arrival_index_add(index, 100000, zero), 0);
	assert_int_equal(arrival_index_find(index, 0, &id, 1), 1);
	arrival_index_free(index);
}

/* ---- Eviction ---- */

/* Return the next victim, found in several calls. */
static int64_t
victim_of(struct arrival_index *index)
{
	int64_t id = -1;

	for (int i = 0; id < 0 && i < 100000; i++)
		id = arrival_index_victim(index, 10);
	return id;
}

/* Add one record for each of victims_n addresses, then each_n records for each
 * of addresses_n flooding addresses. Then evict evict_n records. Returns how
 * many of the evicted records belonged to the first addresses. */
static int64_t
victims_hit(int64_t victims_n, int64_t addresses_n, int64_t each_n,
    int64_t evict_n)
{
	struct arrival_index *index = arrival_index_new(1);
	uint64_t seed = 5;
	int64_t hit_n = 0, id = 1, flood_n = addresses_n * each_n;

	assert_non_null(index);
	assert_int_equal(arrival_index_build_table(index), 0);
	for (int64_t i = 0; i < victims_n; i++) {
		const struct arrival victim = {
		    random_bits(&seed), 0x80000000U | random_bits(&seed)};

		assert_int_equal(arrival_index_add(index, id++, victim), 0);
	}
	for (int64_t i = 0; i < flood_n; i++) {
		uint32_t flooder = (uint32_t)(i % addresses_n) * 2654435761U;
		const struct arrival arrival = {
		    random_bits(&seed), flooder & 0x7fffffffU};

		assert_int_equal(arrival_index_add(index, id++, arrival), 0);
	}
	for (; evict_n > 0; evict_n--) {
		int64_t victim = victim_of(index);

		assert_true(victim > 0);
		hit_n += (arrival_index_get(index, victim).address &
			     0x80000000U) != 0;
		arrival_index_remove(index, victim);
	}
	arrival_index_free(index);
	return hit_n;
}

static void
test_victims(void **state)
{
	(void)state;
	/* A flood from one address, from a /24 or from 10,000 addresses evicts
	 * no older record of 1,000 other addresses. */
	assert_int_equal(victims_hit(1000, 1, 60000, 50000), 0);
	assert_int_equal(victims_hit(1000, 256, 300, 50000), 0);
	assert_in_range(victims_hit(1000, 10000, 100, 300000), 0, 2);
	/* If all addresses have few records, the oldest are evicted. */
	assert_int_equal(victims_hit(1000, 10000, 50, 2000), 1000);
	/* So they are if no address has more than one record. */
	assert_int_equal(victims_hit(1000, 1, 1, 100), 100);
}

static void
test_oldest_first(void **state)
{
	struct arrival_index *index = arrival_index_new(1);
	const struct arrival arrival = {3, 3};

	(void)state;
	assert_int_equal(arrival_index_victim(index, 10), -1);
	assert_int_equal(arrival_index_build_table(index), 0);
	assert_int_equal(arrival_index_victim(index, 10), -1);
	for (int64_t id = 1; id <= 1000; id++)
		assert_int_equal(arrival_index_add(index, id, arrival), 0);
	for (int64_t id = 1; id <= 1000; id++) {
		assert_int_equal(victim_of(index), id);
		arrival_index_remove(index, id);
	}
	arrival_index_free(index);
}

/* ---- Memory ---- */

/* Returns 0 with another C library, and with an older one. */
static size_t
allocated_octets(void)
{
#ifdef __GLIBC_PREREQ
#if __GLIBC_PREREQ(2, 33)
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
#endif
#endif
	return 0;
}

/* tardigrey.conf(5) gives these figures, under max_waiting. */
static void
test_memory(void **state)
{
	size_t before = allocated_octets(), least = SIZE_MAX, most = 0;
	struct arrival_index *index = arrival_index_new(1);

	(void)state;
	assert_non_null(index);
	if (allocated_octets() == before) {
		arrival_index_free(index);
		SKIP_TEST("malloc() does not count its memory");
	}
	assert_int_equal(arrival_index_build_table(index), 0);
	assert_in_range(allocated_octets() - before, 8 << 20, 9 << 20);
	before = allocated_octets();
	for (int64_t id = 1; id <= 1000000; id++) {
		const struct arrival arrival = {hash_of((uint32_t)id), 1};
		size_t each;

		assert_int_equal(arrival_index_add(index, id, arrival), 0);
		if (id < 200000 || id % 1000 != 0)
			continue;
		each = (allocated_octets() - before) / (size_t)id;
		least = each < least ? each : least;
		most = each > most ? each : most;
	}
	print_message("%zu to %zu octets\n", least, most);
	assert_in_range(least, 13, 14);
	assert_in_range(most, 20, 26);
	arrival_index_free(index);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_memory),
	    cmocka_unit_test(test_against_model),
	    cmocka_unit_test(test_steps),
	    cmocka_unit_test(test_steps_are_few),
	    cmocka_unit_test(test_edges),
	    cmocka_unit_test(test_victims),
	    cmocka_unit_test(test_oldest_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
