/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_waiting_row.h"

#include "store/sqlite/sqlite_record_row.h"

bool
sqlite_waiting_has_first(sqlite3_stmt *row)
{
	return sqlite3_column_int64(row, COLUMN_KEY) != WAITING_EMPTY;
}

bool
sqlite_waiting_has_pool(sqlite3_stmt *row)
{
	return sqlite3_column_bytes(row, COLUMN_POOL) > 0;
}

bool
sqlite_waiting_is_pooled(sqlite3_stmt *row)
{
	return sqlite3_column_type(row, COLUMN_POOL) != SQLITE_NULL;
}

void
sqlite_waiting_read_pool(sqlite3_stmt *row, char out[KEY_CLIENT_SIZE])
{
	if (!sqlite_read_key_text(row, COLUMN_POOL, out, KEY_CLIENT_SIZE))
		out[0] = '\0';
}

bool
sqlite_waiting_read_key(sqlite3_stmt *row, bool of_pool, struct key *out)
{
	if (!of_pool)
		return sqlite_read_key(row, COLUMN_KEY, out);
	out->kind = KEY_TRIPLET_POOL;
	return sqlite_waiting_has_pool(row) &&
	    sqlite_read_key_text(row, COLUMN_POOL, out->client,
		sizeof(out->client)) &&
	    sqlite_read_key_text(row, COLUMN_KEY + 2, out->sender,
		sizeof(out->sender)) &&
	    sqlite_read_key_text(row, COLUMN_KEY + 3, out->recipient,
		sizeof(out->recipient));
}

/* ---- The walk ---- */

/* The id "from" may be that of a pool. */
void
sqlite_waiting_walk_begin(struct sqlite_waiting_walk *walk,
    struct sqlite_statements *statements, int64_t from, int64_t to)
{
	*walk = (struct sqlite_waiting_walk){
	    .row = sqlite_statement(statements, STATEMENT_WAITING_WALK),
	    .from = from,
	    .to = to,
	    .of_pool = true,
	};
	sqlite3_bind_int64(walk->row, 1,
	    from > INT64_MIN ? from - 1 : INT64_MIN);
	sqlite3_bind_int64(walk->row, 2, to);
}

static bool
is_in_range(const struct sqlite_waiting_walk *walk)
{
	return walk->id >= walk->from && walk->id < walk->to;
}

int
sqlite_waiting_walk_next(struct sqlite_waiting_walk *walk)
{
	for (;;) {
		if (walk->of_pool) {
			int rc = sqlite3_step(walk->row);

			if (rc != SQLITE_ROW)
				return rc;
			walk->of_pool = false;
			walk->id = sqlite3_column_int64(walk->row, COLUMN_ID);
			if (is_in_range(walk) &&
			    sqlite_waiting_has_first(walk->row))
				return SQLITE_ROW;
		} else {
			walk->of_pool = true;
			walk->id++;
			if (is_in_range(walk) &&
			    sqlite_waiting_has_pool(walk->row))
				return SQLITE_ROW;
		}
	}
}

void
sqlite_waiting_walk_end(struct sqlite_waiting_walk *walk)
{
	sqlite3_reset(walk->row);
}
