/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The database is one file with a write-ahead log. Statements stay prepared,
 * and each batch is one transaction. Other processes may read and write the
 * file at the same time; a writer waits for them at most timeout_ms.
 *
 * After most errors the store closes the handle, and the next call opens the
 * file again. So the store recovers from a lost permission or a replaced file
 * without a restart. If the database is busy, or if only a write has failed,
 * the handle stays: reads go on, even if the files could not be opened again.
 *
 * These are the files of this folder, lowest layer first. A file uses only
 * files above it in this list.
 *
 *   sqlite_page_cache   SQLite's page cache without a needless search
 *   sqlite_vfs          few large writes to the write-ahead log
 *   sqlite_wait         wait for locks
 *   sqlite_log_check    detect a write-ahead log that was truncated
 *   sqlite_files        detect files that were moved, overwritten or truncated
 *   sqlite_space        the disk space that is left
 *   sqlite_copy_log     one sync or checkpoint
 *   sqlite_disk_threads threads that sync the log and do checkpoints
 *   sqlite_checkpoint   choose when they do this; limit the log
 *   sqlite_statements   prepare and run SQL statements
 *   arrival_ring        hashes of waiting records, by id
 *   arrival_table       find their ids by their hashes
 *   address_counts      numbers of waiting records of client addresses
 *   arrival_index       find waiting records; choose those to evict
 *   record_filter       which keys are not in the table "record"
 *   record_cache        answers of the table "record", in memory
 *   sqlite_record_row   keys and records as columns
 *   sqlite_waiting_row  rows of the table "waiting"
 *   sqlite_arrivals_index fill the index from the database
 *   sqlite_arrivals     the queue of waiting records: the table "waiting"
 *   sqlite_handle       struct sqlite; report errors, close the handle
 *   sqlite_schema       check and make the schema
 *   sqlite_entries_copy the second copy of the list entries
 *   sqlite_moved        close the handle after files were moved
 *   sqlite_damage       set damaged files aside
 *   sqlite_connect      open the handle
 *   sqlite_transaction  begin an operation; end one that has failed
 *   sqlite_known        limit the number of records that are not waiting
 *   sqlite_lookup       find records
 *   sqlite_filter       fill the filter of the cache, and the cache
 *   sqlite_maintain     expire and evict waiting records
 *   sqlite_walk         walks and expiry
 *   sqlite_records      the record store
 *   sqlite_lists        the list store
 *   sqlite_counts       the count store
 *   sqlite_decisions    the decision store
 *   sqlite_backup       copy the database
 *   store_sqlite        the scheme sqlite:; open and close a store
 */
#include "store/sqlite/store_sqlite.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/sqlite/sqlite_backup.h"
#include "store/sqlite/sqlite_connect.h"
#include "store/sqlite/sqlite_counts.h"
#include "store/sqlite/sqlite_decisions.h"
#include "store/sqlite/sqlite_entries_copy.h"
#include "store/sqlite/sqlite_lists.h"
#include "store/sqlite/sqlite_moved.h"
#include "store/sqlite/sqlite_records.h"

static int
sqlite_check(const char *where, struct err *err)
{
	if (where[0] == '/')
		return 0;
	return err_set(err, "not an absolute path: \"%s\" (write sqlite:/PATH)",
	    where);
}

/* A user who can write to the directory can replace the database. */
static int
check_directory(const char *path, struct err *err)
{
	char *copy = strdup(path);
	struct stat st;
	int rc = 0;

	if (copy == NULL)
		return err_no_memory(err);
	if (stat(dirname(copy), &st) == 0 &&
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		rc = err_set(err,
		    "database %s: its directory must be writable only by its "
		    "owner; run chmod go-w on it, or choose another directory",
		    path);
	free(copy);
	return rc;
}

/* Open the files. Report a read-only database now, not at the first mail. The
 * daemon serves without the database, unless the fault is in the configuration:
 * the next call opens the files again. */
static int
open_files(struct sqlite *sqlite, struct err *err)
{
	struct err text;

	if (check_directory(sqlite->path, err) != 0)
		return -1;
	if (sqlite_connect(sqlite, err) == 0 &&
	    sqlite_check_writable(sqlite, err) == 0)
		return 0;
	if (sqlite->options.use != STORE_SERVE || sqlite->is_refused)
		return -1;
	err_set(&text,
	    "%s; started without it, and each request tries to open it again",
	    err->text);
	if (sqlite->options.notice != NULL)
		sqlite->options.notice(text.text);
	return 0;
}

/* An administrator may have written entries with SQL. The copy has them after
 * the next start. Never empty the copy here. */
static void
save_entries(struct sqlite *sqlite)
{
	struct err err;

	if (sqlite->options.use == STORE_SERVE && sqlite->db != NULL &&
	    sqlite_entries_copy_has_entries(sqlite) &&
	    sqlite_entries_copy_save(sqlite, &err) != 0 &&
	    sqlite->options.notice != NULL)
		sqlite->options.notice(err.text);
}

/* The files may have been moved since the last call. Check that first. If the
 * log was truncated, take the list entries from their copy now: the next
 * process would not know. */
static void
sqlite_close(struct store *store)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	struct err err;

	if (sqlite->db != NULL && sqlite_check_files(sqlite, &err) != 0 &&
	    sqlite->entries_lost)
		sqlite_connect(sqlite, &err);
	sqlite_disconnect(sqlite);
	sqlite_files_free(&sqlite->files);
	record_cache_free(&sqlite->cache);
	free(sqlite->path);
	free(sqlite);
}

/* A visit makes only a few look-ups. */
static void
set_cache_size(struct sqlite *sqlite)
{
	const struct store_options *options = &sqlite->options;

	record_cache_resize(&sqlite->cache,
	    options->use == STORE_VISIT ? 0
					: (size_t)options->record_cache_octets);
}

static void
begin_cache(struct sqlite *sqlite)
{
	uint8_t secret[KEYED_HASH_SECRET_SIZE];

	sqlite3_randomness(sizeof(secret), secret);
	record_cache_init(&sqlite->cache, secret);
	sqlite->cache_version = -1;
	set_cache_size(sqlite);
}

static void
sqlite_configure(struct store *store, const struct store_options *options)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	sqlite->options.timeout_ms = options->timeout_ms;
	sqlite->wait.limit_us = options->timeout_ms * 1000;
	sqlite->options.on_corruption = options->on_corruption;
	sqlite->options.max_waiting = options->max_waiting;
	sqlite->options.max_waiting_per_address =
	    options->max_waiting_per_address;
	sqlite->options.max_known = options->max_known;
	sqlite->options.max_correspondents = options->max_correspondents;
	sqlite->options.max_octets = options->max_octets;
	sqlite->checkpoint.database_max = options->max_octets;
	sqlite->options.record_cache_octets = options->record_cache_octets;
	set_cache_size(sqlite);
}

/* Up to this number of keys, look-ups without the table of the index are
 * cheaper than building it. */
#define SCANS_MAX 64

/* The daemon builds the index before the first request. If that fails, a later
 * call does it. */
static void
prepare_index(struct sqlite *sqlite)
{
	struct store_answer answer;
	struct key key = {.kind = KEY_TRIPLET_NETWORK};
	struct err err;

	sqlite->arrivals.scans_max = SCANS_MAX;
	if (sqlite->options.use != STORE_SERVE)
		return;
	sqlite->arrivals.scans_max = 0;
	sqlite->arrivals.in_steps = true;
	if (sqlite->db == NULL)
		return;
	sqlite->store.records->lookup(&sqlite->store, &key, 1, &answer, &err);
}

static const struct store_ops sqlite_ops = {
    .close = sqlite_close,
    .configure = sqlite_configure,
    .backup = sqlite_backup,
};

static struct store *
sqlite_open(const char *where, const struct store_options *options,
    struct err *err)
{
	struct sqlite *sqlite = calloc(1, sizeof(*sqlite));

	if (sqlite != NULL)
		sqlite->path = strdup(where);
	if (sqlite == NULL || sqlite->path == NULL) {
		free(sqlite);
		err_no_memory(err);
		return NULL;
	}
	sqlite->store = (struct store){
	    .ops = &sqlite_ops,
	    .records = &sqlite_record_ops,
	    .lists = &sqlite_list_ops,
	    .counts = &sqlite_count_ops,
	    .decisions = &sqlite_decision_ops,
	};
	sqlite->options = *options;
	if (open_files(sqlite, err) != 0) {
		sqlite_close(&sqlite->store);
		return NULL;
	}
	begin_cache(sqlite);
	prepare_index(sqlite);
	save_entries(sqlite);
	return &sqlite->store;
}

const struct store_scheme store_sqlite_scheme = {
    .name = "sqlite",
    .form = "sqlite:/PATH",
    .is_private = false,
    .is_file = true,
    .check = sqlite_check,
    .open = sqlite_open,
};
