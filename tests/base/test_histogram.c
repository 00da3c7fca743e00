/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "base/histogram.h"

static const struct histogram_bounds bounds = {
    .n = 4,
    .items = {0, 10, 60, INT64_MAX},
};

/* clang-format off */
static const struct {
	int64_t value;
	size_t want; /* the bound that counts it */
} rows[] = {
	{ -5, 0 }, { 0, 0 }, { 1, 1 }, { 9, 1 }, { 10, 1 }, { 11, 2 },
	{ 60, 2 }, { 61, 3 }, { INT64_MAX, 3 },
};
/* clang-format on */

static void
test_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct histogram histogram = {.n = 0};

		histogram_add(&histogram, &bounds, rows[i].value);
		for (size_t j = 0; j < bounds.n; j++)
			assert_int_equal(histogram.counts[j],
			    j == rows[i].want);
	}
}

static void
test_sum(void **state)
{
	struct histogram histogram = {.n = 0};

	(void)state;
	histogram_add(&histogram, &bounds, 7);
	histogram_add(&histogram, &bounds, 8);
	histogram_add(&histogram, &bounds, 100);
	assert_int_equal(histogram.counts[1], 2);
	assert_int_equal(histogram.counts[3], 1);
	assert_int_equal(histogram.n, 3);
	assert_int_equal(histogram.sum, 115);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bounds),
	    cmocka_unit_test(test_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
