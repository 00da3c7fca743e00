/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * bad_memory: makes allocations fail. Link it into a test, or preload it into
 * any program:
 *
 *   BAD_MEMORY=FILE LD_PRELOAD=.../bad_memory.so PROGRAM
 *
 * FILE holds a struct bad_memory. A test may write to FILE at any time, to
 * choose the allocations that fail. The allocations of a child process are
 * counted together with those of its parent, unless it has another FILE.
 *
 * These functions replace those of the C library or of a sanitizer, so they get
 * the allocations of every library.
 */
#include "torture/bad_memory.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct bad_memory ours;
struct bad_memory *bad_memory = &ours;

static struct {
	void *(*malloc)(size_t n);
	void *(*calloc)(size_t n, size_t size);
	void *(*realloc)(void *memory, size_t n);
	void (*free)(void *memory);
} real;

/* Memory for allocations that dlsym() makes before it has found the real
 * functions. It is never freed. */
static _Alignas(max_align_t) char first_memory[65536];
static size_t first_n;

static void *
first_malloc(size_t n)
{
	void *memory = first_memory + first_n;

	n = (n + sizeof(max_align_t) - 1) / sizeof(max_align_t) *
	    sizeof(max_align_t);
	if (n > sizeof(first_memory) - first_n)
		_exit(127);
	first_n += n;
	return memory;
}

static int
is_first(const void *memory)
{
	const char *at = memory;

	return at >= first_memory && at < first_memory + sizeof(first_memory);
}

/* True if the real functions are known. The first call looks them up. dlsym()
 * allocates, so it comes back here, although its declaration denies it. Without
 * volatile gcc 10 would not write to searching. */
static int
is_ready(void)
{
	static volatile int searching;

	if (real.free != NULL)
		return 1;
	if (searching)
		return 0;
	searching = 1;
	*(void **)&real.malloc = dlsym(RTLD_NEXT, "malloc");
	*(void **)&real.calloc = dlsym(RTLD_NEXT, "calloc");
	*(void **)&real.realloc = dlsym(RTLD_NEXT, "realloc");
	*(void **)&real.free = dlsym(RTLD_NEXT, "free");
	searching = 0;
	return 1;
}

/* Map FILE. This runs before main(). */
__attribute__((constructor)) static void
share(void)
{
	const char *path = getenv("BAD_MEMORY");
	int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *shared;

	if (fd < 0)
		return;
	shared = mmap(NULL, sizeof(*bad_memory), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	close(fd);
	if (shared != MAP_FAILED)
		bad_memory = shared;
}

/* Count an allocation. Returns true if it must fail. */
static int
fails(void)
{
	uint64_t n = ++bad_memory->asked_n;

	if (bad_memory->first == 0 || n < bad_memory->first ||
	    n - bad_memory->first >= bad_memory->fail_n)
		return 0;
	bad_memory->failed_n++;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t n)
{
	if (!is_ready())
		return first_malloc(n);
	return fails() ? NULL : real.malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	if (!is_ready())
		return first_malloc(n * size); /* not used before, so zero */
	return fails() ? NULL : real.calloc(n, size);
}

void *
realloc(void *memory, size_t n)
{
	void *moved;

	if (!is_ready() || is_first(memory)) {
		moved = malloc(n);
		if (moved != NULL && memory != NULL)
			memcpy(moved, memory,
			    n < (size_t)(first_memory + first_n -
				    (char *)memory)
				? n
				: (size_t)(first_memory + first_n -
				      (char *)memory));
		return moved;
	}
	return fails() ? NULL : real.realloc(memory, n);
}

/* The strdup() of a sanitizer does not call malloc(). */
char *
strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = malloc(size);

	return copy != NULL ? memcpy(copy, text, size) : NULL;
}

void
free(void *memory)
{
	if (memory != NULL && !is_first(memory) && is_ready())
		real.free(memory);
}
