/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/milter_settings.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/netaddr.h"
#include "import/milter_words.h"

#define WORDS_MAX 16 /* of an entry of an access list */

struct translation {
	settings_write_fn *write;
	void *arg;        /* borrowed */
	const char *text; /* the whole file; borrowed */
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

/* The number of the line in which this place is. */
static int
line_n_of(const struct translation *translation, const char *place)
{
	int line_n = 1;

	for (const char *p = translation->text; p < place; p++)
		line_n += *p == '\n';
	return line_n;
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
		if (strcmp(conditions[i].theirs, condition) == 0)
			return conditions[i].kind;
	return NULL;
}

/* An entry of an access list: what it does, and its delay. */
struct action {
	bool whitelists;
	char delay[MILTER_WORD_SIZE]; /* "": none */
};

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

#define SETTING_SIZE (MILTER_WORD_SIZE + 16)

/* A greylisted recipient has a setting, so that whitelists still count. */
static void
format_setting(const struct action *action, const char *kind,
    char out[SETTING_SIZE])
{
	out[0] = '\0';
	if (action->whitelists || strcmp(kind, "recipient") != 0)
		return;
	if (action->delay[0] == '\0')
		strcpy(out, " --all");
	else
		snprintf(out, SETTING_SIZE, " --delay %s", action->delay);
}

/* Write the command for a pattern, which stands in quotes for the shell. */
static void
put_command(const struct translation *translation, const struct action *action,
    const char *kind, const char *pattern)
{
	char ours[MILTER_WORD_SIZE], setting[SETTING_SIZE];

	copy_pattern(pattern, ours);
	format_setting(action, kind, setting);
	if (strchr(pattern, '\'') != NULL) {
		put(translation, "# no equal of the pattern %s", pattern);
		return;
	}
	put(translation, "# tardigrey %s add %s '%s'%s",
	    action->whitelists ? "whitelist" : "greylist", kind, ours, setting);
}

/* Write the commands for the items of a list that the file defines as
 * list "name" condition { item ... }. Returns false if there is none. */
static bool
put_list(const struct translation *translation, const struct action *action,
    const char *name)
{
	const char *text = translation->text, *kind;
	char word[MILTER_WORD_SIZE];
	enum milter_word what;

	while ((what = milter_words_next(&text, word)) != MILTER_END) {
		if (what != MILTER_WORD || strcmp(word, "list") != 0 ||
		    milter_words_next(&text, word) != MILTER_WORD ||
		    strcmp(word, name) != 0 ||
		    milter_words_next(&text, word) != MILTER_WORD)
			continue;
		kind = kind_of(word);
		if (kind == NULL ||
		    milter_words_next(&text, word) != MILTER_WORD ||
		    strcmp(word, "{") != 0)
			return false;
		while (milter_words_next(&text, word) == MILTER_WORD &&
		    strcmp(word, "}") != 0)
			put_command(translation, action, kind, word);
		return true;
	}
	return false;
}

/* ---- Entries of an access list ---- */

struct words {
	char text[WORDS_MAX][MILTER_WORD_SIZE];
	int n;
	bool are_too_many;
};

static void
put_delay(const struct translation *translation, const char *delay)
{
	put(translation, "delay = %s", delay);
	put(translation, "delay_suspicious = %s", delay);
}

static void
put_default(const struct translation *translation, const struct action *action,
    const char *autowhite)
{
	if (action->whitelists)
		put(translation, "greylist_recipients = listed");
	if (action->delay[0] != '\0')
		put_delay(translation, action->delay);
	if (autowhite[0] != '\0')
		put(translation, "keep = %s", autowhite);
}

static void
put_words(const struct translation *translation, const struct words *words)
{
	char line[SETTINGS_LINE];
	size_t n = 0;

	line[0] = '\0';
	for (int i = 0; i < words->n && n < sizeof(line); i++)
		n += (size_t)snprintf(line + n, sizeof(line) - n, " %s",
		    words->text[i]);
	put(translation, "# no equal of:%s%s", line,
	    words->are_too_many ? " ..." : "");
}

/* Translate an entry with one condition: its word and its value. */
static bool
translate_condition(const struct translation *translation,
    const struct action *action, const char *condition, const char *value)
{
	const char *kind = kind_of(condition);

	if (strcmp(condition, "list") == 0)
		return put_list(translation, action, value);
	if (kind != NULL)
		put_command(translation, action, kind, value);
	return kind != NULL;
}

/* The words: acl, action, condition, value, and options with their values. */
static bool
translate_entry(const struct translation *translation,
    const struct words *words)
{
	struct action action = {.delay = ""};
	const char *autowhite = "";
	bool is_default =
	    words->n > 2 && strcmp(words->text[2], "default") == 0;
	int i = is_default ? 3 : 4;

	if (words->n < i || words->are_too_many)
		return false;
	action.whitelists = strcmp(words->text[1], "whitelist") == 0;
	if (!action.whitelists && strcmp(words->text[1], "greylist") != 0)
		return false;
	for (; i + 1 < words->n; i += 2) {
		if (strcmp(words->text[i], "delay") == 0)
			strcpy(action.delay, words->text[i + 1]);
		else if (strcmp(words->text[i], "autowhite") == 0)
			autowhite = words->text[i + 1];
		else
			return false;
	}
	if (i != words->n)
		return false;
	if (!is_default)
		return translate_condition(translation, &action, words->text[2],
		    words->text[3]);
	put_default(translation, &action, autowhite);
	return true;
}

/* ---- Lines ---- */

static void
translate_words(const struct translation *translation,
    const struct words *words)
{
	static const char *const silent[] = {"acl", "dumpfile", "dumpfreq",
	    "list", "pidfile", "quiet", "racl", "socket", "user", "verbose"};
	const char *name = words->text[0];
	const char *value = words->n > 1 ? words->text[1] : "";

	if (strcmp(name, "acl") == 0 || strcmp(name, "racl") == 0) {
		if (!translate_entry(translation, words))
			put_words(translation, words);
		return;
	}
	if (strcmp(name, "subnetmatch") == 0)
		put(translation, "ipv4_prefix = %s", value + (*value == '/'));
	else if (strcmp(name, "subnetmatch6") == 0)
		put(translation, "ipv6_prefix = %s", value + (*value == '/'));
	else if (strcmp(name, "greylist") == 0)
		put_delay(translation, value);
	else if (strcmp(name, "autowhite") == 0)
		put(translation, "keep = %s", value);
	else if (strcmp(name, "timeout") == 0)
		put(translation, "retry_window = %s", value);
	else {
		for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
			if (strcmp(silent[i], name) == 0)
				return;
		put_words(translation, words);
	}
}

int
milter_settings_translate(const char *text, settings_write_fn *write, void *arg,
    struct err *err)
{
	static struct words words; /* large */
	const struct translation translation = {write, arg, text};
	const char *begin = text;
	char word[MILTER_WORD_SIZE];
	enum milter_word what;

	do {
		words.n = 0;
		words.are_too_many = false;
		begin = milter_words_skip(text);
		while ((what = milter_words_next(&text, word)) == MILTER_WORD) {
			if (words.n < WORDS_MAX)
				strcpy(words.text[words.n++], word);
			else
				words.are_too_many = true;
		}
		if (words.n > 0 && words.text[0][0] == '{')
			return err_set(err,
			    "%d: not a line of greylist.conf; it begins with {",
			    line_n_of(&translation, begin));
		if (words.n > 0)
			translate_words(&translation, &words);
	} while (what != MILTER_END);
	return 0;
}
