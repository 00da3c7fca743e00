/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * store_sqlite: the embedded store. One file, write-ahead log, statements
 * that stay prepared, one transaction for each batch. Other processes may read
 * and write the file at the same time; a writer waits for them at most
 * timeout_ms.
 *
 * A handle that met anything but a busy database is thrown away, and the next
 * call opens the file again: that is how a full disk, a lost permission or a
 * replaced file is recovered from without a restart.
 */
#include "store/sqlite/sqlite.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct record_store_ops record_ops = {
    .lookup = sqlite_lookup,
    .apply = sqlite_apply,
    .expire = sqlite_expire,
    .rows_at_most = sqlite_rows_at_most,
    .walk = sqlite_walk,
};

static const struct list_store_ops list_ops = {
    .generation = sqlite_generation,
    .entries = sqlite_entries,
    .put_entry = sqlite_put_entry,
    .remove_entry = sqlite_remove_entry,
};

static const struct count_store_ops count_ops = {
    .add_counts = sqlite_add_counts,
    .hits = sqlite_hits,
    .counts = sqlite_counts,
    .tidy = sqlite_tidy,
};

/* Whoever may write to the directory can put another database there. */
static int
check_directory(const char *path, struct err *err)
{
	char *copy = strdup(path);
	struct stat st;
	int rc = 0;

	if (copy == NULL)
		return err_set(err, "out of memory");
	if (stat(dirname(copy), &st) == 0 &&
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		rc = err_set(err,
		    "database %s: others than its owner may write to its "
		    "directory; chmod go-w it, or choose another",
		    path);
	free(copy);
	return rc;
}

/* At the start, say what later would only show with the first mail. */
static int
check_writable(const struct sqlite *sqlite, struct err *err)
{
	if (sqlite3_db_readonly(sqlite->db, "main") != 1)
		return 0;
	return err_set(err,
	    "database %s: this user may read it but not write it",
	    sqlite->path);
}

static struct store *
sqlite_open(const char *where, const struct store_options *options,
    struct err *err)
{
	struct sqlite *sqlite = calloc(1, sizeof(*sqlite));

	if (sqlite != NULL)
		sqlite->path = strdup(where);
	if (sqlite == NULL || sqlite->path == NULL) {
		free(sqlite);
		err_set(err, "out of memory");
		return NULL;
	}
	sqlite->store = (struct store){
	    &store_sqlite_ops, &record_ops, &list_ops, &count_ops};
	sqlite->options = *options;
	if (check_directory(where, err) != 0 ||
	    sqlite_connect(sqlite, err) != 0 ||
	    check_writable(sqlite, err) != 0) {
		store_close(&sqlite->store);
		return NULL;
	}
	return &sqlite->store;
}

static void
sqlite_close(struct store *store)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	struct err err;

	/* The end, too, must not hurt what has our names by now. */
	if (sqlite->db != NULL && sqlite_files_check(sqlite, &err) == 0)
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
	sqlite->patience_us = options->timeout_ms * 1000;
	sqlite->options.on_corruption = options->on_corruption;
}

const struct store_ops store_sqlite_ops = {
    .scheme = "sqlite",
    .open = sqlite_open,
    .close = sqlite_close,
    .configure = sqlite_configure,
    .backup = sqlite_backup,
};
