/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "tools/sorted_rows.h"

#define ROWS 5000

static int64_t seen[ROWS + 1];
static size_t seen_n;

/* Row i of ROWS was first seen as number i, and last seen as number i too. */
static void
make_row(int64_t i, struct store_row *row)
{
	memset(row, 0, sizeof(*row));
	row->record.first_seen_s = 1 + i / 3; /* three rows at the same time */
	row->record.last_seen_s = 1 + i / 3;
	snprintf(row->key.client, sizeof(row->key.client), "%05d", (int)i);
	strcpy(row->key.sender, "a@example.net");
	strcpy(row->key.recipient, "b@example.org");
}

/* Add all rows in an order that has nothing to do with their numbers. */
static void
add_all(struct sorted_rows *rows)
{
	struct store_row row;

	for (int64_t i = 0; i < ROWS; i++) {
		make_row(i * 1009 % ROWS, &row);
		sorted_rows_add(rows, &row);
	}
}

static void
note(const struct store_row *row, void *arg)
{
	int number;

	(void)arg;
	assert_string_equal(row->key.recipient, "b@example.org");
	assert_int_equal(sscanf(row->key.client, "%d", &number), 1);
	assert_true(seen_n < ROWS);
	seen[seen_n++] = number;
}

/* Sort in rounds; return their number. */
static int
sort(enum sorted_by by, int64_t limit_n, size_t round_n)
{
	struct sorted_rows *rows = sorted_rows_new(by, limit_n, round_n);
	int rounds_n = 0;

	seen_n = 0;
	do {
		add_all(rows);
		rounds_n++;
	} while (sorted_rows_each(rows, note, NULL));
	sorted_rows_free(rows);
	return rounds_n;
}

static const struct {
	int64_t limit_n;
	size_t round_n, want_n;
	int rounds_n;
} cases[] = {
    {INT64_MAX, SIZE_MAX, ROWS, 1},
    {INT64_MAX, ROWS, ROWS, 1},
    {INT64_MAX, ROWS - 1, ROWS, 2},
    {INT64_MAX, 1000, ROWS, 5},
    {INT64_MAX, 999, ROWS, 6},
    {ROWS, 1000, ROWS, 5},
    {1500, 1000, 1500, 2},
    {1000, 1000, 1000, 1},
    {7, 1000, 7, 1},
    {7, 3, 7, 3},
    {1, 1, 1, 1},
};

static void
test_rounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = cases[i].want_n;

		assert_int_equal(sort(SORTED_BY_FIRST_SEEN, cases[i].limit_n,
				     cases[i].round_n),
		    cases[i].rounds_n);
		assert_int_equal(seen_n, n);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(seen[k], k);
	}
}

/* The newest first; rows of the same time in the order of their keys. */
static void
test_newest_first(void **state)
{
	int64_t last = ROWS - ROWS % 3; /* the first row of the last time */

	(void)state;
	assert_int_equal(sort(SORTED_BY_LAST_SEEN, INT64_MAX, 1000), 5);
	assert_int_equal(seen_n, ROWS);
	for (int64_t k = 0; k < ROWS % 3; k++)
		assert_int_equal(seen[k], last + k);
	for (int64_t k = 0; k < last; k++)
		assert_int_equal(seen[ROWS % 3 + k],
		    last - 3 - k / 3 * 3 + k % 3);
}

static void
test_by_client(void **state)
{
	(void)state;
	sort(SORTED_BY_CLIENT, INT64_MAX, 777);
	for (int64_t k = 0; k < ROWS; k++)
		assert_int_equal(seen[k], k);
}

static void
test_no_rows(void **state)
{
	struct sorted_rows *rows =
	    sorted_rows_new(SORTED_BY_CLIENT, INT64_MAX, 10);

	(void)state;
	assert_false(sorted_rows_each(rows, note, NULL));
	sorted_rows_free(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rounds),
	    cmocka_unit_test(test_newest_first),
	    cmocka_unit_test(test_by_client),
	    cmocka_unit_test(test_no_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
