/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_SQL_DUMP_H
#define TARDIGREY_IMPORT_SQL_DUMP_H

#include <stdint.h>

#include "base/err.h"
#include "import/sql_copy.h"
#include "import/sql_rows.h"
#include "import/sql_tokens.h"

/*
 * sql_dump: reads the rows of some tables from an SQL dump. It reads COPY
 * blocks and INSERT and REPLACE statements, as pg_dump, mysqldump, phpMyAdmin
 * and the command .dump of sqlite3 write them. CREATE TABLE statements give the
 * order of the columns if an INSERT does not name them. SET TIME_ZONE tells
 * whether the times are in UTC. All else is skipped.
 *
 * It takes the dump in pieces of any size, and its own size is fixed.
 */

enum sql_step {
	SQL_BEGIN,          /* of a statement */
	SQL_SKIP,           /* up to the end of the statement */
	SQL_CREATE,         /* after CREATE */
	SQL_INTO,           /* after INSERT or REPLACE */
	SQL_SET,            /* after SET */
	SQL_ZONE,           /* after SET ... TIME_ZONE */
	SQL_TABLE,          /* before the name of a table */
	SQL_AFTER_TABLE,    /* after it, or after a list of columns */
	SQL_COLUMNS,        /* in a list of columns */
	SQL_DEFINITION,     /* before a column in CREATE TABLE */
	SQL_DEFINITION_END, /* after its name */
	SQL_FROM,           /* after COPY ... FROM */
	SQL_ROWS,           /* between the rows of VALUES */
	SQL_VALUE,          /* in a row of VALUES */
	SQL_COPY_LINE,      /* in the rest of the line of COPY */
	SQL_COPY,           /* in the lines of data */
};

enum sql_verb { SQL_VERB_COPY, SQL_VERB_CREATE, SQL_VERB_INSERT };

/* A value of INSERT. */
struct sql_value {
	bool has_text, is_null, is_bad;
	bool is_over; /* a cast or a fraction follows */
	struct sql_text text;
};

struct sql_dump {
	/* The reader sets these, and zeros in all other members. */
	const struct sql_table *tables; /* borrowed */
	int tables_n;
	struct sql_rows rows; /* row and arg */

	struct sql_tokens tokens;
	struct err *err; /* of this call; borrowed */
	int64_t line_n;
	bool has_failed;
	/* The dump has one of the tables with its first column. Another program
	 * may have a table of the same name. */
	bool has_table;

	enum sql_step step;
	enum sql_verb verb;
	bool before_name; /* no part of the table's name has come */
	bool has_columns; /* the statement names its columns */
	bool from_stdin;  /* COPY */
	int depth;        /* of parentheses */
	struct sql_layout layouts[SQL_TABLES_MAX]; /* by CREATE TABLE */
	struct sql_value value;
	struct sql_copy copy;
};

/* Take the next n octets of the dump. Returns 0, or -1. Then *err is a sentence
 * that begins with the number of the line, or "" if row() has returned -1. */
int sql_dump_take(struct sql_dump *dump, const char *octets, size_t n,
    struct err *err);

/* After the last octet: returns 0, or -1 with a sentence if the dump is cut. */
int sql_dump_end(const struct sql_dump *dump, struct err *err);

#endif
