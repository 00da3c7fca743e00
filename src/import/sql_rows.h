/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_SQL_ROWS_H
#define TARDIGREY_IMPORT_SQL_ROWS_H

#include "import/sql_tokens.h"

/*
 * sql_rows: collects the values of a row in the order of the dump, and gives
 * them to the reader in the order of the reader's columns.
 */

#define SQL_TABLES_MAX  8 /* that the reader wants */
#define SQL_COLUMNS_MAX 8 /* of a table, that the reader wants */
#define SQL_POSITIONS_MAX \
	64 /* the columns of a table; later ones are ignored */

/* A table, and the columns that the reader wants. Letters match without regard
 * to case. The schema of the table is ignored. */
struct sql_table {
	const char *name;
	const char *columns[SQL_COLUMNS_MAX + 1]; /* ends with NULL */
};

/* For each place of a row: the index in sql_table.columns, or -1. */
struct sql_layout {
	signed char columns[SQL_POSITIONS_MAX];
	int n;
};

/* Add the next column of the dump. */
void sql_layout_add(struct sql_layout *layout, const struct sql_table *table,
    const struct sql_text *name);

/* A row. values[i] is the value of column i: NULL if it is the SQL value NULL,
 * or if the dump has no such column. If a value cannot be read, is_whole is
 * false. */
struct sql_row {
	int table; /* its index */
	const char *values[SQL_COLUMNS_MAX];
	bool is_whole;
};

/* Called for each row, which is borrowed. Returns 0, or -1 to end. */
typedef int sql_row_fn(void *arg, const struct sql_row *row);

struct sql_rows {
	sql_row_fn *row;
	void *arg;
	int table; /* -1: the rows of this statement are not wanted */
	struct sql_layout layout;

	int position;
	bool is_bad;
	struct sql_text values[SQL_COLUMNS_MAX];
	bool is_set[SQL_COLUMNS_MAX];
};

void sql_rows_begin(struct sql_rows *rows);

/* Add the next value; NULL: the SQL value NULL. is_bad: it cannot be read. */
void sql_rows_add(struct sql_rows *rows, const struct sql_text *value,
    bool is_bad);

/* Give the row to the reader. Returns what row() has returned. */
int sql_rows_end(struct sql_rows *rows);

#endif
