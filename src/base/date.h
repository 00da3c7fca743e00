/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_DATE_H
#define TARDIGREY_BASE_DATE_H

#include <stdint.h>

/*
 * date: the form of dates in configuration and list files, YYYY-MM-DD (ISO
 * 8601). A date stands for its first second in UTC.
 */

#define DATE_SIZE 11 /* with its NUL; for the years 1970 to 9999 */

/* Parse a date from 1970-01-01 on into Unix seconds. Returns 0, or -1 if the
 * text is not a date. */
int date_parse(const char *text, int64_t *time_s_out);

/* Write the date of a time in UTC. The year must be from 1970 to 9999. */
void date_format(int64_t time_s, char out[DATE_SIZE]);

#endif
