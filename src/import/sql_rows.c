/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/sql_rows.h"

#include <string.h>

void
sql_layout_add(struct sql_layout *layout, const struct sql_table *table,
    const struct sql_text *name)
{
	if (layout->n == SQL_POSITIONS_MAX)
		return;
	layout->columns[layout->n] = -1;
	for (signed char i = 0; table->columns[i] != NULL; i++)
		if (sql_text_is(name, table->columns[i]))
			layout->columns[layout->n] = i;
	layout->n++;
}

void
sql_rows_begin(struct sql_rows *rows)
{
	rows->position = 0;
	rows->is_bad = false;
	memset(rows->is_set, 0, sizeof(rows->is_set));
}

void
sql_rows_add(struct sql_rows *rows, const struct sql_text *value, bool is_bad)
{
	int column = rows->position < rows->layout.n
	    ? rows->layout.columns[rows->position]
	    : -1;

	if (rows->position < SQL_POSITIONS_MAX)
		rows->position++;
	if (rows->table < 0 || column < 0 || value == NULL)
		return;
	if (is_bad || value->is_cut || value->has_nul)
		rows->is_bad = true;
	rows->values[column] = *value;
	rows->is_set[column] = true;
}

int
sql_rows_end(struct sql_rows *rows)
{
	struct sql_row row = {.table = rows->table, .is_whole = !rows->is_bad};

	if (rows->table < 0)
		return 0;
	for (int i = 0; i < SQL_COLUMNS_MAX; i++)
		row.values[i] = rows->is_set[i] ? rows->values[i].text : NULL;
	return rows->row(rows->arg, &row);
}
