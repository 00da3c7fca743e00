/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_EXPIRY_CLOCK_H
#define TARDIGREY_DECIDE_EXPIRY_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * expiry_clock: decides whether tardigrey expire may trust the clock. With a
 * clock that is years ahead, every record has expired.
 *
 * The kernel knows whether a time daemon has set the clock. If the kernel does
 * not say, look at the statistics. If the clock has jumped, they have mail of
 * earlier days, but none within the lifetime of a record. The last day does not
 * count, because its mail may have been counted by the wrong clock.
 */

/* What the kernel says about the clock. */
enum clock_sync {
	CLOCK_SYNC_UNKNOWN, /* this process may not ask, or the system cannot */
	CLOCK_SYNCHRONISED,
	CLOCK_UNSYNCHRONISED,
};

/* This source was written after this time (Unix seconds): a clock before it is
 * wrong. 2026-01-01. */
#define EXPIRY_CLOCK_SOURCE_S 1767225600

#define EXPIRY_CLOCK_LAST_DAY_S 86400

struct expiry_clock {
	enum clock_sync sync;
	int64_t now_s;
	bool has_old_mail;    /* counted more than "keep" before the last day */
	bool has_recent_mail; /* counted in "keep" before the last day */
};

enum expiry_clock_doubt {
	EXPIRY_CLOCK_TRUSTED,
	EXPIRY_CLOCK_BEFORE_SOURCE,
	EXPIRY_CLOCK_UNSYNCHRONISED,
	EXPIRY_CLOCK_JUMPED,
};

enum expiry_clock_doubt expiry_clock_judge(const struct expiry_clock *clock);

#endif
