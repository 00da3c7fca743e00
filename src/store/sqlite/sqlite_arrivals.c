/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_arrivals.h"

#include "store/sqlite/sqlite_arrivals_index.h"
#include "store/sqlite/sqlite_record_row.h"
#include "store/sqlite/sqlite_waiting_row.h"

/* ---- Finding ---- */

/* Read the row with this id. If it has the first record, or that of the pool,
 * set *place and *key, and keep the statement at the row. Returns SQLITE_ROW,
 * SQLITE_DONE if it has not, or an error. */
static int
read_place(sqlite3_stmt *row, int64_t row_id, bool of_pool,
    struct arrival_place *place, struct key *key)
{
	int rc;

	sqlite3_bind_int64(row, 1, row_id);
	rc = sqlite3_step(row);
	if (rc == SQLITE_ROW && sqlite_waiting_read_key(row, of_pool, key)) {
		*place = (struct arrival_place){
		    .id = row_id + of_pool,
		    .row_id = row_id,
		    .has_other = of_pool ? sqlite_waiting_has_first(row)
					 : sqlite_waiting_has_pool(row),
		    .is_pooled = sqlite_waiting_is_pooled(row),
		};
		return SQLITE_ROW;
	}
	sqlite3_reset(row);
	return rc == SQLITE_ROW ? SQLITE_DONE : rc;
}

/* Find the record of an id: the first one of the row with this id, or that of
 * the pool in the row before. If it is gone, remove the id from the index.
 * Returns as read_place(). */
static int
find_place(struct sqlite_arrivals *arrivals, sqlite3_stmt *row, int64_t id,
    bool try_pool_first, struct arrival_place *place, struct key *key)
{
	int rc =
	    read_place(row, id - try_pool_first, try_pool_first, place, key);

	if (rc == SQLITE_DONE)
		rc = read_place(row, id - !try_pool_first, !try_pool_first,
		    place, key);
	if (rc == SQLITE_DONE)
		arrival_index_remove(arrivals->index, id);
	return rc;
}

/* Add the record of an id to *rows if it has this key. */
static int
take_record(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t id, const struct key *key,
    struct arrival_rows *rows)
{
	sqlite3_stmt *row = sqlite_statement(statements, STATEMENT_WAITING_GET);
	struct record record;
	struct key found;
	int rc = find_place(arrivals, row, id, key->kind == KEY_TRIPLET_POOL,
	    &rows->places[rows->n], &found);

	if (rc == SQLITE_ROW && key_equal(&found, key)) {
		sqlite_read_record(row, &record);
		if (rows->n == 0)
			rows->record = record;
		else
			record_merge(&rows->record, &record);
		if (rows->n == 0 && rows->places[0].has_other)
			sqlite_waiting_read_pool(row, rows->pool);
		rows->n++;
	}
	sqlite3_reset(row);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

int
sqlite_arrivals_build_table(struct sqlite_arrivals *arrivals)
{
	return arrivals->in_steps ? arrival_index_begin_table(arrivals->index)
				  : arrival_index_build_table(arrivals->index);
}

int
sqlite_arrivals_find(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, const struct key *key,
    uint32_t key_hash, struct arrival_rows *rows)
{
	int64_t ids[ARRIVAL_ROWS_MAX];
	size_t n;

	rows->n = 0;
	rows->pool[0] = '\0';
	if (!arrival_index_has_table(arrivals->index) &&
	    arrivals->scans_n++ >= arrivals->scans_max)
		sqlite_arrivals_build_table(arrivals);
	n = arrival_index_find(arrivals->index, key_hash, ids,
	    ARRIVAL_ROWS_MAX);
	for (size_t i = 0; i < n; i++)
		if (take_record(arrivals, statements, ids[i], key, rows) != 0)
			return -1;
	return 0;
}

bool
sqlite_arrivals_is_only(const struct sqlite_arrivals *arrivals,
    uint32_t key_hash, int64_t id)
{
	int64_t ids[2];

	return arrival_index_find(arrivals->index, key_hash, ids, 2) == 1 &&
	    ids[0] == id;
}

/* ---- Changing ---- */

/* Return the id after the highest one. Skip an id with 32 low bits of 0:
 * arrival_index.c cannot hold it. The id after it is for the pool. */
static int64_t
next_id(const struct sqlite_arrivals *arrivals)
{
	int64_t id = arrival_index_next(arrivals->index);

	while ((uint32_t)id == 0 || (uint32_t)(id + 1) == 0)
		id++;
	return id;
}

/* Add the id of a new record to the index. NULL: there is no record. */
static int
note_id(struct sqlite_arrivals *arrivals, struct sqlite_statements *statements,
    int64_t id, const struct arrival *arrival)
{
	if (arrival == NULL) {
		if (sqlite_arrivals_add_nothing(arrivals->index, id) != 0)
			return -1;
	} else {
		if (arrival_index_add(arrivals->index, id, *arrival) != 0)
			return -1;
		arrivals->appended_n++;
	}
	if ((id + 1) % ARRIVAL_CHUNK != 0)
		return 0;
	return sqlite_arrivals_store_chunk(arrivals, statements,
	    id + 1 - ARRIVAL_CHUNK);
}

static void
bind_row(sqlite3_stmt *statement, int64_t id, const struct arrival_row *row)
{
	const struct record *record = row->record;

	sqlite_bind_key(statement, 1, row->key);
	sqlite3_bind_int64(statement, 5, record->first_seen_s);
	sqlite3_bind_int64(statement, 6, record->last_seen_s);
	sqlite3_bind_int64(statement, 7, record->expires_s);
	sqlite3_bind_int64(statement, 8, record->deferred_n);
	sqlite3_bind_text(statement, 9, row->address, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 10, id);
	sqlite3_bind_text(statement, 11, row->pool, -1, SQLITE_STATIC);
	sqlite_bind_delay(statement, 12, record);
}

int
sqlite_arrivals_append(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, const struct arrival_row *row)
{
	struct arrival arrival = row->hashes;
	int64_t id = next_id(arrivals);

	bind_row(sqlite_statement(statements, STATEMENT_WAITING_APPEND), id,
	    row);
	if (sqlite_run(statements, STATEMENT_WAITING_APPEND) != 0 ||
	    note_id(arrivals, statements, id, &arrival) != 0)
		return -1;
	if (row->pool == NULL)
		return 0;
	arrival.key = row->pool_hash;
	return note_id(arrivals, statements, id + 1,
	    row->pool[0] != '\0' ? &arrival : NULL);
}

/* Delete a row. If it has the highest id, empty it. */
static int
remove_row(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t row_id, bool is_pooled)
{
	bool is_last =
	    row_id + 1 + is_pooled == arrival_index_next(arrivals->index);
	enum statement which =
	    is_last ? STATEMENT_WAITING_CLEAR : STATEMENT_WAITING_REMOVE;

	sqlite3_bind_int64(sqlite_statement(statements, which), 1, row_id);
	return sqlite_run(statements, which);
}

int
sqlite_arrivals_remove(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, const struct arrival_place *place)
{
	enum statement which = place->id == place->row_id
	    ? STATEMENT_WAITING_REMOVE_FIRST
	    : STATEMENT_WAITING_REMOVE_POOL;
	int rc;

	if (place->has_other) {
		sqlite3_bind_int64(sqlite_statement(statements, which), 1,
		    place->row_id);
		rc = sqlite_run(statements, which);
	} else {
		rc = remove_row(arrivals, statements, place->row_id,
		    place->is_pooled);
	}
	if (rc == 0)
		arrival_index_remove(arrivals->index, place->id);
	return rc;
}

int
sqlite_arrivals_remove_both(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, const struct arrival_place *place)
{
	if (remove_row(arrivals, statements, place->row_id, true) != 0)
		return -1;
	arrival_index_remove(arrivals->index, place->row_id);
	arrival_index_remove(arrivals->index, place->row_id + 1);
	return 0;
}

int
sqlite_arrivals_remove_id(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t id, bool *removed)
{
	sqlite3_stmt *row = sqlite_statement(statements, STATEMENT_WAITING_GET);
	struct arrival_place place;
	struct key key;
	int rc = find_place(arrivals, row, id, false, &place, &key);

	*removed = rc == SQLITE_ROW;
	sqlite3_reset(row);
	if (rc != SQLITE_ROW)
		return rc == SQLITE_DONE ? 0 : -1;
	return sqlite_arrivals_remove(arrivals, statements, &place);
}

/* Append a copy of a row that has the records has[0] and has[1]. The index may
 * still have a record that another process has removed. */
static int
copy_row(struct sqlite_arrivals *arrivals, struct sqlite_statements *statements,
    int64_t row_id, bool is_pooled, const bool has[2])
{
	sqlite3_stmt *copy =
	    sqlite_statement(statements, STATEMENT_WAITING_COPY);
	int64_t id = next_id(arrivals);

	sqlite3_bind_int64(copy, 1, row_id);
	sqlite3_bind_int64(copy, 2, id);
	if (sqlite_run(statements, STATEMENT_WAITING_COPY) != 0)
		return -1;
	for (int i = 0; i <= is_pooled; i++) {
		struct arrival arrival =
		    arrival_index_get(arrivals->index, row_id + i);

		if (note_id(arrivals, statements, id + i,
			has[i] && arrival.key != ARRIVAL_GONE ? &arrival
							      : NULL) != 0)
			return -1;
		arrival_index_remove(arrivals->index, row_id + i);
	}
	return 0;
}

int
sqlite_arrivals_renew(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t from, int64_t *next)
{
	sqlite3_stmt *row =
	    sqlite_statement(statements, STATEMENT_WAITING_WALK);
	int64_t id, last = arrival_index_next(arrivals->index);
	bool is_pooled, has[2];
	int rc;

	sqlite3_bind_int64(row, 1, from);
	sqlite3_bind_int64(row, 2, last);
	rc = sqlite3_step(row);
	id = sqlite3_column_int64(row, COLUMN_ID);
	is_pooled = sqlite_waiting_is_pooled(row);
	has[0] = sqlite_waiting_has_first(row);
	has[1] = sqlite_waiting_has_pool(row);
	sqlite3_reset(row);
	*next = id + 1 + is_pooled;
	if (rc != SQLITE_ROW || *next >= last) {
		*next = from;
		return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
	}
	if ((has[0] || has[1]) &&
	    copy_row(arrivals, statements, id, is_pooled, has) != 0)
		return -1;
	return remove_row(arrivals, statements, id, is_pooled);
}
