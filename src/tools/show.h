/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_SHOW_H
#define TARDIGREY_TOOLS_SHOW_H

#include <stdint.h>

/*
 * show: values as people and pipes may see them. What comes from the database
 * is a stranger's: nothing of it reaches a terminal as it is.
 *
 * The texts returned are good until the eighth call after.
 */

/* Octets that are not printable ASCII, and backslashes, as \xHH. */
const char *show_text(const char *text);

/* On a terminal the local "2026-11-21 06:10:00", else "2026-11-21T05:10:00Z".
 * A time that no calendar has is shown in Unix seconds. */
const char *show_time(int64_t time_s);

/* For people: "2 minutes 10 seconds", the two largest units. */
const char *show_span(int64_t span_s);

/* "s" unless n is 1. */
const char *show_plural(int64_t n);

#endif
