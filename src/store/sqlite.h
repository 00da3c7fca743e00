/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_H
#define TARDIGREY_STORE_SQLITE_H

#include <sqlite3.h>

#include "store/store_open.h"

/*
 * sqlite: what the files of the SQLite store share, and nobody else sees.
 *
 * store_sqlite.c       the store as others know it
 * sqlite_connect.c     the handle: opened, in place, thrown away
 * sqlite_schema.c      whose file it is, and bringing it up to date
 * sqlite_statements.c  every statement there is, and running them
 * sqlite_triplets.c    finding, changing and expiring records
 *
 * A function here that returns int returns 0 or -1. Unless it takes a struct
 * err, the reason is still in the handle then, for sqlite_give_up().
 */

enum statement {
	STATEMENT_BEGIN_READ,
	STATEMENT_BEGIN_WRITE,
	STATEMENT_COMMIT,
	STATEMENT_ROLLBACK,
	STATEMENT_FIND,
	STATEMENT_FORGET_IF_SAME,
	STATEMENT_MERGE,
	STATEMENT_WALK,
	STATEMENT_SLICE_COUNT,
	STATEMENT_SLICE_EXPIRE,
};
#define STATEMENTS (STATEMENT_SLICE_EXPIRE + 1)

struct sqlite {
	struct store store;
	struct store_options options;
	char *path;  /* owned */
	sqlite3 *db; /* owned; NULL: to be opened by the next call */
	sqlite3_stmt *statements[STATEMENTS]; /* owned */
};

/* ---- sqlite_connect.c ---- */

/* Open the file, which is not open. */
int sqlite_connect(struct sqlite *sqlite, struct err *err);

/* Close it, if it is open; the next call opens it again. */
void sqlite_disconnect(struct sqlite *sqlite);

/* Open the file unless it is open and still the one of that name. Every call
 * of the port begins with this. */
int sqlite_ensure_open(struct sqlite *sqlite, struct err *err);

/* Say what the handle met last. Always returns -1. */
int sqlite_explain(const struct sqlite *sqlite, struct err *err);

/* Run statements that are not kept. */
int sqlite_execute(const struct sqlite *sqlite, const char *sql,
    struct err *err);

/* ---- sqlite_schema.c ---- */

/* Look before touching: it may be somebody else's. Sets the version. */
int sqlite_schema_look(const struct sqlite *sqlite, int *version,
    struct err *err);

/* Bring the schema of that version up to date. */
int sqlite_schema_migrate(const struct sqlite *sqlite, int version,
    struct err *err);

/* ---- sqlite_statements.c ---- */

int sqlite_prepare(struct sqlite *sqlite, struct err *err);

/* Run a statement that returns no row. */
int sqlite_run(struct sqlite *sqlite, enum statement which);

/* A call failed: leave no transaction open, and no handle that may be
 * broken. A busy database is no fault of the handle. Returns STORE_FAILED. */
enum store_rc sqlite_give_up(struct sqlite *sqlite, struct err *err);

/* ---- The calls of the port, see core/store.h ---- */

enum store_rc sqlite_lookup(struct store *store, const struct triplet *triplets,
    size_t n, struct store_answer *answers, struct err *err);
enum store_rc sqlite_apply(struct store *store,
    const struct store_change *changes, size_t n, struct err *err);
enum store_rc sqlite_expire(struct store *store, int64_t now_s, size_t rows_max,
    struct store_sweep *sweep, struct err *err);

#endif
