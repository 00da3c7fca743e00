/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_CLOCK_H
#define TARDIGREY_SYSTEM_CLOCK_H

#include <stdint.h>

#include "decide/expiry_clock.h"

/* clock: reads the time. No other file reads a clock. */

/* Whether a time daemon has set the clock of the kernel, see adjtimex(2). */
enum clock_sync clock_sync_state(void);

/* Unix seconds, for records. May jump when the clock is set. */
int64_t clock_now_s(void);

/* Times that never go back, for intervals within this process. */
int64_t clock_monotonic_s(void);
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);

/* When the day of this time began, by the clock of the machine. */
int64_t clock_midnight_s(int64_t now_s);

#endif
