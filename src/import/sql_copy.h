/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_SQL_COPY_H
#define TARDIGREY_IMPORT_SQL_COPY_H

#include "import/sql_rows.h"

/*
 * sql_copy: reads the data of COPY ... FROM stdin, as PostgreSQL writes them: a
 * row on each line, tabs between the values, \N for NULL, and escapes with a
 * backslash. The line \. ends the data.
 */

struct sql_copy {
	bool after_backslash;
	bool is_null; /* the value began with \N */
	bool is_end;  /* the line began with \. */
	bool has_row; /* the line has an octet */
	struct sql_text value;
};

void sql_copy_begin(struct sql_copy *copy, struct sql_rows *rows);

/* Take the next octet. Returns 0, 1 after the end of the data, or -1 if row()
 * has done so. */
int sql_copy_take(struct sql_copy *copy, char octet, struct sql_rows *rows);

#endif
