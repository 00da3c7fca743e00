/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_TORTURE_WRONG_CLOCK_H
#define TARDIGREY_TESTS_TORTURE_WRONG_CLOCK_H

#include <stdint.h>

/* wrong_clock: the seconds to add to the clocks, and their state. */
struct wrong_clock {
	int64_t time_s;      /* to CLOCK_REALTIME */
	int64_t monotonic_s; /* to CLOCK_MONOTONIC */
	/* What adjtimex(2) says. 0: the truth; 1: the clock is synchronised; 2:
	 * it is not; 3: it fails with EPERM. */
	int64_t sync;
};

extern struct wrong_clock *wrong_clock;

#endif
