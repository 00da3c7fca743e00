/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/table.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/duration.h"
#include "tools/ctl.h"
#include "tools/show.h"

/* Rows that are aligned together. */
#define SLICE_ROWS 500

#define EMPTY "-"

enum table_form
table_form_of_stdout(void)
{
	return isatty(STDOUT_FILENO) ? TABLE_TERMINAL : TABLE_PIPE;
}

/* ---- Terminal ---- */

static void
keep_cell(struct table *table, const char *text)
{
	size_t column = table->cells_n % table->columns_n;
	int width = (int)strlen(text);

	if (width > table->widths[column])
		table->widths[column] = width;
	table->cells[table->cells_n++] = ctl_copy(text);
}

static void
print_cell(const struct table *table, size_t column, const char *text)
{
	const char *end = column + 1 < table->columns_n ? "  " : "\n";
	int width = table->widths[column];

	if (table->columns[column].type == COLUMN_NUMBER)
		printf("%*s%s", width, text, end);
	else if (column + 1 < table->columns_n)
		printf("%-*s%s", width, text, end);
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

/* ---- JSON ---- */

/* DEL is the one octet of ASCII that jansson lets through and terminals do
 * not print. */
static int
write_inert(const char *text, size_t n, void *arg)
{
	(void)arg;
	for (const char *end = text + n; text < end;) {
		const char *del = memchr(text, 0x7f, (size_t)(end - text));
		size_t plain_n = (size_t)((del != NULL ? del : end) - text);

		fwrite(text, 1, plain_n, stdout);
		text += plain_n;
		if (del != NULL) {
			fputs("\\u007F", stdout);
			text++;
		}
	}
	return 0;
}

/* Half an object would be taken for a whole one. "status" is jansson's. */
static void
insist(int status)
{
	if (status != 0)
		ctl_out_of_memory();
}

/* Not json_copy(), which leaves out what it has no memory for. */
static void
keep_object(struct table *table)
{
	insist(json_array_append_new(table->rows, table->object));
	table->object = json_object();
	insist(table->object != NULL ? 0 : -1);
}

static void
print_object(struct table *table)
{
	if (table->outer != NULL) {
		keep_object(table);
		return;
	}
	insist(json_dump_callback(table->object, write_inert, NULL,
	    JSON_COMPACT | JSON_ENSURE_ASCII));
	putchar('\n');
	json_object_clear(table->object);
}

static void
set(struct table *table, const char *name, json_t *value)
{
	insist(json_object_set_new_nocheck(table->object, name, value));
}

static void
set_hexadecimal(struct table *table, const char *text)
{
	size_t n = strlen(text);
	char *hex = ctl_alloc(2 * n + 1, 1);
	char name[64];

	for (size_t i = 0; i < n; i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned char)text[i]);
	snprintf(name, sizeof(name), "%s_hex", table->columns[table->at].name);
	set(table, name, json_string(hex));
	free(hex);
}

static bool
is_empty_text(const char *text)
{
	return text == NULL || text[0] == '\0';
}

static void
set_text(struct table *table, const char *text)
{
	const char *name = table->columns[table->at].name;
	json_t *value = is_empty_text(text) ? json_null() : json_string(text);

	if (value == NULL) /* not UTF-8, or memory was short */
		value = json_string(text);
	if (value != NULL)
		set(table, name, value);
	else
		set_hexadecimal(table, text);
}

/* ---- Rows ---- */

void
table_begin(struct table *table, const struct column *columns, size_t columns_n,
    enum table_form form)
{
	assert(columns_n <= TABLE_COLUMNS_MAX);
	*table = (struct table){
	    .columns = columns, .columns_n = columns_n, .form = form};
	if (form == TABLE_JSON && (table->object = json_object()) == NULL)
		ctl_out_of_memory();
	if (form != TABLE_TERMINAL)
		return;
	table->cells =
	    ctl_alloc((SLICE_ROWS + 1) * columns_n, sizeof(*table->cells));
	for (size_t i = 0; i < columns_n; i++)
		keep_cell(table, columns[i].name);
}

void
table_begin_within(struct table *table, const struct column *columns,
    size_t columns_n, struct table *outer)
{
	table_begin(table, columns, columns_n, TABLE_JSON);
	table->outer = outer;
	table->rows = json_array();
}

static void
end_cell(struct table *table)
{
	if (++table->at < table->columns_n)
		return;
	table->at = 0;
	if (table->form == TABLE_JSON)
		print_object(table);
	else if (table->cells_n >= SLICE_ROWS * table->columns_n)
		print_slice(table);
}

/* A cell of a table for people or pipes, ready to be printed. */
static void
put(struct table *table, const char *text)
{
	if (table->form == TABLE_TERMINAL) {
		keep_cell(table, text);
		return;
	}
	fputs(text, stdout);
	putchar(table->at + 1 < table->columns_n ? '\t' : '\n');
}

void
table_text(struct table *table, const char *text)
{
	if (table->form == TABLE_JSON)
		set_text(table, text);
	else
		put(table,
		    text == NULL || *text == '\0' ? EMPTY : show_text(text));
	end_cell(table);
}

static bool
is_empty(enum column_type type, int64_t number)
{
	return number < 0 || (type == COLUMN_TIME && number == 0);
}

static void
put_number(struct table *table, enum column_type type, int64_t number)
{
	char text[DURATION_TEXT_SIZE];

	if (is_empty(type, number))
		put(table, EMPTY);
	else if (type == COLUMN_TIME)
		put(table, show_time(number));
	else if (type == COLUMN_SPAN && number <= INT64_MAX / 1000) {
		duration_format(number * 1000, text);
		put(table, text);
	} else {
		snprintf(text, sizeof(text), "%" PRId64, number);
		put(table, text);
	}
}

void
table_number(struct table *table, int64_t number)
{
	const struct column *column = &table->columns[table->at];

	if (table->form == TABLE_JSON)
		set(table, column->name,
		    is_empty(column->type, number) ? json_null()
						   : json_integer(number));
	else
		put_number(table, column->type, number);
	end_cell(table);
}

/* The rows of a table are a cell of its outer one. */
static void
put_rows(struct table *table)
{
	struct table *outer = table->outer;

	set(outer, outer->columns[outer->at].name, table->rows);
	end_cell(outer);
}

void
table_end(struct table *table)
{
	if (table->outer != NULL)
		put_rows(table);
	print_slice(table);
	free(table->cells);
	json_decref(table->object);
}
