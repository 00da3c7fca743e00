/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* config_text: parse the text of a configuration file, tardigrey.conf(5), and
 * set its options. */
#include <stdio.h>
#include <string.h>

#include "base/byte_order_mark.h"
#include "config/config.h"

#define BLANKS " \t"

/* The state of config_parse(). */
struct parser {
	struct config *config;
	const char *file_name;
	unsigned line_n;
	unsigned set_at[CONFIG_OPTIONS]; /* line that set the option, or 0 */
	char origin[CONFIG_ORIGIN_SIZE + 4096]; /* "FILE:LINE" */
};

/* Remove blanks at both ends, in place. */
static char *
trim(char *text)
{
	size_t n;

	text += strspn(text, BLANKS);
	n = strlen(text);
	while (n > 0 && strchr(BLANKS, text[n - 1]) != NULL)
		n--;
	text[n] = '\0';
	return text;
}

static bool
has_control(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)text[i] < ' ' && text[i] != '\t') ||
		    text[i] == 0x7f)
			return true;
	return false;
}

static int
check_set_once(struct parser *parser, const char *name, struct err *err)
{
	size_t i = config_row_find(name);

	if (i == CONFIG_OPTIONS)
		return 0; /* config_set() reports an unknown option */
	if (parser->set_at[i] != 0)
		return err_set(err, "%s: %s: already set at %s:%u",
		    parser->origin, name, parser->file_name, parser->set_at[i]);
	parser->set_at[i] = parser->line_n;
	return 0;
}

static int
parse_line(struct parser *parser, char *line, struct err *err)
{
	char *name = trim(line), *equals, *value;

	if (*name == '\0' || *name == '#')
		return 0;
	equals = strchr(name, '=');
	if (equals == NULL || equals == name)
		return err_set(err,
		    "%s: not an option (write NAME = VALUE; a comment starts "
		    "with #)",
		    parser->origin);
	*equals = '\0';
	value = trim(equals + 1);
	name = trim(name);
	if (check_set_once(parser, name, err) != 0)
		return -1;
	return config_set(parser->config, name, value, parser->origin, err);
}

/* Copy n octets as a line, without a carriage return at its end. Returns -1 if
 * the line is too long or has control characters. */
static int
copy_line(const struct parser *parser, const char *text, size_t n, char *line,
    size_t line_size, struct err *err)
{
	if (n > 0 && text[n - 1] == '\r')
		n--;
	if (n >= line_size)
		return err_set(err,
		    "%s: the line is too long (write at most %zu octets)",
		    parser->origin, line_size - 1);
	if (has_control(text, n))
		return err_set(err, "%s: the line has a control character",
		    parser->origin);
	memcpy(line, text, n);
	line[n] = '\0';
	return 0;
}

int
config_parse(struct config *config, const char *text, size_t text_n,
    const char *file_name, struct err *err)
{
	struct parser parser = {.config = config, .file_name = file_name};
	char line[CONFIG_VALUE_SIZE + 256];
	const char *end = text + text_n;

	text += byte_order_mark_n(text, text_n);
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((newline != NULL ? newline : end) - text);

		parser.line_n++;
		snprintf(parser.origin, sizeof(parser.origin), "%s:%u",
		    file_name, parser.line_n);
		if (copy_line(&parser, text, n, line, sizeof(line), err) != 0 ||
		    parse_line(&parser, line, err) != 0)
			return -1;
		text += n + (newline != NULL ? 1 : 0);
	}
	return 0;
}
