/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_H
#define TARDIGREY_STORE_SQLITE_H

#include <sqlite3.h>

#include "store/store_open.h"

/*
 * sqlite: what the files of the SQLite store share, and nobody else.
 *
 *   sqlite_open      the file, the schema, statements, failing and recovering
 *   sqlite_triplets  what is remembered of triplets
 *   sqlite_lists     entries of lists, hits and counts
 *   sqlite_backup    a copy of it all
 */

/* Prepared once. */
enum statement {
	STATEMENT_BEGIN_READ,
	STATEMENT_BEGIN_WRITE,
	STATEMENT_COMMIT,
	STATEMENT_ROLLBACK,
	STATEMENT_FIND,
	STATEMENT_FORGET_IF_SAME,
	STATEMENT_FORGET,
	STATEMENT_MERGE,
	STATEMENT_WALK,
	STATEMENT_WALK_ROWS,
	STATEMENT_SLICE_COUNT,
	STATEMENT_SLICE_EXPIRE,
	STATEMENT_GENERATION,
};
#define STATEMENTS (STATEMENT_GENERATION + 1)

struct sqlite {
	struct store store;
	struct store_options options;
	char *path;  /* owned */
	sqlite3 *db; /* owned; NULL: to be opened by the next call */
	sqlite3_stmt *statements[STATEMENTS]; /* owned */
};

/* Open the file unless it is open and still the one of that name. Returns 0
 * or -1 and a sentence. */
int sqlite_ensure_open(struct sqlite *sqlite, struct err *err);

/* Run a prepared statement that returns no row. Returns 0 or -1; sqlite3 knows
 * why. */
int sqlite_run(struct sqlite *sqlite, enum statement which);

/* A call failed: leave no transaction open, and no handle that may be
 * broken. Returns STORE_FAILED with the words of sqlite3. */
enum store_rc sqlite_give_up(struct sqlite *sqlite, struct err *err);

/* The functions of store_sqlite_ops, see core/store.h. */
enum store_rc sqlite_lookup(struct store *store, const struct triplet *triplets,
    size_t n, struct store_answer *answers, struct err *err);
enum store_rc sqlite_apply(struct store *store,
    const struct store_change *changes, size_t n, struct err *err);
enum store_rc sqlite_expire(struct store *store, int64_t now_s, size_t rows_max,
    struct store_sweep *sweep, struct err *err);
enum store_rc sqlite_walk(struct store *store, const struct triplet *after,
    size_t n_max, struct store_row *rows, size_t *n_out, struct err *err);
enum store_rc sqlite_backup(struct store *store, const char *path,
    void (*progress)(int percent), struct err *err);
enum store_rc sqlite_generation(struct store *store, int64_t *generation_out,
    struct err *err);
enum store_rc sqlite_entries(struct store *store, store_entry_fn *visit,
    void *arg, struct err *err);
enum store_rc sqlite_put_entry(struct store *store,
    const struct store_entry *entry, struct err *err);
enum store_rc sqlite_remove_entry(struct store *store, bool whitelists,
    enum list_kind kind, const char *pattern, bool *found_out, struct err *err);
enum store_rc sqlite_add_counts(struct store *store,
    const struct store_hit *hits, size_t hits_n,
    const struct tally_count *counts, size_t counts_n, struct err *err);
enum store_rc sqlite_hits(struct store *store, store_hit_fn *visit, void *arg,
    struct err *err);
enum store_rc sqlite_counts(struct store *store, int64_t from_s, int64_t to_s,
    store_count_fn *visit, void *arg, struct err *err);
enum store_rc sqlite_tidy(struct store *store, int64_t now_s,
    int64_t *entries_n_out, struct err *err);

#endif
