/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/import_sqlite.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/complain.h"
#include "tools/memory.h"
#include "tools/progress.h"

struct import_sqlite {
	sqlite3 *db;
	const struct sql_program *program; /* borrowed */
	/* By the index of the table; NULL: no such table. */
	sqlite3_stmt *tables[SQL_TABLES_MAX];
};

bool
import_sqlite_is_database(const char *path)
{
	static const char magic[] = "SQLite format 3";
	char octets[sizeof(magic)] = "";
	FILE *file = fopen(path, "re");
	bool is_database;

	if (file == NULL)
		return false;
	is_database = fread(octets, sizeof(octets), 1, file) == 1 &&
	    memcmp(octets, magic, sizeof(magic)) == 0;
	fclose(file);
	return is_database;
}

void
import_sqlite_close(struct import_sqlite *sqlite)
{
	for (int i = 0; i < sqlite->program->tables_n; i++)
		sqlite3_finalize(sqlite->tables[i]);
	sqlite3_close(sqlite->db);
	free(sqlite);
}

/* ---- Opening ---- */

static bool
has_table(const struct import_sqlite *sqlite, const char *name)
{
	return sqlite3_table_column_metadata(sqlite->db, NULL, name, NULL, NULL,
		   NULL, NULL, NULL, NULL) == SQLITE_OK;
}

static int
prepare(struct import_sqlite *sqlite, const struct sql_table *table,
    sqlite3_stmt **out)
{
	char sql[512] = "SELECT ";
	size_t n = strlen(sql);

	for (int i = 0; table->columns[i] != NULL; i++)
		n += (size_t)snprintf(sql + n, sizeof(sql) - n, "%s%s",
		    i > 0 ? ", " : "", table->columns[i]);
	snprintf(sql + n, sizeof(sql) - n, " FROM %s", table->name);
	return sqlite3_prepare_v2(sqlite->db, sql, -1, out, NULL) == SQLITE_OK
	    ? 0
	    : -1;
}

/* Old versions of a program may lack a table. The first is always there. */
static int
prepare_tables(struct import_sqlite *sqlite)
{
	const struct sql_table *tables = sqlite->program->tables;

	for (int i = 0; i < sqlite->program->tables_n; i++)
		if ((i == 0 || has_table(sqlite, tables[i].name)) &&
		    prepare(sqlite, &tables[i], &sqlite->tables[i]) != 0)
			return -1;
	return 0;
}

/* Begin to read now, so that the files are open and the state is fixed. */
static int
open_database(struct import_sqlite *sqlite, const char *path)
{
	return sqlite3_open_v2(path, &sqlite->db, SQLITE_OPEN_READONLY, NULL) ==
		    SQLITE_OK &&
		sqlite3_busy_timeout(sqlite->db, 5000) == SQLITE_OK &&
		sqlite3_exec(sqlite->db,
		    "BEGIN; SELECT count(*) FROM sqlite_master", NULL, NULL,
		    NULL) == SQLITE_OK &&
		prepare_tables(sqlite) == 0
	    ? 0
	    : -1;
}

struct import_sqlite *
import_sqlite_open(const char *path, const struct sql_program *program)
{
	struct import_sqlite *sqlite = memory_alloc(1, sizeof(*sqlite));

	sqlite->program = program;
	if (open_database(sqlite, path) == 0)
		return sqlite;
	complain("cannot read %s: %s", path, sqlite3_errmsg(sqlite->db));
	import_sqlite_close(sqlite);
	return NULL;
}

/* ---- Rows ---- */

static void
make_row(sqlite3_stmt *stmt, int table, struct sql_row *out)
{
	*out = (struct sql_row){.table = table, .is_whole = true};
	for (int i = 0; i < sqlite3_column_count(stmt); i++) {
		int n = sqlite3_column_bytes(stmt, i);

		out->values[i] = (const char *)sqlite3_column_text(stmt, i);
		if (out->values[i] != NULL &&
		    strlen(out->values[i]) != (size_t)n)
			out->is_whole = false;
	}
}

static int
read_table(struct import_sqlite *sqlite, int table, sql_row_fn *give, void *arg)
{
	struct sql_row row;
	int rc;

	while ((rc = sqlite3_step(sqlite->tables[table])) == SQLITE_ROW) {
		make_row(sqlite->tables[table], table, &row);
		if (give(arg, &row) != 0)
			return -1;
	}
	if (rc == SQLITE_DONE)
		return 0;
	progress_end();
	complain("cannot read the database: %s", sqlite3_errmsg(sqlite->db));
	return -1;
}

int
import_sqlite_read(struct import_sqlite *sqlite, sql_row_fn *row, void *arg)
{
	for (int i = 0; i < sqlite->program->tables_n; i++)
		if (sqlite->tables[i] != NULL &&
		    read_table(sqlite, i, row, arg) != 0)
			return -1;
	return 0;
}
