/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The transaction that adds the last id of a chunk also stores the hashes of
 * the chunk in "waiting_hashes". Later the index can be built from these hashes
 * without reading the rows. Stored hashes never change. If a row was deleted,
 * the index reads it once in order to notice this.
 */
#include "store/sqlite/sqlite_arrivals.h"

#include <string.h>

#include "store/sqlite/sqlite_record_row.h"

#define ARRIVAL_OCTETS 8 /* for each record of a stored chunk */
#define CHUNK_OCTETS   (ARRIVAL_CHUNK * ARRIVAL_OCTETS)

void
sqlite_arrivals_drop(struct sqlite_arrivals *arrivals)
{
	arrival_index_free(arrivals->index);
	arrivals->index = NULL;
	arrivals->scans_n = 0;
	arrivals->checked = arrivals->checked_end = 0;
	arrivals->head_expires_s = 0;
}

/* ---- Hashes ---- */

static uint32_t
hash_key(const struct sqlite_arrivals *arrivals, const struct key *key)
{
	return (uint32_t)key_keyed_hash(arrivals->secret, key);
}

/* Consecutive rows often have the same address. */
static uint32_t
hash_address(struct sqlite_arrivals *arrivals, const char *address)
{
	size_t n = strlen(address);

	if (n >= sizeof(arrivals->address))
		return (uint32_t)keyed_hash(arrivals->secret, address, n);
	if (arrivals->address[0] == '\0' ||
	    strcmp(arrivals->address, address) != 0) {
		memcpy(arrivals->address, address, n + 1);
		arrivals->address_hash =
		    (uint32_t)keyed_hash(arrivals->secret, address, n);
	}
	return arrivals->address_hash;
}

static struct arrival
arrival_of(struct sqlite_arrivals *arrivals, const struct key *key,
    uint32_t key_hash, const char *address)
{
	return (struct arrival){
	    .key = key_hash,
	    .address = hash_address(arrivals,
		address[0] != '\0' ? address : key->client),
	};
}

static uint32_t
read_number(const uint8_t *octets)
{
	return (uint32_t)octets[0] | (uint32_t)octets[1] << 8 |
	    (uint32_t)octets[2] << 16 | (uint32_t)octets[3] << 24;
}

static void
write_number(uint8_t *octets, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		octets[i] = (uint8_t)(number >> (8 * i));
}

/* ---- Chunks ---- */

static int
store_chunk(const struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t first)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_WAITING_PUT_HASHES);
	uint8_t octets[CHUNK_OCTETS] = {0};

	for (int i = 0; i < ARRIVAL_CHUNK; i++) {
		struct arrival arrival;

		if (first + i < arrival_index_first(arrivals->index))
			continue;
		arrival = arrival_index_get(arrivals->index, first + i);
		write_number(octets + ARRIVAL_OCTETS * i, arrival.key);
		write_number(octets + ARRIVAL_OCTETS * i + 4, arrival.address);
	}
	sqlite3_bind_int64(statement, 1, first);
	sqlite3_bind_blob(statement, 2, octets, sizeof(octets), SQLITE_STATIC);
	return sqlite_run(statements, STATEMENT_WAITING_PUT_HASHES);
}

/* Add the records of a stored chunk, from the id index->next on. */
static int
add_chunk(struct arrival_index *index, int64_t first, const uint8_t *octets)
{
	struct arrival arrivals[ARRIVAL_CHUNK];

	for (int i = 0; i < ARRIVAL_CHUNK; i++, octets += ARRIVAL_OCTETS)
		arrivals[i] = (struct arrival){
		    read_number(octets), read_number(octets + 4)};
	if (first >= arrival_index_next(index))
		return arrival_index_add_chunk(index, first, arrivals);
	for (int i = 0; i < ARRIVAL_CHUNK; i++)
		if (arrivals[i].key != ARRIVAL_GONE &&
		    first + i >= arrival_index_next(index) &&
		    arrival_index_add(index, first + i, arrivals[i]) != 0)
			return -1;
	return 0;
}

/* ---- Building the index ---- */

static int
add_row(struct sqlite_arrivals *arrivals, sqlite3_stmt *row)
{
	int64_t id = sqlite3_column_int64(row, COLUMN_ID);
	struct arrival arrival = {0, 0};
	struct key key;
	bool is_there = sqlite_read_key(row, COLUMN_KEY, &key);

	if (is_there)
		arrival = arrival_of(arrivals, &key, hash_key(arrivals, &key),
		    sqlite_text(row, COLUMN_ADDRESS));
	if (arrival_index_add(arrivals->index, id, arrival) != 0)
		return -1;
	if (!is_there)
		arrival_index_remove(arrivals->index, id);
	return 0;
}

/* Add the rows with from <= id < to. */
static int
read_rows(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t from, int64_t to)
{
	sqlite3_stmt *statement;
	int rc = SQLITE_ROW;

	if (from >= to)
		return 0;
	statement = sqlite_statement(statements, STATEMENT_WAITING_WALK);
	sqlite3_bind_int64(statement, 1, from);
	sqlite3_bind_int64(statement, 2, to);
	while (rc == SQLITE_ROW && (rc = sqlite3_step(statement)) == SQLITE_ROW)
		if (add_row(arrivals, statement) != 0)
			rc = SQLITE_NOMEM;
	sqlite3_reset(statement);
	return rc == SQLITE_DONE ? 0 : -1;
}

/* Add the records of the stored chunks, with ids up to "last". */
static int
read_chunks(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t last)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_WAITING_HASHES);
	int rc = SQLITE_ROW;

	sqlite3_bind_int64(statement, 1,
	    arrival_index_first(arrivals->index) - ARRIVAL_CHUNK);
	sqlite3_bind_int64(statement, 2, last - ARRIVAL_CHUNK + 1);
	while (rc == SQLITE_ROW &&
	    (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		int64_t first = sqlite3_column_int64(statement, 0);
		const void *octets = sqlite3_column_blob(statement, 1);

		if (sqlite3_column_bytes(statement, 1) != CHUNK_OCTETS ||
		    octets == NULL || first % ARRIVAL_CHUNK != 0)
			continue; /* invalid: read its rows later */
		if (read_rows(arrivals, statements,
			arrival_index_next(arrivals->index), first) != 0 ||
		    add_chunk(arrivals->index, first, octets) != 0)
			rc = SQLITE_NOMEM;
	}
	sqlite3_reset(statement);
	return rc == SQLITE_DONE ? 0 : -1;
}

static int
read_secret(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_WAITING_SECRET);
	int rc = sqlite3_step(statement);
	const void *secret = sqlite3_column_blob(statement, 0);

	memset(arrivals->secret, 0, sizeof(arrivals->secret));
	arrivals->address[0] = '\0';
	if (rc == SQLITE_ROW && secret != NULL &&
	    sqlite3_column_bytes(statement, 0) == KEYED_HASH_SECRET_SIZE)
		memcpy(arrivals->secret, secret, KEYED_HASH_SECRET_SIZE);
	sqlite3_reset(statement);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

/* Read an id. It is 0 if there is no row. */
static int
read_id(struct sqlite_statements *statements, enum statement which, int64_t *id)
{
	sqlite3_stmt *statement = sqlite_statement(statements, which);
	int rc = sqlite3_step(statement);

	*id = rc == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_reset(statement);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

static int
build(struct sqlite_arrivals *arrivals, struct sqlite_statements *statements,
    int64_t last)
{
	int64_t first;

	if (read_id(statements, STATEMENT_WAITING_FIRST, &first) != 0 ||
	    read_secret(arrivals, statements) != 0)
		return -1;
	arrivals->index = arrival_index_new(first > 0 ? first : 1);
	if (arrivals->index == NULL ||
	    read_chunks(arrivals, statements, last) != 0)
		return -1;
	arrivals->checked = arrival_index_first(arrivals->index);
	arrivals->checked_end = arrival_index_next(arrivals->index);
	return 0;
}

/* SQLite's number of the version of the content that the transaction sees. It
 * changes with each commit, of this process or another. */
static uint32_t
data_version(const struct sqlite_statements *statements)
{
	unsigned version = 0;

	sqlite3_file_control(statements->db, "main", SQLITE_FCNTL_DATA_VERSION,
	    &version);
	return version;
}

/* Add the rows up to the id "last". If this id is lower than before, another
 * program has replaced the table. */
static int
update_to(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t last)
{
	if (arrivals->index != NULL &&
	    last + 1 == arrival_index_next(arrivals->index))
		return 0;
	if (arrivals->index != NULL &&
	    last + 1 < arrival_index_next(arrivals->index))
		sqlite_arrivals_drop(arrivals);
	if ((arrivals->index != NULL ||
		build(arrivals, statements, last) == 0) &&
	    read_rows(arrivals, statements, arrival_index_next(arrivals->index),
		last + 1) == 0)
		return 0;
	sqlite_arrivals_drop(arrivals);
	return -1;
}

int
sqlite_arrivals_update(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements)
{
	uint32_t version = data_version(statements);
	int64_t last;

	if (arrivals->index != NULL && arrivals->data_version == version)
		return 0;
	if (read_id(statements, STATEMENT_WAITING_LAST, &last) != 0 ||
	    update_to(arrivals, statements, last) != 0)
		return -1;
	arrivals->data_version = version;
	return 0;
}

/* ---- Finding ---- */

/* Add a row to *rows if it has this key. If the row was deleted, remove its id
 * from the index. */
static int
take_row(struct sqlite_arrivals *arrivals, struct sqlite_statements *statements,
    int64_t id, const struct key *key, struct arrival_rows *rows)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_WAITING_GET);
	struct record record;
	struct key found;
	int rc;

	sqlite3_bind_int64(statement, 1, id);
	rc = sqlite3_step(statement);
	if (rc == SQLITE_DONE ||
	    (rc == SQLITE_ROW &&
		!sqlite_read_key(statement, COLUMN_KEY, &found))) {
		arrival_index_remove(arrivals->index, id);
	} else if (rc == SQLITE_ROW && key_equal(&found, key)) {
		sqlite_read_record(statement, &record);
		if (rows->n == 0)
			rows->record = record;
		else
			record_merge(&rows->record, &record);
		rows->ids[rows->n++] = id;
	}
	sqlite3_reset(statement);
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
    struct arrival_rows *rows)
{
	int64_t ids[ARRIVAL_ROWS_MAX];
	size_t n;

	rows->n = 0;
	rows->key_hash = hash_key(arrivals, key);
	if (!arrival_index_has_table(arrivals->index) &&
	    arrivals->scans_n++ >= arrivals->scans_max)
		sqlite_arrivals_build_table(arrivals);
	n = arrival_index_find(arrivals->index, rows->key_hash, ids,
	    ARRIVAL_ROWS_MAX);
	for (size_t i = 0; i < n; i++)
		if (take_row(arrivals, statements, ids[i], key, rows) != 0)
			return -1;
	return 0;
}

int64_t
sqlite_arrivals_address_n(struct sqlite_arrivals *arrivals, const char *address)
{
	return arrival_index_address_n(arrivals->index,
	    hash_address(arrivals, address));
}

/* ---- Changing ---- */

/* Return the id after the highest one. Skip an id with 32 low bits of 0:
 * arrival_index.c cannot hold it. */
static int64_t
next_id(const struct sqlite_arrivals *arrivals)
{
	int64_t id = arrival_index_next(arrivals->index);

	return (uint32_t)id == 0 ? id + 1 : id;
}

static int
note_appended(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t id, struct arrival arrival)
{
	if (arrival_index_add(arrivals->index, id, arrival) != 0)
		return -1;
	arrivals->appended_n++;
	if ((id + 1) % ARRIVAL_CHUNK != 0)
		return 0;
	return store_chunk(arrivals, statements, id + 1 - ARRIVAL_CHUNK);
}

int
sqlite_arrivals_append(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, const struct key *key,
    uint32_t key_hash, const struct record *record, const char *address,
    bool is_pooled)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_WAITING_APPEND);
	int64_t id = next_id(arrivals);

	sqlite_bind_key(statement, 1, key);
	sqlite3_bind_int64(statement, 5, record->first_seen_s);
	sqlite3_bind_int64(statement, 6, record->last_seen_s);
	sqlite3_bind_int64(statement, 7, record->expires_s);
	sqlite3_bind_int64(statement, 8, record->deferred_n);
	sqlite3_bind_text(statement, 9, address, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 10, id);
	sqlite3_bind_int(statement, 11, is_pooled);
	sqlite_bind_delay(statement, 12, record);
	if (sqlite_run(statements, STATEMENT_WAITING_APPEND) != 0)
		return -1;
	return note_appended(arrivals, statements, id,
	    arrival_of(arrivals, key, key_hash, address));
}

static bool
has_changed_a_row(const struct sqlite_statements *statements)
{
	return sqlite3_changes(statements->db) > 0;
}

int
sqlite_arrivals_renew(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t id)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_WAITING_COPY);
	struct arrival arrival = arrival_index_get(arrivals->index, id);
	int64_t new_id = next_id(arrivals);
	bool removed;

	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_int64(statement, 2, new_id);
	if (sqlite_run(statements, STATEMENT_WAITING_COPY) != 0)
		return -1;
	if (has_changed_a_row(statements) &&
	    note_appended(arrivals, statements, new_id, arrival) != 0)
		return -1;
	return sqlite_arrivals_remove(arrivals, statements, id, &removed);
}

int
sqlite_arrivals_remove(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t id, bool *removed)
{
	enum statement which = id + 1 == arrival_index_next(arrivals->index)
	    ? STATEMENT_WAITING_CLEAR
	    : STATEMENT_WAITING_REMOVE;

	sqlite3_bind_int64(sqlite_statement(statements, which), 1, id);
	if (sqlite_run(statements, which) != 0)
		return -1;
	*removed = has_changed_a_row(statements);
	arrival_index_remove(arrivals->index, id);
	return 0;
}
