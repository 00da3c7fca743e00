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
    {"discrimination", "off", NULL},
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

/* Options that no line of ours translates, and what to read instead. */
static const struct {
	const char *theirs, *ours;
} similar[] = {
    {"discrimination", "greylist = suspicious"},
    {"reject_code", "the action of the option reply"},
    {"reject_early_reconnect", "the action of the option reply"},
    {"reject_first_attempt", "the action of the option reply"},
};

static bool
name_similar(const struct translation *translation, const char *name,
    const char *value)
{
	for (size_t i = 0; i < sizeof(similar) / sizeof(similar[0]); i++) {
		if (strcmp(similar[i].theirs, name) != 0)
			continue;
		put(translation, "# sqlgrey's %s = %s: see %s", name, value,
		    similar[i].ours);
		return true;
	}
	return false;
}

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
	else if (!found && !name_similar(translation, name, value))
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
refuse(struct err *err)
{
	return err_set(err, "not a line of sqlgrey.conf; write NAME = VALUE");
}

/* Split a line of n octets. Returns 0, or -1 with a sentence. The name is "" if
 * the line has none. */
static int
split(const char *line, size_t n, char name[PART_SIZE], char value[PART_SIZE],
    struct err *err)
{
	const char *comment = memchr(line, '#', n);
	const char *equals;

	if (comment != NULL)
		n = (size_t)(comment - line);
	if (trim(line, n, name) == 0 && name[0] == '\0')
		return 0;
	equals = memchr(line, '=', n);
	if (equals == NULL)
		return refuse(err);
	if (trim(line, (size_t)(equals - line), name) != 0 ||
	    trim(equals + 1, n - (size_t)(equals + 1 - line), value) != 0)
		return err_set(err, "the line is too long");
	return name[0] != '\0' ? 0 : refuse(err);
}

static const char *
after_line(const char *line)
{
	size_t n = strcspn(line, "\n");

	return line + n + (line[n] == '\n');
}

static bool
has_name(const char *text, const char *wanted)
{
	char name[PART_SIZE], value[PART_SIZE];
	struct err ignored;

	for (; *text != '\0'; text = after_line(text))
		if (split(text, strcspn(text, "\n"), name, value, &ignored) ==
			0 &&
		    strcmp(name, wanted) == 0)
			return true;
	return false;
}

/* The last value of a name counts. sqlgrey uses "unix" only without "inet". */
static bool
counts(const char *text, const char *line, const char *name)
{
	return name[0] != '\0' && !has_name(after_line(line), name) &&
	    (strcmp(name, "unix") != 0 || !has_name(text, "inet"));
}

int
sqlgrey_settings_translate(const char *text, settings_write_fn *write,
    void *arg, struct err *err)
{
	const struct translation translation = {write, arg};

	int line_n = 1;

	for (const char *line = text; *line != '\0';
	     line = after_line(line), line_n++) {
		char name[PART_SIZE], value[PART_SIZE];

		if (split(line, strcspn(line, "\n"), name, value, err) != 0)
			return err_prefix(err, "%d", line_n);
		if (counts(text, line, name))
			translate(&translation, name, value);
	}
	return 0;
}
