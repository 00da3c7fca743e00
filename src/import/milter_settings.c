/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/milter_settings.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/netaddr.h"
#include "import/milter_options.h"
#include "import/milter_words.h"

struct translation {
	settings_write_fn *write;
	void *arg;        /* borrowed */
	const char *text; /* the whole file; borrowed */
	struct milter_options options;
	bool has_default; /* a default entry was found */
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

/* ---- Lines without an equal ---- */

static void
format_line(const struct milter_line *line, char out[SETTINGS_LINE])
{
	size_t n = 0;

	out[0] = '\0';
	for (int i = 0; i < line->n && n < SETTINGS_LINE; i++)
		n += (size_t)snprintf(out + n, SETTINGS_LINE - n, " %s",
		    line->words[i]);
	if (line->is_cut && n < SETTINGS_LINE)
		snprintf(out + n, SETTINGS_LINE - n, " ...");
}

static void
put_line(const struct translation *translation, const struct milter_line *line)
{
	char text[SETTINGS_LINE];

	format_line(line, text);
	put(translation, "# no equal of:%s", text);
}

/* An option of an entry is lost, but not the entry. */
static void
put_lost(const struct translation *translation, const char *option,
    const char *value, const struct milter_line *line)
{
	char text[SETTINGS_LINE];

	format_line(line, text);
	put(translation, "# no equal of: %s %s, in:%s", option, value, text);
}

/* ---- Entries of the access list ---- */

struct entry {
	bool whitelists;
	bool is_default;
	const char *condition, *value;     /* without is_default; borrowed */
	char delay[MILTER_VALUE_SIZE];     /* "": none */
	char autowhite[MILTER_VALUE_SIZE]; /* likewise */
};

/* Parse options and their values, which begin at word i. */
static bool
parse_options(const struct milter_line *line, int i, struct entry *out)
{
	for (; i + 1 < line->n; i += 2) {
		bool is_delay = milter_words_is(line->words[i], "delay");

		if (!is_delay && !milter_words_is(line->words[i], "autowhite"))
			return false;
		if (milter_options_duration(line->words[i + 1],
			is_delay ? out->delay : out->autowhite) != 0)
			return false;
	}
	return i == line->n;
}

/* The words: acl, perhaps an identifier in quotes, action, condition, value,
 * and options. "default" has no value. */
static bool
parse_entry(const struct milter_line *line, struct entry *out)
{
	int i = line->second_is_quoted ? 2 : 1;

	memset(out, 0, sizeof(*out));
	if (line->n < i + 2 || line->is_cut)
		return false;
	out->whitelists = milter_words_is(line->words[i], "whitelist");
	if (!out->whitelists && !milter_words_is(line->words[i], "greylist"))
		return false;
	out->is_default = milter_words_is(line->words[i + 1], "default");
	if (out->is_default)
		return parse_options(line, i + 2, out);
	out->condition = line->words[i + 1];
	out->value = line->words[i + 2];
	return line->n >= i + 3 && parse_options(line, i + 3, out);
}

/* ---- Conditions ---- */

static const struct {
	const char *theirs, *kind;
} conditions[] = {
    {"addr", "client"},
    {"domain", "client"},
    {"from", "sender"},
    {"rcpt", "recipient"},
};

/* Our kind of list entry, or NULL. */
static const char *
kind_of(const char *condition)
{
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
		if (milter_words_is(condition, conditions[i].theirs))
			return conditions[i].kind;
	return NULL;
}

static bool
read_word(const char **text, char out[MILTER_WORD_SIZE])
{
	return milter_words_next(text, out) == MILTER_WORD;
}

static bool
skip_line(const char **text)
{
	char word[MILTER_WORD_SIZE];
	enum milter_word what;

	do
		what = milter_words_next(text, word);
	while (what == MILTER_WORD);
	return what == MILTER_END_OF_LINE;
}

/* Find the line list "name" condition { item ... }. Returns our kind of its
 * items, and where they begin, or NULL. */
static const char *
find_list(const char *text, const char *name, const char **items_out)
{
	char word[MILTER_WORD_SIZE];

	do {
		const char *place = text, *kind;

		if (!read_word(&place, word) ||
		    !milter_words_is(word, "list") ||
		    !read_word(&place, word) || strcmp(word, name) != 0 ||
		    !read_word(&place, word))
			continue;
		kind = kind_of(word);
		if (!read_word(&place, word) || strcmp(word, "{") != 0)
			return NULL;
		*items_out = place;
		return kind;
	} while (skip_line(&text));
	return NULL;
}

/* ---- Commands ---- */

/* Copy a pattern. In a network, clear the bits after the prefix:
 * milter-greylist ignores them, and our lists refuse them. */
static void
copy_pattern(const char *pattern, char out[MILTER_WORD_SIZE])
{
	size_t address_n = strcspn(pattern, "/");
	struct netaddr address;
	unsigned long prefix_bits;
	char *end;

	snprintf(out, MILTER_WORD_SIZE, "%.*s", (int)address_n, pattern);
	if (pattern[address_n] == '/' && netaddr_parse(out, &address) == 0) {
		prefix_bits = strtoul(pattern + address_n + 1, &end, 10);
		if (*end == '\0' &&
		    prefix_bits <= netaddr_bits(address.family)) {
			netaddr_format_network(&address, (unsigned)prefix_bits,
			    out);
			return;
		}
	}
	snprintf(out, MILTER_WORD_SIZE, "%s", pattern);
}

/* Only a greylisted recipient has a setting, so that whitelists still count. */
static bool
has_setting(const struct entry *entry, const char *kind)
{
	return !entry->whitelists && strcmp(kind, "recipient") == 0;
}

#define SETTING_SIZE (MILTER_VALUE_SIZE + 16)

static void
format_setting(const struct entry *entry, const char *kind,
    char out[SETTING_SIZE])
{
	out[0] = '\0';
	if (!has_setting(entry, kind))
		return;
	if (entry->delay[0] == '\0')
		strcpy(out, " --all");
	else
		snprintf(out, SETTING_SIZE, " --delay %s", entry->delay);
}

/* Write the command for a pattern, which stands in quotes for the shell. Our
 * patterns have no blanks. */
static void
put_command(const struct translation *translation, const struct entry *entry,
    const char *kind, const char *pattern)
{
	char ours[MILTER_WORD_SIZE], setting[SETTING_SIZE];

	copy_pattern(pattern, ours);
	format_setting(entry, kind, setting);
	if (strpbrk(pattern, "' \t") != NULL) {
		put(translation, "# no equal of the pattern %s", pattern);
		return;
	}
	put(translation, "# tardigrey %s add %s '%s'%s",
	    entry->whitelists ? "whitelist" : "greylist", kind, ours, setting);
}

static void
put_items(const struct translation *translation, const struct entry *entry,
    const char *kind, const char *items)
{
	char word[MILTER_WORD_SIZE];

	while (read_word(&items, word) && strcmp(word, "}") != 0)
		put_command(translation, entry, kind, word);
}

/* Write the commands of an entry with one condition. Returns false if it has no
 * equal. */
static bool
put_entry(const struct translation *translation, const struct entry *entry,
    const struct milter_line *line)
{
	const char *items = NULL, *kind;

	if (milter_words_is(entry->condition, "list"))
		kind = find_list(translation->text, entry->value, &items);
	else
		kind = kind_of(entry->condition);
	if (kind == NULL)
		return false;
	if (entry->delay[0] != '\0' && !has_setting(entry, kind))
		put_lost(translation, "delay", entry->delay, line);
	if (entry->autowhite[0] != '\0')
		put_lost(translation, "autowhite", entry->autowhite, line);
	if (items != NULL)
		put_items(translation, entry, kind, items);
	else
		put_command(translation, entry, kind, entry->value);
	return true;
}

/* ---- Lines ---- */

static void
set_defaults(struct translation *translation, const struct entry *entry,
    const struct milter_line *line)
{
	/* The first entry that matches counts. */
	if (translation->has_default) {
		put_line(translation, line);
		return;
	}
	translation->has_default = true;
	if (entry->whitelists)
		milter_options_set(&translation->options,
		    MILTER_GREYLIST_RECIPIENTS, "listed", true);
	if (entry->delay[0] != '\0')
		milter_options_set_duration(&translation->options, MILTER_DELAY,
		    entry->delay, true);
	if (entry->autowhite[0] != '\0' &&
	    !milter_options_set_duration(&translation->options, MILTER_KEEP,
		entry->autowhite, true))
		put_lost(translation, "autowhite", entry->autowhite, line);
}

static bool
translate_entry(struct translation *translation, const struct milter_line *line)
{
	struct entry entry;

	if (!parse_entry(line, &entry))
		return false;
	if (!entry.is_default)
		return put_entry(translation, &entry, line);
	set_defaults(translation, &entry, line);
	return true;
}

static bool
set_prefix(struct translation *translation, enum milter_option option,
    const char *text)
{
	text += *text == '/';
	if (!milter_options_is_number(text))
		return false;
	milter_options_set(&translation->options, option, text, false);
	return true;
}

/* Translate a line that is no entry. */
static bool
translate_setting(struct translation *translation,
    const struct milter_line *line)
{
	const char *name = line->words[0], *value = line->words[1];

	if (line->n != 2)
		return false;
	if (milter_words_is(name, "subnetmatch"))
		return set_prefix(translation, MILTER_IPV4_PREFIX, value);
	if (milter_words_is(name, "subnetmatch6"))
		return set_prefix(translation, MILTER_IPV6_PREFIX, value);
	if (milter_words_is(name, "greylist"))
		return milter_options_set_duration(&translation->options,
		    MILTER_DELAY, value, false);
	if (milter_words_is(name, "autowhite"))
		return milter_options_set_duration(&translation->options,
		    MILTER_KEEP, value, false);
	if (milter_words_is(name, "timeout"))
		return milter_options_set_duration(&translation->options,
		    MILTER_RETRY_WINDOW, value, false);
	return false;
}

/* True if Tardigrey needs no such line. */
static bool
is_silent(const char *name)
{
	static const char *const silent[] = {"dumpfile", "dumpfreq", "list",
	    "pidfile", "quiet", "socket", "user", "verbose"};

	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
		if (milter_words_is(name, silent[i]))
			return true;
	return false;
}

static void
translate_line(struct translation *translation, const struct milter_line *line)
{
	const char *name = line->words[0];
	bool is_entry =
	    milter_words_is(name, "acl") || milter_words_is(name, "racl");

	if (is_entry
		? !translate_entry(translation, line)
		: !translate_setting(translation, line) && !is_silent(name))
		put_line(translation, line);
}

/* The number of the line in which this place is. */
static int
line_n_of(const char *text, const char *place)
{
	int line_n = 1;

	for (; text < place; text++)
		line_n += *text == '\n';
	return line_n;
}

int
milter_settings_translate(const char *text, settings_write_fn *write, void *arg,
    struct err *err)
{
	static struct translation translation; /* large */
	static struct milter_line line;        /* large */
	const char *begin;
	bool has_more;

	translation =
	    (struct translation){.write = write, .arg = arg, .text = text};
	do {
		begin = milter_words_skip(text);
		has_more = milter_words_line(&text, &line);
		if (line.n > 0 && line.words[0][0] == '{')
			return err_set(err,
			    "%d: not a line of greylist.conf; it begins with {",
			    line_n_of(translation.text, begin));
		if (line.n > 0)
			translate_line(&translation, &line);
	} while (has_more);
	milter_options_write(&translation.options, write, arg);
	return 0;
}
