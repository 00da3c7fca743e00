/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_ARRIVALS_H
#define TARDIGREY_STORE_SQLITE_SQLITE_ARRIVALS_H

#include <stddef.h>
#include <stdint.h>

#include "decide/record_store.h"
#include "store/sqlite/sqlite_arrivals_index.h"
#include "store/sqlite/sqlite_statements.h"

/*
 * sqlite_arrivals: the table "waiting", a queue of the triplets that were
 * deferred once and never retried. Rows are appended in the order of arrival. A
 * row has one record or two, each with an id and a key of its own
 * (sqlite_waiting_row.h). An index in memory finds the records.
 *
 * Other processes append and remove rows at any time, so the index may be out
 * of date. Each transaction begins with sqlite_arrivals_update(), which adds
 * new records to the index. The store reads the row of each record that the
 * index finds, and compares the key. If the record is gone, its id is removed
 * from the index.
 *
 * No id is used twice, because the row with the highest id is never deleted. If
 * its records go, the store empties the row: its kind becomes WAITING_EMPTY.
 * The store deletes the row when it is at the head and no longer has the
 * highest id.
 *
 * All functions except sqlite_arrivals_drop() need a transaction. A function
 * that returns int returns 0 or -1. After -1 the handle has the error. If the
 * handle has none, memory is short.
 */

/* Where a record is. */
struct arrival_place {
	int64_t id, row_id;
	bool has_other; /* the row has another record, too */
	bool is_pooled; /* see sqlite_waiting_is_pooled() */
};

/* The records of one key. There is more than one only if another program has
 * written to the table. */
#define ARRIVAL_ROWS_MAX 16

struct arrival_rows {
	struct arrival_place places[ARRIVAL_ROWS_MAX];
	size_t n;
	struct record record; /* merged; defined if n > 0 */
	/* The pool of the first row, if that has another record; or "" */
	char pool[KEY_CLIENT_SIZE];
};

/* Find the records of a key with this hash (sqlite_arrivals_hash_key()), and
 * merge them into *rows. Builds the table of the index after scans_max lookups.
 */
int sqlite_arrivals_find(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, const struct key *key,
    uint32_t key_hash, struct arrival_rows *rows);

/* True if the index has no other record with this hash than that of an id. */
bool sqlite_arrivals_is_only(const struct sqlite_arrivals *arrivals,
    uint32_t key_hash, int64_t id);

/* A row to append. Its record has never passed. */
struct arrival_row {
	const struct key *key; /* borrowed, as is all below */
	struct arrival hashes; /* of the key, and of the address */
	const struct record *record;
	const char *address; /* from netaddr_format_host(), or "" */
	/* A second record of the row, under the key of the pool. "": it is
	 * stored elsewhere. NULL: the triplet has none. */
	const char *pool;
	uint32_t pool_hash; /* of the key of the pool, if there is one */
};

int sqlite_arrivals_append(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, const struct arrival_row *row);

/* Append a copy of the first row with from <= id, unless its records are gone,
 * and remove the original. Does nothing if the row is the last one. Sets *next
 * to the id after the row. */
int sqlite_arrivals_renew(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t from, int64_t *next);

/* Remove a record that sqlite_arrivals_find() has found. */
int sqlite_arrivals_remove(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, const struct arrival_place *place);

/* Remove both records of the row. */
int sqlite_arrivals_remove_both(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, const struct arrival_place *place);

/* Remove the record of an id. Sets *removed to whether it existed. */
int sqlite_arrivals_remove_id(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t id, bool *removed);

/* Build the table of the index, or begin to build it in steps. */
int sqlite_arrivals_build_table(struct sqlite_arrivals *arrivals);

#endif
