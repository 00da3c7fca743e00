/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * New triplets are refused while there is still room for changes of existing
 * records. A changed page needs room in the log, and the checkpoint that
 * empties the log needs room in the main file. Unused pages of the main file
 * count as room, because the main file never shrinks.
 */
#include "store/sqlite/sqlite_space.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#define MIB (1024LL * 1024)

#define LOG_MIN (32 * MIB)
#define LOG_MAX (256 * MIB) /* opening the database reads the whole log */

/* Refuse new triplets if less than ROOM_MIN is left in addition to the space
 * that the log may take, or less than FREE_MIN on the file system. Accept them
 * again when there is ROOM_MORE in addition. */
#define ROOM_MIN  (8 * MIB)
#define FREE_MIN  (4 * MIB)
#define ROOM_MORE (4 * MIB)

/* When the database was full, accept new triplets again after it has become
 * smaller than max_database_size by this part of it, an eighth. This part is
 * more than the usual length of the log. Otherwise new triplets would be
 * accepted each time the log has been emptied. */
#define DATABASE_MORE 8

void
sqlite_space_look(struct sqlite_space *space, const struct sqlite_files *files)
{
	struct statvfs system;
	struct stat log;

	space->free = INT64_MAX;
	if (statvfs(files->path, &system) == 0 && system.f_blocks != 0)
		space->free =
		    (int64_t)system.f_bavail * (int64_t)system.f_frsize;
	space->main = files->octets;
	space->unused = sqlite_files_unused_octets(files);
	space->log = stat(files->wal_path, &log) == 0 ? log.st_size : 0;
}

static int64_t
sum(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t
sqlite_space_log_limit(const struct sqlite_space *space, int64_t database_max)
{
	int64_t limit = space->main > LOG_MIN ? space->main : LOG_MIN;

	limit = least(limit, LOG_MAX);
	limit = least(limit, sum(space->free, space->log) / 10);
	return database_max > 0 ? least(limit, database_max / 10) : limit;
}

enum sqlite_space_state
sqlite_space_judge(const struct sqlite_space *space, int64_t database_max,
    enum sqlite_space_state was)
{
	int64_t log_max = sqlite_space_log_limit(space, database_max);
	int64_t used = space->main - space->unused + space->log;
	int64_t more = was == SPACE_DISK_SHORT ? ROOM_MORE : 0;

	if (space->free < FREE_MIN + more ||
	    sum(space->free, space->unused) < log_max + ROOM_MIN + more)
		return SPACE_DISK_SHORT;
	if (was == SPACE_DATABASE_FULL)
		used = sum(used, database_max / DATABASE_MORE);
	if (database_max > 0 && used >= database_max)
		return SPACE_DATABASE_FULL;
	return SPACE_ENOUGH;
}

int
sqlite_space_error(const struct sqlite_space *space,
    enum sqlite_space_state state, const char *path, struct err *err)
{
	if (state == SPACE_DATABASE_FULL)
		return err_set(err,
		    "database %s: it has reached max_database_size, so new "
		    "triplets are not stored",
		    path);
	return err_set(err,
	    "database %s: its file system has only %lld MiB left, so new "
	    "triplets are not stored",
	    path, (long long)(space->free / MIB));
}
