/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_WAITING_ROW_H
#define TARDIGREY_STORE_SQLITE_SQLITE_WAITING_ROW_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "decide/key.h"
#include "store/sqlite/sqlite_statements.h"

/*
 * sqlite_waiting_row: rows of the table "waiting". A row has one or two
 * records: the first one under the key of its columns, and for a triplet with a
 * pool the same record under the key of the pool. Each record has an id. The
 * first one has the id of the row, that of the pool the next id. A record that
 * is gone leaves its id unused.
 *
 * These functions read the current row of a statement with the columns of
 * sqlite_record_row.h.
 */

/* In place of the kind: the first record is gone. Also in sqlite_statements.c.
 */
#define WAITING_EMPTY (-1)

/* Return true if the row has the first record; the record of the pool. */
bool sqlite_waiting_has_first(sqlite3_stmt *row);
bool sqlite_waiting_has_pool(sqlite3_stmt *row);

/* Return true if the id after that of the row is reserved for the record of the
 * pool. That record may be gone, or may have been stored elsewhere. */
bool sqlite_waiting_is_pooled(sqlite3_stmt *row);

/* Read the pool; "": the row has no record of a pool. */
void sqlite_waiting_read_pool(sqlite3_stmt *row, char out[KEY_CLIENT_SIZE]);

/* Read the key of the first record, or of the record of the pool. Returns false
 * if the row has no such record, or as sqlite_read_key() does. */
bool sqlite_waiting_read_key(sqlite3_stmt *row, bool of_pool, struct key *out);

/* A walk over the records with from <= id < to, in the order of their ids. */
struct sqlite_waiting_walk {
	sqlite3_stmt *row; /* borrowed; at the row of the record */
	int64_t from, to;
	int64_t id;
	bool of_pool; /* the record is that of the pool */
};

void sqlite_waiting_walk_begin(struct sqlite_waiting_walk *walk,
    struct sqlite_statements *statements, int64_t from, int64_t to);
/* Go to the next record. Returns SQLITE_ROW, SQLITE_DONE at the end, or an
 * error. */
int sqlite_waiting_walk_next(struct sqlite_waiting_walk *walk);
void sqlite_waiting_walk_end(struct sqlite_waiting_walk *walk);

#endif
