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
 * sqlite_arrivals: the table "waiting", a queue of the triplets that were
 * deferred once and never retried. Rows are appended in the order of arrival.
 * An index in memory finds them.
 *
 * Other processes append and remove rows at any time, so the index may be out
 * of date. Each transaction begins with sqlite_arrivals_update(), which adds
 * new rows to the index. The store reads each row that the index finds, and
 * compares its key. If the row was deleted, its id is removed from the index.
 *
 * No id is used twice, because the row with the highest id is never deleted. To
 * remove the record of this row, the store empties the row: its kind becomes
 * WAITING_EMPTY. The store deletes the row when it is at the head and no longer
 * has the highest id.
 *
 * All functions except sqlite_arrivals_drop() need a transaction. A function
 * that returns int returns 0 or -1. After -1 the handle has the error. If the
 * handle has none, memory is short.
 */

#define WAITING_EMPTY (-1) /* also in sqlite_statements.c */

struct sqlite_arrivals {
	struct arrival_index *index; /* owned; NULL: not built */
	uint32_t data_version;       /* of the content that the index matches */
	uint8_t secret[KEYED_HASH_SECRET_SIZE];
	/* The last address that was hashed; "": none. */
	char address[NETADDR_PREFIX_SIZE];
	uint32_t address_hash;
	int scans_n;   /* lookups without the table of the index */
	int scans_max; /* build the table after so many lookups */
	bool in_steps; /* build it in steps */
	/* The index has the ids with checked <= id < checked_end from stored
	 * hashes. Their rows may have been deleted. */
	int64_t checked, checked_end;
	/* For sqlite_maintain.c. */
	struct record_maintenance done;           /* the next report */
	struct record_lost lost[RECORD_LOST_MAX]; /* of this report */
	int64_t appended_n;     /* rows since the last slice */
	int64_t maintained_s;   /* time of the last slice */
	int64_t head_expires_s; /* expiry of the row at the head */
};

/* Free the index because it no longer matches the table. The next update builds
 * it again. */
void sqlite_arrivals_drop(struct sqlite_arrivals *arrivals);

/* Add new rows to the index, or build it. If this fails, the index is dropped.
 * The transaction must have read something, or be one that writes: before that,
 * SQLite does not know the version of the content. */
int sqlite_arrivals_update(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements);

/* The rows of one key. There is more than one row only if another program has
 * written to the table. */
#define ARRIVAL_ROWS_MAX 16

struct arrival_rows {
	int64_t ids[ARRIVAL_ROWS_MAX];
	size_t n;
	struct record record; /* merged; defined if n > 0 */
	uint32_t key_hash;
};

/* Find the rows of a key and merge their records into *rows. Builds the table
 * of the index after scans_max lookups. */
int sqlite_arrivals_find(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, const struct key *key,
    struct arrival_rows *rows);

/* Append a record that has never passed. sqlite_arrivals_find() sets key_hash.
 * "address" comes from netaddr_format_host(). If it is "", the client of the
 * key is counted instead. is_pooled: the triplet has a second row, of its pool.
 */
int sqlite_arrivals_append(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, const struct key *key,
    uint32_t key_hash, const struct record *record, const char *address,
    bool is_pooled);

/* Append a copy of a row and remove the original. */
int sqlite_arrivals_renew(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t id);

/* Remove a row. Sets *removed to whether the row existed. */
int sqlite_arrivals_remove(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t id, bool *removed);

/* Build the table of the index, or begin to build it in steps. */
int sqlite_arrivals_build_table(struct sqlite_arrivals *arrivals);

/* Return the number of rows of an address, as arrival_index_address_n(). */
int64_t sqlite_arrivals_address_n(struct sqlite_arrivals *arrivals,
    const char *address);

#endif
