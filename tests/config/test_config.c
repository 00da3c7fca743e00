/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The option table and tardigrey.conf(5). [C2, C8, C27, C29] */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "base/duration.h"

#define MAX_TEXT 2048

/* ---- Looking at an option, whatever its type ---- */

static size_t
row_of(const char *name)
{
	for (size_t i = 0; i < CONFIG_OPTIONS; i++)
		if (strcmp(config_row(i)->name, name) == 0)
			return i;
	fail_msg("no option %s", name);
	return 0;
}

/* The endpoints as they are used, not as they were written. */
static void
endpoints_text(const struct endpoint_list *list, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < list->n && n < size; i++) {
		const struct endpoint *item = &list->items[i];

		if (item->kind == ENDPOINT_UNIX)
			n += (size_t)snprintf(out + n, size - n, "(%s)",
			    item->path);
		else
			n += (size_t)snprintf(out + n, size - n, "(%s|%s)",
			    item->host, item->port);
	}
}

static void
files_text(const struct config_files *files, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < files->n && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "(%s)",
		    config_files_item(files, i));
}

/* The value of option i as text: what the rest of the program sees. */
static void
value_text(const struct config *config, size_t i, char *out, size_t size)
{
	const struct option_row *row = config_row(i);
	const char *at = (const char *)config + row->offset;

	switch (row->type) {
	case OPTION_TEXT:
		snprintf(out, size, "%s", at);
		break;
	case OPTION_SECONDS:
	case OPTION_MILLISECONDS:
		snprintf(out, size, "%lld",
		    (long long)*(const int64_t *)(const void *)at);
		break;
	case OPTION_NUMBER:
	case OPTION_OCTAL:
	case OPTION_CHOICE:
	case OPTION_WORDS:
		snprintf(out, size, "%u", *(const unsigned *)(const void *)at);
		break;
	case OPTION_ENDPOINTS:
		endpoints_text((const void *)at, out, size);
		break;
	case OPTION_REPLY:
		snprintf(out, size, "%s",
		    ((const struct reply_template *)(const void *)at)->text);
		break;
	case OPTION_FILES:
		files_text((const void *)at, out, size);
		break;
	}
}

static bool
same_options(const struct config *a, const struct config *b)
{
	char a_text[MAX_TEXT], b_text[MAX_TEXT];

	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		value_text(a, i, a_text, sizeof(a_text));
		value_text(b, i, b_text, sizeof(b_text));
		if (strcmp(a_text, b_text) != 0 ||
		    strcmp(a->given[i].text, b->given[i].text) != 0 ||
		    strcmp(a->given[i].origin, b->given[i].origin) != 0) {
			print_error("%s changed\n", config_row(i)->name);
			return false;
		}
	}
	return true;
}

/* ---- The table ---- */

/* clang-format off */

/* What the program sees by default; the manual says the same. */
static const struct {
	const char *name, *value;
} defaults[] = {
	{ "listen", "(127.0.0.1|10023)(/run/tardigrey/policy.sock)" },
	{ "socket_mode", "438" }, /* 0666 */
	{ "socket_group", "" },
	{ "user", "tardigrey" },
	{ "database", "sqlite:/var/lib/tardigrey/tardigrey.db" },
	{ "delay", "180" },
	{ "retry_window", "86400" },
	{ "keep", "3024000" },
	{ "ipv4_prefix", "24" },
	{ "ipv6_prefix", "64" },
	{ "pools", "1" },
	{ "trust_client_name", "0" },
	{ "normalise_sender", "15" },
	{ "auto_whitelist_after", "2" },
	{ "once_per_message", "1" },
	{ "null_sender", "0" },
	{ "stress", "0" },
	{ "header", "1" },
	{ "mode", "0" },
	{ "on_failure", "0" },
	{ "store_timeout", "250" },
	{ "reply", "DEFER_IF_PERMIT 4.2.0 Greylisted, please try again in %s "
	  "seconds (reference %i)" },
	{ "whitelist_clients", "" },
	{ "whitelist_senders", "" },
	{ "whitelist_recipients", "" },
	{ "greylist_clients", "" },
	{ "greylist_senders", "" },
	{ "greylist_recipients", "0" },
	{ "durability", "0" },
	{ "max_rows", "4000000" },
	{ "max_waiting_per_client", "20000" },
	{ "on_corruption", "0" },
	{ "log", "0" },
	{ "pid_file", "" },
};

/* An index into the choices is the enum. */
static const struct {
	const char *name, *word;
	int value;
} choices[] = {
	{ "null_sender", "rcpt", NULL_SENDER_RCPT },
	{ "null_sender", "data", NULL_SENDER_DATA },
	{ "null_sender", "pass", NULL_SENDER_PASS },
	{ "stress", "ignore", STRESS_IGNORE },
	{ "stress", "pass", STRESS_PASS },
	{ "once_per_message", "no", 0 },
	{ "once_per_message", "yes", 1 },
	{ "mode", "enforce", MODE_ENFORCE },
	{ "mode", "shadow", MODE_SHADOW },
	{ "on_failure", "pass", ON_FAILURE_PASS },
	{ "on_failure", "tempfail", ON_FAILURE_TEMPFAIL },
	{ "on_failure", "close", ON_FAILURE_CLOSE },
	{ "durability", "normal", DURABILITY_NORMAL },
	{ "durability", "full", DURABILITY_FULL },
	{ "durability", "off", DURABILITY_OFF },
	{ "on_corruption", "replace", CORRUPTION_REPLACE },
	{ "on_corruption", "refuse", CORRUPTION_REFUSE },
	{ "greylist_recipients", "all", RECIPIENTS_ALL },
	{ "greylist_recipients", "listed", RECIPIENTS_LISTED },
	{ "log", "syslog", LOG_TO_SYSLOG },
	{ "log", "stderr", LOG_TO_STDERR },
};
/* clang-format on */

static void
check_help(const struct option_row *row)
{
	size_t n = strlen(row->help);

	if (n < 10 || row->help[n - 1] != '.' ||
	    strpbrk(row->help, "\n\t") != NULL)
		fail_msg("%s: help \"%s\"", row->name, row->help);
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		const struct option_row *row = config_row(i);

		assert_non_null(row->name);
		assert_true(row->name[0] != '\0');
		assert_int_equal(strspn(row->name,
				     "abcdefghijklmnopqrstuvwxyz0123456789_"),
		    strlen(row->name));
		assert_non_null(row->fallback);
		assert_non_null(row->help);
		check_help(row);
		assert_int_equal(row_of(row->name), i);
	}
}

/* No default is refused, and each is what the table says. */
static void
test_defaults(void **state)
{
	static struct config config, again;
	struct err err = {""};
	char got[MAX_TEXT];

	(void)state;
	memset(&config, 0xa5, sizeof(config));
	config_defaults(&config);
	config_defaults(&again);
	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		const struct option_row *row = config_row(i);

		assert_string_equal(config.given[i].text, row->fallback);
		assert_string_equal(config.given[i].origin, "");
		if (config_set(&again, row->name, row->fallback, "", &err) != 0)
			fail_msg("%s", err.text);
	}
	assert_true(same_options(&config, &again));
	assert_int_equal(config_check(&config, &err), 0);
	for (size_t i = 0; i < ARRAY_LEN(defaults); i++) {
		value_text(&config, row_of(defaults[i].name), got, sizeof(got));
		if (strcmp(got, defaults[i].value) != 0)
			fail_msg("%s: got %s", defaults[i].name, got);
	}
}

/* An option that is in the table is in this file. */
static void
test_defaults_are_all_here(void **state)
{
	(void)state;
	assert_int_equal(ARRAY_LEN(defaults), CONFIG_OPTIONS);
	for (size_t i = 0; i < CONFIG_OPTIONS; i++)
		assert_string_equal(defaults[i].name, config_row(i)->name);
}

/* ---- One value ---- */

/* Accepted: the value (NULL: not asked), the text and its origin are kept. */
static void
check_set(const char *name, const char *text, const char *value)
{
	static struct config config;
	struct err err = {""};
	size_t i = row_of(name);
	char got[MAX_TEXT];

	config_defaults(&config);
	if (config_set(&config, name, text, "here", &err) != 0)
		fail_msg("%s = \"%s\": %s", name, text, err.text);
	assert_string_equal(config.given[i].text, text);
	assert_string_equal(config.given[i].origin, "here");
	value_text(&config, i, got, sizeof(got));
	if (value != NULL && strcmp(got, value) != 0)
		fail_msg("%s = \"%s\": got %s", name, text, got);
}

/* Refused with "here: NAME: gist", and nothing is changed. */
static void
check_refused(const char *name, const char *text, const char *gist)
{
	static struct config config, before;
	struct err err = {""};
	char start[128];

	config_defaults(&config);
	config_defaults(&before);
	if (config_set(&config, name, text, "here", &err) != -1)
		fail_msg("%s = \"%s\": accepted", name, text);
	snprintf(start, sizeof(start), "here: %s: ", name);
	if (strncmp(err.text, start, strlen(start)) != 0 ||
	    strstr(err.text, gist) == NULL)
		fail_msg("%s = \"%s\": got \"%s\"", name, text, err.text);
	if (!same_options(&config, &before))
		fail_msg("%s = \"%s\": refused, but something changed", name,
		    text);
}

/* clang-format off */
static const struct {
	const char *name, *text, *value;
} accepted[] = {
	{ "listen", "unix:/a", "(/a)" },
	{ "listen", "inet:*:25,inet:[::1]:26", "(|25)(::1|26)" },
	{ "socket_mode", "0", "0" },
	{ "socket_mode", "0600", "384" },
	{ "socket_mode", "600", "384" },
	{ "socket_group", "postfix", "postfix" },
	{ "database", "memory:", "memory:" },
	{ "database", "sqlite:/a b=c#d", "sqlite:/a b=c#d" },
	{ "delay", "0", "0" },
	{ "delay", "60s", "60" },
	{ "delay", "1000ms", "1" },
	{ "delay", "1d", "86400" },
	{ "retry_window", "1s", "1" },
	{ "retry_window", "30d", "2592000" },
	{ "keep", "1w", "604800" },
	{ "ipv4_prefix", "032", "32" },
	{ "max_rows", "1k", "1000" },
	{ "max_rows", "17M", "17000000" },
	{ "max_rows", "1G", "1000000000" },
	{ "max_rows", "1000000000", "1000000000" },
	{ "ipv6_prefix", "48", "48" },
	{ "store_timeout", "2s", "2000" },
	{ "normalise_sender", "none", "0" },
	{ "normalise_sender", "batv", "2" },
	{ "normalise_sender", "verp,extension", "9" },
	{ "normalise_sender", "srs, srs", "4" },
	{ "whitelist_clients", "/a", "(/a)" },
	{ "whitelist_senders", " /a/b.c , /d\t/e ", "(/a/b.c)(/d)(/e)" },
	{ "whitelist_recipients", "/a,/a", "(/a)(/a)" },
	{ "greylist_clients", ",,", "" },
	{ "greylist_senders", "/1,/2,/3,/4,/5,/6,/7,/8,/9,/a,/b,/c,/d,/e,/f,/g",
	  "(/1)(/2)(/3)(/4)(/5)(/6)(/7)(/8)(/9)(/a)(/b)(/c)(/d)(/e)(/f)(/g)" },
	{ "reply", "450 4.7.0 Later", "450 4.7.0 Later" },
	{ "reply", "defer 4.7.0 Later", "DEFER 4.7.0 Later" },
	{ "pid_file", "/run/x.pid", "/run/x.pid" },
	{ "pid_file", "relative", "relative" }, /* config_check() refuses it */
};

#define TIME  "expected a time from "
#define UNITS " (units s m h d w), got "

static const struct {
	const char *name, *text, *gist;
} refused[] = {
	{ "listen", "", "expected unix:/PATH or inet:HOST:PORT" },
	{ "listen", "10023", "expected unix:/PATH or inet:HOST:PORT" },
	{ "listen", "unix:/a, unix:b", "expected an absolute path" },
	{ "listen", "inet:h:0", "with a port from 1 to 65535" },
	{ "socket_mode", "", "expected an octal mode from 0000 to 0777, got \"\"" },
	{ "socket_mode", "0888", "expected an octal mode" },
	{ "socket_mode", "rw", "expected an octal mode" },
	{ "socket_mode", "0x1ff", "expected an octal mode" },
	{ "socket_mode", "-1", "expected an octal mode" },
	{ "socket_mode", "666 ", "expected an octal mode" },
	{ "socket_mode", "7777777777777777777777777", "expected an octal mode" },
	{ "socket_mode", "02000000000000000000000", "expected an octal mode" },
	{ "user", "", "expected a value that is not empty" },
	{ "database", "", "expected a value that is not empty" },
	{ "delay", "", TIME "0 to 1d such as 3m" UNITS "\"\"" },
	{ "delay", "3", TIME "0 to 1d such as 3m" UNITS "\"3\"" },
	{ "delay", "300", TIME },
	{ "delay", "3 m", TIME },
	{ "delay", "-3m", TIME },
	{ "delay", "3minutes", TIME },
	{ "delay", "1h30m", TIME },
	{ "delay", "500ms", TIME }, /* no half seconds */
	{ "delay", "1001ms", TIME },
	{ "delay", "9223372036854775807ms", TIME },
	{ "delay", "99999999999999999999999w", TIME },
	{ "retry_window", "0", TIME "1s to 30d such as 1d" UNITS },
	{ "retry_window", "31d", TIME },
	{ "keep", "0", TIME "1s to 3650d such as 35d" UNITS },
	{ "keep", "522w", TIME },
	{ "max_rows", "2G", "expected a number from 1000 to 1000000000, got \"2G\"" },
	{ "max_rows", "1000001k", "expected a number" },
	{ "max_rows", "1000000000G", "expected a number" },
	{ "max_rows", "999999999999999999M", "expected a number" },
	{ "max_rows", "0k", "expected a number" },
	{ "max_rows", "k", "expected a number" },
	{ "max_rows", "4m", "expected a number" },
	{ "max_rows", "4kk", "expected a number" },
	{ "max_rows", "4 k", "expected a number" },
	{ "max_rows", "4kB", "expected a number" },
	{ "ipv4_prefix", "", "expected a number from 8 to 32, got \"\"" },
	{ "ipv4_prefix", "/24", "expected a number from 8 to 32, got \"/24\"" },
	{ "ipv4_prefix", "24.0", "expected a number" },
	{ "ipv4_prefix", "-24", "expected a number" },
	{ "ipv4_prefix", "+24", "expected a number" },
	{ "ipv4_prefix", " 24", "expected a number" },
	{ "ipv4_prefix", "24 ", "expected a number" },
	{ "ipv4_prefix", "0x18", "expected a number" },
	{ "ipv4_prefix", "4294967320", "expected a number" }, /* 2^32 + 24 */
	{ "ipv4_prefix", "18446744073709551640", "expected a number" },
	{ "ipv6_prefix", "129", "expected a number from 16 to 128" },
	{ "mode", "", "expected enforce or shadow, got \"\"" },
	{ "mode", "Enforce", "expected enforce or shadow, got \"Enforce\"" },
	{ "mode", "enforc", "expected enforce or shadow" },
	{ "mode", "enforced", "expected enforce or shadow" },
	{ "mode", "0", "expected enforce or shadow" },
	{ "on_failure", "dunno", "expected pass or tempfail or close" },
	{ "durability", "yes", "expected normal or full or off" },
	{ "on_corruption", "yes", "expected replace or refuse" },
	{ "log", "file", "expected syslog or stderr" },
	{ "store_timeout", "0",
	  "expected a time from 1ms to 10s such as 250ms (units ms s m h d w)" },
	{ "store_timeout", "250", "expected a time from 1ms to 10s" },
	{ "store_timeout", "1m", "expected a time from 1ms to 10s" },
	{ "normalise_sender", "", "expected none, or some of: extension batv srs" },
	{ "normalise_sender", "none batv", "got \"none\"" },
	{ "normalise_sender", "BATV", "got \"BATV\"" },
	{ "pools", "1", "expected no or yes" },
	{ "whitelist_clients", "a", "expected absolute names of files, got \"a\"" },
	{ "whitelist_clients", "/a b/c", "got \"b/c\"" },
	{ "greylist_senders", "/1,/2,/3,/4,/5,/6,/7,/8,/9,/a,/b,/c,/d,/e,/f,/g,/h",
	  "expected at most 16 files" },
	{ "greylist_recipients", "some", "expected all or listed" },
	{ "reply", "", "expected ACTION 4.Y.Z TEXT" },
	{ "reply", "450", "expected ACTION 4.Y.Z TEXT" },
	{ "reply", "OK 4.2.0 x", "expected ACTION 4.Y.Z TEXT" },
	{ "reply", "450 5.7.1 x", "expected ACTION 4.Y.Z TEXT" },
	{ "reply", "450 4.2.0 gr\xc3\xbc\xc3\x9f", "expected printable ASCII text" },
	{ "reply", "450 4.2.0 %d", "expected %s, %i, %r or %%" },
};
/* clang-format on */

static void
test_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(accepted); i++)
		check_set(accepted[i].name, accepted[i].text,
		    accepted[i].value);
}

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		check_refused(refused[i].name, refused[i].text,
		    refused[i].gist);
}

static void
test_choices(void **state)
{
	char value[16];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
		snprintf(value, sizeof(value), "%d", choices[i].value);
		check_set(choices[i].name, choices[i].word, value);
	}
}

/* A number in the unit of the row, as it would be written. */
static void
number_text(const struct option_row *row, int64_t number, char *out,
    size_t size)
{
	if (row->type == OPTION_SECONDS)
		snprintf(out, size, "%llds", (long long)number);
	else if (row->type == OPTION_MILLISECONDS)
		snprintf(out, size, "%lldms", (long long)number);
	else if (row->type == OPTION_OCTAL)
		snprintf(out, size, "%llo", (unsigned long long)number);
	else
		snprintf(out, size, "%lld", (long long)number);
}

static void
check_number(const struct option_row *row, int64_t number)
{
	char text[64], value[64];

	number_text(row, number, text, sizeof(text));
	snprintf(value, sizeof(value), "%lld", (long long)number);
	if (number >= row->min && number <= row->max)
		check_set(row->name, text, value);
	else
		check_refused(row->name, text, "expected a");
}

/* n octets of text: between min and max, which counts the NUL. */
static void
check_octets(const struct option_row *row, size_t n)
{
	char text[MAX_TEXT], gist[64];

	memset(text, 'x', n);
	text[n] = '\0';
	snprintf(gist, sizeof(gist), "expected at most %lld octets",
	    (long long)row->max - 1);
	if (n < (size_t)row->min)
		check_refused(row->name, text, "expected a value");
	else if (n < (size_t)row->max)
		check_set(row->name, text, text);
	else
		check_refused(row->name, text, gist);
}

/* Every option at min - 1, min, max and max + 1. */
static void
test_ranges(void **state)
{
	(void)state;
	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		const struct option_row *row = config_row(i);

		switch (row->type) {
		case OPTION_SECONDS:
		case OPTION_MILLISECONDS:
		case OPTION_NUMBER:
		case OPTION_OCTAL:
			check_number(row, row->min - 1);
			check_number(row, row->min);
			check_number(row, row->max);
			check_number(row, row->max + 1);
			break;
		case OPTION_TEXT:
			check_octets(row, 0);
			check_octets(row, 1);
			check_octets(row, (size_t)row->max - 1);
			check_octets(row, (size_t)row->max);
			break;
		case OPTION_CHOICE:
		case OPTION_WORDS:
		case OPTION_ENDPOINTS:
		case OPTION_REPLY:
		case OPTION_FILES:
			break;
		}
	}
}

/* No option takes a longer value than can be remembered. */
static void
test_longest_value(void **state)
{
	char text[CONFIG_VALUE_SIZE + 1];

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text, "unix:/a", 7);
	text[CONFIG_VALUE_SIZE - 1] = '\0';
	check_set("listen", text, "(/a)");
	text[CONFIG_VALUE_SIZE - 1] = ' ';
	text[CONFIG_VALUE_SIZE] = '\0';
	check_refused("listen", text, "expected at most 1023 octets");
}

/* The second value replaces the first whole, shorter ones too. */
static void
test_set_again(void **state)
{
	static struct config config;
	struct err err;
	char got[MAX_TEXT];

	(void)state;
	config_defaults(&config);
	config_set(&config, "user", "a-long-name", "first", &err);
	config_set(&config, "listen", "unix:/a unix:/b unix:/c", "first", &err);
	config_set(&config, "user", "b", "2nd", &err);
	config_set(&config, "listen", "unix:/d", "2nd", &err);
	assert_string_equal(config.user, "b");
	value_text(&config, row_of("listen"), got, sizeof(got));
	assert_string_equal(got, "(/d)");
	assert_string_equal(config.given[row_of("user")].origin, "2nd");
}

static void
test_unknown_option(void **state)
{
	static const char *const names[] = {
	    "", "dela", "delays", "Delay", "delay ", "DELAY", "x"};
	static struct config config, before;

	(void)state;
	config_defaults(&config);
	config_defaults(&before);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct err err = {""};
		char want[64];

		if (config_set(&config, names[i], "3m", "here", &err) != -1)
			fail_msg("\"%s\": accepted", names[i]);
		snprintf(want, sizeof(want), "here: unknown option \"%s\"",
		    names[i]);
		if (strncmp(err.text, want, strlen(want)) != 0)
			fail_msg("got \"%s\"", err.text);
	}
	assert_true(same_options(&config, &before));
}

/* ---- A file ---- */

#define OCTETS(text) text, sizeof(text) - 1

#define X10   "xxxxxxxxxx"
#define X100  X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
#define X1000 X100 X100 X100 X100 X100 X100 X100 X100 X100 X100

#define LINE    "expected name = value, a comment that starts with #"
#define CONTROL "expected text, found a control character"

/* Wanted: the value of the option, or the start of the error and its gist.
 * The option before the faulty line is kept. */
/* clang-format off */
static const struct {
	const char *what;
	const char *text;
	size_t text_n;
	const char *name, *value, *origin; /* NULL: not asked */
	const char *start, *gist;          /* NULL: accepted */
} files[] = {
	{ "empty", OCTETS(""), "delay", "180", "", NULL, NULL },
	{ "an empty line", OCTETS("\n"), "delay", "180", "", NULL, NULL },
	{ "one line", OCTETS("delay = 4m\n"), "delay", "240", "t.conf:1", NULL, NULL },
	{ "no newline at the end", OCTETS("delay = 4m"),
	  "delay", "240", "t.conf:1", NULL, NULL },
	{ "no blanks", OCTETS("delay=4m\n"), "delay", "240", "t.conf:1", NULL, NULL },
	{ "many blanks", OCTETS(" \t delay \t = \t 4m \t \n"),
	  "delay", "240", "t.conf:1", NULL, NULL },
	{ "comments and blank lines",
	  OCTETS("# delay = 9m\n\n \t\n  # x\n#\ndelay = 4m\n# no newline"),
	  "delay", "240", "t.conf:6", NULL, NULL },
	{ "CRLF", OCTETS("# x\r\n\r\ndelay = 4m\r\nkeep = 36d\r\n"),
	  "delay", "240", "t.conf:3", NULL, NULL },
	{ "CRLF, last line", OCTETS("delay = 4m\r\nkeep = 36d\r"),
	  "keep", "3110400", "t.conf:2", NULL, NULL },
	{ "'#' in a value", OCTETS("database = sqlite:/a#b # c\n"),
	  "database", "sqlite:/a#b # c", "t.conf:1", NULL, NULL },
	{ "'=' in a value", OCTETS("database = sqlite:/a=b = c\n"),
	  "database", "sqlite:/a=b = c", "t.conf:1", NULL, NULL },
	{ "'=' is the value", OCTETS("user ==\n"),
	  "user", "=", "t.conf:1", NULL, NULL },
	{ "blanks in a value", OCTETS("reply = 450 4.2.0 a  b\n"),
	  "reply", "450 4.2.0 a  b", "t.conf:1", NULL, NULL },
	{ "an empty value", OCTETS("socket_group =\n"),
	  "socket_group", "", "t.conf:1", NULL, NULL },
	{ "an empty value, blanks", OCTETS("socket_group = \t\r\n"),
	  "socket_group", "", "t.conf:1", NULL, NULL },
	{ "UTF-8 in a comment", OCTETS("# gr\xc3\xbc\xc3\x9f\ndelay = 4m\n"),
	  "delay", "240", "t.conf:2", NULL, NULL },
	{ "8-bit in a value", OCTETS("database = sqlite:/\xe4\xff\n"),
	  "database", "sqlite:/\xe4\xff", "t.conf:1", NULL, NULL },
	{ "the longest line", OCTETS("# " X1000 X100 X100 X10 X10 X10 X10 X10 X10
	  X10 "1234567\ndelay = 4m\n"), "delay", "240", "t.conf:2", NULL, NULL },
	{ "the longest line, no newline",
	  OCTETS("delay = 4m\n# " X1000 X100 X100 X10 X10 X10 X10 X10 X10
	  X10 "1234567"), "delay", "240", "t.conf:1", NULL, NULL },
	{ "every option but the default",
	  OCTETS("listen = unix:/a\nsocket_mode = 0600\nsocket_group = g\n"
	         "user = u\ndatabase = memory:\ndelay = 4m\nretry_window = 2d\n"
	         "keep = 36d\nipv4_prefix = 32\nipv6_prefix = 48\n"
	         "mode = shadow\non_failure = close\nstore_timeout = 1s\n"
	         "reply = 450 4.2.0 x\ndurability = full\nlog = stderr\n"
	         "pid_file = /p\n"), "pid_file", "/p", "t.conf:17", NULL, NULL },

	{ "unknown option", OCTETS("delay = 4m\n\n# x\ndelai = 3m\nkeep = 1\n"),
	  "delay", "240", "t.conf:1",
	  "t.conf:4: ", "unknown option \"delai\"" },
	{ "upper case", OCTETS("Delay = 4m\n"), "delay", "180", "",
	  "t.conf:1: ", "unknown option \"Delay\"" },
	{ "a bad value", OCTETS("\n\ndelay = soon\n"), "delay", "180", "",
	  "t.conf:3: delay: ", "expected a time from 0 to 1d such as 3m" },
	{ "a bad value, CRLF", OCTETS("\r\n\r\ndelay = soon\r\n"), "delay", "180", "",
	  "t.conf:3: delay: ", "got \"soon\"" },
	{ "a bad value, last line", OCTETS("keep = 36d\ndelay = soon"),
	  "keep", "3110400", "t.conf:1", "t.conf:2: delay: ", "got \"soon\"" },
	{ "a bad list of addresses", OCTETS("listen = unix:/a\nuser =\n"),
	  "listen", "(/a)", "t.conf:1", "t.conf:2: user: ", "not empty" },
	{ "a bad address keeps the good ones", OCTETS("listen = unix:/a, here\n"),
	  "listen", "(127.0.0.1|10023)(/run/tardigrey/policy.sock)", "",
	  "t.conf:1: listen: ", "expected unix:/PATH" },
	{ "a comment after the value", OCTETS("delay = 4m # minutes\n"),
	  "delay", "180", "", "t.conf:1: delay: ", "got \"4m # minutes\"" },
	{ "twice", OCTETS("delay = 4m\n\ndelay = 5m\n"), "delay", "240", "t.conf:1",
	  "t.conf:3: delay: ", "already set at t.conf:1" },
	{ "twice the same", OCTETS("delay = 4m\ndelay = 4m\n"),
	  "delay", "240", "t.conf:1",
	  "t.conf:2: delay: ", "already set at t.conf:1" },
	{ "twice, far apart",
	  OCTETS("\n\n\n\n\n\n\n\n\nkeep = 36d\ndelay = 4m\nuser = u\nkeep=37d"),
	  "keep", "3110400", "t.conf:10",
	  "t.conf:13: keep: ", "already set at t.conf:10" },
	{ "unknown twice", OCTETS("x = 1\nx = 2\n"), NULL, NULL, NULL,
	  "t.conf:1: ", "unknown option \"x\"" },
	{ "no '='", OCTETS("delay = 4m\nkeep 36d\n"), "delay", "240", "t.conf:1",
	  "t.conf:2: ", LINE },
	{ "a word", OCTETS("delay"), NULL, NULL, NULL, "t.conf:1: ", LINE },
	{ "'=' first", OCTETS("\n= 4m\n"), NULL, NULL, NULL, "t.conf:2: ", LINE },
	{ "blank and '=' first", OCTETS("\n \t= 4m\n"), NULL, NULL, NULL,
	  "t.conf:2: ", LINE },
	{ "only '='", OCTETS("="), NULL, NULL, NULL, "t.conf:1: ", LINE },
	{ "a colon for '='", OCTETS("delay: 4m\n"), NULL, NULL, NULL,
	  "t.conf:1: ", LINE },
	{ "a section", OCTETS("[daemon]\n"), NULL, NULL, NULL, "t.conf:1: ", LINE },
	{ "a comment in other style", OCTETS("; delay\n"), NULL, NULL, NULL,
	  "t.conf:1: ", LINE },
	{ "a byte order mark", OCTETS("\xef\xbb\xbf" "delay = 4m\n"),
	  "delay", "180", "", "t.conf:1: ", "unknown option \"\xef\xbb\xbf" "delay\"" },

	{ "NUL", OCTETS("delay = 4m\nuser = a\0b\n"), "delay", "240", "t.conf:1",
	  "t.conf:2: ", CONTROL },
	{ "NUL after the value", OCTETS("user = a\0\n"), "user", "tardigrey", "",
	  "t.conf:1: ", CONTROL },
	{ "NUL in a comment", OCTETS("# \0\n"), NULL, NULL, NULL,
	  "t.conf:1: ", CONTROL },
	{ "NUL at the end", OCTETS("delay = 4m\n\0"), "delay", "240", "t.conf:1",
	  "t.conf:2: ", CONTROL },
	{ "only NUL", OCTETS("\0"), NULL, NULL, NULL, "t.conf:1: ", CONTROL },
	{ "escape", OCTETS("user = a\x1b[0m\n"), NULL, NULL, NULL,
	  "t.conf:1: ", CONTROL },
	{ "form feed", OCTETS("\f\n"), NULL, NULL, NULL, "t.conf:1: ", CONTROL },
	{ "backspace in a comment", OCTETS("delay = 4m\n# \b\n"),
	  "delay", "240", "t.conf:1", "t.conf:2: ", CONTROL },

	{ "a line too long", OCTETS("delay = 4m\n# " X1000 X100 X100 X10 X10 X10
	  X10 X10 X10 X10 "12345678\n"), "delay", "240", "t.conf:1",
	  "t.conf:2: ", "expected a line of at most 1279 octets" },
	{ "a line too long, no newline", OCTETS("# " X1000 X100 X100 X10 X10 X10
	  X10 X10 X10 X10 "12345678"), NULL, NULL, NULL,
	  "t.conf:1: ", "expected a line of at most 1279 octets" },
	{ "a value too long", OCTETS("user = u\ndatabase = sqlite:/" X1000
	  "123456789012345678\n"), "user", "u", "t.conf:1",
	  "t.conf:2: database: ", "expected at most 1023 octets" },
};

/* Control octets that are no blanks; each is refused in a value, and so is a
 * carriage return that does not end the line. */
static const char controls[] =
	"\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0d\x0e\x0f\x7f"
	"\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f";

/* What options demand of each other, and who is blamed. */
static const struct {
	const char *what, *text;
	const char *want; /* NULL: accepted */
} orders[] = {
	{ "the defaults", "", NULL },
	{ "window above delay", "delay = 1h\nretry_window = 3601s\n", NULL },
	{ "window is delay", "\ndelay = 1h\nretry_window = 1h\n",
	  "t.conf:3: expected retry_window (1h) to be longer than delay (1h)" },
	{ "window is delay, otherwise written",
	  "retry_window = 60m\n\ndelay = 1h\n",
	  "t.conf:1: expected retry_window (60m) to be longer than delay (1h)" },
	{ "window below delay", "delay = 1h\nretry_window = 59m\n",
	  "t.conf:2: expected retry_window (59m) to be longer than delay (1h)" },
	{ "only delay is written", "# x\ndelay = 1d\n",
	  "t.conf:2: expected retry_window (1d) to be longer than delay (1d)" },
	{ "only the window is written", "# x\n# x\nretry_window = 180s\n",
	  "t.conf:3: expected retry_window (180s) to be longer than delay (3m)" },
	{ "no delay", "delay = 0\nretry_window = 1s\n", NULL },
	{ "keep is the window", "retry_window = 30d\nkeep = 30d\n", NULL },
	{ "keep above the window", "retry_window = 1h\nkeep = 3601s\n", NULL },
	{ "keep below the window", "retry_window = 2d\n\nkeep = 1d\n",
	  "t.conf:3: expected keep (1d) to be at least retry_window (2d)" },
	{ "keep a second below the window", "keep = 86399s\n",
	  "t.conf:1: expected keep (86399s) to be at least retry_window (1d)" },
	{ "only keep is written", "\n\n\nkeep = 1h\n",
	  "t.conf:4: expected keep (1h) to be at least retry_window (1d)" },
	{ "the first fault is told", "keep = 1h\nretry_window = 3m\n",
	  "t.conf:2: expected retry_window (3m) to be longer than delay (3m)" },
	{ "absolute pid_file", "pid_file = /p\n", NULL },
	{ "no pid_file", "pid_file =\n", NULL },
	{ "relative pid_file", "delay = 4m\npid_file = p\n",
	  "t.conf:2: pid_file: expected an absolute path, got \"p\"" },
};
/* clang-format on */

static int
parse(struct config *config, const char *text, size_t text_n, struct err *err)
{
	/* Of its own size, so that a reader beyond its end is caught. */
	char *copy = malloc(text_n + 1);
	int rc;

	assert_non_null(copy);
	memcpy(copy + 1, text, text_n);
	config_defaults(config);
	err->text[0] = '\0';
	rc = config_parse(config, copy + 1, text_n, "t.conf", err);
	free(copy);
	return rc;
}

static void
check_file(size_t row)
{
	static struct config config;
	struct err err;
	char got[MAX_TEXT];
	int rc = parse(&config, files[row].text, files[row].text_n, &err);

	if (rc != (files[row].start == NULL ? 0 : -1))
		fail_msg("%s: got %d %s", files[row].what, rc, err.text);
	if (rc != 0 &&
	    (strncmp(err.text, files[row].start, strlen(files[row].start)) !=
		    0 ||
		strstr(err.text, files[row].gist) == NULL))
		fail_msg("%s: got \"%s\"", files[row].what, err.text);
	if (files[row].name == NULL)
		return;
	value_text(&config, row_of(files[row].name), got, sizeof(got));
	if (strcmp(got, files[row].value) != 0)
		fail_msg("%s: got %s = \"%s\"", files[row].what,
		    files[row].name, got);
	if (strcmp(config_given(&config, files[row].name)->origin,
		files[row].origin) != 0)
		fail_msg("%s: got origin \"%s\"", files[row].what,
		    config_given(&config, files[row].name)->origin);
}

static void
test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		check_file(i);
}

static void
test_controls(void **state)
{
	static struct config config;
	struct err err;
	char text[] = "\nuser = a_b\n";

	(void)state;
	for (const char *octet = controls; *octet != '\0'; octet++) {
		text[9] = *octet;
		if (parse(&config, OCTETS(text), &err) != -1)
			fail_msg("octet %d: accepted", *octet);
		assert_string_equal(err.text, "t.conf:2: " CONTROL);
	}
}

static void
test_orders(void **state)
{
	static struct config config;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		struct err err;
		const char *want = orders[i].want != NULL ? orders[i].want : "";

		if (parse(&config, orders[i].text, strlen(orders[i].text),
			&err) != 0)
			fail_msg("%s: %s", orders[i].what, err.text);
		if (config_check(&config, &err) !=
			(orders[i].want == NULL ? 0 : -1) ||
		    strcmp(err.text, want) != 0)
			fail_msg("%s: got \"%s\"", orders[i].what, err.text);
	}
}

/* The command line may set what the file has set, and the other way round. */
static void
test_two_sources(void **state)
{
	static struct config config;
	struct err err;

	(void)state;
	config_defaults(&config);
	assert_int_equal(config_set(&config, "delay", "5m", "-o", &err), 0);
	assert_int_equal(config_parse(&config, OCTETS("delay = 4m\n"), "t.conf",
			     &err),
	    0);
	assert_int_equal(config_set(&config, "delay", "6m", "-o", &err), 0);
	assert_int_equal(config.rules.greylist.delay_s, 360);
	assert_string_equal(config_given(&config, "delay")->origin, "-o");
	assert_string_equal(config_given(&config, "keep")->origin, "");
}

/* A file whose name begins like another's is another file. */
static void
test_two_files(void **state)
{
	static struct config config;
	struct err err;

	(void)state;
	config_defaults(&config);
	assert_int_equal(config_parse(&config, OCTETS("delay = 4m\n"), "t.conf",
			     &err),
	    0);
	assert_int_equal(config_parse(&config, OCTETS("delay = 5m\n"), "t",
			     &err),
	    0);
	assert_int_equal(config_parse(&config, OCTETS("delay = 6m\n"),
			     "t.conf.local", &err),
	    0);
	assert_int_equal(config.rules.greylist.delay_s, 360);
}

/* Whatever the length of its name: the number of the line is told, and
 * setting twice is an error. */
static void
test_long_file_names(void **state)
{
	static struct config config;
	char file[ERR_SIZE];

	(void)state;
	for (size_t n = CONFIG_ORIGIN_SIZE - 20; n < CONFIG_ORIGIN_SIZE + 20;
	     n++) {
		struct err err = {""};
		size_t origin_n;
		const char *origin;

		memset(file, 'f', n);
		file[n] = '\0';
		config_defaults(&config);
		if (config_parse(&config, OCTETS("\ndelay = 4m\ndelay = 5m\n"),
			file, &err) != -1)
			fail_msg("a name of %zu octets: set twice", n);
		if (strncmp(err.text + n, ":3: delay: ", 11) != 0)
			fail_msg("a name of %zu octets: %s", n, err.text);
		origin = config_given(&config, "delay")->origin;
		origin_n = strlen(origin);
		assert_string_equal(origin + origin_n - 2, ":2");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_defaults_are_all_here),
	    cmocka_unit_test(test_accepted),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_choices),
	    cmocka_unit_test(test_ranges),
	    cmocka_unit_test(test_longest_value),
	    cmocka_unit_test(test_set_again),
	    cmocka_unit_test(test_unknown_option),
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_controls),
	    cmocka_unit_test(test_orders),
	    cmocka_unit_test(test_two_sources),
	    cmocka_unit_test(test_two_files),
	    cmocka_unit_test(test_long_file_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
