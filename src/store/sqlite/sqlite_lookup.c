/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_lookup.h"

#include "store/sqlite/sqlite_arrivals.h"
#include "store/sqlite/sqlite_log_check.h"
#include "store/sqlite/sqlite_record_row.h"
#include "store/sqlite/sqlite_transaction.h"

/* ---- The table "record" ---- */

int
sqlite_find(struct sqlite_statements *statements, const struct key *key,
    struct store_answer *answer)
{
	sqlite3_stmt *statement = statements->prepared[STATEMENT_FIND];
	int rc;

	sqlite_bind_key(statement, 1, key);
	rc = sqlite3_step(statement);
	answer->found = rc == SQLITE_ROW;
	if (answer->found)
		sqlite_read_record(statement, &answer->record);
	sqlite3_reset(statement);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

/* ---- The cache ---- */

/* Return the number of commits of other processes, modulo 2^32. -1: not known.
 */
static int64_t
commits_of_others(const struct sqlite *sqlite)
{
	uint32_t n;

	if (sqlite_log_commits(sqlite->db, &n) != 0)
		return -1;
	return (uint32_t)(n - sqlite->checkpoint.commits_n);
}

/*
 * The transaction begins to read here, so it sees no later commit. PRAGMA
 * data_version changes if another process has committed something, and also if
 * the copier has emptied the log. The number of commits changes only in the
 * first case. It is read before the transaction begins, or while it holds the
 * write lock. So if it is the same now, there was no commit since the cached
 * answers were read.
 */
int
sqlite_check_cache(struct sqlite *sqlite)
{
	sqlite3_stmt *statement =
	    sqlite->statements.prepared[STATEMENT_DATA_VERSION];
	int64_t others_n = commits_of_others(sqlite);
	int rc = sqlite3_step(statement);
	int64_t version = sqlite3_column_int64(statement, 0);

	sqlite3_reset(statement);
	if (rc != SQLITE_ROW)
		return -1;
	if (version != sqlite->cache_version &&
	    (sqlite->cache_version < 0 || sqlite->cache_others_n < 0 ||
		commits_of_others(sqlite) != sqlite->cache_others_n)) {
		record_cache_clear(&sqlite->cache);
		sqlite->filter.was_cleared |= sqlite->cache_version >= 0;
	}
	sqlite->cache_version = version;
	sqlite->cache_others_n = others_n;
	return 0;
}

static bool
is_of_empty_kind(const struct record_cache *cache, const struct key *key)
{
	return !record_cache_may_have_kind(cache, key->kind);
}

static int
find_cached(struct sqlite *sqlite, const struct key *key, uint64_t hash,
    struct store_answer *answer)
{
	answer->found = false;
	if (is_of_empty_kind(&sqlite->cache, key) ||
	    record_cache_get(&sqlite->cache, hash, answer))
		return 0;
	if (sqlite_find(&sqlite->statements, key, answer) != 0)
		return -1;
	record_cache_put(&sqlite->cache, hash, answer);
	return 0;
}

/* Compute the hashes of n keys, and begin to load their answers. */
static void
prefetch(const struct record_cache *cache, const struct key *keys, size_t n,
    uint64_t *hashes)
{
	for (size_t i = 0; i < n; i++) {
		if (is_of_empty_kind(cache, &keys[i]))
			continue;
		hashes[i] = record_cache_hash(cache, &keys[i]);
		record_cache_prefetch(cache, hashes[i]);
	}
}

#define PREFETCHED 32 /* keys */

static int
find_all_cached(struct sqlite *sqlite, const struct key *keys, size_t n,
    struct store_answer *answers)
{
	uint64_t hashes[PREFETCHED];

	for (size_t i = 0; i < n; i++) {
		size_t at = i % PREFETCHED;

		if (at == 0)
			prefetch(&sqlite->cache, keys + i,
			    n - i < PREFETCHED ? n - i : PREFETCHED, hashes);
		if (find_cached(sqlite, &keys[i], hashes[at], &answers[i]) != 0)
			return -1;
	}
	return 0;
}

static int
find_all_in_table(struct sqlite *sqlite, const struct key *keys, size_t n,
    struct store_answer *answers)
{
	for (size_t i = 0; i < n; i++)
		if (sqlite_find(&sqlite->statements, &keys[i], &answers[i]) !=
		    0)
			return -1;
	return 0;
}

static int
find_records(struct sqlite *sqlite, const struct key *keys, size_t n,
    struct store_answer *answers)
{
	if (!record_cache_is_on(&sqlite->cache))
		return find_all_in_table(sqlite, keys, n, answers);
	return sqlite_check_cache(sqlite) != 0 ||
		find_all_cached(sqlite, keys, n, answers) != 0
	    ? -1
	    : 0;
}

void
sqlite_merge_answer(struct store_answer *answer, const struct record *record)
{
	if (answer->found)
		record_merge(&answer->record, record);
	else
		answer->record = *record;
	answer->found = true;
}

/* ---- The queue ---- */

/* The queue can change only the answer for a triplet that has not passed. */
static bool
may_be_waiting(const struct key *key, const struct store_answer *answer)
{
	return key_kind_is_triplet(key->kind) &&
	    (!answer->found || answer->record.passed_s == 0);
}

/* Compute the hashes of n keys, and begin to load their places in the index. */
static void
prefetch_waiting(struct sqlite *sqlite, const struct key *keys, size_t n,
    const struct store_answer *answers, uint32_t *hashes)
{
	struct sqlite_arrivals *arrivals = &sqlite->arrivals;

	for (size_t i = 0; i < n; i++) {
		if (!may_be_waiting(&keys[i], &answers[i]))
			continue;
		hashes[i] = sqlite_arrivals_hash_key(arrivals, &keys[i]);
		arrival_index_prefetch(arrivals->index, hashes[i]);
	}
}

/* A triplet may have records in both tables: look in the queue too. */
static int
find_waiting(struct sqlite *sqlite, const struct key *keys, size_t n,
    struct store_answer *answers)
{
	uint32_t hashes[PREFETCHED];
	struct arrival_rows rows;

	if (sqlite_arrivals_update(&sqlite->arrivals, &sqlite->statements) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		size_t at = i % PREFETCHED;

		if (at == 0)
			prefetch_waiting(sqlite, keys + i,
			    n - i < PREFETCHED ? n - i : PREFETCHED,
			    answers + i, hashes);
		if (!may_be_waiting(&keys[i], &answers[i]))
			continue;
		if (sqlite_arrivals_find(&sqlite->arrivals, &sqlite->statements,
			&keys[i], hashes[at], &rows) != 0)
			return -1;
		if (rows.n > 0)
			sqlite_merge_answer(&answers[i], &rows.record);
	}
	return 0;
}

static int
find_all(struct sqlite *sqlite, const struct key *keys, size_t n,
    struct store_answer *answers)
{
	struct sqlite_statements *statements = &sqlite->statements;

	if (sqlite_run(statements, STATEMENT_BEGIN_READ) != 0 ||
	    find_records(sqlite, keys, n, answers) != 0)
		return -1;
	if (find_waiting(sqlite, keys, n, answers) != 0)
		return -1;
	return sqlite_run(statements, STATEMENT_COMMIT);
}

enum store_rc
sqlite_lookup(struct store *store, const struct key *keys, size_t n,
    struct store_answer *answers, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (find_all(sqlite, keys, n, answers) != 0)
		return sqlite_give_up(sqlite, err);
	return STORE_OK;
}

/* Triplets may also be in the queue. */
bool
sqlite_may_have(const struct store *store, enum key_kind kind)
{
	const struct sqlite *sqlite = (const struct sqlite *)store;

	return key_kind_is_triplet(kind) ||
	    record_cache_may_have_kind(&sqlite->cache, kind);
}
