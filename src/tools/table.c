/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/table.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/json_out.h"
#include "tools/memory.h"
#include "tools/show.h"

/* The number of rows that are aligned together. */
#define SLICE_ROWS 500

#define EMPTY "-"

/* ---- Terminal ---- */

static void
keep_cell(struct table *table, const char *text)
{
	size_t column = table->cells_n % table->columns_n;
	int width = show_width(text);

	if (width > table->widths[column])
		table->widths[column] = width;
	table->cells[table->cells_n++] = memory_copy(text);
}

static void
print_cell(const struct table *table, size_t column, const char *text)
{
	const char *end = column + 1 < table->columns_n ? "  " : "\n";
	int blanks_n = table->widths[column] - show_width(text);

	if (table->columns[column].type == COLUMN_NUMBER)
		printf("%*s%s%s", blanks_n, "", text, end);
	else if (column + 1 < table->columns_n)
		printf("%s%*s%s", text, blanks_n, "", end);
	else
		printf("%s%s", text, end);
}

static void
print_slice(struct table *table)
{
	for (size_t i = 0; i < table->cells_n; i++) {
		print_cell(table, i % table->columns_n, table->cells[i]);
		free(table->cells[i]);
	}
	table->cells_n = 0;
}

/* ---- Rows ---- */

void
table_begin(struct table *table, const struct column *columns, size_t columns_n,
    enum output_form form)
{
	assert(columns_n <= TABLE_COLUMNS_MAX);
	*table = (struct table){
	    .columns = columns, .columns_n = columns_n, .form = form};
	if (form == OUTPUT_JSON)
		table->object = json_out_new();
	if (form != OUTPUT_TERMINAL)
		return;
	table->cells =
	    memory_alloc((SLICE_ROWS + 1) * columns_n, sizeof(*table->cells));
	for (size_t i = 0; i < columns_n; i++)
		keep_cell(table, columns[i].name);
}

static void
end_cell(struct table *table)
{
	if (++table->at < table->columns_n)
		return;
	table->at = 0;
	if (table->form == OUTPUT_JSON)
		json_out_print(table->object);
	else if (table->cells_n >= SLICE_ROWS * table->columns_n)
		print_slice(table);
}

static void
put_cell(struct table *table, const char *text)
{
	if (table->form == OUTPUT_TERMINAL) {
		keep_cell(table, text);
		return;
	}
	fputs(text, stdout);
	putchar(table->at + 1 < table->columns_n ? '\t' : '\n');
}

void
table_text(struct table *table, const char *text)
{
	if (table->form == OUTPUT_JSON)
		json_out_text(table->object, table->columns[table->at].name,
		    text);
	else
		put_cell(table,
		    text == NULL || text[0] == '\0' ? EMPTY : show_text(text));
	end_cell(table);
}

static void
put_number(struct table *table, enum column_type type, int64_t number)
{
	char text[24];

	if (type == COLUMN_TIME) {
		put_cell(table, show_time(number));
		return;
	}
	snprintf(text, sizeof(text), "%" PRId64, number);
	put_cell(table, text);
}

void
table_number(struct table *table, int64_t number)
{
	const struct column *column = &table->columns[table->at];
	bool is_empty =
	    number < 0 || (column->type == COLUMN_TIME && number == 0);

	if (table->form != OUTPUT_JSON && is_empty)
		put_cell(table, EMPTY);
	else if (table->form != OUTPUT_JSON)
		put_number(table, column->type, number);
	else if (is_empty)
		json_out_null(table->object, column->name);
	else
		json_out_number(table->object, column->name, number);
	end_cell(table);
}

void
table_end(struct table *table)
{
	print_slice(table);
	free(table->cells);
	json_out_free(table->object);
}
