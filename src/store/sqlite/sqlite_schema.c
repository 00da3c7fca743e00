/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_schema.h"

#include "store/sqlite/schema.h" /* schema_steps[], made from sql/ */

#define STEPS ((int)(sizeof(schema_steps) / sizeof(schema_steps[0])))

static int
read_pragma(const struct sqlite *sqlite, const char *sql, int *value_out,
    struct err *err)
{
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(sqlite->db, sql, -1, &statement, NULL);

	if (rc == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
		*value_out = sqlite3_column_int(statement, 0);
		sqlite3_finalize(statement);
		return 0;
	}
	sqlite_error(sqlite, err);
	sqlite3_finalize(statement);
	return -1;
}

/* Refuse a database of another program, or of a newer version. Call this inside
 * a transaction: another process may be making the schema at the same time. */
static int
check_owner(struct sqlite *sqlite, int *version, struct err *err)
{
	int id, tables_n;

	if (read_pragma(sqlite, "PRAGMA user_version", version, err) != 0 ||
	    read_pragma(sqlite, "PRAGMA application_id", &id, err) != 0 ||
	    read_pragma(sqlite, "SELECT count(*) FROM sqlite_master", &tables_n,
		err) != 0)
		return -1;
	sqlite->is_refused = true;
	if (*version > STEPS && id == SQLITE_APPLICATION_ID)
		return err_set(err,
		    "database %s was made by a newer Tardigrey (schema %d; "
		    "this version knows schema %d); run the newer version, or "
		    "name another file",
		    sqlite->path, *version, STEPS);
	if ((*version != 0 || tables_n != 0) && id != SQLITE_APPLICATION_ID)
		return err_set(err,
		    "database %s belongs to another program; name another "
		    "file",
		    sqlite->path);
	sqlite->is_refused = false;
	return 0;
}

bool
sqlite_schema_is_known(struct sqlite *sqlite)
{
	sqlite3_stmt *statement =
	    sqlite->statements.prepared[STATEMENT_USER_VERSION];
	unsigned version = 0;

	sqlite3_file_control(sqlite->db, "main", SQLITE_FCNTL_DATA_VERSION,
	    &version);
	if (version != 0 && version == sqlite->checked_version)
		return true;
	if (sqlite3_step(statement) == SQLITE_ROW) {
		sqlite->checked_version = version;
		sqlite->is_newer = sqlite3_column_int(statement, 0) > STEPS;
	}
	sqlite3_reset(statement);
	return !sqlite->is_newer;
}

int
sqlite_schema_newer(const struct sqlite *sqlite, struct err *err)
{
	return err_set(err,
	    "database %s: a newer Tardigrey has changed its schema while it "
	    "was in use; stop this version and run the newer one",
	    sqlite->path);
}

static int
take_step(const struct sqlite *sqlite, int step, struct err *err)
{
	char sql[80];

	if (sqlite_execute(sqlite, schema_steps[step], err) != 0)
		return -1;
	sqlite3_snprintf(sizeof(sql), sql,
	    "PRAGMA user_version = %d; PRAGMA application_id = %d", step + 1,
	    SQLITE_APPLICATION_ID);
	return sqlite_execute(sqlite, sql, err);
}

int
sqlite_schema_check(struct sqlite *sqlite, int *version, struct err *err)
{
	if (sqlite_execute(sqlite, "BEGIN", err) != 0 ||
	    check_owner(sqlite, version, err) != 0)
		return -1;
	return sqlite_execute(sqlite, "COMMIT", err);
}

/* Copy the schema from the write-ahead log to the main file. Then the header of
 * the file has the application_id of Tardigrey: sqlite_damage.c relies on that.
 * If this fails, a later checkpoint copies the schema. */
static void
write_header(const struct sqlite *sqlite)
{
	sqlite3_wal_checkpoint_v2(sqlite->db, "main", SQLITE_CHECKPOINT_PASSIVE,
	    NULL, NULL);
}

/* check_owner() reads the version again inside the write transaction: another
 * process may have made the schema since. */
int
sqlite_schema_make(struct sqlite *sqlite, int version, struct err *err)
{
	if (version == STEPS)
		return 0;
	if (sqlite_execute(sqlite, "BEGIN IMMEDIATE", err) != 0 ||
	    check_owner(sqlite, &version, err) != 0)
		return -1;
	for (; version < STEPS; version++)
		if (take_step(sqlite, version, err) != 0)
			return -1;
	if (sqlite_execute(sqlite, "COMMIT", err) != 0)
		return -1;
	write_header(sqlite);
	return 0;
}
