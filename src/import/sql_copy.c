/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/sql_copy.h"

#include <string.h>

static void
begin_value(struct sql_copy *copy)
{
	copy->is_null = copy->is_end = copy->after_backslash = false;
	sql_text_clear(&copy->value);
}

void
sql_copy_begin(struct sql_copy *copy, struct sql_rows *rows)
{
	copy->has_row = false;
	begin_value(copy);
	sql_rows_begin(rows);
}

static void
end_value(struct sql_copy *copy, struct sql_rows *rows)
{
	sql_rows_add(rows, copy->is_null ? NULL : &copy->value, false);
	begin_value(copy);
}

static void
take_escape(struct sql_copy *copy, char octet, const struct sql_rows *rows)
{
	static const char letters[] = "bfnrtv", octets[] = "\b\f\n\r\t\v";
	const char *letter = octet == '\0' ? NULL : strchr(letters, octet);
	bool is_first = copy->value.n == 0;

	copy->after_backslash = false;
	if (is_first && octet == 'N')
		copy->is_null = true;
	else if (is_first && octet == '.' && rows->position == 0)
		copy->is_end = true;
	else
		sql_text_add(&copy->value,
		    letter == NULL ? octet : octets[letter - letters]);
}

static int
end_line(struct sql_copy *copy, struct sql_rows *rows)
{
	bool is_end = copy->is_end && copy->value.n == 0;
	int rc = 0;

	if (!is_end && copy->has_row) {
		end_value(copy, rows);
		rc = sql_rows_end(rows);
	}
	sql_copy_begin(copy, rows);
	return rc != 0 ? -1 : is_end;
}

int
sql_copy_take(struct sql_copy *copy, char octet, struct sql_rows *rows)
{
	if (octet == '\n' && !copy->after_backslash)
		return end_line(copy, rows);
	if (octet == '\r' && copy->is_end)
		return 0;
	copy->has_row = true;
	if (copy->after_backslash)
		take_escape(copy, octet, rows);
	else if (octet == '\\')
		copy->after_backslash = true;
	else if (octet == '\t')
		end_value(copy, rows);
	else
		sql_text_add(&copy->value, octet);
	return 0;
}
