/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* On machines of 32 bits this asks the C library of GNU for a time_t of 64
 * bits, from its version 2.34 on. Other files cannot ask for it: they share
 * struct timeval with libevent and hiredis, which have 32 bits. */
#define _FILE_OFFSET_BITS 64
#define _TIME_BITS        64

#include "system/clock.h"

#include <time.h>

#ifdef __linux__
#include <sys/timex.h>
#endif

#define DAY_S 86400

#ifdef __linux__

enum clock_sync
clock_sync_state(void)
{
	struct timex state = {.modes = 0};

	if (adjtimex(&state) == -1)
		return CLOCK_SYNC_UNKNOWN;
	return (state.status & STA_UNSYNC) != 0 ? CLOCK_UNSYNCHRONISED
						: CLOCK_SYNCHRONISED;
}

#else

enum clock_sync
clock_sync_state(void)
{
	return CLOCK_SYNC_UNKNOWN;
}

#endif

int64_t
clock_now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

int64_t
clock_monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
clock_monotonic_ms(void)
{
	return clock_monotonic_us() / 1000;
}

int64_t
clock_monotonic_s(void)
{
	return clock_monotonic_ms() / 1000;
}

bool
clock_local_time(int64_t time_s, struct tm *out)
{
	time_t when = (time_t)time_s;

	return localtime_r(&when, out) != NULL;
}

int64_t
clock_midnight_s(int64_t now_s)
{
	struct tm tm;

	if (!clock_local_time(now_s, &tm))
		return now_s - now_s % DAY_S;
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_isdst = -1;
	return mktime(&tm);
}

/* Whole days of 24 hours before noon it is 11, 12 or 13 o'clock. */
int64_t
clock_day_s(int64_t now_s, int64_t ago)
{
	int64_t noon_s = clock_midnight_s(now_s) + DAY_S / 2;

	return clock_midnight_s(noon_s - ago * DAY_S);
}
