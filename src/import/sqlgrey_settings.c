/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/sqlgrey_settings.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PART_SIZE 512

struct translation {
	settings_write_fn *write;
	void *arg; /* borrowed */
};

__attribute__((format(printf, 2, 3))) static void
put(const struct translation *translation, const char *format, ...)
{
	char line[SETTINGS_LINE];
	va_list values;

	va_start(values, format);
	vsnprintf(line, sizeof(line), format, values);
	va_end(values);
	translation->write(translation->arg, line);
}

/* ---- Options ---- */

/* The parts of our value before and after sqlgrey's value. */
static const struct {
	const char *theirs, *ours, *before, *after;
} options[] = {
    {"awl_age", "keep", "", "d"},
    {"group_domain_level", "auto_whitelist_after", "", ""},
    {"max_connect_age", "retry_window", "", "h"},
    {"reconnect_delay", "delay", "", "m"},
    {"reconnect_delay", "delay_suspicious", "", "m"},
    {"unix", "listen", "unix:", ""},
};

/* Options that choose between words, and our line for some of the words. NULL:
 * it is our default. */
static const struct {
	const char *theirs, *value, *line;
} choices[] = {
    {"greymethod", "classc", NULL},
    {"greymethod", "full", "ipv4_prefix = 32"},
    {"greymethod", "full", "ipv6_prefix = 128"},
    {"greymethod", "smart", NULL},
    {"optmethod", "none", NULL},
    {"optmethod", "optin", "greylist_recipients = listed"},
    {"optmethod", "optout", NULL},
    {"prepend", "0", "header = no"},
    {"prepend", "1", NULL},
};

static bool
translate_choice(const struct translation *translation, const char *name,
    const char *value)
{
	bool found = false;

	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		if (strcmp(choices[i].theirs, name) != 0 ||
		    strcmp(choices[i].value, value) != 0)
			continue;
		found = true;
		if (choices[i].line != NULL)
			put(translation, "%s", choices[i].line);
	}
	return found;
}

/* sqlgrey listens on localhost if inet has only a port. */
static void
translate(const struct translation *translation, const char *name,
    const char *value)
{
	bool found = translate_choice(translation, name, value);

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strcmp(options[i].theirs, name) != 0)
			continue;
		put(translation, "%s = %s%s%s", options[i].ours,
		    options[i].before, value, options[i].after);
		found = true;
	}
	if (strcmp(name, "inet") == 0)
		put(translation, "listen = inet:%s%s",
		    strchr(value, ':') == NULL ? "127.0.0.1:" : "", value);
	else if (!found)
		put(translation, "# no equal of sqlgrey's %s", name);
}

/* ---- Lines ---- */

/* Copy the text without the blanks around it. Returns 0, or -1 if it does not
 * fit. */
static int
trim(const char *text, size_t n, char out[PART_SIZE])
{
	while (n > 0 && strchr(" \t\r", text[n - 1]) != NULL)
		n--;
	while (n > 0 && strchr(" \t", *text) != NULL) {
		text++;
		n--;
	}
	if (n >= PART_SIZE)
		return -1;
	memcpy(out, text, n);
	out[n] = '\0';
	return 0;
}

static int
translate_line(const struct translation *translation, const char *line,
    size_t n, struct err *err)
{
	const char *comment = memchr(line, '#', n);
	const char *equals;
	char name[PART_SIZE], value[PART_SIZE];

	if (comment != NULL)
		n = (size_t)(comment - line);
	equals = memchr(line, '=', n);
	if (equals == NULL)
		return trim(line, n, name) == 0 && name[0] == '\0'
		    ? 0
		    : err_set(err,
			  "not a line of sqlgrey.conf; write NAME = VALUE");
	if (trim(line, (size_t)(equals - line), name) != 0 ||
	    trim(equals + 1, n - (size_t)(equals + 1 - line), value) != 0)
		return err_set(err, "the line is too long");
	translate(translation, name, value);
	return 0;
}

int
sqlgrey_settings_translate(const char *text, settings_write_fn *write,
    void *arg, struct err *err)
{
	const struct translation translation = {write, arg};

	for (int line_n = 1; *text != '\0'; line_n++) {
		size_t n = strcspn(text, "\n");

		if (translate_line(&translation, text, n, err) != 0)
			return err_prefix(err, "%d", line_n);
		text += n + (text[n] == '\n');
	}
	return 0;
}
