/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_SQL_PROGRAM_H
#define TARDIGREY_IMPORT_SQL_PROGRAM_H

#include "import/foreign.h"
#include "import/sql_rows.h"

/* sql_program: a program that keeps its records in SQL tables. */

struct sql_program {
	const struct sql_table *tables;
	int tables_n;

	/* True if the records of a client must be added up: each stands for
	 * some retries of the client. */
	bool adds_clients;

	/* Give the records of a row, which is whole. Returns 0, or -1 when
	 * take() does so. */
	int (*row)(const struct sql_row *row,
	    const struct foreign_settings *settings, foreign_take_fn *take,
	    void *arg);
};

/* For the programs: give a record, or the reason why there is none. */
int sql_program_give(enum foreign_result result, const struct foreign *foreign,
    foreign_take_fn *take, void *arg);

/* For the programs: parse a number of at least 0. A missing value is 0. Returns
 * 0, or -1. */
int sql_program_number(const char *value, int64_t *out);

/* For the programs: make *out a triplet that waits. A missing value counts as
 * an empty text. Returns FOREIGN_TAKEN, or the reason why it cannot be used. */
enum foreign_result sql_program_triplet(const char *client, const char *sender,
    const char *recipient, struct foreign *out);

/* For the programs: make *out a client. Returns as above. */
enum foreign_result sql_program_client(const char *client, int64_t retries_n,
    struct foreign *out);

#endif
