/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/log_field.h"

#include <string.h>

#define SEPARATOR ", "

/* A value has neither a comma nor a blank: log_line.c escapes them. */
static const char *
find(const char *line, const char *name)
{
	size_t name_n = strlen(name);

	while (line != NULL) {
		if (strncmp(line, name, name_n) == 0 && line[name_n] == '=')
			return line + name_n + 1;
		line = strstr(line, SEPARATOR);
		if (line != NULL)
			line += strlen(SEPARATOR);
	}
	return NULL;
}

static int
digit_of(char octet)
{
	if (octet >= '0' && octet <= '9')
		return octet - '0';
	if (octet >= 'a' && octet <= 'f')
		return octet - 'a' + 10;
	return -1;
}

/* The octet of an escape \xHH, or -1. */
static int
escaped_octet(const char *at)
{
	int high, low;

	if (at[0] != '\\' || at[1] != 'x')
		return -1;
	high = digit_of(at[2]);
	low = high >= 0 ? digit_of(at[3]) : -1;
	return high >= 0 && low >= 0 && high + low > 0 ? 16 * high + low : -1;
}

bool
log_field(const char *line, const char *name, char out[LOG_FIELD_SIZE])
{
	const char *at = find(line, name);
	size_t n = 0;

	out[0] = '\0';
	if (at == NULL)
		return false;
	while (*at != '\0' && *at != ',' && n < LOG_FIELD_SIZE - 1) {
		int octet = escaped_octet(at);

		out[n++] = octet < 0 ? *at : (char)octet;
		at += octet < 0 ? 1 : 4;
	}
	out[n] = '\0';
	return true;
}
