/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_IMPORT_SQLITE_H
#define TARDIGREY_TOOLS_IMPORT_SQLITE_H

#include <stdbool.h>

#include "import/sql_program.h"

/* import_sqlite: reads the tables of another program from its SQLite
 * database. */

struct import_sqlite;

/* True if the file is an SQLite database. */
bool import_sqlite_is_database(const char *path);

/* Open the database. From then on, the reader sees one state of it. Returns
 * NULL after a complaint. */
struct import_sqlite *import_sqlite_open(const char *path,
    const struct sql_program *program);

/* Read all rows of the program's tables. Returns 0, or -1 after a complaint or
 * when row() does so. */
int import_sqlite_read(struct import_sqlite *sqlite, sql_row_fn *row,
    void *arg);

void import_sqlite_close(struct import_sqlite *sqlite);

#endif
