/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/table.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tools/json_out.h"
#include "tools/memory.h"
#include "tools/show.h"

/* The number of rows that are aligned together. */
#define SLICE_ROWS 500

#define EMPTY "-"

#define GAP       2 /* between columns */
#define CUT       "..."
#define WIDTH_MIN 6 /* of a column that is made narrower */

/* Leave out a column rather than cut another one to less than this. */
#define WIDTH_GOOD 16

#define LINE_WIDTH 80 /* if the terminal does not say how wide it is */

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

static bool
may_be_cut(const struct table *table, size_t column)
{
	enum column_type type = table->columns[column].type;

	return type == COLUMN_TEXT || type == COLUMN_EXTRA;
}

/* The width of a line if texts that may be cut have at most this width. */
static int
line_width(const struct table *table, int cut_width)
{
	int sum = -GAP;

	for (size_t i = 0; i < table->columns_n; i++) {
		int width = table->widths[i];

		if (table->is_omitted[i])
			continue;
		if (may_be_cut(table, i) && width > cut_width)
			width = cut_width;
		sum += width + GAP;
	}
	return sum;
}

/* Leave out the widest columns of COLUMN_EXTRA until there is room for the
 * others. */
static void
omit_columns(struct table *table)
{
	while (line_width(table, WIDTH_GOOD) > table->line_width) {
		size_t widest = table->columns_n;

		for (size_t i = 0; i < table->columns_n; i++)
			if (table->columns[i].type == COLUMN_EXTRA &&
			    !table->is_omitted[i] &&
			    (widest == table->columns_n ||
				table->widths[i] > table->widths[widest]))
				widest = i;
		if (widest == table->columns_n)
			return;
		table->is_omitted[widest] = true;
	}
}

/* Make the widest of the texts that may be cut narrower. If none is left,
 * "words" makes the widest word narrower. Returns false if there is none. */
static bool
narrow(struct table *table, bool words)
{
	int *widest = NULL;

	for (size_t i = 0; i < table->columns_n; i++)
		if (!table->is_omitted[i] && table->widths[i] > WIDTH_MIN &&
		    (words ? table->columns[i].type == COLUMN_WORD
			   : may_be_cut(table, i)) &&
		    (widest == NULL || table->widths[i] > *widest))
			widest = &table->widths[i];
	if (widest != NULL)
		--*widest;
	return widest != NULL;
}

/* Which columns there are is decided once, for the header. */
static void
fit_widths(struct table *table)
{
	if (table->line_width == 0)
		return;
	if (!table->has_header)
		omit_columns(table);
	while (line_width(table, INT_MAX) > table->line_width &&
	    (narrow(table, false) || narrow(table, true)))
		;
}

/* Print at most "width" characters; a text that is cut ends in "...". */
static void
print_text(const char *text, int width)
{
	int room = width - (int)strlen(CUT), n = 0;
	const char *p = text;

	if (show_width(text) <= width) {
		fputs(text, stdout);
		return;
	}
	for (; n < room || ((unsigned char)*p & 0xc0) == 0x80; p++)
		n += ((unsigned char)p[1] & 0xc0) != 0x80;
	printf("%.*s" CUT, (int)(p - text), text);
}

static void
print_cell(const struct table *table, size_t column, const char *text)
{
	const char *end = column + 1 < table->columns_n ? "  " : "\n";
	int width = table->widths[column];
	int blanks_n = width - show_width(text);

	if (table->is_omitted[column])
		return;
	if (blanks_n < 0)
		blanks_n = 0;
	if (table->columns[column].type == COLUMN_NUMBER)
		printf("%*s%s%s", blanks_n, "", text, end);
	else if (column + 1 < table->columns_n) {
		print_text(text, width);
		printf("%*s%s", blanks_n, "", end);
	} else {
		print_text(text, width);
		fputs(end, stdout);
	}
}

static void
print_slice(struct table *table)
{
	if (table->cells_n > 0)
		fit_widths(table);
	table->has_header = true;
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

void
table_fit(struct table *table)
{
	struct winsize size;

	table->line_width = LINE_WIDTH;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		table->line_width = size.ws_col;
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
