/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_DURATION_H
#define TARDIGREY_BASE_DURATION_H

#include <stddef.h>
#include <stdint.h>

/*
 * duration: converts text such as "250ms", "3m", "24h" or "35d" to
 * milliseconds, and back.
 *
 * A duration is one number and one unit: ms, s, m (minutes), h, d, w. The unit
 * is required because other programs disagree on the unit of a bare number.
 * Only "0" needs no unit.
 */

#define DURATION_TEXT_SIZE 32

/* Parse all of "text". Returns 0 and sets *ms_out to milliseconds. If the
 * number or the unit is wrong or missing, or the result overflows, returns -1
 * and leaves *ms_out alone. */
int duration_parse(const char *text, int64_t *ms_out);

/* Write ms (>= 0) with the largest unit that divides it: 180000 gives "3m",
 * 90000 gives "90s", 0 gives "0". duration_parse() reads back the same value.
 */
void duration_format(int64_t ms, char out[DURATION_TEXT_SIZE]);

#endif
