/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "base/duration.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Largest first: duration_format() takes the first unit that divides. */
static const struct {
	const char *name;
	int64_t ms;
} units[] = {
    {"w", 7 * 86400000LL},
    {"d", 86400000LL},
    {"h", 3600000LL},
    {"m", 60000LL},
    {"s", 1000LL},
    {"ms", 1LL},
};
#define UNITS (sizeof(units) / sizeof(units[0]))

static int64_t
unit_ms(const char *name)
{
	for (size_t i = 0; i < UNITS; i++)
		if (strcmp(units[i].name, name) == 0)
			return units[i].ms;
	return 0;
}

int
duration_parse(const char *text, int64_t *ms_out)
{
	int64_t number = 0, unit;
	const char *p = text;

	for (; *p >= '0' && *p <= '9'; p++) {
		int digit = *p - '0';

		if (number > (INT64_MAX - digit) / 10)
			return -1;
		number = number * 10 + digit;
	}
	if (p == text)
		return -1;
	if (*p == '\0' && number == 0) {
		*ms_out = 0;
		return 0;
	}
	unit = unit_ms(p);
	if (unit == 0 || number > INT64_MAX / unit)
		return -1;
	*ms_out = number * unit;
	return 0;
}

void
duration_format(int64_t ms, char out[DURATION_TEXT_SIZE])
{
	if (ms <= 0) {
		snprintf(out, DURATION_TEXT_SIZE, "0");
		return;
	}
	for (size_t i = 0; i < UNITS; i++)
		if (ms % units[i].ms == 0) {
			snprintf(out, DURATION_TEXT_SIZE, "%" PRId64 "%s",
			    ms / units[i].ms, units[i].name);
			return;
		}
}
