/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "decide/list_hits.h"

static const struct list_entry whitelisted = {
    .kind = LIST_CLIENT,
    .effect = LIST_WHITELIST,
    .pattern = "192.0.2.1",
    .source = "f",
    .line_n = 3,
};
static const struct list_entry greylisted = {
    .kind = LIST_SENDER,
    .effect = LIST_GREYLIST,
    .pattern = "a@b",
    .source = "",
};
static const struct list_entry setting = {
    .kind = LIST_RECIPIENT,
    .effect = LIST_DELAY,
    .pattern = "c@d",
    .source = "",
};

static const struct store_hit *
find(const struct store_hit *hits, size_t n, const char *pattern)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(hits[i].pattern, pattern) == 0)
			return &hits[i];
	return NULL;
}

/* Which entries of a list verdict are counted. */
static void
test_what_counts(void **state)
{
	const struct list_verdict passed = {.how = LIST_VERDICT_PASS,
	    .entry = &whitelisted,
	    .recipient = &setting};
	const struct list_verdict both = {.how = LIST_VERDICT_GREYLIST,
	    .entry = &greylisted,
	    .recipient = &setting};
	const struct list_verdict one = {
	    .how = LIST_VERDICT_NONE, .recipient = &setting};
	const struct list_verdict none = {.how = LIST_VERDICT_UNLISTED};
	static struct store_hit out[LIST_HITS_MAX];
	struct list_hits *hits = list_hits_new();
	const struct store_hit *hit;

	(void)state;
	assert_non_null(hits);
	list_hits_count(hits, &passed, 100); /* a pass has no delay */
	list_hits_count(hits, &both, 101);
	list_hits_count(hits, &one, 102);
	list_hits_count(hits, &none, 103);
	assert_int_equal(list_hits_take(hits, out), 3);
	hit = find(out, 3, "192.0.2.1");
	assert_int_equal(hit->n, 1);
	assert_int_equal(hit->last_s, 100);
	assert_int_equal(hit->kind, LIST_CLIENT);
	assert_true(hit->whitelists);
	assert_string_equal(hit->source, "f");
	hit = find(out, 3, "a@b");
	assert_int_equal(hit->n, 1);
	assert_false(hit->whitelists);
	hit = find(out, 3, "c@d");
	assert_int_equal(hit->n, 2);
	assert_int_equal(hit->last_s, 102);

	/* list_hits_take() removes the counts. */
	assert_int_equal(list_hits_take(hits, out), 0);
	list_hits_count(hits, &one, 104);
	assert_int_equal(list_hits_take(hits, out), 1);
	assert_int_equal(out[0].n, 1);
	list_hits_free(hits);
}

/* A full table still counts the entries that it has. */
static void
test_full(void **state)
{
	static struct list_entry entries[2 * LIST_HITS_MAX];
	static struct store_hit out[LIST_HITS_MAX];
	struct list_hits *hits = list_hits_new();
	struct list_verdict verdict = {.how = LIST_VERDICT_PASS};
	int64_t sum_n = 0;

	(void)state;
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < 2 * LIST_HITS_MAX; i++) {
			entries[i] = whitelisted;
			verdict.entry = &entries[i];
			assert_int_equal(list_hits_has_room(hits),
			    round == 0 && i + 2 <= LIST_HITS_MAX);
			list_hits_count(hits, &verdict, 1);
		}
	assert_int_equal(list_hits_take(hits, out), LIST_HITS_MAX);
	for (size_t i = 0; i < LIST_HITS_MAX; i++)
		sum_n += out[i].n;
	assert_int_equal(sum_n, 2 * LIST_HITS_MAX);
	assert_true(list_hits_has_room(hits));
	list_hits_free(hits);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_counts),
	    cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
