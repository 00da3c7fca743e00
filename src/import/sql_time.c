/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/sql_time.h"

#include <stdio.h>
#include <string.h>

#include "import/foreign.h"

/* The days from 1970-01-01 to a date of the Gregorian calendar. The year begins
 * in March here, so that a leap day is its last day. */
static int64_t
days_to(int64_t year, int64_t month, int64_t day)
{
	int64_t years = month > 2 ? year : year - 1;
	int64_t months = month > 2 ? month - 3 : month + 9;

	return 365 * years + years / 4 - years / 100 + years / 400 +
	    (153 * months + 2) / 5 + day - 719469;
}

/* Parse n digits. Returns what follows, or NULL. */
static const char *
digits(const char *text, size_t n, int64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return NULL;
		*out = 10 * *out + (text[i] - '0');
	}
	return text + n;
}

/* Parse numbers by a pattern, in which a digit is the length of the next number
 * and anything else is itself. Returns what follows, or NULL. */
static const char *
parse(const char *text, const char *pattern, int64_t *numbers)
{
	for (; *pattern != '\0'; pattern++) {
		if (*pattern >= '1' && *pattern <= '9') {
			text =
			    digits(text, (size_t)(*pattern - '0'), numbers++);
			if (text == NULL)
				return NULL;
		} else if (*text++ != *pattern) {
			return NULL;
		}
	}
	return text;
}

/* Parse the offset at the end: nothing, "Z", "+01", "-0330" or "+05:30". */
static int
parse_offset(const char *text, int64_t *offset_s)
{
	int64_t numbers[2] = {0, 0};
	const char *rest = *text == '\0' ? text : text + 1;

	if (strcmp(text, "Z") == 0)
		*offset_s = 0;
	if (*text == '\0' || strcmp(text, "Z") == 0)
		return 0;
	if (*text != '+' && *text != '-')
		return -1;
	rest = parse(rest, "2", numbers);
	if (rest != NULL && *rest != '\0')
		rest = parse(rest, *rest == ':' ? ":2" : "2", numbers + 1);
	if (rest == NULL || *rest != '\0')
		return -1;
	*offset_s = numbers[0] * 3600 + numbers[1] * 60;
	if (*text == '-')
		*offset_s = -*offset_s;
	return 0;
}

int
sql_time_parse(const char *text, int64_t utc_offset_s, int64_t *out)
{
	int64_t date[3], time[3];
	const char *rest = parse(text, "4-2-2", date);

	if (rest == NULL)
		return foreign_number(text, '.', out) != NULL ? 0 : -1;
	if (*rest != ' ' && *rest != 'T')
		return -1;
	rest = parse(rest + 1, "2:2:2", time);
	if (rest == NULL || date[1] < 1 || date[1] > 12 || date[2] < 1 ||
	    date[2] > 31)
		return -1;
	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	if (parse_offset(rest, &utc_offset_s) != 0)
		return -1;
	*out = days_to(date[0], date[1], date[2]) * 86400 + time[0] * 3600 +
	    time[1] * 60 + time[2] - utc_offset_s;
	return *out < 0 ? -1 : 0;
}
