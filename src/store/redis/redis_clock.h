/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_REDIS_REDIS_CLOCK_H
#define TARDIGREY_STORE_REDIS_REDIS_CLOCK_H

#include <stdint.h>

/* redis_clock: how much time is left for a call. */

/* Monotonic, as system/clock.h. */
int64_t redis_clock_ms(void);

/* The milliseconds until a time, at least 0. */
int redis_clock_left_ms(int64_t deadline_ms);

#endif
