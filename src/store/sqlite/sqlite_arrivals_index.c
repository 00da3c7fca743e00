/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The transaction that adds the last id of a chunk also stores the hashes of
 * the chunk in "waiting_hashes". Later the index can be built from these hashes
 * without reading the rows. Stored hashes never change. If a record is gone,
 * the index looks for it once in order to notice this.
 */
#include "store/sqlite/sqlite_arrivals_index.h"

#include <string.h>

#include "store/sqlite/sqlite_record_row.h"
#include "store/sqlite/sqlite_waiting_row.h"

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

uint32_t
sqlite_arrivals_hash_key(const struct sqlite_arrivals *arrivals,
    const struct key *key)
{
	return (uint32_t)key_keyed_hash(arrivals->secret, key);
}

/* Consecutive rows often have the same address. */
uint32_t
sqlite_arrivals_hash_address(struct sqlite_arrivals *arrivals,
    const struct key *key, const char *address)
{
	size_t n;

	if (address[0] == '\0')
		address = key->client;
	n = strlen(address);

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

int
sqlite_arrivals_store_chunk(const struct sqlite_arrivals *arrivals,
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

int
sqlite_arrivals_add_nothing(struct arrival_index *index, int64_t id)
{
	if (arrival_index_add(index, id, (struct arrival){0, 0}) != 0)
		return -1;
	arrival_index_remove(index, id);
	return 0;
}

/* Another program may have written a row with the id of a pool, or with a key
 * that no record has. */
static int
add_record(struct sqlite_arrivals *arrivals,
    const struct sqlite_waiting_walk *walk)
{
	struct arrival arrival;
	struct key key;

	if (walk->id < arrival_index_next(arrivals->index) ||
	    !sqlite_waiting_read_key(walk->row, walk->of_pool, &key))
		return 0;
	arrival.key = sqlite_arrivals_hash_key(arrivals, &key);
	arrival.address = sqlite_arrivals_hash_address(arrivals, &key,
	    sqlite_text(walk->row, COLUMN_ADDRESS));
	return arrival_index_add(arrivals->index, walk->id, arrival);
}

/* Add the records with ids from index->next on and below "to". */
static int
read_rows(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t to)
{
	struct arrival_index *index = arrivals->index;
	struct sqlite_waiting_walk walk;
	int rc = SQLITE_ROW;

	if (arrival_index_next(index) >= to)
		return 0;
	sqlite_waiting_walk_begin(&walk, statements, arrival_index_next(index),
	    to);
	while (rc == SQLITE_ROW &&
	    (rc = sqlite_waiting_walk_next(&walk)) == SQLITE_ROW)
		if (add_record(arrivals, &walk) != 0)
			rc = SQLITE_NOMEM;
	sqlite_waiting_walk_end(&walk);
	if (rc != SQLITE_DONE)
		return -1;
	return arrival_index_next(index) < to
	    ? sqlite_arrivals_add_nothing(index, to - 1)
	    : 0;
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
		if (read_rows(arrivals, statements, first) != 0 ||
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
	    read_rows(arrivals, statements, last + 1) == 0)
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
