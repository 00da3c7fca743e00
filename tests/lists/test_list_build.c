/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Adding entries to a list. */
#include "test.h"

#include <string.h>

#include "lists/list.h"

#define S LIST_SENDER
#define R LIST_RECIPIENT

static void
add(struct list *list, enum list_kind kind, enum list_effect effect,
    const char *pattern, const char *source)
{
	struct list_entry entry = {
	    .kind = kind,
	    .effect = effect,
	    .pattern = pattern,
	    .source = source,
	    .line_n = (unsigned)list_n(list),
	    .index = 77, /* ignored */
	};
	struct err err;

	if (list_add(list, &entry, NULL, &err) != 0)
		fail_msg("%s: %s", pattern, err.text);
}

static void
seal(struct list *list)
{
	struct err err;

	assert_int_equal(list_seal(list, &err), 0);
}

/* The list has copies of all texts. Equal patterns keep their own source and
 * line. */
static void
test_sources(void **state)
{
	static const char *const sources[] = {"one", "two", "one", "", "two"};
	struct list *list = list_new();
	const struct list_entry *entry;
	char pattern[] = "Mx.A.B", source[8];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		strcpy(source, sources[i]);
		add(list, S, LIST_GREYLIST, pattern, source);
	}
	memset(pattern, 'x', sizeof(pattern));
	memset(source, 'x', sizeof(source));
	seal(list);
	assert_int_equal(list_n(list), ARRAY_LEN(sources));
	for (unsigned i = 0; i < ARRAY_LEN(sources); i++) {
		entry = list_entry_at(list, i);
		assert_string_equal(entry->source, sources[i]);
		assert_string_equal(entry->pattern, "mx.a.b");
		assert_int_equal(entry->line_n, i);
		assert_int_equal(entry->index, i);
	}
	list_free(list);
}

/* list_add() sets *parsed to the parsed pattern. */
static void
test_parsed(void **state)
{
	struct list *list = list_new();
	struct list_entry entry = {.kind = LIST_CLIENT,
	    .effect = LIST_WHITELIST,
	    .pattern = "192.168",
	    .source = ""};
	struct pattern parsed;
	struct err err;

	(void)state;
	assert_int_equal(list_add(list, &entry, &parsed, &err), 0);
	assert_int_equal(parsed.type, PATTERN_NETWORK);
	assert_string_equal(parsed.text, "192.168.0.0/16");
	assert_string_equal(list_entry_at(list, 0)->pattern, parsed.text);
	list_free(list);
}

/* A refused entry changes neither the list nor *parsed. */
static void
test_add_fails(void **state)
{
	static const char *const bad[] = {
	    "", "a b", "/(/", "//", "a..b", "<>", "@a.b"};
	struct list *list = list_new();
	struct pattern parsed;
	struct err err;

	(void)state;
	add(list, R, LIST_WHITELIST, "a.b", "one");
	memset(&parsed, 'x', sizeof(parsed));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct list_entry entry = {.kind = R,
		    .effect = LIST_WHITELIST,
		    .pattern = bad[i],
		    .source = "two"};

		err.text[0] = '\0';
		assert_int_equal(list_add(list, &entry, &parsed, &err), -1);
		assert_true(err.text[0] != '\0');
		assert_int_equal(list_n(list), 1);
		assert_int_equal(parsed.text[0], 'x');
	}
	add(list, R, LIST_WHITELIST, "u@a.b", "one");
	seal(list);
	assert_int_equal(list_n(list), 2);
	assert_string_equal(list_entry_at(list, 0)->source, "one");
	assert_string_equal(list_entry_at(list, 1)->pattern, "u@a.b");
	list_free(list);
}

static void
test_null_list(void **state)
{
	(void)state;
	assert_int_equal(list_n(NULL), 0);
	list_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sources),
	    cmocka_unit_test(test_parsed),
	    cmocka_unit_test(test_add_fails),
	    cmocka_unit_test(test_null_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
