/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_DURATION_H
#define TARDIGREY_BASE_DURATION_H

#include <stddef.h>
#include <stdint.h>

/*
 * duration: "250ms", "3m", "24h", "35d" to milliseconds and back.
 *
 * One number and one unit: ms, s, m (minutes), h, d, w. The unit is
 * obligatory, because peers disagree on what a bare number means; only "0"
 * may stand alone.
 */

#define DURATION_TEXT_SIZE 32

/* Parse all of "text". Returns 0 and the milliseconds in *ms_out, or -1 (bad
 * number, no or unknown unit, overflow) with *ms_out untouched. */
int duration_parse(const char *text, int64_t *ms_out);

/* Write ms (>= 0) with the largest unit that divides it: 180000 gives "3m",
 * 90000 gives "90s", 0 gives "0". duration_parse() reads it back unchanged. */
void duration_format(int64_t ms, char out[DURATION_TEXT_SIZE]);

#endif
