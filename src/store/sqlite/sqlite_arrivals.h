/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_ARRIVALS_H
#define TARDIGREY_STORE_SQLITE_SQLITE_ARRIVALS_H

#include <stddef.h>
#include <stdint.h>

#include "base/keyed_hash.h"
#include "decide/record_store.h"
#include "store/sqlite/arrival_index.h"
#include "store/sqlite/sqlite_statements.h"

/*
 * sqlite_arrivals: the table "waiting", the queue of triplets that were
 * deferred once and never retried. Rows are appended in the order of arrival,
 * and found through an index in memory.
 *
 * The index is a hint: other processes append and remove rows at any time. So
 * each transaction first brings the index up to date, which adds the new rows,
 * and reads each row that the index names before it counts. A row that is gone
 * is dropped from the index then.
 *
 * An id is never used twice: the row with the highest id is never deleted. If
 * its record goes, the row is emptied (kind is WAITING_EMPTY) and deleted later
 * with the rows before it.
 *
 * Except for sqlite_arrivals_drop() the functions need a transaction. Those
 * that return int return 0, or -1: then the handle has the error, or memory is
 * short and the handle has none.
 */

#define WAITING_EMPTY (-1) /* also in sqlite_statements.c */

struct sqlite_arrivals {
	struct arrival_index *index; /* owned; NULL: it must be built */
	uint8_t secret[KEYED_HASH_SECRET_SIZE];
	int scans_n;   /* look-ups without the table of the index */
	int scans_max; /* build the table after so many */
	/* The index was built from stored hashes: the rows from here to
	 * checked_end may be gone. */
	int64_t checked, checked_end;
	/* Of sqlite_maintain.c. */
	struct record_maintenance done; /* since the last report */
	int64_t appended_n;             /* since the last call */
	int64_t head_expires_s, maintained_s;
};

/* Forget the index, which does not match the table any more. */
void sqlite_arrivals_drop(struct sqlite_arrivals *arrivals);

/* Bring the index up to date, or build it. */
int sqlite_arrivals_update(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements);

/* The rows of one key. There is more than one only if another program has
 * written to the table. */
#define ARRIVAL_ROWS_MAX 16

struct arrival_rows {
	int64_t ids[ARRIVAL_ROWS_MAX];
	size_t n;
	struct record record; /* merged; defined if n > 0 */
};

int sqlite_arrivals_find(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, const struct key *key,
    struct arrival_rows *rows);

/* Append a record, which has never passed. The address is the text of
 * netaddr_format_host(), "" if unknown; then the client of the key takes its
 * place. */
int sqlite_arrivals_append(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, const struct key *key,
    const struct record *record, const char *address);

/* Append a copy of a row, and remove the row. */
int sqlite_arrivals_renew(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t id);

/* Remove a row; *removed says whether there was one. */
int sqlite_arrivals_remove(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t id, bool *removed);

/* How many rows an address has. */
int64_t sqlite_arrivals_address_n(const struct sqlite_arrivals *arrivals,
    const char *address);

#endif
