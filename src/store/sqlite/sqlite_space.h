/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_SPACE_H
#define TARDIGREY_STORE_SQLITE_SQLITE_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/sqlite/sqlite_files.h"

/*
 * sqlite_space: measures the disk space, limits the length of the write-ahead
 * log, and decides whether there is room for new triplets. All sizes are in
 * octets.
 */

struct sqlite_space {
	int64_t free;   /* free space of the file system, for this user */
	int64_t main;   /* the main file */
	int64_t unused; /* free pages of the main file */
	int64_t log;    /* the file of the write-ahead log */
};

enum sqlite_space_state {
	SPACE_ENOUGH,
	SPACE_DISK_SHORT,    /* little space is left on the file system */
	SPACE_DATABASE_FULL, /* the files have reached max_database_size */
};

/* Measure the file system and the files. If the free space cannot be read, it
 * is set to INT64_MAX; SQLite will report the error. */
void sqlite_space_look(struct sqlite_space *space,
    const struct sqlite_files *files);

/* Return the length at which the log must start over: the length of the
 * database, at least 32 MiB and at most 256 MiB. It is at most a tenth of the
 * free space (including the log), and at most a tenth of database_max.
 * database_max is 0 if there is no limit. */
int64_t sqlite_space_log_limit(const struct sqlite_space *space,
    int64_t database_max);

/* Decide whether there is room for new triplets. "was" is the last state: if it
 * was not SPACE_ENOUGH, more space must be free than before. */
enum sqlite_space_state sqlite_space_judge(const struct sqlite_space *space,
    int64_t database_max, enum sqlite_space_state was);

/* Set *err to the reason why there is no room. Always returns -1. */
int sqlite_space_error(const struct sqlite_space *space,
    enum sqlite_space_state state, const char *path, struct err *err);

#endif
