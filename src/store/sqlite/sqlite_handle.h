/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_HANDLE_H
#define TARDIGREY_STORE_SQLITE_SQLITE_HANDLE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "decide/store.h"
#include "store/sqlite/record_cache.h"
#include "store/sqlite/sqlite_arrivals.h"
#include "store/sqlite/sqlite_checkpoint.h"
#include "store/sqlite/sqlite_files.h"
#include "store/sqlite/sqlite_statements.h"
#include "store/sqlite/sqlite_wait.h"

/*
 * sqlite_handle: the state of an SQLite store. Functions to report an error of
 * its database handle, and to close the handle.
 */

/* The rows of "record" have a limit for each of these parts, see
 * sqlite_known.c. */
enum sqlite_known_part {
	KNOWN_OTHERS, /* triplets and auto-whitelisted clients */
	KNOWN_CORRESPONDENTS,
};
#define SQLITE_KNOWN_PARTS (KNOWN_CORRESPONDENTS + 1)

struct sqlite_known {
	struct sqlite_known_round *round; /* owned; NULL: none */
	int64_t written_n; /* rows written since the last slice */
	/* After a round: the rows that it has left, the rows written since it
	 * began, and the fewest pages of the database in use since its end. */
	bool is_counted;
	int64_t rows_n, grown_n, pages_n;
};

/* See sqlite_census.c. */
struct sqlite_census {
	struct key last; /* the end of the last slice, if has_begun */
	bool has_begun;
	int64_t so_far_n[KEY_KINDS];
	int64_t counted_n[KEY_KINDS]; /* of the last complete count */
	bool is_counted;
};

/* See sqlite_filter.c. */
struct sqlite_filter {
	struct key last; /* the end of the last slice, if has_begun */
	bool has_begun;
	size_t rows_n;        /* seen so far */
	bool was_cleared;     /* another process has changed the database */
	int64_t not_before_s; /* begin no filter before then */
};

struct sqlite {
	struct store store;
	struct store_options options;
	char *path;  /* owned */
	sqlite3 *db; /* owned; NULL: closed, the next call opens it */
	struct sqlite_statements statements;
	struct sqlite_arrivals arrivals;
	struct record_cache cache;   /* answers of the table "record" */
	int64_t cache_version;       /* PRAGMA data_version of the answers;
				      * -1: not known */
	int64_t cache_others_n;      /* see sqlite_check_cache() */
	struct sqlite_filter filter; /* how far the filter of the cache is */
	struct sqlite_known known[SQLITE_KNOWN_PARTS];
	struct sqlite_census census;
	struct sqlite_wait wait;
	struct sqlite_files files;
	struct sqlite_checkpoint checkpoint;
	/* The file is not a database that this program can use: it belongs to
	 * another program, or its file system is unsuitable. */
	bool is_refused;
	int64_t reopened_ms; /* when a read-only handle was last reopened */
	/* See sqlite_damage.c. */
	bool damage_met; /* the previous handle has found damage */
	/* SQLite cannot read the schema, but the pages are sound. */
	bool schema_unknown;
	int64_t replaced_s; /* when damaged files were renamed; 0: never */
	/* See sqlite_schema_is_known(). */
	unsigned checked_version; /* the pager's version at the last check,
				   * or 0: check again */
	bool is_newer;            /* a newer program has changed the schema */
	bool entries_lost; /* the list entries are older than their copy */
	bool copy_unread;  /* the copy has entries that could not be read */
};

/* Set *err to the last error of the handle. Returns -1. */
int sqlite_error(const struct sqlite *sqlite, struct err *err);

/* Whether the file, or the directory of a file that does not exist, is on a
 * file system that this process cannot write to. systemd makes most directories
 * read-only for a process. */
bool sqlite_is_on_read_only_system(const char *path);
#define SQLITE_READ_ONLY_TEXT                                       \
	"its file system is read-only (or its directory is not in " \
	"ReadWritePaths= of the systemd unit)"

/* Run SQL that is not a prepared statement. Returns 0, or -1 and why not. */
int sqlite_execute(const struct sqlite *sqlite, const char *sql,
    struct err *err);

/* Close the handle, if it is open. The next call opens the files again. */
void sqlite_disconnect(struct sqlite *sqlite);

/* Close the handle without a checkpoint. Use this if the write-ahead log may
 * not belong to the main file, or if damaged files must stay as they are. */
void sqlite_abandon(struct sqlite *sqlite);

#endif
