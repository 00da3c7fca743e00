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
#include "store/sqlite/sqlite_record_change.h"
#include "store/sqlite/sqlite_schema.h"
#include "store/sqlite/sqlite_transaction.h"
#include "store/sqlite/sqlite_walk.h"

/* ---- The queue ---- */

/* A change. For a triplet, also what the queue needs. */
struct queued_change {
	const struct store_change *change;
	uint32_t key_hash;
	/* These two are set if it is a first attempt. */
	uint32_t address_hash;
	char address[NETADDR_PREFIX_SIZE]; /* "": unknown */
};

static bool
is_first_attempt(const struct store_change *change)
{
	const struct record *record = &change->change.record;

	return change->change.how == CHANGE_MERGE && record->passed_s == 0 &&
	    record->passed_n == 0 && record->deferred_n <= 1 &&
	    !change->client.has_passed;
}

/* Compute the hashes of n changes, and begin to load what the index has for
 * them. */
static void
queue_changes(struct sqlite *sqlite, const struct store_change *changes,
    size_t n, struct queued_change *queued)
{
	struct sqlite_arrivals *arrivals = &sqlite->arrivals;

	for (size_t i = 0; i < n; i++, queued++) {
		const struct key *key = changes[i].key;
		const struct netaddr *address = &changes[i].client.address;

		queued->change = &changes[i];
		if (!key_kind_is_triplet(key->kind))
			continue;
		queued->key_hash = sqlite_arrivals_hash_key(arrivals, key);
		arrival_index_prefetch(arrivals->index, queued->key_hash);
		if (!is_first_attempt(&changes[i]))
			continue;
		queued->address[0] = '\0';
		if (address->family != NETADDR_NONE)
			netaddr_format_host(address, queued->address);
		queued->address_hash = sqlite_arrivals_hash_address(arrivals,
		    key, queued->address);
		arrival_index_prefetch_address(arrivals->index,
		    queued->address_hash);
	}
}

static int
find_rows(struct sqlite *sqlite, const struct queued_change *queued,
    struct arrival_rows *rows)
{
	return sqlite_arrivals_find(&sqlite->arrivals, &sqlite->statements,
	    queued->change->key, queued->key_hash, rows);
}

/* Write the record of a triplet that was in the queue, with the change, to
 * "record". */
static int
put_moved(struct sqlite *sqlite, const struct store_change *change,
    const struct record *waiting)
{
	struct store_answer answer;

	if (sqlite_record_find(sqlite, change->key, &answer) != 0 ||
	    (answer.found && sqlite_record_forget(sqlite, change->key) != 0))
		return -1;
	sqlite_merge_answer(&answer, waiting);
	record_apply(&answer.record, &answer.found, &change->change);
	return answer.found
	    ? sqlite_record_merge(sqlite, change->key, &answer.record)
	    : 0;
}

/* True if the next change is of the other record of the same row, and no other
 * row has that record, too. */
static bool
is_of_same_row(const struct sqlite *sqlite, const struct key *key,
    const struct arrival_rows *rows, const struct queued_change *next)
{
	const struct key *other = next != NULL ? next->change->key : NULL;

	return rows->n == 1 && rows->pool[0] != '\0' && next != NULL &&
	    key->kind == KEY_TRIPLET_NETWORK &&
	    other->kind == KEY_TRIPLET_POOL &&
	    strcmp(other->client, rows->pool) == 0 &&
	    strcmp(other->sender, key->sender) == 0 &&
	    strcmp(other->recipient, key->recipient) == 0 &&
	    sqlite_arrivals_is_only(&sqlite->arrivals, next->key_hash,
		rows->places[0].row_id + 1);
}

/* Change a triplet that is in the queue: move it to "record". If the next
 * change is of the same row, apply both. Sets *applied_n. */
static int
move(struct sqlite *sqlite, const struct store_change *change,
    const struct arrival_rows *rows, const struct queued_change *next,
    size_t *applied_n)
{
	struct sqlite_arrivals *arrivals = &sqlite->arrivals;
	struct sqlite_statements *statements = &sqlite->statements;
	bool both = is_of_same_row(sqlite, change->key, rows, next);

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
	return both ? put_moved(sqlite, next->change, &rows->record) : 0;
}

/* Return how many more records of an address the queue may have. Before the
 * index has been checked, it also counts records that are gone. So do not apply
 * the limit before then. */
static int64_t
room_of_address(const struct sqlite *sqlite, const struct queued_change *queued)
{
	const struct sqlite_arrivals *arrivals = &sqlite->arrivals;
	int64_t max = sqlite->options.max_waiting_per_address;

	if (max == 0 || queued->address[0] == '\0' ||
	    arrivals->checked < arrivals->checked_end)
		return INT64_MAX;
	return max -
	    arrival_index_address_n(arrivals->index, queued->address_hash);
}

/* Append a new triplet, and if pool is not NULL also the same triplet by pool.
 * Sets *applied_n to the number of changes that this applies. */
static int
append(struct sqlite *sqlite, const struct queued_change *queued,
    const struct queued_change *pool, size_t *applied_n)
{
	const struct store_change *change = queued->change;
	struct arrival_row row = {
	    .key = change->key,
	    .hashes = {queued->key_hash, queued->address_hash},
	    .record = &change->change.record,
	    .address = queued->address,
	};
	int64_t room_n = room_of_address(sqlite, queued);

	*applied_n = 1;
	if (room_n <= 0) {
		sqlite->arrivals.done.refused_n++;
		strcpy(sqlite->arrivals.done.refused, queued->address);
		return 0;
	}
	if (pool != NULL && room_n > 1) {
		row.pool = pool->change->key->client;
		row.pool_hash = pool->key_hash;
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
find_absence(struct sqlite *sqlite, const struct queued_change *queued,
    bool *is_absent)
{
	const struct store_change *change = queued->change;
	struct store_answer answer = {.found = false};
	struct arrival_rows rows;

	if (find_rows(sqlite, queued, &rows) != 0 ||
	    (rows.n == 0 && !change->was_absent &&
		sqlite_record_find(sqlite, change->key, &answer) != 0))
		return -1;
	*is_absent = rows.n == 0 && !answer.found;
	return 0;
}

/* Append a new triplet. If the next change is the same triplet by pool, which
 * is usual, append both as one row. */
static int
append_with_next(struct sqlite *sqlite, const struct queued_change *queued,
    const struct queued_change *next, size_t *applied_n)
{
	bool is_absent = false;

	if (next != NULL && is_by_pool(queued->change, next->change) &&
	    find_absence(sqlite, next, &is_absent) != 0)
		return -1;
	return append(sqlite, queued, is_absent ? next : NULL, applied_n);
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
apply_to_triplet(struct sqlite *sqlite, const struct queued_change *queued,
    const struct queued_change *next, enum sqlite_room room, size_t *left_out_n,
    size_t *applied_n)
{
	const struct store_change *change = queued->change;
	struct store_answer answer = {.found = false};
	struct arrival_rows rows;

	*applied_n = 1;
	if (find_rows(sqlite, queued, &rows) != 0)
		return -1;
	if (rows.n > 0)
		return move(sqlite, change, &rows, next, applied_n);
	if (!is_first_attempt(change) &&
	    (room == ROOM_FOR_ALL || !may_be_new(change)))
		return sqlite_record_change(sqlite, change->key,
		    &change->change);
	if (!change->was_absent &&
	    sqlite_record_find(sqlite, change->key, &answer) != 0)
		return -1;
	if (!answer.found && room != ROOM_FOR_ALL) {
		++*left_out_n;
		return 0;
	}
	if (!answer.found && is_first_attempt(change))
		return append_with_next(sqlite, queued, next, applied_n);
	return sqlite_record_change(sqlite, change->key, &change->change);
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
	return sqlite_record_change(sqlite, change->key, &change->change);
}

/* ---- Applying ---- */

#define QUEUED 32 /* changes */

static int
apply_each(struct sqlite *sqlite, const struct store_change *changes, size_t n,
    enum sqlite_room room, size_t *left_out_n)
{
	struct queued_change queued[QUEUED], *next = queued, *end = queued;
	size_t applied_n;

	for (size_t i = 0; i < n; i += applied_n) {
		struct queued_change *each;
		int rc;

		if (end - next < 2) {
			size_t some_n = n - i < QUEUED ? n - i : QUEUED;

			queue_changes(sqlite, &changes[i], some_n, queued);
			next = queued;
			end = queued + some_n;
		}
		each = next;
		applied_n = 1;
		rc = key_kind_is_triplet(each->change->key->kind)
		    ? apply_to_triplet(sqlite, each,
			  end - each > 1 ? each + 1 : NULL, room, left_out_n,
			  &applied_n)
		    : apply_to_other(sqlite, each->change, room, left_out_n);
		if (rc != 0)
			return -1;
		next += applied_n;
	}
	return 0;
}

static int64_t
count_correspondents(const struct store_change *changes, size_t n)
{
	int64_t correspondents_n = 0;

	for (size_t i = 0; i < n; i++)
		correspondents_n +=
		    key_kind_is_correspondent(changes[i].key->kind);
	return correspondents_n;
}

static int
apply_all(struct sqlite *sqlite, const struct store_change *changes, size_t n,
    enum sqlite_room room, size_t *left_out_n)
{
	struct sqlite_statements *statements = &sqlite->statements;
	int64_t appended_n = sqlite->arrivals.appended_n;
	int64_t correspondents_n = count_correspondents(changes, n);

	*left_out_n = 0;
	if (sqlite_run(statements, STATEMENT_BEGIN_WRITE) != 0 ||
	    !sqlite_schema_is_known(sqlite) ||
	    (record_cache_is_on(&sqlite->cache) &&
		sqlite_check_cache(sqlite) != 0) ||
	    sqlite_arrivals_update(&sqlite->arrivals, statements) != 0 ||
	    apply_each(sqlite, changes, n, room, left_out_n) != 0)
		return -1;
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
