/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * SQLite's usual files, but for the write-ahead log: what belongs to one
 * commit goes to it in few large writes. SQLite makes two for each page, and
 * these are what a flood of new triplets costs most.
 *
 * The log (https://www.sqlite.org/walformat.html) is a header and frames, each
 * of them a frame header of 24 octets and a page. A frame header that comes
 * right behind what was written before begins a gathering, and what follows it
 * joins. A frame that ends a commit is written, with all before it, before
 * xWrite returns; so nothing is ever counted as written that is not, and
 * errors are met where they are without us. Whatever else is done to the file
 * writes first what was gathered.
 */
#include <string.h>

#include "store/sqlite/sqlite.h"

#define GATHER_OCTETS  65536
#define FRAME_HEADER_N 24
#define COMMIT_AT      4 /* in a frame header: not zero if it ends a commit */

struct log_file {
	sqlite3_file file; /* first: it is what SQLite sees */
	sqlite3_file *real;
	sqlite3_int64 end; /* of the last write; -1: none yet */
	bool commits;      /* the frame that is being written ends a commit */
	size_t n;          /* octets gathered; they belong before "end" */
	char *octets;      /* owned; GATHER_OCTETS */
};

static struct log_file *
log_file(sqlite3_file *file)
{
	return (struct log_file *)file;
}

/* Write what was gathered. What could not be written is given up with the
 * transaction. */
static int
flush(struct log_file *log)
{
	size_t n = log->n;

	log->n = 0;
	if (n == 0)
		return SQLITE_OK;
	return log->real->pMethods->xWrite(log->real, log->octets, (int)n,
	    log->end - (sqlite3_int64)n);
}

/* ---- Writing ---- */

static bool
ends_commit(const char *frame_header)
{
	static const char none[4];

	return memcmp(frame_header + COMMIT_AT, none, sizeof(none)) != 0;
}

/* Whether these octets may wait for others. */
static bool
may_gather(const struct log_file *log, int n, sqlite3_int64 at)
{
	if (at != log->end || n > GATHER_OCTETS)
		return false;
	return log->n > 0 || n == FRAME_HEADER_N;
}

static int
write_through(struct log_file *log, const void *octets, int n, sqlite3_int64 at)
{
	int rc = flush(log);

	log->commits = false;
	log->end = at + n;
	if (rc != SQLITE_OK)
		return rc;
	return log->real->pMethods->xWrite(log->real, octets, n, at);
}

static int
log_write(sqlite3_file *file, const void *octets, int n, sqlite3_int64 at)
{
	struct log_file *log = log_file(file);
	int rc;

	if (!may_gather(log, n, at))
		return write_through(log, octets, n, at);
	if (log->n + (size_t)n > GATHER_OCTETS &&
	    (rc = flush(log)) != SQLITE_OK)
		return rc;
	memcpy(log->octets + log->n, octets, (size_t)n);
	log->n += (size_t)n;
	log->end = at + n;
	if (n == FRAME_HEADER_N)
		log->commits = ends_commit(octets);
	else if (log->commits)
		return flush(log);
	return SQLITE_OK;
}

/* ---- Everything else ---- */

static int
log_close(sqlite3_file *file)
{
	struct log_file *log = log_file(file);

	sqlite3_free(log->octets); /* what is in them was not committed */
	return log->real->pMethods->xClose(log->real);
}

static int
log_read(sqlite3_file *file, void *octets, int n, sqlite3_int64 at)
{
	struct log_file *log = log_file(file);
	int rc = flush(log);

	if (rc != SQLITE_OK)
		return rc;
	return log->real->pMethods->xRead(log->real, octets, n, at);
}

static int
log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct log_file *log = log_file(file);
	int rc = flush(log);

	if (rc != SQLITE_OK)
		return rc;
	return log->real->pMethods->xTruncate(log->real, size);
}

/* A frame may be written in two pieces around a sync: gather none behind it. */
static int
log_sync(sqlite3_file *file, int flags)
{
	struct log_file *log = log_file(file);
	int rc = flush(log);

	log->end = -1;
	if (rc != SQLITE_OK)
		return rc;
	return log->real->pMethods->xSync(log->real, flags);
}

static int
log_file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	struct log_file *log = log_file(file);
	int rc = flush(log);

	if (rc != SQLITE_OK)
		return rc;
	return log->real->pMethods->xFileSize(log->real, size);
}

static int
log_lock(sqlite3_file *file, int level)
{
	sqlite3_file *real = log_file(file)->real;

	return real->pMethods->xLock(real, level);
}

static int
log_unlock(sqlite3_file *file, int level)
{
	sqlite3_file *real = log_file(file)->real;

	return real->pMethods->xUnlock(real, level);
}

static int
log_check_reserved_lock(sqlite3_file *file, int *is_reserved)
{
	sqlite3_file *real = log_file(file)->real;

	return real->pMethods->xCheckReservedLock(real, is_reserved);
}

static int
log_control(sqlite3_file *file, int what, void *arg)
{
	sqlite3_file *real = log_file(file)->real;

	return real->pMethods->xFileControl(real, what, arg);
}

static int
log_sector_size(sqlite3_file *file)
{
	sqlite3_file *real = log_file(file)->real;

	return real->pMethods->xSectorSize(real);
}

static int
log_characteristics(sqlite3_file *file)
{
	sqlite3_file *real = log_file(file)->real;

	return real->pMethods->xDeviceCharacteristics(real);
}

static const sqlite3_io_methods log_methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_file_size,
    .xLock = log_lock,
    .xUnlock = log_unlock,
    .xCheckReservedLock = log_check_reserved_lock,
    .xFileControl = log_control,
    .xSectorSize = log_sector_size,
    .xDeviceCharacteristics = log_characteristics,
};

/* ---- The file system ---- */

static sqlite3_vfs *
usual(const sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

static int
vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
    int *flags_out)
{
	struct log_file *log = log_file(file);
	int rc;

	if ((flags & SQLITE_OPEN_WAL) == 0)
		return usual(vfs)->xOpen(usual(vfs), name, file, flags,
		    flags_out);
	log->file.pMethods = NULL;
	log->real = (sqlite3_file *)(log + 1);
	log->end = -1;
	log->commits = false;
	log->n = 0;
	log->octets = sqlite3_malloc(GATHER_OCTETS);
	if (log->octets == NULL)
		return SQLITE_NOMEM;
	rc = usual(vfs)->xOpen(usual(vfs), name, log->real, flags, flags_out);
	if (rc == SQLITE_OK)
		log->file.pMethods = &log_methods;
	else
		sqlite3_free(log->octets);
	return rc;
}

static int
vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
	return usual(vfs)->xDelete(usual(vfs), name, sync_directory);
}

static int
vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
	return usual(vfs)->xAccess(usual(vfs), name, flags, result);
}

static int
vfs_full_pathname(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
	return usual(vfs)->xFullPathname(usual(vfs), name, size, out);
}

static int
vfs_randomness(sqlite3_vfs *vfs, int size, char *out)
{
	return usual(vfs)->xRandomness(usual(vfs), size, out);
}

static int
vfs_sleep(sqlite3_vfs *vfs, int us)
{
	return usual(vfs)->xSleep(usual(vfs), us);
}

static int
vfs_current_time(sqlite3_vfs *vfs, double *out)
{
	return usual(vfs)->xCurrentTime(usual(vfs), out);
}

static int
vfs_last_error(sqlite3_vfs *vfs, int size, char *out)
{
	return usual(vfs)->xGetLastError(usual(vfs), size, out);
}

/* Nothing is loaded, so that there is nothing behind xDlOpen. */
static sqlite3_vfs gathering = {
    .iVersion = 1,
    .zName = "tardigrey",
    .xOpen = vfs_open,
    .xDelete = vfs_delete,
    .xAccess = vfs_access,
    .xFullPathname = vfs_full_pathname,
    .xRandomness = vfs_randomness,
    .xSleep = vfs_sleep,
    .xCurrentTime = vfs_current_time,
    .xGetLastError = vfs_last_error,
};

const char *
sqlite_vfs(void)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	if (vfs == NULL)
		return NULL;
	gathering.pAppData = vfs;
	gathering.szOsFile = (int)sizeof(struct log_file) + vfs->szOsFile;
	gathering.mxPathname = vfs->mxPathname;
	if (sqlite3_vfs_register(&gathering, 0) != SQLITE_OK)
		return NULL;
	return gathering.zName;
}
