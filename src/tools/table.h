/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_TABLE_H
#define TARDIGREY_TOOLS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/output.h"

/*
 * table: rows with named, typed columns on standard output.
 *
 *   terminal  columns are aligned below a header, a slice of rows at a time
 *   pipe      tabs separate the columns; "-" is an empty value
 *   JSON      an object for each row; the names of the columns are its
 *             members; times are Unix seconds; null is an empty value
 *
 * Every text is escaped, by show_text() or by json_out.h.
 */

enum column_type {
	COLUMN_TEXT,
	COLUMN_WORD,  /* a text that table_fit() cuts only if it must */
	COLUMN_EXTRA, /* a text that table_fit() leaves out first */
	COLUMN_NUMBER,
	COLUMN_TIME,
};

struct column {
	const char *name;
	enum column_type type;
};

#define TABLE_COLUMNS_MAX 32

struct json_t;

/* The last column is no COLUMN_EXTRA. */
struct table {
	const struct column *columns; /* borrowed */
	size_t columns_n;
	enum output_form form;
	size_t at;             /* the column of the next value */
	struct json_t *object; /* owned; JSON: the row so far */
	char **cells;          /* owned; terminal: the slice so far */
	size_t cells_n;
	int widths[TABLE_COLUMNS_MAX]; /* terminal */
	int line_width; /* terminal; 0: a line can have any width */
	bool is_omitted[TABLE_COLUMNS_MAX];
	bool has_header; /* terminal: it was printed */
};

void table_begin(struct table *table, const struct column *columns,
    size_t columns_n, enum output_form form);

/* On a terminal, no line may be longer than the terminal is wide: cut long
 * texts, and leave out columns for which there is no room. Call it after
 * table_begin(). */
void table_fit(struct table *table);

/* Set the value of the next column. The value of the last column ends the row.
 * A text of NULL or "", a number below 0, and the time 0 are empty values. */
void table_text(struct table *table, const char *text);
void table_number(struct table *table, int64_t number);

/* Print the rest, and free the memory of the table. */
void table_end(struct table *table);

#endif
