/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * wrong_clock: sets the clocks of one program forward and back. Link it into a
 * test, or preload it into any program:
 *
 *   WRONG_CLOCK=FILE LD_PRELOAD=.../wrong_clock.so PROGRAM
 *
 * FILE holds a struct wrong_clock. A test may write to FILE at any time.
 */
#include "torture/wrong_clock.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static struct wrong_clock ours;
struct wrong_clock *wrong_clock = &ours;

__attribute__((constructor)) static void
share(void)
{
	const char *path = getenv("WRONG_CLOCK");
	int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *shared;

	if (fd < 0)
		return;
	shared = mmap(NULL, sizeof(*wrong_clock), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (shared != MAP_FAILED)
		wrong_clock = shared;
}

static int64_t
shift_s(clockid_t which)
{
	if (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)
		return wrong_clock->time_s;
	if (which == CLOCK_MONOTONIC || which == CLOCK_MONOTONIC_COARSE)
		return wrong_clock->monotonic_s;
	return 0;
}

/* What adjtimex() returns and tells. */
static int
set_sync(int *status)
{
	if (wrong_clock->sync == 3) {
		errno = EPERM;
		return -1;
	}
	*status = wrong_clock->sync == 1 ? STA_PLL : STA_UNSYNC;
	return wrong_clock->sync == 1 ? TIME_OK : TIME_ERROR;
}

/* Ask the kernel: a sanitizer calls this before it can serve dlsym(). */
int
clock_gettime(clockid_t which, struct timespec *now)
{
	int rc = (int)syscall(SYS_clock_gettime, which, now);

	now->tv_sec += shift_s(which);
	return rc;
}

/* Threads wait for a time of the clock above. If it is far in the future of the
 * real clock, they would wait for ever. */
int
pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
    const struct timespec *until)
{
	static int (*real)(pthread_cond_t * cond, pthread_mutex_t * mutex,
	    const struct timespec *until);
	struct timespec shifted = *until;

	if (real == NULL)
		*(void **)&real =
		    dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
	shifted.tv_sec -= shift_s(CLOCK_MONOTONIC);
	return real(cond, mutex, &shifted);
}

#if defined(__TIMESIZE) && __TIMESIZE == 32
/* src/system/clock.c asks for times of 64 bits. Then the C library has other
 * names for two functions, and these structures. */
struct time64 {
	int64_t tv_sec;
	int32_t tv_nsec, unused;
};
struct timex64 {
	unsigned modes;
	int unused;
	int64_t adjustment[4];
	int status;
};
int __clock_gettime64(clockid_t which, struct time64 *now);
int ___adjtimex64(struct timex64 *state);

int
__clock_gettime64(clockid_t which, struct time64 *now)
{
	int rc = (int)syscall(SYS_clock_gettime64, which, now);

	now->tv_sec += shift_s(which);
	return rc;
}

int
___adjtimex64(struct timex64 *state)
{
	static int (*real)(struct timex64 * state);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "___adjtimex64");
	return wrong_clock->sync == 0 ? real(state) : set_sync(&state->status);
}
#endif

time_t
time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (out != NULL)
		*out = now.tv_sec;
	return now.tv_sec;
}

int
gettimeofday(struct timeval *restrict out, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	out->tv_sec = now.tv_sec;
	out->tv_usec = now.tv_nsec / 1000;
	return 0;
}

int
adjtimex(struct timex *state)
{
	static int (*real)(struct timex * state);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "adjtimex");
	return wrong_clock->sync == 0 ? real(state) : set_sync(&state->status);
}
