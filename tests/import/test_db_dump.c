/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "import/db_dump.h"

/* Parse the lines up to the first pair or the first wrong line. */
static enum db_dump_line
parse(struct db_dump *dump, const char *const lines[], struct err *err)
{
	enum db_dump_line kind = DB_DUMP_MORE;

	for (; *lines != NULL && kind == DB_DUMP_MORE; lines++)
		kind = db_dump_parse(dump, *lines, err);
	return kind;
}

#define HEAD "VERSION=3", "type=btree", "db_pagesize=4096"

static void
test_pairs(void **state)
{
	static const struct {
		const char *lines[16]; /* ends with NULL */
		const char *key, *value;
	} rows[] = {
	    {{HEAD, "format=print", "HEADER=END", " a", " b"}, "a", "b"},
	    {{HEAD, "format=print", "HEADER=END", " a\\5cb\\\\", " \\e9"},
		"a\\b\\", "\xe9"},
	    {{HEAD, "format=print", "HEADER=END", " ", " "}, "", ""},
	    {{HEAD, "format=bytevalue", "HEADER=END", " 6162", " 5C2f"}, "ab",
		"\\/"},
	    {{HEAD, "format=bytevalue", "HEADER=END", "DATA=END", HEAD,
		 "format=print", "HEADER=END", " 61", " 62"},
		"61", "62"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct db_dump dump = {0};
		struct err err;

		assert_int_equal(parse(&dump, rows[i].lines, &err),
		    DB_DUMP_PAIR);
		assert_string_equal(dump.key, rows[i].key);
		assert_string_equal(dump.value, rows[i].value);
		assert_true(dump.has_header);
	}
}

static void
test_wrong(void **state)
{
	static const struct {
		const char *lines[16]; /* ends with NULL */
		const char *text;
	} rows[] = {
	    {{"192.0.2.1 a b"},
		"\"192.0.2.1 a b\" is not a line of the "
		"header that db_dump(1) writes"},
	    {{HEAD, "HEADER=END", "a"},
		"\"a\" is not a line of data that db_dump(1) writes"},
	    {{HEAD, "HEADER=END", " a", "DATA=END"},
		"\"DATA=END\" is not a line of data that db_dump(1) writes"},
	    {{HEAD, "format=print", "HEADER=END", " a\\5"},
		"\"\\5\" is not an octet"},
	    {{HEAD, "format=print", "HEADER=END", " a\\"},
		"\"\\\" is not an octet"},
	    {{HEAD, "format=print", "HEADER=END", " a\\00"},
		"\"\\00\" is not an octet"},
	    {{HEAD, "format=bytevalue", "HEADER=END", " 616"},
		"\"6\" is not an octet"},
	    {{HEAD, "format=bytevalue", "HEADER=END", " 6g"},
		"\"6g\" is not an octet"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct db_dump dump = {0};
		struct err err = {""};

		assert_int_equal(parse(&dump, rows[i].lines, &err),
		    DB_DUMP_WRONG);
		assert_string_equal(err.text, rows[i].text);
	}
}

static void
test_length(void **state)
{
	static char line[DB_DUMP_SIZE + 2] = " ";
	struct db_dump dump = {.in_data = true};
	struct err err;

	(void)state;
	memset(line + 1, 'a', DB_DUMP_SIZE - 1);
	assert_int_equal(db_dump_parse(&dump, line, &err), DB_DUMP_MORE);
	line[DB_DUMP_SIZE] = 'a';
	assert_int_equal(db_dump_parse(&dump, line, &err), DB_DUMP_WRONG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pairs),
	    cmocka_unit_test(test_wrong),
	    cmocka_unit_test(test_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
