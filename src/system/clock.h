/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_CLOCK_H
#define TARDIGREY_SYSTEM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "decide/expiry_clock.h"

/*
 * clock: reads the time. No other file reads a clock, or uses time_t: on
 * machines of 32 bits it ends in January 2038 in other files, see clock.c.
 */

/* Whether a time daemon has set the clock of the kernel, see adjtimex(2). */
enum clock_sync clock_sync_state(void);

/* Unix seconds, for records. May jump when the clock is set. */
int64_t clock_now_s(void);

/* Times that never go back, for intervals within this process. */
int64_t clock_monotonic_s(void);
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);

/* Convert a time to the time zone of the machine. Returns false if the year
 * does not go into a struct tm. */
bool clock_local_time(int64_t time_s, struct tm *out);

/* When the day of this time began, by the clock of the machine. */
int64_t clock_midnight_s(int64_t now_s);

/* When the day began that is "ago" days before the day of this time; -1: the
 * day after it. A day may have 23 or 25 hours. */
int64_t clock_day_s(int64_t now_s, int64_t ago);

#endif
