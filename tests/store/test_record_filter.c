/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include "base/hash.h"
#include "store/sqlite/record_filter.h"

static uint64_t
hash_of(uint64_t i)
{
	return hash_end(i);
}

static void
add(struct record_filter *filter, uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++)
		record_filter_add(filter, hash_of(i));
}

static size_t
seem_to_be_in(const struct record_filter *filter, uint64_t from, uint64_t to)
{
	size_t n = 0;

	for (uint64_t i = from; i < to; i++)
		n += record_filter_may_have(filter, hash_of(i));
	return n;
}

static void
test_empty(void **state)
{
	struct record_filter filter = {.memory = NULL};

	(void)state;
	assert_false(record_filter_exists(&filter));
	assert_int_equal(record_filter_make(&filter, 1000), 0);
	assert_true(record_filter_exists(&filter));
	assert_false(record_filter_is_full(&filter));
	assert_int_equal(seem_to_be_in(&filter, 0, 1000), 0);
	record_filter_free(&filter);
	assert_false(record_filter_exists(&filter));
	record_filter_free(&filter);
}

/* The numbers of the header, for filters of very different sizes. */
static void
test_rates(void **state)
{
	static const size_t sizes[] = {1, 1000, 100000};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct record_filter filter;
		size_t n;

		assert_int_equal(record_filter_make(&filter, sizes[i]), 0);
		n = filter.octets_n;
		assert_true(n >= sizes[i]);
		add(&filter, 0, n);
		assert_false(record_filter_is_full(&filter));
		assert_int_equal(seem_to_be_in(&filter, 0, n), n);
		assert_in_range(seem_to_be_in(&filter, n, n + 40000), 0,
		    40000 / 20);
		add(&filter, n, 2 * n);
		assert_true(record_filter_is_full(&filter));
		assert_int_equal(seem_to_be_in(&filter, 0, 2 * n), 2 * n);
		assert_in_range(seem_to_be_in(&filter, 2 * n, 2 * n + 40000), 0,
		    40000 / 2);
		record_filter_free(&filter);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_rates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
