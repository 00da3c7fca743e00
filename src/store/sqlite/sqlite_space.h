/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_SPACE_H
#define TARDIGREY_STORE_SQLITE_SQLITE_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/sqlite/sqlite_files.h"

/*
 * sqlite_space: how much disk space is left, how long the write-ahead log may
 * be, and whether there is room for new triplets. All sizes are in octets.
 */

struct sqlite_space {
	int64_t free;   /* of the file system, for this user */
	int64_t main;   /* the main file */
	int64_t unused; /* free pages of the main file */
	int64_t log;    /* the file of the write-ahead log */
};

enum sqlite_space_state {
	SPACE_ENOUGH,
	SPACE_DISK_SHORT,    /* little space is left on the file system */
	SPACE_DATABASE_FULL, /* the files have reached max_database_size */
};

/* Look at the file system and at the files. If that fails, the free space is
 * taken to be unlimited: SQLite will meet the error. */
void sqlite_space_look(struct sqlite_space *space,
    const struct sqlite_files *files);

/* The length of the log at which it is to start over: the size of the database,
 * at least 32 MiB and at most 256 MiB, but not more than a tenth of what is
 * free or of database_max (0: no such limit). */
int64_t sqlite_space_log_limit(const struct sqlite_space *space,
    int64_t database_max);

/* Whether there is room for new triplets. "was" is the last state: when space
 * was short, more must be free before it is enough. */
enum sqlite_space_state sqlite_space_judge(const struct sqlite_space *space,
    int64_t database_max, enum sqlite_space_state was);

/* Say why there is no room. Always returns -1. */
int sqlite_space_error(const struct sqlite_space *space,
    enum sqlite_space_state state, const char *path, struct err *err);

#endif
