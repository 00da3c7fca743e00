/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "import/sql_dump.h"

static const struct sql_table tables[] = {
    {"t", {"a", "b"}},
    {"u", {"c"}},
};

/* Write a row as "t a|b" or "u c". "-" is NULL, "?" a value that cannot be
 * read. */
static int
write_row(void *arg, const struct sql_row *row)
{
	char *out = arg;

	strcat(out, tables[row->table].name);
	strcat(out, row->is_whole ? " " : "? ");
	for (int i = 0; tables[row->table].columns[i] != NULL; i++) {
		if (i > 0)
			strcat(out, "|");
		strcat(out, row->values[i] == NULL ? "-" : row->values[i]);
	}
	strcat(out, "\n");
	return strstr(out, "stop") != NULL ? -1 : 0;
}

static struct sql_dump reader; /* of the last dump; large */

/* Read a dump in pieces of this size. Returns 0, or -1 with an error. */
static int
read_dump(const char *text, size_t piece_n, char *out, struct err *err)
{
	size_t n = strlen(text);

	out[0] = '\0';
	err->text[0] = '\0';
	reader = (struct sql_dump){
	    .tables = tables,
	    .tables_n = 2,
	    .rows = {.row = write_row, .arg = out},
	};
	for (size_t i = 0; i < n; i += piece_n)
		if (sql_dump_take(&reader, text + i,
			n - i < piece_n ? n - i : piece_n, err) != 0)
			return -1;
	return sql_dump_end(&reader, err);
}

struct row {
	const char *text, *rows;
};

static void
check(const struct row *rows, size_t n)
{
	char out[1000];
	struct err err;

	for (size_t i = 0; i < n; i++)
		for (size_t piece_n = 1; piece_n < 100; piece_n += 98) {
			if (read_dump(rows[i].text, piece_n, out, &err) != 0)
				fail_msg("%s: %s", rows[i].text, err.text);
			if (strcmp(out, rows[i].rows) != 0)
				fail_msg("%s: %s", rows[i].text, out);
		}
}

static void
test_insert(void **state)
{
	static const struct row rows[] = {
	    {"INSERT INTO t (a, b) VALUES ('x', 1);", "t x|1\n"},
	    {"insert into public.\"T\" (B, A) values (1, 'x');", "t x|1\n"},
	    {"INSERT INTO t (a,id,b) VALUES ('x',7,'y'),('z',8,NULL);",
		"t x|y\nt z|-\n"},
	    {"INSERT IGNORE INTO u (c) VALUES (-5);", "u -5\n"},
	    {"INSERT DELAYED INTO u (c) VALUES ('x');", "u x\n"},
	    {"INSERT LOW_PRIORITY IGNORE INTO u (c) VALUES ('x');", "u x\n"},
	    {"INSERT HIGH_PRIORITY INTO u (c) VALUES ('x');", "u x\n"},
	    {"replace into u (c) values ('x');", "u x\n"},
	    {"REPLACE DELAYED INTO u (c) VALUES ('x');", "u x\n"},
	    {"INSERT INTO t (a) VALUES ('it''s');", "t it's|-\n"},
	    {"INSERT INTO t (a) VALUES ('a\\b');", "t a\\b|-\n"},
	    {"INSERT INTO t (a) VALUES (E'a\\'b\\n');", "t a'b\n|-\n"},
	    {"INSERT INTO t (a) VALUES ('2026-01-01'::date);",
		"t 2026-01-01|-\n"},
	    {"INSERT INTO t (a) VALUES (1.5);", "t 1|-\n"},
	    {"INSERT INTO t (a,b) VALUES (concat('x',(1)), 'y');",
		"t? concat|y\n"},
	    {"INSERT INTO t (a) VALUES (X'41');", "t? 41|-\n"},
	    {"INSERT INTO t (a) VALUES (0x41);", "t? 0x41|-\n"},
	    {"INSERT INTO t (a) VALUES (_binary 'x');", "t x|-\n"},
	    {"INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES (1);",
		"t 1|-\n"},
	    {"INSERT INTO t (a) SELECT 1;", ""},
	    {"INSERT INTO v VALUES ('x');INSERT INTO u (c) VALUES ('y');",
		"u y\n"},
	    {"INSERT INTO u (c) VALUES ('x') ON CONFLICT DO NOTHING;", "u x\n"},
	    {"INSERT INTO t (a,b) VALUES ('x');", "t x|-\n"},
	    {"INSERT INTO u (c) VALUES ('x', 'more');", "u x\n"},
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

/* A table of the same name may belong to another program. */
static void
test_has_table(void **state)
{
	static const struct {
		const char *text;
		bool has_table;
	} rows[] = {
	    {"", false},
	    {"CREATE TABLE t (a text, b text);", true},
	    {"CREATE TABLE IF NOT EXISTS public.t (id int, \"A\" text);", true},
	    {"COPY public.u (c) FROM stdin;\n\\.\n", true},
	    {"INSERT INTO u (c) VALUES ('x');", true},
	    {"CREATE TABLE t (b text, c text);", false},
	    {"CREATE TABLE v (a text, c text);", false},
	    {"INSERT INTO t (b) VALUES ('x');", false},
	    {"SELECT a FROM t;", false},
	};
	char out[1000];
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (read_dump(rows[i].text, 7, out, &err) != 0)
			fail_msg("%s: %s", rows[i].text, err.text);
		if (reader.has_table != rows[i].has_table)
			fail_msg("%s", rows[i].text);
	}
}

static void
test_mysql(void **state)
{
	static const struct row rows[] = {
	    {"INSERT INTO `u` (`c`) VALUES ('a\\'b\\\\c');", "u a'b\\c\n"},
	    {"-- MySQL dump 10.13\nINSERT INTO u (c) VALUES ('\\tx\\%');",
		"u \tx%\n"},
	    {"-- MariaDB dump 10.19\nINSERT INTO u (c) VALUES ('\\0x');",
		"u? \n"},
	    {"CREATE TABLE `t` (\n  `id` int(10) NOT NULL,\n"
	     "  `b` decimal(3,2) DEFAULT 'a,b',\n  `a` text COMMENT '(',\n"
	     "  PRIMARY KEY (`id`),\n  KEY `c` (`b`,`a`)\n) ENGINE=InnoDB;\n"
	     "INSERT INTO `t` VALUES (1,0.50,'x'),(2,-0.5,'y');",
		"t x|0\nt y|-0\n"},
	    {"/*!50003 INSERT INTO u (c) VALUES ('no'); */;", ""},
	    {"DELIMITER ;;\n/* ' */;;\nDELIMITER ;\n"
	     "INSERT INTO u (c) VALUES ('x');",
		"u x\n"},
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

static void
test_utc(void **state)
{
	static const struct {
		const char *text;
		bool is_utc;
	} rows[] = {
	    {"/*!40103 SET TIME_ZONE='+00:00' */;", true},
	    {"SET SQL_MODE = \"X\";\nSET time_zone = \"+00:00\";\n", true},
	    {"set Time_Zone='+00:00';", true},
	    {"SET NAMES utf8, SESSION time_zone = '+00:00';", true},
	    {"SET @@session.time_zone := '+00:00';", true},
	    {"SET time_zone = '+01:00';", false},
	    {"SET time_zone = \"SYSTEM\";", false},
	    {"SET @time_zone = @old, x = '+00:00';", false},
	    {"SET x = 'time_zone', y = '+00:00';", false},
	    {"SET time_zone; SELECT '+00:00';", false},
	    {"-- SET time_zone = '+00:00';\n", false},
	    /* The last one counts. */
	    {"SET time_zone = '+00:00'; SET time_zone = '+01:00';", false},
	    {"SET time_zone = '+00:00'; SET time_zone = @old;", true},
	};
	char out[1000];
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (read_dump(rows[i].text, 7, out, &err) != 0)
			fail_msg("%s: %s", rows[i].text, err.text);
		if (reader.tokens.is_utc != rows[i].is_utc)
			fail_msg("%s", rows[i].text);
	}
}

static void
test_copy(void **state)
{
	static const struct row rows[] = {
	    {"COPY public.t (b, a) FROM stdin;\n1\tx\n\\N\ty\n\\.\n",
		"t x|1\nt y|-\n"},
	    {"COPY t (a) FROM stdin;\na\\tb\\\\c\\x\n\\.\n", "t a\tb\\cx|-\n"},
	    {"COPY t (a, b) FROM stdin;\n\t\n\\.\n", "t |\n"},
	    {"COPY v (a) FROM stdin;\nit's; \"\n\\.\n"
	     "COPY u (c) FROM stdin;\nx\n\\.\n",
		"u x\n"},
	    {"CREATE TABLE public.u (id integer, c text);\n"
	     "COPY public.u FROM stdin;\n1\tx\n\\.\n",
		"u x\n"},
	    {"COPY u (c) FROM '/file';\nINSERT INTO u (c) VALUES ('x');",
		"u x\n"},
	    {"COPY u (c) FROM stdin;\n\\.\n", ""},
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

/* What is no row of a table. */
static void
test_others(void **state)
{
	static const struct row rows[] = {
	    {"", ""},
	    {"-- INSERT INTO u (c) VALUES ('x');\n", ""},
	    {"\\restrict abc'\nINSERT INTO u (c) VALUES ('x');\n", "u x\n"},
	    {"CREATE FUNCTION f() AS $_$ it's; INSERT $x $_$ LANGUAGE sql;\n"
	     "INSERT INTO u (c) VALUES ('x');",
		"u x\n"},
	    {"SELECT 1-2/3 - $1;INSERT INTO u (c) VALUES ('x');", "u x\n"},
	    {"PRAGMA foreign_keys=OFF;CREATE TABLE IF NOT EXISTS u(c);\n"
	     "INSERT INTO u VALUES('x');COMMIT;",
		"u x\n"},
	    {"CREATE INDEX t ON u (c);CREATE UNLOGGED TABLE u (d int, c int);"
	     "INSERT INTO u VALUES (1, 2);",
		"u 2\n"},
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

static void
test_errors(void **state)
{
	static const struct row rows[] = {
	    {"\nINSERT INTO t VALUES (1);",
		"2: nothing names the columns of the table t; make the dump "
		"with the definitions of the tables"},
	    {"COPY t FROM stdin;\nx\n\\.\n",
		"1: nothing names the columns of the table t; make the dump "
		"with the definitions of the tables"},
	    {"INSERT INTO t (a) VALUES ('x",
		"1: the dump ends within a statement; the rows before it have "
		"been read"},
	    {"COPY t (a) FROM stdin;\nx\n",
		"3: the dump ends within a statement; the rows before it have "
		"been read"},
	    {"INSERT INTO u (c) VALUES ('stop'),('x');", ""},
	};
	char out[1000];
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(read_dump(rows[i].text, 7, out, &err), -1);
		assert_string_equal(err.text, rows[i].rows);
	}
}

/* A value of any length is read, but only a short one is of use. */
static void
test_long_value(void **state)
{
	static char text[100000];
	char out[10000];
	struct err err;
	size_t n;

	(void)state;
	strcpy(text, "INSERT INTO t (x, a, b) VALUES ('");
	n = strlen(text);
	memset(text + n, 'y', 90000);
	strcpy(text + n + 90000, "', 'a', 'b');");
	assert_int_equal(read_dump(text, 4096, out, &err), 0);
	assert_string_equal(out, "t a|b\n");
	memcpy(text, "INSERT INTO t (a, x, b)", 23);
	assert_int_equal(read_dump(text, 4096, out, &err), 0);
	assert_memory_equal(out, "t? yyyy", 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_insert),
	    cmocka_unit_test(test_has_table),
	    cmocka_unit_test(test_mysql),
	    cmocka_unit_test(test_utc),
	    cmocka_unit_test(test_copy),
	    cmocka_unit_test(test_others),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_long_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
