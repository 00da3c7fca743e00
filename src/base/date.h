/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_DATE_H
#define TARDIGREY_BASE_DATE_H

#include <stdint.h>

/*
 * date: the form of dates in configuration and list files, YYYY-MM-DD (ISO
 * 8601), and of times in UTC. A date stands for its first second in UTC. On
 * machines of 32 bits, unlike gmtime(3), this also works after January 2038.
 */

#define DATE_SIZE      11 /* with its NUL; for the years 1970 to 9999 */
#define DATE_TIME_SIZE 21
#define DATE_MAX_S     253402300799 /* 9999-12-31T23:59:59Z */

/* Parse a date from 1970-01-01 on into Unix seconds. Returns 0, or -1 if the
 * text is not a date. */
int date_parse(const char *text, int64_t *time_s_out);

/* Write the date of a time in UTC. The time must be from 0 to DATE_MAX_S. */
void date_format(int64_t time_s, char out[DATE_SIZE]);

/* Write a time in UTC as YYYY-MM-DDTHH:MM:SSZ. It must be from 0 to
 * DATE_MAX_S. */
void date_time_format(int64_t time_s, char out[DATE_TIME_SIZE]);

#endif
