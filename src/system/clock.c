/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "system/clock.h"

#include <time.h>

#ifdef __linux__
#include <sys/timex.h>
#endif

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

int64_t
clock_midnight_s(int64_t now_s)
{
	time_t now = (time_t)now_s;
	struct tm tm;

	if (localtime_r(&now, &tm) == NULL)
		return now_s - now_s % 86400;
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_isdst = -1;
	return mktime(&tm);
}
