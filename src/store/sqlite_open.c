/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * sqlite_open: the embedded store. One file, write-ahead log, statements
 * prepared once, one transaction for each batch. Other processes may read and
 * write the file at the same time; a writer waits for them at most
 * timeout_ms.
 *
 * A handle that met anything but a busy database is thrown away, and the next
 * call opens the file again: that is how a full disk, a lost permission or a
 * replaced file is recovered from without a restart.
 */
#include "store/sqlite.h"

#include <inttypes.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/schema.h" /* schema_steps[], made from sql/ */

#define STEPS ((int)(sizeof(schema_steps) / sizeof(schema_steps[0])))

/* "TDGY": tells file(1) and us whose database this is. */
#define APPLICATION_ID 0x54444759

/* Of a sweep: from behind the last key up to the one that ends the slice. */
#define IN_SLICE                                                         \
	" FROM triplet WHERE (client, sender, recipient) > (?1, ?2, ?3)" \
	" AND (client, sender, recipient) <= (?4, ?5, ?6)"

/* MERGE is record_merge() in SQL; tests/store/test_contract.c holds the two
 * together. */
static const char *const statement_sql[STATEMENTS] = {
    [STATEMENT_BEGIN_READ] = "BEGIN",
    [STATEMENT_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ROLLBACK] = "ROLLBACK",
    [STATEMENT_FIND] =
	"SELECT first_seen, last_seen, passed, expires, deferred_n, passed_n"
	" FROM triplet WHERE client = ?1 AND sender = ?2 AND recipient = ?3",
    [STATEMENT_FORGET_IF_SAME] =
	"DELETE FROM triplet"
	" WHERE client = ?1 AND sender = ?2 AND recipient = ?3"
	" AND first_seen = ?4 AND last_seen = ?5 AND passed IS ?6",
    [STATEMENT_FORGET] =
	"DELETE FROM triplet"
	" WHERE client = ?1 AND sender = ?2 AND recipient = ?3",
    [STATEMENT_MERGE] =
	"INSERT INTO triplet (client, sender, recipient, first_seen,"
	" last_seen, passed, expires, deferred_n, passed_n)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
	" ON CONFLICT (client, sender, recipient) DO UPDATE SET"
	" first_seen = min(first_seen, excluded.first_seen),"
	" last_seen = max(last_seen, excluded.last_seen),"
	" passed = coalesce(min(passed, excluded.passed), passed,"
	" excluded.passed),"
	" expires = max(expires, excluded.expires),"
	" deferred_n = deferred_n + excluded.deferred_n,"
	" passed_n = passed_n + excluded.passed_n",
    [STATEMENT_WALK] = "SELECT client, sender, recipient, expires FROM triplet"
		       " WHERE (client, sender, recipient) > (?1, ?2, ?3)"
		       " ORDER BY client, sender, recipient LIMIT ?4",
    [STATEMENT_WALK_ROWS] =
	"SELECT first_seen, last_seen, passed, expires, deferred_n, passed_n,"
	" client, sender, recipient FROM triplet"
	" WHERE (client, sender, recipient) > (?1, ?2, ?3)"
	" ORDER BY client, sender, recipient LIMIT ?4",
    [STATEMENT_SLICE_COUNT] =
	"SELECT count(*) - count(passed), count(passed)" IN_SLICE
	" AND expires < ?7",
    [STATEMENT_SLICE_EXPIRE] = "DELETE" IN_SLICE " AND expires < ?7",
    [STATEMENT_GENERATION] = "SELECT generation FROM list_generation",
};

static const char *const synchronous_sql[] = {
    [DURABILITY_NORMAL] = "PRAGMA synchronous = NORMAL",
    [DURABILITY_FULL] = "PRAGMA synchronous = FULL",
    [DURABILITY_OFF] = "PRAGMA synchronous = OFF",
};

/* ---- Opening ---- */

static void
disconnect(struct sqlite *sqlite)
{
	for (int i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(sqlite->statements[i]);
		sqlite->statements[i] = NULL;
	}
	sqlite3_close(sqlite->db);
	sqlite->db = NULL;
}

static int
explain(const struct sqlite *sqlite, struct err *err)
{
	if (sqlite->db == NULL)
		return err_set(err, "database %s: out of memory", sqlite->path);
	if (sqlite3_errcode(sqlite->db) == SQLITE_CANTOPEN)
		return err_set(err,
		    "database %s: cannot open it: %s; its directory must "
		    "exist and belong to the user that runs this",
		    sqlite->path, strerror(sqlite3_system_errno(sqlite->db)));
	return err_set(err, "database %s: %s", sqlite->path,
	    sqlite3_errmsg(sqlite->db));
}

static int
execute(const struct sqlite *sqlite, const char *sql, struct err *err)
{
	if (sqlite3_exec(sqlite->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return explain(sqlite, err);
	return 0;
}

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
	explain(sqlite, err);
	sqlite3_finalize(statement);
	return -1;
}

/* Refuse what is not ours or is newer than we are. To be called inside of a
 * transaction, for another process may be making the schema just now. */
static int
check_version(const struct sqlite *sqlite, int *version, struct err *err)
{
	int id, tables_n;

	if (read_pragma(sqlite, "PRAGMA user_version", version, err) != 0 ||
	    read_pragma(sqlite, "PRAGMA application_id", &id, err) != 0 ||
	    read_pragma(sqlite, "SELECT count(*) FROM sqlite_master", &tables_n,
		err) != 0)
		return -1;
	if (*version > STEPS && id == APPLICATION_ID)
		return err_set(err,
		    "database %s was made by a newer Tardigrey (schema %d, "
		    "this one knows %d); run that version, or name another "
		    "file",
		    sqlite->path, *version, STEPS);
	if ((*version != 0 || tables_n != 0) && id != APPLICATION_ID)
		return err_set(err,
		    "database %s belongs to another program; name another "
		    "file",
		    sqlite->path);
	return 0;
}

static int
take_step(const struct sqlite *sqlite, int step, struct err *err)
{
	char sql[80];

	if (execute(sqlite, schema_steps[step], err) != 0)
		return -1;
	sqlite3_snprintf(sizeof(sql), sql,
	    "PRAGMA user_version = %d; PRAGMA application_id = %d", step + 1,
	    APPLICATION_ID);
	return execute(sqlite, sql, err);
}

/* Look before touching: it may be somebody else's. */
static int
look(const struct sqlite *sqlite, int *version, struct err *err)
{
	if (execute(sqlite, "BEGIN", err) != 0 ||
	    check_version(sqlite, version, err) != 0)
		return -1;
	return execute(sqlite, "COMMIT", err);
}

/* Bring the schema up to date. The version is read again inside the write
 * transaction: another process may have been quicker. */
static int
migrate(const struct sqlite *sqlite, int version, struct err *err)
{
	if (version == STEPS)
		return 0;
	if (execute(sqlite, "BEGIN IMMEDIATE", err) != 0 ||
	    check_version(sqlite, &version, err) != 0)
		return -1;
	for (; version < STEPS; version++)
		if (take_step(sqlite, version, err) != 0)
			return -1;
	return execute(sqlite, "COMMIT", err);
}

static int
prepare(struct sqlite *sqlite, struct err *err)
{
	for (int i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(sqlite->db, statement_sql[i], -1,
			SQLITE_PREPARE_PERSISTENT, &sqlite->statements[i],
			NULL) != SQLITE_OK)
			return explain(sqlite, err);
	return 0;
}

/* A file system without shared memory has no write-ahead log, and SQLite
 * says so only in the answer. */
static int
use_wal(const struct sqlite *sqlite, struct err *err)
{
	sqlite3_stmt *statement = NULL;
	const char *mode = NULL;
	int rc = -1;

	if (sqlite3_prepare_v2(sqlite->db, "PRAGMA journal_mode = WAL", -1,
		&statement, NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_ROW)
		explain(sqlite, err);
	else if ((mode = (const char *)sqlite3_column_text(statement, 0)) ==
		NULL ||
	    strcmp(mode, "wal") != 0)
		err_set(err,
		    "database %s: its file system has no write-ahead log; "
		    "choose a local one",
		    sqlite->path);
	else
		rc = 0;
	sqlite3_finalize(statement);
	return rc;
}

static int
set_options(const struct sqlite *sqlite, struct err *err)
{
	if (execute(sqlite, "PRAGMA trusted_schema = OFF", err) != 0 ||
	    execute(sqlite, synchronous_sql[sqlite->options.durability], err) !=
		0)
		return -1;
	if (!sqlite->options.leaves_upkeep)
		return 0;
	sqlite3_db_config(sqlite->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
	    NULL);
	return execute(sqlite, "PRAGMA wal_autocheckpoint = 0", err);
}

static int
set_up(struct sqlite *sqlite, struct err *err)
{
	int version;

	sqlite3_busy_timeout(sqlite->db, (int)sqlite->options.timeout_ms);
	if (look(sqlite, &version, err) != 0 || use_wal(sqlite, err) != 0 ||
	    set_options(sqlite, err) != 0 || migrate(sqlite, version, err) != 0)
		return -1;
	return prepare(sqlite, err);
}

/* Returns 1 when another process was in the way, which may be over soon. */
static int
try_to_connect(struct sqlite *sqlite, struct err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	int code;

	if (sqlite3_open_v2(sqlite->path, &sqlite->db, flags, NULL) !=
	    SQLITE_OK)
		explain(sqlite, err);
	else if (set_up(sqlite, err) == 0)
		return 0;
	code = sqlite3_errcode(sqlite->db) & 0xff;
	disconnect(sqlite);
	return code == SQLITE_BUSY ? 1 : -1;
}

#define TRY_AGAIN_MS 10

/* The switch to the write-ahead log, at first use, does not wait for others
 * by itself. */
static int
connect_file(struct sqlite *sqlite, struct err *err)
{
	int64_t waited_ms = 0;
	int rc;

	while ((rc = try_to_connect(sqlite, err)) == 1 &&
	    waited_ms < sqlite->options.timeout_ms)
		waited_ms += sqlite3_sleep(TRY_AGAIN_MS);
	return rc == 0 ? 0 : -1;
}

/* Somebody removed or renamed the file under our feet: what we wrote to it
 * would be lost. */
static int
check_in_place(struct sqlite *sqlite, struct err *err)
{
	int moved = 0;

	sqlite3_file_control(sqlite->db, "main", SQLITE_FCNTL_HAS_MOVED,
	    &moved);
	if (!moved)
		return 0;
	disconnect(sqlite);
	return err_set(err,
	    "database %s was removed or renamed while in use; going on with "
	    "what is there now",
	    sqlite->path);
}

int
sqlite_ensure_open(struct sqlite *sqlite, struct err *err)
{
	if (sqlite->db == NULL)
		return connect_file(sqlite, err);
	return check_in_place(sqlite, err);
}

/* Whoever may write to the directory can put another database there. */
static int
check_directory(const char *path, struct err *err)
{
	char *copy = strdup(path);
	struct stat st;
	int rc = 0;

	if (copy == NULL)
		return err_set(err, "out of memory");
	if (stat(dirname(copy), &st) == 0 &&
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		rc = err_set(err,
		    "database %s: others than its owner may write to its "
		    "directory; chmod go-w it, or choose another",
		    path);
	free(copy);
	return rc;
}

/* At the start, say what later would only show with the first mail. */
static int
check_writable(const struct sqlite *sqlite, struct err *err)
{
	if (sqlite3_db_readonly(sqlite->db, "main") != 1)
		return 0;
	return err_set(err,
	    "database %s: this user may read it but not write it",
	    sqlite->path);
}

static struct store *
sqlite_open(const char *where, const struct store_options *options,
    struct err *err)
{
	struct sqlite *sqlite = calloc(1, sizeof(*sqlite));

	if (sqlite != NULL)
		sqlite->path = strdup(where);
	if (sqlite == NULL || sqlite->path == NULL) {
		free(sqlite);
		err_set(err, "out of memory");
		return NULL;
	}
	sqlite->store.ops = &store_sqlite_ops;
	sqlite->options = *options;
	if (check_directory(where, err) != 0 ||
	    connect_file(sqlite, err) != 0 ||
	    check_writable(sqlite, err) != 0) {
		store_close(&sqlite->store);
		return NULL;
	}
	return &sqlite->store;
}

static void
sqlite_close(struct store *store)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	disconnect(sqlite);
	free(sqlite->path);
	free(sqlite);
}

static void
sqlite_configure(struct store *store, const struct store_options *options)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	sqlite->options.timeout_ms = options->timeout_ms;
	if (sqlite->db != NULL)
		sqlite3_busy_timeout(sqlite->db, (int)options->timeout_ms);
}

/* ---- Running statements ---- */

int
sqlite_run(struct sqlite *sqlite, enum statement which)
{
	sqlite3_stmt *statement = sqlite->statements[which];
	int rc = sqlite3_step(statement);

	sqlite3_reset(statement);
	return rc == SQLITE_DONE ? 0 : -1;
}

/* A busy database is no fault of the handle. */
enum store_rc
sqlite_give_up(struct sqlite *sqlite, struct err *err)
{
	int code = sqlite3_errcode(sqlite->db) & 0xff;

	explain(sqlite, err);
	if (!sqlite3_get_autocommit(sqlite->db) &&
	    sqlite_run(sqlite, STATEMENT_ROLLBACK) != 0)
		code = SQLITE_ERROR;
	if (code != SQLITE_BUSY)
		disconnect(sqlite);
	return STORE_FAILED;
}

const struct store_ops store_sqlite_ops = {
    .scheme = "sqlite",
    .open = sqlite_open,
    .close = sqlite_close,
    .configure = sqlite_configure,
    .lookup = sqlite_lookup,
    .apply = sqlite_apply,
    .expire = sqlite_expire,
    .walk = sqlite_walk,
    .backup = sqlite_backup,
    .generation = sqlite_generation,
    .entries = sqlite_entries,
    .put_entry = sqlite_put_entry,
    .remove_entry = sqlite_remove_entry,
    .add_counts = sqlite_add_counts,
    .hits = sqlite_hits,
    .counts = sqlite_counts,
    .tidy = sqlite_tidy,
};
