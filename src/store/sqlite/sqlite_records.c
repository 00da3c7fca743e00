/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Each batch is one transaction. A triplet that was deferred once is in the
 * table "waiting". Its next change moves it to "record". A function that
 * returns int returns 0, or -1 and leaves the error in the handle.
 */
#include "store/sqlite/sqlite_records.h"

#include <string.h>

#include "store/sqlite/sqlite_arrivals.h"
#include "store/sqlite/sqlite_census.h"
#include "store/sqlite/sqlite_lookup.h"
#include "store/sqlite/sqlite_maintain.h"
#include "store/sqlite/sqlite_record_row.h"
#include "store/sqlite/sqlite_schema.h"
#include "store/sqlite/sqlite_transaction.h"
#include "store/sqlite/sqlite_walk.h"

/* ---- Changes of the table "record" ---- */

static int
forget(struct sqlite *sqlite, const struct key *key)
{
	struct sqlite_statements *statements = &sqlite->statements;

	record_cache_forget(&sqlite->cache, key);
	sqlite_bind_key(statements->prepared[STATEMENT_FORGET], 1, key);
	return sqlite_run(statements, STATEMENT_FORGET);
}

static int
forget_if_same(struct sqlite *sqlite, const struct key *key,
    const struct record *read)
{
	struct sqlite_statements *statements = &sqlite->statements;
	sqlite3_stmt *statement =
	    statements->prepared[STATEMENT_FORGET_IF_SAME];

	record_cache_forget(&sqlite->cache, key);
	sqlite_bind_key(statement, 1, key);
	sqlite_bind_times(statement, read);
	return sqlite_run(statements, STATEMENT_FORGET_IF_SAME);
}

static int
merge(struct sqlite *sqlite, const struct key *key, const struct record *record)
{
	struct sqlite_statements *statements = &sqlite->statements;
	sqlite3_stmt *statement = statements->prepared[STATEMENT_MERGE];

	record_cache_forget(&sqlite->cache, key);
	sqlite_bind_key(statement, 1, key);
	sqlite_bind_times(statement, record);
	sqlite3_bind_int64(statement, 8, record->expires_s);
	sqlite3_bind_int64(statement, 9, record->deferred_n);
	sqlite3_bind_int64(statement, 10, record->passed_n);
	sqlite_bind_delay(statement, 11, record);
	return sqlite_run(statements, STATEMENT_MERGE);
}

static int
change_record(struct sqlite *sqlite, const struct key *key,
    const struct change *change)
{
	switch (change->how) {
	case CHANGE_NONE:
		return 0;
	case CHANGE_FORGET:
		return forget(sqlite, key);
	case CHANGE_RESTART:
		if (forget_if_same(sqlite, key, &change->read) != 0)
			return -1;
		return merge(sqlite, key, &change->record);
	case CHANGE_MERGE:
		return merge(sqlite, key, &change->record);
	}
	return -1;
}

/* ---- The queue ---- */

static int
find_rows(struct sqlite *sqlite, const struct key *key,
    struct arrival_rows *rows)
{
	return sqlite_arrivals_find(&sqlite->arrivals, &sqlite->statements, key,
	    sqlite_arrivals_hash_key(&sqlite->arrivals, key), rows);
}

/* Look up a key in the table "record". The cache has the answer of the lookup
 * before. Its answers are valid, but must not be added to before the commit. */
static int
find_record(struct sqlite *sqlite, const struct key *key,
    struct store_answer *answer)
{
	struct record_cache *cache = &sqlite->cache;

	if (record_cache_is_on(cache) &&
	    record_cache_get(cache, record_cache_hash(cache, key), answer))
		return 0;
	return sqlite_find(&sqlite->statements, key, answer);
}

/* Write the record of a triplet that was in the queue, with the change, to
 * "record". */
static int
put_moved(struct sqlite *sqlite, const struct store_change *change,
    const struct record *waiting)
{
	struct store_answer answer;

	if (find_record(sqlite, change->key, &answer) != 0 ||
	    (answer.found && forget(sqlite, change->key) != 0))
		return -1;
	sqlite_merge_answer(&answer, waiting);
	record_apply(&answer.record, &answer.found, &change->change);
	return answer.found ? merge(sqlite, change->key, &answer.record) : 0;
}

/* True if the next change is of the other record of the same row, and no other
 * row has that record, too. */
static bool
is_of_same_row(struct sqlite *sqlite, const struct store_change *change,
    const struct arrival_rows *rows, const struct store_change *next)
{
	return rows->n == 1 && rows->pool[0] != '\0' && next != NULL &&
	    change->key->kind == KEY_TRIPLET_NETWORK &&
	    next->key->kind == KEY_TRIPLET_POOL &&
	    strcmp(next->key->client, rows->pool) == 0 &&
	    strcmp(next->key->sender, change->key->sender) == 0 &&
	    strcmp(next->key->recipient, change->key->recipient) == 0 &&
	    sqlite_arrivals_is_only(&sqlite->arrivals,
		sqlite_arrivals_hash_key(&sqlite->arrivals, next->key),
		rows->places[0].row_id + 1);
}

/* Change a triplet that is in the queue: move it to "record". If the next
 * change is of the same row, apply both. Sets *applied_n. */
static int
move(struct sqlite *sqlite, const struct store_change *change,
    const struct arrival_rows *rows, const struct store_change *next,
    size_t *applied_n)
{
	struct sqlite_arrivals *arrivals = &sqlite->arrivals;
	struct sqlite_statements *statements = &sqlite->statements;
	bool both = is_of_same_row(sqlite, change, rows, next);

	if (both &&
	    sqlite_arrivals_remove_both(arrivals, statements,
		&rows->places[0]) != 0)
		return -1;
	for (size_t i = 0; !both && i < rows->n; i++)
		if (sqlite_arrivals_remove(arrivals, statements,
			&rows->places[i]) != 0)
			return -1;
	*applied_n = 1 + both;
	if (put_moved(sqlite, change, &rows->record) != 0)
		return -1;
	return both ? put_moved(sqlite, next, &rows->record) : 0;
}

static bool
is_first_attempt(const struct store_change *change)
{
	const struct record *record = &change->change.record;

	return change->change.how == CHANGE_MERGE && record->passed_s == 0 &&
	    record->passed_n == 0 && record->deferred_n <= 1 &&
	    !change->client.has_passed;
}

/* Return how many more records of an address the queue may have. Before the
 * index has been checked, it also counts records that are gone. So do not apply
 * the limit before then. */
static int64_t
room_of_address(struct sqlite *sqlite, const char *address)
{
	struct sqlite_arrivals *arrivals = &sqlite->arrivals;
	int64_t max = sqlite->options.max_waiting_per_address;

	if (max == 0 || address[0] == '\0' ||
	    arrivals->checked < arrivals->checked_end)
		return INT64_MAX;
	return max - sqlite_arrivals_address_n(arrivals, address);
}

/* Append a new triplet, and if pool is not NULL also the same triplet by pool.
 * Sets *applied_n to the number of changes that this applies. */
static int
append(struct sqlite *sqlite, const struct store_change *change,
    uint32_t key_hash, const struct store_change *pool, uint32_t pool_hash,
    size_t *applied_n)
{
	char address[NETADDR_PREFIX_SIZE] = "";
	struct arrival_row row = {
	    .key = change->key,
	    .key_hash = key_hash,
	    .record = &change->change.record,
	    .address = address,
	};
	int64_t room_n;

	if (change->client.address.family != NETADDR_NONE)
		netaddr_format_host(&change->client.address, address);
	room_n = room_of_address(sqlite, address);
	*applied_n = 1;
	if (room_n <= 0) {
		sqlite->arrivals.done.refused_n++;
		strcpy(sqlite->arrivals.done.refused, address);
		return 0;
	}
	if (pool != NULL && room_n > 1) {
		row.pool = pool->key->client;
		row.pool_hash = pool_hash;
		*applied_n = 2;
	} else if (change->key->kind == KEY_TRIPLET_NETWORK &&
	    change->client.has_pool) {
		row.pool = "";
	}
	return sqlite_arrivals_append(&sqlite->arrivals, &sqlite->statements,
	    &row);
}

/* Return true if "pool" is the same change as "network", under the key of the
 * pool. A row cannot have a pool without a name. */
static bool
is_by_pool(const struct store_change *network, const struct store_change *pool)
{
	return network->key->kind == KEY_TRIPLET_NETWORK &&
	    pool->key->kind == KEY_TRIPLET_POOL &&
	    pool->key->client[0] != '\0' && is_first_attempt(pool) &&
	    strcmp(network->key->sender, pool->key->sender) == 0 &&
	    strcmp(network->key->recipient, pool->key->recipient) == 0 &&
	    memcmp(&network->client.address, &pool->client.address,
		sizeof(struct netaddr)) == 0 &&
	    record_equal(&network->change.record, &pool->change.record);
}

/* Find out whether neither table has the key of a change. */
static int
find_absence(struct sqlite *sqlite, const struct store_change *change,
    struct arrival_rows *rows, bool *is_absent)
{
	struct store_answer answer = {.found = false};

	if (find_rows(sqlite, change->key, rows) != 0 ||
	    (rows->n == 0 && !change->was_absent &&
		find_record(sqlite, change->key, &answer) != 0))
		return -1;
	*is_absent = rows->n == 0 && !answer.found;
	return 0;
}

/* Append a new triplet. If the next change is the same triplet by pool, which
 * is usual, append both as one row. */
static int
append_with_next(struct sqlite *sqlite, const struct store_change *change,
    uint32_t key_hash, const struct store_change *next, size_t *applied_n)
{
	struct arrival_rows rows;
	bool is_absent = false;

	if (next != NULL && is_by_pool(change, next) &&
	    find_absence(sqlite, next, &rows, &is_absent) != 0)
		return -1;
	return append(sqlite, change, key_hash, is_absent ? next : NULL,
	    is_absent ? rows.key_hash : 0, applied_n);
}

/* True if the change stores a new waiting triplet, unless a record exists. */
static bool
may_be_new(const struct store_change *change)
{
	return change->change.how == CHANGE_MERGE &&
	    change->change.record.passed_s == 0;
}

/* Unless there is room for all changes, leave out a new triplet and count it.
 * "next" is the next change, or NULL. Sets *applied_n to 2 if it was applied,
 * too. */
static int
apply_to_triplet(struct sqlite *sqlite, const struct store_change *change,
    const struct store_change *next, enum sqlite_room room, size_t *left_out_n,
    size_t *applied_n)
{
	struct store_answer answer = {.found = false};
	struct arrival_rows rows;

	*applied_n = 1;
	if (find_rows(sqlite, change->key, &rows) != 0)
		return -1;
	if (rows.n > 0)
		return move(sqlite, change, &rows, next, applied_n);
	if (!is_first_attempt(change) &&
	    (room == ROOM_FOR_ALL || !may_be_new(change)))
		return change_record(sqlite, change->key, &change->change);
	if (!change->was_absent &&
	    find_record(sqlite, change->key, &answer) != 0)
		return -1;
	if (!answer.found && room != ROOM_FOR_ALL) {
		++*left_out_n;
		return 0;
	}
	if (!answer.found && is_first_attempt(change))
		return append_with_next(sqlite, change, rows.key_hash, next,
		    applied_n);
	return change_record(sqlite, change->key, &change->change);
}

/* Unless there is room for all changes, leave out a new correspondent and count
 * it. */
static int
apply_to_other(struct sqlite *sqlite, const struct store_change *change,
    enum sqlite_room room, size_t *left_out_n)
{
	if (room != ROOM_FOR_ALL && change->was_absent &&
	    key_kind_is_correspondent(change->key->kind)) {
		++*left_out_n;
		return 0;
	}
	return change_record(sqlite, change->key, &change->change);
}

/* ---- Applying ---- */

static int
apply_all(struct sqlite *sqlite, const struct store_change *changes, size_t n,
    enum sqlite_room room, size_t *left_out_n)
{
	struct sqlite_statements *statements = &sqlite->statements;
	int64_t appended_n = sqlite->arrivals.appended_n, correspondents_n = 0;

	*left_out_n = 0;
	if (sqlite_run(statements, STATEMENT_BEGIN_WRITE) != 0 ||
	    !sqlite_schema_is_known(sqlite) ||
	    (record_cache_is_on(&sqlite->cache) &&
		sqlite_check_cache(sqlite) != 0) ||
	    sqlite_arrivals_update(&sqlite->arrivals, statements) != 0)
		return -1;
	for (size_t i = 0, applied_n = 1; i < n; i += applied_n) {
		const struct store_change *change = &changes[i];
		const struct store_change *next =
		    i + 1 < n ? &changes[i + 1] : NULL;
		int rc;

		applied_n = 1;
		correspondents_n +=
		    key_kind_is_correspondent(change->key->kind);
		rc = key_kind_is_triplet(change->key->kind)
		    ? apply_to_triplet(sqlite, change, next, room, left_out_n,
			  &applied_n)
		    : apply_to_other(sqlite, change, room, left_out_n);

		if (rc != 0)
			return -1;
	}
	sqlite->known[KNOWN_CORRESPONDENTS].written_n += correspondents_n;
	sqlite->known[KNOWN_OTHERS].written_n += (int64_t)n - correspondents_n -
	    (sqlite->arrivals.appended_n - appended_n);
	if (sqlite_evict(sqlite, 2 * n) != 0)
		return -1;
	return sqlite_run(statements, STATEMENT_COMMIT);
}

static enum store_rc
sqlite_apply(struct store *store, const struct store_change *changes, size_t n,
    struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	struct record_maintenance before = sqlite->arrivals.done;
	enum sqlite_room room;
	size_t left_out_n;

	if (sqlite_ensure_writable(sqlite, err) != 0)
		return STORE_FAILED;
	room = sqlite_checkpoint_room(&sqlite->checkpoint, err);
	if (room == ROOM_FOR_NOTHING)
		return STORE_FAILED;
	if (apply_all(sqlite, changes, n, room, &left_out_n) != 0) {
		sqlite->arrivals.done = before;
		return sqlite_give_up(sqlite, err);
	}
	sqlite_checkpoint_after_commit(&sqlite->checkpoint);
	return left_out_n == 0 ? STORE_OK : STORE_NO_ROOM;
}

const struct record_store_ops sqlite_record_ops = {
    .lookup = sqlite_lookup,
    .may_have = sqlite_may_have,
    .apply = sqlite_apply,
    .walk_all = sqlite_walk_all,
    .walk_client = sqlite_walk_client,
    .walk_next = sqlite_walk_next,
    .expire_next = sqlite_expire_next,
    .walk_free = sqlite_walk_free,
    .maintain = sqlite_maintain,
    .census = sqlite_record_census,
    .newest_waiting = sqlite_newest_waiting,
};
