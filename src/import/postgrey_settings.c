/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/postgrey_settings.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define VALUE_SIZE 1024

/* ---- The options of postgrey(8) and of tardigrey.conf(5) ---- */

enum ours {
	LISTEN,
	SOCKET_MODE,
	DELAY,
	RETRY_WINDOW,
	KEEP,
	IPV4_PREFIX,
	IPV6_PREFIX,
	AUTO_WHITELIST_AFTER,
	REPLY,
	WHITELIST_CLIENTS,
	WHITELIST_RECIPIENTS,
	OURS
};

/* In the order in which they are written. */
static const char *const our_names[OURS] = {
    [LISTEN] = "listen",
    [SOCKET_MODE] = "socket_mode",
    [DELAY] = "delay",
    [RETRY_WINDOW] = "retry_window",
    [KEEP] = "keep",
    [IPV4_PREFIX] = "ipv4_prefix",
    [IPV6_PREFIX] = "ipv6_prefix",
    [AUTO_WHITELIST_AFTER] = "auto_whitelist_after",
    [REPLY] = "reply",
    [WHITELIST_CLIENTS] = "whitelist_clients",
    [WHITELIST_RECIPIENTS] = "whitelist_recipients",
};

/* The parts of our value before and after postgrey's value. */
static const struct theirs {
	const char *name;
	enum ours ours;
	const char *before, *after;
	bool is_list; /* it may be given several times */
} theirs[] = {
    {"auto-whitelist-clients", AUTO_WHITELIST_AFTER, "", "", false},
    {"delay", DELAY, "", "s", false},
    {"greylist-text", REPLY, "DEFER_IF_PERMIT 4.2.0 ", "", false},
    {"inet", LISTEN, "inet:", "", true},
    {"ipv4cidr", IPV4_PREFIX, "", "", false},
    {"ipv6cidr", IPV6_PREFIX, "", "", false},
    {"max-age", KEEP, "", "d", false},
    {"retry-window", RETRY_WINDOW, "", "d", false},
    {"socketmode", SOCKET_MODE, "", "", false},
    {"unix", LISTEN, "unix:", "", true},
    {"whitelist-clients", WHITELIST_CLIENTS, "", "", true},
    {"whitelist-recipients", WHITELIST_RECIPIENTS, "", "", true},
};
#define THEIRS (sizeof(theirs) / sizeof(theirs[0]))

struct translation {
	settings_write_fn *write;
	void *arg;                     /* borrowed */
	char values[OURS][VALUE_SIZE]; /* "": not set */
	bool has_variable;             /* a line sets one that counts */
};

/* Set one of our options, or add to it if it is a list. */
static int
set(struct translation *translation, const struct theirs *option,
    const char *before, const char *value, const char *after, struct err *err)
{
	char *out = translation->values[option->ours];
	size_t old_n = option->is_list ? strlen(out) : 0;
	int n = snprintf(out + old_n, VALUE_SIZE - old_n, "%s%s%s%s",
	    old_n > 0 ? ", " : "", before, value, after);

	return n >= 0 && (size_t)n < VALUE_SIZE - old_n
	    ? 0
	    : err_set(err, "--%s: the value is too long", option->name);
}

static bool
ends_in(const char *text, char last)
{
	size_t n = strlen(text);

	return n > 0 && text[n - 1] == last;
}

/* postgrey listens on localhost if --inet has only a port. The number of
 * --retry-window means days, unless "h" follows. */
static int
translate(struct translation *translation, const struct theirs *option,
    const char *value, struct err *err)
{
	const char *before = option->before, *after = option->after;

	if (strcmp(option->name, "inet") == 0 && strchr(value, ':') == NULL)
		before = "inet:127.0.0.1:";
	if (option->ours == RETRY_WINDOW && ends_in(value, 'h'))
		after = "";
	return set(translation, option, before, value, after, err);
}

__attribute__((format(printf, 2, 3))) static void
comment(const struct translation *translation, const char *format, ...)
{
	char line[SETTINGS_LINE];
	va_list values;

	va_start(values, format);
	vsnprintf(line, sizeof(line), format, values);
	va_end(values);
	translation->write(translation->arg, line);
}

static bool
is_name(const char *text, size_t n, const char *name)
{
	return strlen(name) == n && strncmp(text, name, n) == 0;
}

/* postgrey also knows -i for --inet, and -u for --unix. */
static const struct theirs *
find_option(const char *name, size_t n)
{
	for (size_t i = 0; i < THEIRS; i++)
		if (strncmp(theirs[i].name, name, n) == 0 &&
		    (theirs[i].name[n] == '\0' ||
			(n == 1 && strchr("iu", name[0]) != NULL &&
			    theirs[i].ours == LISTEN)))
			return &theirs[i];
	return NULL;
}

/* ---- The words of POSTGREY_OPTS ---- */

/* Cut off the next word. Returns NULL at the end. */
static char *
next_word(char **text)
{
	char *word = *text + strspn(*text, " \t");
	size_t n = strcspn(word, " \t");

	*text = word[n] == '\0' ? word + n : word + n + 1;
	word[n] = '\0';
	return n > 0 ? word : NULL;
}

/* The value of an option follows its "=", or is the next word. */
static char *
take_value(char *name, char **rest)
{
	char *equals = strchr(name, '=');

	if (equals != NULL)
		return equals + 1;
	*rest += strspn(*rest, " \t");
	return **rest != '\0' && **rest != '-' ? next_word(rest) : NULL;
}

/* Translate an option that is no value of ours. Returns 1, 0 if this is another
 * option, or -1. */
static int
translate_other(struct translation *translation, const char *name, size_t n,
    const char *value, struct err *err)
{
	if (is_name(name, n, "lookup-by-host")) {
		strcpy(translation->values[IPV4_PREFIX], "32");
		strcpy(translation->values[IPV6_PREFIX], "128");
		return 1;
	}
	if (is_name(name, n, "lookup-by-subnet"))
		return 1; /* our default */
	if (!is_name(name, n, "greylist-action"))
		return 0;
	if (value == NULL)
		return err_set(err, "--greylist-action has no value");
	comment(translation,
	    "# postgrey's --greylist-action=%s: see the action of the option "
	    "reply",
	    value);
	return 1;
}

static int
translate_word(struct translation *translation, char *word, char **rest,
    struct err *err)
{
	char *name = word + strspn(word, "-");
	size_t n = strcspn(name, "=");
	const struct theirs *option = find_option(name, n);
	char *value = take_value(name, rest);
	int rc;

	if (name == word)
		return err_set(err, "\"%.40s\" is not an option of postgrey",
		    word);
	rc = translate_other(translation, name, n, value, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (option == NULL) {
		comment(translation, "# no equal of postgrey's %s", word);
		return 0;
	}
	if (value == NULL)
		return err_set(err, "--%s has no value", option->name);
	return translate(translation, option, value, err);
}

/* ---- The lines of the file ---- */

/* Copy the value of NAME=VALUE without its quotes. Returns 1, 0 if the line
 * sets another variable, or -1. */
static int
parse_assignment(const char *line, size_t n, const char *name,
    char out[VALUE_SIZE], struct err *err)
{
	size_t name_n = strlen(name);

	if (n <= name_n || strncmp(line, name, name_n) != 0 ||
	    line[name_n] != '=')
		return 0;
	line += name_n + 1;
	n -= name_n + 1;
	if (n >= 2 && strchr("\"'", line[0]) != NULL &&
	    line[n - 1] == line[0]) {
		line++;
		n -= 2;
	}
	if (n >= VALUE_SIZE || memchr(line, '$', n) != NULL ||
	    memchr(line, '"', n) != NULL || memchr(line, '\\', n) != NULL)
		return err_set(err,
		    "%s: write the value as one text in "
		    "quotes, without $ and backslashes",
		    name);
	memcpy(out, line, n);
	out[n] = '\0';
	return 1;
}

static int
translate_line(struct translation *translation, const char *line, size_t n,
    struct err *err)
{
	char value[VALUE_SIZE], *rest = value, *word;
	int rc = parse_assignment(line, n, "POSTGREY_TEXT", value, err);

	translation->has_variable |= rc == 1;
	if (rc == 1)
		return translate(translation, find_option("greylist-text", 13),
		    value, err);
	if (rc == 0)
		rc = parse_assignment(line, n, "POSTGREY_OPTS", value, err);
	if (rc != 1)
		return rc;
	translation->has_variable = true;
	while ((word = next_word(&rest)) != NULL)
		if (translate_word(translation, word, &rest, err) != 0)
			return -1;
	return 0;
}

static void
write_value(const struct translation *translation, const char *name,
    const char *value)
{
	char line[SETTINGS_LINE];

	snprintf(line, sizeof(line), "%s = %s", name, value);
	translation->write(translation->arg, line);
}

/* postgrey has one delay, for all clients. */
static void
write_values(const struct translation *translation)
{
	for (int i = 0; i < OURS; i++) {
		if (translation->values[i][0] == '\0')
			continue;
		write_value(translation, our_names[i], translation->values[i]);
		if (i == DELAY)
			write_value(translation, "delay_suspicious",
			    translation->values[i]);
	}
}

int
postgrey_settings_translate(const char *text, settings_write_fn *write,
    void *arg, struct err *err)
{
	static struct translation translation; /* large */
	int line_n = 0;

	translation = (struct translation){.write = write, .arg = arg};
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		line_n++;
		if (translate_line(&translation, text, n, err) != 0)
			return err_prefix(err, "%d", line_n);
		text += n + (text[n] == '\n');
	}
	if (!translation.has_variable)
		return err_set(err,
		    "%d: no line sets POSTGREY_OPTS or POSTGREY_TEXT; write "
		    "the options of postgrey as POSTGREY_OPTS=\"...\"",
		    line_n == 0 ? 1 : line_n);
	write_values(&translation);
	return 0;
}
