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
#include <stdlib.h>
#include <sys/mman.h>
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

int
clock_gettime(clockid_t which, struct timespec *now)
{
	static int (*real)(clockid_t which, struct timespec * now);
	int rc;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	rc = real(which, now);
	if (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)
		now->tv_sec += wrong_clock->time_s;
	else if (which == CLOCK_MONOTONIC || which == CLOCK_MONOTONIC_COARSE)
		now->tv_sec += wrong_clock->monotonic_s;
	return rc;
}

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
	if (wrong_clock->sync == 0)
		return real(state);
	if (wrong_clock->sync == 3) {
		errno = EPERM;
		return -1;
	}
	state->status = wrong_clock->sync == 1 ? STA_PLL : STA_UNSYNC;
	return wrong_clock->sync == 1 ? TIME_OK : TIME_ERROR;
}
