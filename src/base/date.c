/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "base/date.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define DAY_S      86400
#define FIRST_YEAR 1970

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_of_month(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Returns the number, or -1 if the n octets are not digits. */
static int
number_of(const char *text, int n)
{
	int number = 0;

	for (; n > 0; n--, text++) {
		if (*text < '0' || *text > '9')
			return -1;
		number = 10 * number + (*text - '0');
	}
	return number;
}

int
date_parse(const char *text, int64_t *time_s_out)
{
	int year, month, day;
	int64_t days_n = 0;

	if (strlen(text) != DATE_SIZE - 1 || text[4] != '-' || text[7] != '-')
		return -1;
	year = number_of(text, 4);
	month = number_of(text + 5, 2);
	day = number_of(text + 8, 2);
	if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 ||
	    day > days_of_month(year, month))
		return -1;
	for (int i = FIRST_YEAR; i < year; i++)
		days_n += is_leap(i) ? 366 : 365;
	for (int i = 1; i < month; i++)
		days_n += days_of_month(year, i);
	*time_s_out = (days_n + day - 1) * DAY_S;
	return 0;
}

void
date_format(int64_t time_s, char out[DATE_SIZE])
{
	int64_t days_n = time_s / DAY_S;
	int year = FIRST_YEAR, month = 1;

	for (; days_n >= (is_leap(year) ? 366 : 365); year++)
		days_n -= is_leap(year) ? 366 : 365;
	for (; days_n >= days_of_month(year, month); month++)
		days_n -= days_of_month(year, month);
	snprintf(out, DATE_SIZE, "%04u-%02u-%02u", (unsigned)year % 10000,
	    (unsigned)month % 100, (unsigned)(days_n + 1) % 100);
}

void
date_time_format(int64_t time_s, char out[DATE_TIME_SIZE])
{
	unsigned second = (unsigned)(time_s % DAY_S);
	char date[DATE_SIZE];

	date_format(time_s, date);
	snprintf(out, DATE_TIME_SIZE, "%sT%02u:%02u:%02uZ", date,
	    second / 3600 % 24, second / 60 % 60, second % 60);
}
