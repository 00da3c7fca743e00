/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/faulty_vfs.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum call {
	CALL_OPEN,
	CALL_DELETE,
	CALL_ACCESS,
	CALL_READ,
	CALL_WRITE,
	CALL_TRUNCATE,
	CALL_SYNC,
	CALL_SIZE,
	CALL_LOCK,
	CALL_UNLOCK,
	CALL_SIZE_HINT,
	CALL_SHM_MAP,
	CALL_SHM_LOCK,
	CALL_SHM_UNLOCK,
};
#define CALLS (CALL_SHM_UNLOCK + 1)

/* 0: the fault does not affect this call. */
static const int codes[FAULTS][CALLS] = {
    [FAULT_IOERR] =
	{
	    [CALL_OPEN] = SQLITE_IOERR,
	    [CALL_DELETE] = SQLITE_IOERR_DELETE,
	    [CALL_ACCESS] = SQLITE_IOERR_ACCESS,
	    [CALL_READ] = SQLITE_IOERR_READ,
	    [CALL_WRITE] = SQLITE_IOERR_WRITE,
	    [CALL_TRUNCATE] = SQLITE_IOERR_TRUNCATE,
	    [CALL_SYNC] = SQLITE_IOERR_FSYNC,
	    [CALL_SIZE] = SQLITE_IOERR_FSTAT,
	    [CALL_LOCK] = SQLITE_IOERR_LOCK,
	    [CALL_UNLOCK] = SQLITE_IOERR_UNLOCK,
	    [CALL_SIZE_HINT] = SQLITE_IOERR_WRITE,
	    [CALL_SHM_MAP] = SQLITE_IOERR_SHMMAP,
	    [CALL_SHM_LOCK] = SQLITE_IOERR_SHMLOCK,
	    [CALL_SHM_UNLOCK] = SQLITE_IOERR_SHMLOCK,
	},
    [FAULT_FULL] =
	{
	    [CALL_WRITE] = SQLITE_FULL,
	    [CALL_SYNC] = SQLITE_FULL,
	    [CALL_SIZE_HINT] = SQLITE_FULL,
	    [CALL_SHM_MAP] = SQLITE_FULL,
	},
    [FAULT_TORN] = {[CALL_WRITE] = SQLITE_FULL},
    [FAULT_CANTOPEN] =
	{
	    [CALL_OPEN] = SQLITE_CANTOPEN,
	    [CALL_DELETE] = SQLITE_CANTOPEN,
	    [CALL_ACCESS] = SQLITE_CANTOPEN,
	    [CALL_SHM_MAP] = SQLITE_CANTOPEN,
	},
    [FAULT_BUSY] =
	{
	    [CALL_LOCK] = SQLITE_BUSY,
	    [CALL_SHM_LOCK] = SQLITE_BUSY,
	},
    [FAULT_CORRUPT] = {[CALL_READ] = SQLITE_CORRUPT},
    [FAULT_SHORT_READ] = {[CALL_READ] = SQLITE_IOERR_SHORT_READ},
    [FAULT_NOMEM] =
	{
	    [CALL_OPEN] = SQLITE_NOMEM,
	    [CALL_DELETE] = SQLITE_IOERR_DELETE,
	    [CALL_ACCESS] = SQLITE_NOMEM,
	    [CALL_READ] = SQLITE_IOERR_NOMEM,
	    [CALL_WRITE] = SQLITE_NOMEM,
	    [CALL_TRUNCATE] = SQLITE_NOMEM,
	    [CALL_SYNC] = SQLITE_NOMEM,
	    [CALL_SIZE] = SQLITE_NOMEM,
	    [CALL_LOCK] = SQLITE_NOMEM,
	    [CALL_UNLOCK] = SQLITE_NOMEM,
	    [CALL_SIZE_HINT] = SQLITE_NOMEM,
	    [CALL_SHM_MAP] = SQLITE_NOMEM,
	    [CALL_SHM_LOCK] = SQLITE_NOMEM,
	},
    [FAULT_READONLY] =
	{
	    [CALL_OPEN] = SQLITE_READONLY_DIRECTORY,
	    [CALL_DELETE] = SQLITE_READONLY,
	    [CALL_WRITE] = SQLITE_READONLY,
	    [CALL_TRUNCATE] = SQLITE_READONLY,
	    [CALL_SIZE_HINT] = SQLITE_READONLY,
	},
    [FAULT_SYNC] = {[CALL_SYNC] = SQLITE_IOERR_FSYNC},
};

const char *
fault_word(enum fault fault)
{
	static const char *const words[FAULTS] = {
	    [FAULT_IOERR] = "I/O error",
	    [FAULT_FULL] = "disk full",
	    [FAULT_TORN] = "torn write",
	    [FAULT_CANTOPEN] = "cannot open",
	    [FAULT_BUSY] = "busy",
	    [FAULT_CORRUPT] = "malformed",
	    [FAULT_SHORT_READ] = "short read",
	    [FAULT_NOMEM] = "out of memory",
	    [FAULT_READONLY] = "read-only",
	    [FAULT_SYNC] = "failed sync",
	};

	return words[fault];
}

/* ---- The plan ---- */

static sqlite3_vfs *inner;
static sqlite3_mutex *mutex; /* a store may have two threads */

static struct {
	enum fault fault;
	int64_t at;
	bool stays;
	int64_t calls_n, injected_n;
} plan;

void
faulty_plan(enum fault fault, int64_t at, bool stays)
{
	sqlite3_mutex_enter(mutex);
	plan.fault = fault;
	plan.at = at;
	plan.stays = stays;
	plan.calls_n = plan.injected_n = 0;
	sqlite3_mutex_leave(mutex);
}

void
faulty_heal(void)
{
	sqlite3_mutex_enter(mutex);
	plan.at = 0;
	sqlite3_mutex_leave(mutex);
}

int64_t
faulty_calls_n(void)
{
	int64_t n;

	sqlite3_mutex_enter(mutex);
	n = plan.calls_n;
	sqlite3_mutex_leave(mutex);
	return n;
}

int64_t
faulty_injected_n(void)
{
	return plan.injected_n;
}

/* The error code for this call, or 0. Locks the mutex. */
static int
enter(enum call call)
{
	bool changes = call == CALL_WRITE || call == CALL_TRUNCATE ||
	    call == CALL_SYNC || call == CALL_DELETE;
	int code;

	sqlite3_mutex_enter(mutex);
	code = codes[plan.fault][call];
	if (power_use(changes) != 0)
		return SQLITE_IOERR;
	if (code == 0)
		return 0;
	plan.calls_n++;
	if (plan.at == 0 || plan.calls_n < plan.at ||
	    (plan.calls_n > plan.at && !plan.stays))
		return 0;
	plan.injected_n++;
	return code;
}

static int
leave(int code)
{
	sqlite3_mutex_leave(mutex);
	return code;
}

/* ---- Files ---- */

struct faulty_file {
	sqlite3_file base;
	const char *path;  /* NULL: power.c does not watch it */
	bool syncs_folder; /* the next sync also syncs the folder */
	sqlite3_file *real;
};

static sqlite3_file *
real_of(sqlite3_file *file)
{
	return ((struct faulty_file *)file)->real;
}

static const char *
path_of(sqlite3_file *file)
{
	return ((struct faulty_file *)file)->path;
}

static int
faulty_close(sqlite3_file *file)
{
	return real_of(file)->pMethods->xClose(real_of(file));
}

static int
faulty_read(sqlite3_file *file, void *octets, int n, sqlite3_int64 at)
{
	int code = enter(CALL_READ);

	if (code == SQLITE_IOERR_SHORT_READ)
		memset(octets, 0, (size_t)n);
	if (code == 0)
		code = real_of(file)->pMethods->xRead(real_of(file), octets, n,
		    at);
	return leave(code);
}

static int
faulty_write(sqlite3_file *file, const void *octets, int n, sqlite3_int64 at)
{
	int code = enter(CALL_WRITE), part_n = n, real_code;

	if (code != 0)
		part_n =
		    plan.fault == FAULT_TORN && !power_is_off() ? n / 2 : 0;
	if (part_n > 0) {
		real_code = real_of(file)->pMethods->xWrite(real_of(file),
		    octets, part_n, at);
		if (code == 0)
			code = real_code;
		if (path_of(file) != NULL)
			power_written(path_of(file), octets, (size_t)part_n,
			    at);
	}
	return leave(code);
}

static int
faulty_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int code = enter(CALL_TRUNCATE);

	if (code == 0) {
		code = real_of(file)->pMethods->xTruncate(real_of(file), size);
		if (path_of(file) != NULL)
			power_truncated(path_of(file), size);
	}
	return leave(code);
}

static int
faulty_sync(sqlite3_file *file, int flags)
{
	struct faulty_file *faulty = (struct faulty_file *)file;
	int code = enter(CALL_SYNC);

	(void)flags;
	if (code == 0 && faulty->path != NULL)
		power_synced(faulty->path);
	if (code == 0 && faulty->syncs_folder) {
		power_folder_synced();
		faulty->syncs_folder = false;
	}
	return leave(code);
}

static int
faulty_size(sqlite3_file *file, sqlite3_int64 *size)
{
	int code = enter(CALL_SIZE);

	if (code == 0)
		code = real_of(file)->pMethods->xFileSize(real_of(file), size);
	return leave(code);
}

static int
faulty_lock(sqlite3_file *file, int level)
{
	int code = enter(CALL_LOCK);

	if (code == 0)
		code = real_of(file)->pMethods->xLock(real_of(file), level);
	return leave(code);
}

/* Unlock first, then fail: a lock that stays would stop every test. */
static int
faulty_unlock(sqlite3_file *file, int level)
{
	int code = enter(CALL_UNLOCK);
	int real_code = real_of(file)->pMethods->xUnlock(real_of(file), level);

	return leave(code != 0 ? code : real_code);
}

static int
faulty_reserved(sqlite3_file *file, int *reserved)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file),
	    reserved);
}

static int
faulty_control(sqlite3_file *file, int which, void *arg)
{
	int code = 0;

	if (which == SQLITE_FCNTL_SIZE_HINT) {
		code = enter(CALL_SIZE_HINT);
		leave(0);
	}
	if (code == 0)
		code = real_of(file)->pMethods->xFileControl(real_of(file),
		    which, arg);
	return code;
}

static int
faulty_sector_size(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int
faulty_characteristics(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int
faulty_shm_map(sqlite3_file *file, int page, int size, int extend,
    void volatile **out)
{
	int code = enter(CALL_SHM_MAP);

	*out = NULL;
	if (code == 0)
		code = real_of(file)->pMethods->xShmMap(real_of(file), page,
		    size, extend, out);
	return leave(code);
}

static int
faulty_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	bool unlocks = (flags & SQLITE_SHM_UNLOCK) != 0;
	int code = enter(unlocks ? CALL_SHM_UNLOCK : CALL_SHM_LOCK);
	int real_code = 0;

	if (code == 0 || unlocks)
		real_code = real_of(file)->pMethods->xShmLock(real_of(file),
		    offset, n, flags);
	return leave(code != 0 ? code : real_code);
}

static void
faulty_shm_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int
faulty_shm_unmap(sqlite3_file *file, int delete)
{
	return real_of(file)->pMethods->xShmUnmap(real_of(file), delete);
}

/* Version 2: no memory maps, so that everything is read through xRead. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = faulty_close,
    .xRead = faulty_read,
    .xWrite = faulty_write,
    .xTruncate = faulty_truncate,
    .xSync = faulty_sync,
    .xFileSize = faulty_size,
    .xLock = faulty_lock,
    .xUnlock = faulty_unlock,
    .xCheckReservedLock = faulty_reserved,
    .xFileControl = faulty_control,
    .xSectorSize = faulty_sector_size,
    .xDeviceCharacteristics = faulty_characteristics,
    .xShmMap = faulty_shm_map,
    .xShmLock = faulty_shm_lock,
    .xShmBarrier = faulty_shm_barrier,
    .xShmUnmap = faulty_shm_unmap,
};

/* ---- The file system ---- */

#define WATCHED \
	(SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)

static int
faulty_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
    int *flags_out)
{
	struct faulty_file *faulty = (struct faulty_file *)file;
	int code = enter(CALL_OPEN), there = 0;

	(void)vfs;
	faulty->base.pMethods = NULL;
	faulty->real = (sqlite3_file *)(faulty + 1);
	faulty->path = (flags & WATCHED) != 0 ? path : NULL;
	/* As the VFS "unix" does. */
	faulty->syncs_folder = (flags & SQLITE_OPEN_CREATE) != 0 &&
	    (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
	if (code == 0 && path != NULL)
		inner->xAccess(inner, path, SQLITE_ACCESS_EXISTS, &there);
	if (code == 0)
		code =
		    inner->xOpen(inner, path, faulty->real, flags, flags_out);
	if (code == 0) {
		faulty->base.pMethods = &methods;
		if (faulty->path != NULL && !there)
			power_created(path);
	}
	return leave(code);
}

static int
faulty_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
	int code = enter(CALL_DELETE);

	(void)vfs;
	if (code == 0) {
		code = inner->xDelete(inner, path, 0);
		if (code == 0)
			power_deleted(path, sync != 0);
	}
	return leave(code);
}

static int
faulty_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
	int code = enter(CALL_ACCESS);

	(void)vfs;
	if (code == 0)
		code = inner->xAccess(inner, path, flags, out);
	return leave(code);
}

static int
faulty_sleep(sqlite3_vfs *vfs, int us)
{
	(void)vfs;
	return us;
}

static int
faulty_full_path(sqlite3_vfs *vfs, const char *path, int n, char *out)
{
	(void)vfs;
	return inner->xFullPathname(inner, path, n, out);
}

void
faulty_vfs_install(void)
{
	static sqlite3_vfs vfs;

	if (inner != NULL)
		return;
	inner = sqlite3_vfs_find("unix");
	assert(inner != NULL);
	mutex = sqlite3_mutex_alloc(SQLITE_MUTEX_STATIC_APP1);
	vfs = *inner;
	vfs.zName = "faulty";
	vfs.szOsFile = (int)sizeof(struct faulty_file) + inner->szOsFile;
	vfs.xOpen = faulty_open;
	vfs.xDelete = faulty_delete;
	vfs.xAccess = faulty_access;
	vfs.xFullPathname = faulty_full_path;
	vfs.xSleep = faulty_sleep;
	assert(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}
