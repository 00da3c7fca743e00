/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_TORTURE_WRONG_CLOCK_H
#define TARDIGREY_TESTS_TORTURE_WRONG_CLOCK_H

#include <stdint.h>

/* wrong_clock: what is added to the clocks. */
struct wrong_clock {
	int64_t time_s;      /* the time of day, which may be set */
	int64_t monotonic_s; /* the other one, which only grows */
};

extern struct wrong_clock *wrong_clock;

#endif
