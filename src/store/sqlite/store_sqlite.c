/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The database is one file with a write-ahead log. Statements stay prepared,
 * and each batch is one transaction. Other processes may read and write the
 * file at the same time; a writer waits for them at most timeout_ms.
 *
 * After any error but a busy database the handle is closed, and the next call
 * opens the file again. So the store recovers without a restart from a full
 * disk, a lost permission, or a replaced file.
 *
 * The files of this folder, lowest layer first. Each uses only files that come
 * before it; tests/guard/includes.sh refuses circles.
 *
 *   sqlite_page_cache   SQLite's page cache without a needless search
 *   sqlite_vfs          few large writes to the log
 *   sqlite_wait         how to wait for locks
 *   sqlite_files        the database files, by name and by content
 *   sqlite_space        the space that is left for them
 *   sqlite_copy_log     one sync or checkpoint
 *   sqlite_disk_threads threads that sync the log and do checkpoints
 *   sqlite_checkpoint   when they do so; a log that is too long
 *   sqlite_statements   the text of every statement; prepare, run
 *   sqlite_handle       struct sqlite, its error text, closing
 *   sqlite_schema       the owner and the schema of a database
 *   sqlite_moved        files that were moved, removed or overwritten
 *   sqlite_damage       files that are damaged
 *   sqlite_connect      opening
 *   sqlite_transaction  the begin of a call, and its end when it fails
 *   sqlite_record_row   keys and records as columns
 *   sqlite_walk         walks and expiry
 *   sqlite_records      the record port
 *   sqlite_lists        the list port
 *   sqlite_counts       the count port
 *   sqlite_backup       a copy of the database
 *   store_sqlite        the scheme sqlite:, opening and closing a store
 */
#include "store/sqlite/store_sqlite.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/sqlite/sqlite_backup.h"
#include "store/sqlite/sqlite_connect.h"
#include "store/sqlite/sqlite_counts.h"
#include "store/sqlite/sqlite_lists.h"
#include "store/sqlite/sqlite_moved.h"
#include "store/sqlite/sqlite_records.h"

static int
sqlite_check(const char *where, struct err *err)
{
	if (where[0] == '/')
		return 0;
	return err_set(err,
	    "expected an absolute path after sqlite:, got \"%s\"", where);
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
		    "database %s: others than its owner may write to its "
		    "directory; chmod go-w it, or choose another",
		    path);
	free(copy);
	return rc;
}

/* Report this at the start, not with the first mail. */
static int
check_writable(const struct sqlite *sqlite, struct err *err)
{
	if (sqlite3_db_readonly(sqlite->db, "main") != 1)
		return 0;
	return err_set(err,
	    "database %s: this user may read it but not write it",
	    sqlite->path);
}

/* The files may have been moved since the last call: check before closing. */
static void
sqlite_close(struct store *store)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	struct err err;

	if (sqlite->db != NULL && sqlite_check_files(sqlite, &err) == 0)
		sqlite_disconnect(sqlite);
	sqlite_files_free(&sqlite->files);
	free(sqlite->path);
	free(sqlite);
}

static void
sqlite_configure(struct store *store, const struct store_options *options)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	sqlite->options.timeout_ms = options->timeout_ms;
	sqlite->wait.limit_us = options->timeout_ms * 1000;
	sqlite->options.on_corruption = options->on_corruption;
	sqlite->options.max_octets = options->max_octets;
	sqlite->checkpoint.database_max = options->max_octets;
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
	};
	sqlite->options = *options;
	if (check_directory(where, err) != 0 ||
	    sqlite_connect(sqlite, err) != 0 ||
	    check_writable(sqlite, err) != 0) {
		sqlite_close(&sqlite->store);
		return NULL;
	}
	return &sqlite->store;
}

const struct store_scheme store_sqlite_scheme = {
    .name = "sqlite",
    .form = "sqlite:/PATH",
    .is_private = false,
    .check = sqlite_check,
    .open = sqlite_open,
};
