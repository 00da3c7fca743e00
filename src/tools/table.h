/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_TABLE_H
#define TARDIGREY_TOOLS_TABLE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/*
 * table: rows with named, typed columns on standard output.
 *
 *   terminal  aligned, below a header; in slices, so a long table streams
 *   pipe      tabs between the columns, no header; what is empty is "-"
 *   JSON      an object a line, keys are the names of the columns; times are
 *             Unix seconds, spans seconds, what is empty is null. A text that
 *             is not UTF-8 is given in hexadecimal, as NAME_hex.
 *
 * Texts are escaped by show_text(), or as JSON has it in ASCII.
 */

enum table_form { TABLE_TERMINAL, TABLE_PIPE, TABLE_JSON };

enum column_type {
	COLUMN_TEXT,
	COLUMN_NUMBER,
	COLUMN_TIME,
	COLUMN_SPAN,
	COLUMN_ROWS, /* JSON only: an array of objects */
};

struct column {
	const char *name;
	enum column_type type;
};

#define TABLE_COLUMNS_MAX 32

struct table {
	const struct column *columns; /* borrowed */
	size_t columns_n;
	enum table_form form;
	size_t at;           /* the column that comes next */
	json_t *object;      /* JSON: the row so far */
	struct table *outer; /* borrowed; NULL: the rows are printed */
	json_t *rows;        /* of a table within outer */
	char **cells;        /* terminal: rows that wait to be aligned */
	size_t cells_n;
	int widths[TABLE_COLUMNS_MAX]; /* terminal */
};

/* Of what standard output is. */
enum table_form table_form_of_stdout(void);

void table_begin(struct table *table, const struct column *columns,
    size_t columns_n, enum table_form form);

/* Begin a table whose rows become the next cell of outer, COLUMN_ROWS. It
 * ends before outer goes on. */
void table_begin_within(struct table *table, const struct column *columns,
    size_t columns_n, struct table *outer);

/* The next cell; the last one ends the row. A text of NULL or "" is empty,
 * and so are a number, time or span below 0, and time 0. */
void table_text(struct table *table, const char *text);
void table_number(struct table *table, int64_t number);

/* Print what still waits; no row afterwards. */
void table_end(struct table *table);

#endif
