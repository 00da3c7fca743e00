/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "lists/list_file.h"

#include <stdio.h>
#include <string.h>

#include "base/byte_order_mark.h"
#include "base/date.h"
#include "base/duration.h"
#include "lists/wide_pattern.h"

#define BLANKS " \t"

static const char delay_word[] = "delay=";
static const char until_word[] = "shadow-until=";

/* ---- Settings ---- */

static int
parse_delay(const char *text, int64_t delay_max_s, struct list_entry *out,
    struct err *err)
{
	char max[DURATION_TEXT_SIZE];
	int64_t ms;

	if (duration_parse(text, &ms) != 0 || ms % 1000 != 0 ||
	    ms / 1000 > delay_max_s) {
		duration_format(delay_max_s * 1000, max);
		return err_set(err,
		    "not a delay from 0 to %s: \"%s\" (write it like delay=60s; "
		    "it must be less than retry_window)",
		    max, text);
	}
	out->effect = LIST_DELAY;
	out->delay_s = ms / 1000;
	return 0;
}

static int
parse_until(const char *text, struct list_entry *out, struct err *err)
{
	int64_t until_s;

	if (date_parse(text, &until_s) != 0 || until_s == 0)
		return err_set(err,
		    "not a date: \"%s\" (write it like "
		    "shadow-until=2027-01-31)",
		    text);
	out->effect = LIST_SHADOW;
	out->shadow_until_s = until_s;
	return 0;
}

int
list_setting_parse(const char *text, int64_t delay_max_s,
    struct list_entry *out, struct err *err)
{
	if (strncmp(text, delay_word, sizeof(delay_word) - 1) == 0)
		return parse_delay(text + sizeof(delay_word) - 1, delay_max_s,
		    out, err);
	if (strncmp(text, until_word, strlen(until_word)) == 0)
		return parse_until(text + strlen(until_word), out, err);
	if (strcmp(text, "off") == 0)
		out->effect = LIST_WHITELIST;
	else if (strcmp(text, "on") == 0)
		out->effect = LIST_GREYLIST;
	else if (strcmp(text, "shadow") == 0)
		out->effect = LIST_SHADOW;
	else if (strcmp(text, "all") == 0)
		out->effect = LIST_ALL;
	else if (strcmp(text, "suspicious") == 0)
		out->effect = LIST_SUSPICIOUS;
	else
		return err_set(err,
		    "unknown setting: \"%s\" (write off, on, all, "
		    "suspicious, shadow, shadow-until=DATE or delay=TIME)",
		    text);
	return 0;
}

void
list_setting_format(enum list_effect effect, int64_t delay_s,
    char out[LIST_SETTING_SIZE])
{
	char span[DURATION_TEXT_SIZE] = "";

	out[0] = '\0'; /* a store may have an effect that is not known */
	switch (effect) {
	case LIST_WHITELIST:
		strcpy(out, "off");
		break;
	case LIST_GREYLIST:
		strcpy(out, "on");
		break;
	case LIST_SHADOW:
		strcpy(out, "shadow");
		break;
	case LIST_ALL:
		strcpy(out, "all");
		break;
	case LIST_SUSPICIOUS:
		strcpy(out, "suspicious");
		break;
	case LIST_DELAY:
		duration_format(delay_s * 1000, span);
		snprintf(out, LIST_SETTING_SIZE, "%s%s", delay_word, span);
		break;
	}
}

/* ---- Lines ---- */

static int
check_line(const char *text, size_t n, struct err *err)
{
	if (n > LIST_LINE_MAX)
		return err_set(err,
		    "the line is too long (write at most %d octets)",
		    LIST_LINE_MAX);
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)text[i] < ' ' && text[i] != '\t') ||
		    text[i] == 0x7f)
			return err_set(err, "the line has a control character");
	return 0;
}

static void
set_warnings(struct list_file *file, const struct pattern *pattern,
    enum list_effect effect, unsigned line_n)
{
	if (pattern->was_two_octets && file->two_octets_line == 0)
		file->two_octets_line = line_n;
	if (effect == LIST_WHITELIST && file->wide_line == 0 &&
	    wide_pattern_check(file->kind, pattern, &file->wide) != 0)
		file->wide_line = line_n;
	if (pattern->had_host_bits && file->host_bits_line == 0) {
		file->host_bits_line = line_n;
		strcpy(file->host_bits_network, pattern->text);
	}
}

/* Cut the first word of *rest off, and move *rest past it. Returns the word,
 * or NULL if there is none. */
static char *
next_word(char **rest)
{
	char *word = *rest + strspn(*rest, BLANKS);
	size_t n = strcspn(word, BLANKS);

	if (n == 0)
		return NULL;
	*rest = word + n;
	if (word[n] != '\0') {
		word[n] = '\0';
		(*rest)++;
	}
	return word;
}

static int
parse_line(struct list *list, struct list_file *file, char *line,
    unsigned line_n, struct err *err)
{
	struct list_entry entry = {
	    .kind = file->kind,
	    .effect = file->effect,
	    .source = file->name,
	    .line_n = line_n,
	};
	struct pattern pattern;
	char *setting;

	line[strcspn(line, "#")] = '\0';
	entry.pattern = next_word(&line);
	if (entry.pattern == NULL)
		return 0;
	setting = next_word(&line);
	if (setting != NULL &&
	    (file->kind != LIST_RECIPIENT || next_word(&line) != NULL))
		return err_set(err,
		    "too many words (write one pattern%s; a comment starts "
		    "with #)",
		    file->kind == LIST_RECIPIENT ? " and one setting" : "");
	if (setting != NULL &&
	    list_setting_parse(setting, file->delay_max_s, &entry, err) != 0)
		return -1;
	if (list_add(list, &entry, &pattern, err) != 0)
		return -1;
	set_warnings(file, &pattern, entry.effect, line_n);
	return 0;
}

/* Parse the n octets of a line, without its end. */
static int
take_line(struct list *list, struct list_file *file, const char *text, size_t n,
    unsigned line_n, struct err *err)
{
	char line[LIST_LINE_MAX + 1];

	if (check_line(text, n, err) != 0)
		return -1;
	memcpy(line, text, n);
	line[n] = '\0';
	return parse_line(list, file, line, line_n, err);
}

int
list_file_parse(struct list *list, struct list_file *file, const char *text,
    size_t text_n, struct err *err)
{
	const char *end = text + text_n;
	unsigned errors_n = 0;
	struct err last;

	file->two_octets_line = file->host_bits_line = 0;
	file->wide_line = 0;
	text += byte_order_mark_n(text, text_n);
	for (unsigned line_n = 1; text < end; line_n++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((newline != NULL ? newline : end) - text);
		const char *next = newline != NULL ? newline + 1 : end;

		if (n > 0 && text[n - 1] == '\r')
			n--;
		if (take_line(list, file, text, n, line_n, err) != 0) {
			bool must_stop =
			    file->complain == NULL || err_is_no_memory(err);

			err_prefix(err, "%s:%u", file->name, line_n);
			if (errors_n > 0)
				file->complain(last.text);
			last = *err;
			errors_n++;
			if (must_stop || errors_n == LIST_FILE_ERRORS_MAX)
				return -1;
		}
		text = next;
	}
	return errors_n > 0 ? -1 : 0;
}
