/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Expired rows are at the head of the queue. A slice removes up to 16 rows, and
 * three more for each row that was appended since the last slice. So the queue
 * becomes shorter even in a flood.
 *
 * The index needs memory for each id between head and tail. In a long flood,
 * eviction removes the rows of the flooding addresses, and the rows of other
 * clients stay at the head. If most ids have no row, the rows at the head are
 * moved to the tail. So the memory stays proportional to the number of rows.
 */
#include "store/sqlite/sqlite_maintain.h"

#include <stdio.h>
#include <string.h>

#include "store/sqlite/sqlite_filter.h"
#include "store/sqlite/sqlite_known.h"
#include "store/sqlite/sqlite_record_row.h"
#include "store/sqlite/sqlite_transaction.h"
#include "store/sqlite/sqlite_waiting_row.h"

#define SLICE_ROWS     256  /* most rows that a slice changes */
#define SLICE_CHECKS   1024 /* ids of the index that a slice checks */
#define SLICE_APPENDED 64   /* rows after which a slice need not wait */
#define SLICE_WRITTEN  64   /* the same, of changes of any record */
#define VICTIM_STEPS   1000
#define SPAN_MIN       65536 /* ids without a row that are allowed */

/* ---- Eviction ---- */

static int64_t
excess_n(const struct sqlite *sqlite)
{
	int64_t max_n = sqlite->options.max_waiting;

	if (max_n == 0 || sqlite->arrivals.index == NULL)
		return 0;
	return arrival_index_n(sqlite->arrivals.index) - max_n;
}

int
sqlite_evict(struct sqlite *sqlite, size_t n_max)
{
	struct sqlite_arrivals *arrivals = &sqlite->arrivals;

	if (excess_n(sqlite) <= 0)
		return 0;
	if (sqlite_arrivals_build_table(arrivals) != 0)
		return -1;
	for (; n_max > 0 && excess_n(sqlite) > 0; n_max--) {
		int64_t id =
		    arrival_index_victim(arrivals->index, VICTIM_STEPS);
		bool removed;

		if (id < 0)
			continue;
		if (sqlite_arrivals_remove_id(arrivals, &sqlite->statements, id,
			&removed) != 0)
			return -1;
		arrivals->done.evicted_n += removed;
	}
	return 0;
}

/* ---- Expiry ---- */

static void
note_lost(struct sqlite_arrivals *arrivals, sqlite3_stmt *row)
{
	struct record_lost *lost = &arrivals->lost[arrivals->done.lost_n];

	if (arrivals->done.lost_n == RECORD_LOST_MAX ||
	    !sqlite_waiting_read_key(row, sqlite_waiting_is_pooled(row),
		&lost->key))
		return;
	snprintf(lost->address, sizeof(lost->address), "%s",
	    sqlite_text(row, COLUMN_ADDRESS));
	lost->first_seen_s = sqlite3_column_int64(row, COLUMN_FIRST_SEEN);
	arrivals->done.lost = arrivals->lost;
	arrivals->done.lost_n++;
}

/* A retry from another network of the pool finds the record of the pool, and
 * the first record stays. So if a triplet has a record of its pool, that one
 * shows whether the triplet was retried. Mail that was not deferred need not
 * return. */
static void
note_expired(struct sqlite_arrivals *arrivals, sqlite3_stmt *row)
{
	bool has_first = sqlite_waiting_has_first(row);
	bool has_pool = sqlite_waiting_has_pool(row);

	arrivals->done.expired_n += has_first + has_pool;
	if ((sqlite_waiting_is_pooled(row) ? !has_pool : !has_first) ||
	    sqlite3_column_int64(row, COLUMN_DEFERRED) == 0)
		return;
	arrivals->done.never_returned_n++;
	note_lost(arrivals, row);
}

/* Find the first row that has not expired, among the first n_max rows. Sets
 * *cut to its id, or else to the id below which all rows have expired. Never
 * includes the last row of the queue. */
static int
find_head(struct sqlite *sqlite, int64_t now_s, int64_t n_max, int64_t *cut)
{
	struct sqlite_arrivals *arrivals = &sqlite->arrivals;
	sqlite3_stmt *statement =
	    sqlite_statement(&sqlite->statements, STATEMENT_WAITING_WALK);
	int64_t end = arrival_index_next(arrivals->index);
	int rc;

	*cut = arrival_index_first(arrivals->index);
	sqlite3_bind_int64(statement, 1, *cut);
	sqlite3_bind_int64(statement, 2, end);
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW && n_max-- > 0) {
		int64_t expires_s =
		    sqlite3_column_int64(statement, COLUMN_EXPIRES);
		int64_t id = sqlite3_column_int64(statement, COLUMN_ID);
		int64_t next = id + 1 + sqlite_waiting_is_pooled(statement);

		*cut = id;
		if (next >= end || expires_s >= now_s) {
			arrivals->head_expires_s =
			    expires_s > now_s ? expires_s : now_s;
			break;
		}
		*cut = next;
		note_expired(arrivals, statement);
	}
	sqlite3_reset(statement);
	if (rc == SQLITE_DONE)
		arrivals->head_expires_s = now_s;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

/* Remove the rows below an id, and the stored hashes of their chunks. */
static int
remove_below(struct sqlite *sqlite, int64_t cut)
{
	struct sqlite_statements *statements = &sqlite->statements;
	struct arrival_index *index = sqlite->arrivals.index;
	int64_t first = arrival_index_first(index);
	sqlite3_stmt *rows =
	    sqlite_statement(statements, STATEMENT_WAITING_REMOVE_RANGE);
	sqlite3_stmt *hashes =
	    sqlite_statement(statements, STATEMENT_WAITING_REMOVE_HASHES);

	if (cut <= first)
		return 0;
	sqlite3_bind_int64(rows, 1, first);
	sqlite3_bind_int64(rows, 2, cut);
	sqlite3_bind_int64(hashes, 1, cut - ARRIVAL_CHUNK);
	if (sqlite_run(statements, STATEMENT_WAITING_REMOVE_RANGE) != 0 ||
	    (first / ARRIVAL_CHUNK != cut / ARRIVAL_CHUNK &&
		sqlite_run(statements, STATEMENT_WAITING_REMOVE_HASHES) != 0))
		return -1;
	arrival_index_remove_below(index, cut);
	return 0;
}

static int
expire_head(struct sqlite *sqlite, int64_t now_s, int64_t n_max)
{
	int64_t cut;

	return find_head(sqlite, now_s, n_max, &cut) != 0 ||
		remove_below(sqlite, cut) != 0
	    ? -1
	    : 0;
}

/* ---- The index ---- */

/* Return true if most ids from "first" on have no row. */
static bool
is_sparse(const struct arrival_index *index, int64_t first)
{
	return arrival_index_next(index) - first >
	    2 * arrival_index_n(index) + SPAN_MIN;
}

/* Move rows from the head to the tail. */
static int
renew_head(struct sqlite *sqlite, int64_t n_max)
{
	struct sqlite_arrivals *arrivals = &sqlite->arrivals;
	int64_t id = arrival_index_first(arrivals->index), next;

	for (; n_max > 0 && is_sparse(arrivals->index, id);
	     n_max--, id = next) {
		if (sqlite_arrivals_renew(arrivals, &sqlite->statements, id,
			&next) != 0)
			return -1;
		if (next == id)
			break;
	}
	return remove_below(sqlite, id);
}

/* Remove the records with from <= id < to from the index. */
static void
drop_ids(struct arrival_index *index, int64_t from, int64_t to)
{
	for (; from < to; from++)
		arrival_index_remove(index, from);
}

/* Return true if the index has records from stored hashes which may be gone. */
static bool
is_unchecked(const struct sqlite_arrivals *arrivals)
{
	return arrivals->index != NULL &&
	    arrivals->checked < arrivals->checked_end;
}

/* Remove the records from the index that are gone. This only reads, so it needs
 * no lock. */
static int
check_index(struct sqlite *sqlite)
{
	struct sqlite_arrivals *arrivals = &sqlite->arrivals;
	sqlite3_stmt *statement =
	    sqlite_statement(&sqlite->statements, STATEMENT_WAITING_IDS);
	int64_t at = arrivals->checked, end = at + SLICE_CHECKS;
	int rc;

	if (end > arrivals->checked_end)
		end = arrivals->checked_end;
	sqlite3_bind_int64(statement, 1, at);
	sqlite3_bind_int64(statement, 2, end);
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(statement, 0);

		for (int i = 0; i < 2; i++, id++) {
			if (sqlite3_column_int(statement, 1 + i) == 0 ||
			    id < at || id >= end)
				continue;
			drop_ids(arrivals->index, at, id);
			at = id + 1;
		}
	}
	sqlite3_reset(statement);
	if (rc != SQLITE_DONE)
		return -1;
	drop_ids(arrivals->index, at, end);
	arrivals->checked = end;
	return 0;
}

/* ---- A slice ---- */

static bool
is_needed(struct sqlite *sqlite, int64_t now_s)
{
	const struct sqlite_arrivals *arrivals = &sqlite->arrivals;

	if (arrivals->index == NULL)
		return false;
	if (arrivals->appended_n < SLICE_APPENDED &&
	    sqlite->known[KNOWN_OTHERS].written_n < SLICE_WRITTEN &&
	    sqlite->known[KNOWN_CORRESPONDENTS].written_n < SLICE_WRITTEN &&
	    arrivals->maintained_s == now_s)
		return false;
	return arrivals->head_expires_s < now_s || excess_n(sqlite) > 0 ||
	    is_sparse(arrivals->index, arrival_index_first(arrivals->index)) ||
	    sqlite_known_is_needed(sqlite);
}

static int
do_slice(struct sqlite *sqlite, int64_t now_s)
{
	struct sqlite_arrivals *arrivals = &sqlite->arrivals;
	struct sqlite_statements *statements = &sqlite->statements;
	int64_t rows_n = 16 + 3 * arrivals->appended_n;

	if (rows_n > SLICE_ROWS)
		rows_n = SLICE_ROWS;
	if (sqlite_arrivals_update(arrivals, statements) != 0 ||
	    expire_head(sqlite, now_s, rows_n) != 0 ||
	    sqlite_evict(sqlite, SLICE_ROWS) != 0 ||
	    renew_head(sqlite, rows_n) != 0 ||
	    sqlite_known_slice(sqlite, now_s) != 0 ||
	    sqlite_run(statements, STATEMENT_COMMIT) != 0)
		return -1;
	arrivals->appended_n = 0;
	arrivals->maintained_s = now_s;
	return 0;
}

static enum store_rc
maintain(struct sqlite *sqlite, int64_t now_s, struct err *err)
{
	struct record_maintenance before = sqlite->arrivals.done;

	if (sqlite_ensure_writable(sqlite, err) != 0)
		return STORE_FAILED;
	if (sqlite_checkpoint_room(&sqlite->checkpoint, err) ==
	    ROOM_FOR_NOTHING)
		return STORE_OK;
	if (sqlite_try_to_begin(sqlite) != 0)
		return sqlite_is_busy(sqlite) ? STORE_OK
					      : sqlite_give_up(sqlite, err);
	if (do_slice(sqlite, now_s) != 0) {
		sqlite->arrivals.done = before;
		return sqlite_give_up(sqlite, err);
	}
	sqlite_checkpoint_after_commit(&sqlite->checkpoint);
	return STORE_OK;
}

static enum store_rc
check(struct sqlite *sqlite, struct err *err)
{
	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (is_unchecked(&sqlite->arrivals) && check_index(sqlite) != 0)
		return sqlite_give_up(sqlite, err);
	return STORE_OK;
}

static enum store_rc
fill_filter(struct sqlite *sqlite, int64_t now_s, struct err *err)
{
	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (sqlite_filter_slice(sqlite, now_s) != 0)
		return sqlite_give_up(sqlite, err);
	return STORE_OK;
}

enum store_rc
sqlite_maintain(struct store *store, int64_t now_s,
    struct record_maintenance *report, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	if (is_unchecked(&sqlite->arrivals) && check(sqlite, err) != STORE_OK)
		return STORE_FAILED;
	if (is_needed(sqlite, now_s) &&
	    maintain(sqlite, now_s, err) != STORE_OK)
		return STORE_FAILED;
	if (sqlite_filter_is_needed(sqlite, now_s) &&
	    fill_filter(sqlite, now_s, err) != STORE_OK)
		return STORE_FAILED;
	*report = sqlite->arrivals.done;
	report->has_more = sqlite_filter_is_needed(sqlite, now_s);
	memset(&sqlite->arrivals.done, 0, sizeof(sqlite->arrivals.done));
	return STORE_OK;
}
