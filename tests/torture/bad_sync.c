/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * bad_sync: a disk that takes writes and cannot keep them. Preloaded into a
 * program, it makes each fsync() and fdatasync() fail while a file exists:
 *
 *   BAD_SYNC=FILE LD_PRELOAD=.../bad_sync.so PROGRAM
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

typedef int sync_fn(int fd);

static int
call(const char *name, int fd)
{
	const char *file = getenv("BAD_SYNC");
	union {
		void *pointer;
		sync_fn *function;
	} real = {.pointer = dlsym(RTLD_NEXT, name)};

	if (file != NULL && access(file, F_OK) == 0) {
		errno = EIO;
		return -1;
	}
	return real.function(fd);
}

int
fsync(int fd)
{
	return call("fsync", fd);
}

int
fdatasync(int fd)
{
	return call("fdatasync", fd);
}
