/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_STATEMENTS_H
#define TARDIGREY_STORE_SQLITE_SQLITE_STATEMENTS_H

#include <sqlite3.h>
#include <stdint.h>

/*
 * sqlite_statements: the prepared statements of a handle.
 *
 * A function that returns int returns 0, or -1 and leaves the error in the
 * handle.
 */

enum statement {
	STATEMENT_BEGIN_READ,
	STATEMENT_BEGIN_WRITE,
	STATEMENT_COMMIT,
	STATEMENT_ROLLBACK,
	STATEMENT_FIND,
	STATEMENT_FORGET,
	STATEMENT_FORGET_IF_SAME,
	STATEMENT_MERGE,
	STATEMENT_WAITING_FIRST,
	STATEMENT_WAITING_LAST,
	STATEMENT_WAITING_GET,
	STATEMENT_WAITING_WALK,
	STATEMENT_WAITING_APPEND,
	STATEMENT_WAITING_COPY,
	STATEMENT_WAITING_REMOVE,
	STATEMENT_WAITING_REMOVE_FIRST,
	STATEMENT_WAITING_REMOVE_POOL,
	STATEMENT_WAITING_CLEAR,
	STATEMENT_WAITING_HASHES,
	STATEMENT_WAITING_PUT_HASHES,
	STATEMENT_WAITING_SECRET,
	STATEMENT_GENERATION,
	STATEMENT_DATA_VERSION,
	STATEMENT_PAGE_COUNT,
	STATEMENT_FREE_PAGES,
	STATEMENT_USER_VERSION,
	/* The statements above are prepared when the files are opened, so that
	 * a batch or a rollback cannot fail for lack of memory. The others are
	 * prepared at their first use. */
	STATEMENT_WAITING_NEWEST,
	STATEMENT_WAITING_IDS,
	STATEMENT_WALK,
	STATEMENT_WALK_CLIENT,
	STATEMENT_EXPIRY_WALK,
	STATEMENT_EXPIRY_COUNT,
	STATEMENT_EXPIRY_REMOVE,
	STATEMENT_WAITING_COUNT_EXPIRED,
	STATEMENT_WAITING_REMOVE_EXPIRED,
	STATEMENT_WAITING_CLEAR_EXPIRED,
	STATEMENT_WAITING_REMOVE_RANGE,
	STATEMENT_WAITING_REMOVE_HASHES,
	STATEMENT_ENTRIES,
	STATEMENT_COUNT_ENTRIES,
	STATEMENT_PUT_ENTRY,
	STATEMENT_REMOVE_ENTRY,
	STATEMENT_REMOVE_HIT,
	STATEMENT_ADD_HIT,
	STATEMENT_ADD_COUNT,
	STATEMENT_HITS,
	STATEMENT_COUNTS,
	STATEMENT_UNTIDY,
	STATEMENT_TIDY_COUNTS,
	STATEMENT_TIDY_HITS,
	STATEMENT_TIDY_ENTRY_HITS,
	STATEMENT_TIDY_ENTRIES,
	STATEMENT_ADD_DECISION,
	STATEMENT_DECISIONS,
	STATEMENT_DECISION_ENDS,
	STATEMENT_TRIM_DECISIONS,
};
#define STATEMENT_LAST_AT_OPEN STATEMENT_USER_VERSION
#define STATEMENTS             (STATEMENT_TRIM_DECISIONS + 1)

struct sqlite_statements {
	sqlite3 *db;                        /* borrowed */
	sqlite3_stmt *prepared[STATEMENTS]; /* owned */
};

/* Prepare the statements that every batch needs, for a handle that was just
 * opened. */
int sqlite_statements_prepare(struct sqlite_statements *statements,
    sqlite3 *db);

/* Finalize all statements. Call this before the handle is closed. */
void sqlite_statements_finalize(struct sqlite_statements *statements);

/* A statement to bind and to step. The caller resets it. Returns NULL if it
 * cannot be prepared. The caller need not check for NULL: sqlite3_bind_...()
 * and sqlite3_step() return an error for NULL, and keep the handle's error. */
sqlite3_stmt *sqlite_statement(struct sqlite_statements *statements,
    enum statement which);

/* Step a statement that returns no row, and reset it. If the statement was not
 * prepared when the files were opened, call sqlite_statement() before. */
int sqlite_run(struct sqlite_statements *statements, enum statement which);

/* Run a statement that returns one number. Returns 0 if it fails. */
int64_t sqlite_read_number(struct sqlite_statements *statements,
    enum statement which);

/* A text of the current row; "" for NULL. Borrowed until the next step. */
const char *sqlite_text(sqlite3_stmt *statement, int column);

#endif
