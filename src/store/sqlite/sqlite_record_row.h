/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_RECORD_ROW_H
#define TARDIGREY_STORE_SQLITE_SQLITE_RECORD_ROW_H

#include <sqlite3.h>
#include <stdbool.h>

#include "decide/key.h"
#include "decide/record.h"

/*
 * sqlite_record_row: keys and records as columns of the table "record".
 */

/* The columns of the statements that read whole rows: first those of the
 * record, then the four of the key, and of the table "waiting" also the others.
 */
enum {
	COLUMN_FIRST_SEEN = 0,
	COLUMN_EXPIRES = 3,
	COLUMN_DEFERRED = 4,
	COLUMN_KEY = 7,
	COLUMN_ID = COLUMN_KEY + 4,
	COLUMN_ADDRESS,
	COLUMN_POOL,
};

/* Bind a key to four parameters; "first" is the number of the first one. The
 * texts are borrowed until the statement has run. */
void sqlite_bind_key(sqlite3_stmt *statement, int first, const struct key *key);

/* Bind the key after which a walk in the order of the primary key goes on, to
 * the parameters 1 to 4. NULL: before the first row. The texts are borrowed as
 * above. */
void sqlite_bind_walk(sqlite3_stmt *statement, const struct key *last);

/* Bind the times of a record to the parameters 5 to 7. */
void sqlite_bind_times(sqlite3_stmt *statement, const struct record *record);

/* Bind the delay of a record, or NULL if it is unknown. */
void sqlite_bind_delay(sqlite3_stmt *statement, int parameter,
    const struct record *record);

/* Read a record from the columns before COLUMN_KEY. */
void sqlite_read_record(sqlite3_stmt *statement, struct record *out);

/* Read a key from four columns; "first" is the number of the first one. Returns
 * false if another program has written a key that struct key cannot hold: a key
 * of an unknown kind, too long, with a NUL, or not text. The caller must skip
 * such a key. (If a walk continued from a shortened copy of the key, it could
 * visit the same rows forever.) */
bool sqlite_read_key(sqlite3_stmt *statement, int first, struct key *out);

/* Read a text of a key, into a buffer of this size. Returns as
 * sqlite_read_key(). */
bool sqlite_read_key_text(sqlite3_stmt *statement, int column, char *out,
    size_t size);

#endif
