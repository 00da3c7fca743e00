/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * slow_sync: simulates a slow disk. Preloaded into a program, it makes each
 * fsync() and fdatasync() take longer:
 *
 *   SLOW_SYNC_MS=5 LD_PRELOAD=.../slow_sync.so PROGRAM
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

typedef int sync_fn(int fd);

static void
wait_for_the_disk(void)
{
	const char *text = getenv("SLOW_SYNC_MS");
	long ms = text != NULL ? strtol(text, NULL, 10) : 0;
	struct timespec time = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&time, NULL);
}

static int
call(const char *name, int fd)
{
	union {
		void *pointer;
		sync_fn *function;
	} real = {.pointer = dlsym(RTLD_NEXT, name)};

	wait_for_the_disk();
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
