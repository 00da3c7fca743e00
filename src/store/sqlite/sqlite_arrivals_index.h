/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_ARRIVALS_INDEX_H
#define TARDIGREY_STORE_SQLITE_SQLITE_ARRIVALS_INDEX_H

#include "base/keyed_hash.h"
#include "decide/record_store.h"
#include "store/sqlite/arrival_index.h"
#include "store/sqlite/sqlite_statements.h"

/*
 * sqlite_arrivals_index: the state of the queue of waiting records
 * (sqlite_arrivals.h), and the hashes of its index, in memory and in the table
 * "waiting_hashes".
 *
 * A function that returns int returns 0 or -1. After -1 the handle has the
 * error. If the handle has none, memory is short.
 */

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
	int64_t appended_n;     /* records since the last slice */
	int64_t maintained_s;   /* time of the last slice */
	int64_t head_expires_s; /* expiry of the row at the head */
};

/* Free the index because it no longer matches the table. The next update builds
 * it again. */
void sqlite_arrivals_drop(struct sqlite_arrivals *arrivals);

/* Add new records to the index, or build it. If this fails, the index is
 * dropped. The transaction must have read something, or be one that writes:
 * before that, SQLite does not know the version of the content. */
int sqlite_arrivals_update(struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements);

/* Return the hash of a key. */
uint32_t sqlite_arrivals_hash_key(const struct sqlite_arrivals *arrivals,
    const struct key *key);

/* Return the hash of the address of a record. If the address is "", the client
 * of the key is hashed instead. */
uint32_t sqlite_arrivals_hash_address(struct sqlite_arrivals *arrivals,
    const struct key *key, const char *address);

/* ---- For sqlite_arrivals.c ---- */

/* Store the hashes of the chunk that begins with the id "first". */
int sqlite_arrivals_store_chunk(const struct sqlite_arrivals *arrivals,
    struct sqlite_statements *statements, int64_t first);

/* Let the index cover an id that has no record. Returns as arrival_index_add().
 */
int sqlite_arrivals_add_nothing(struct arrival_index *index, int64_t id);

#endif
