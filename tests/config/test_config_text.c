/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The text of a configuration file. [C2] */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/value_text.h"

#define OCTETS(text) text, sizeof(text) - 1

#define X10   "xxxxxxxxxx"
#define X100  X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
#define X1000 X100 X100 X100 X100 X100 X100 X100 X100 X100 X100

#define LINE    "not an option (write NAME = VALUE; a comment starts"
#define CONTROL "the line has a control character"
#define SOON    "not a duration: \"soon\""
#define LONG    "the line is too long (write at most 1279 octets)"

/* "value" and "origin" are those of option "name" after the text was parsed.
 * The message for a refused text begins with "start" and contains "gist".
 * Options before the wrong line are set. */
/* clang-format off */
static const struct {
	const char *what;
	const char *text;
	size_t text_n;
	const char *name, *value, *origin; /* NULL: any */
	const char *start, *gist;          /* NULL: accepted */
} files[] = {
	{ "empty", OCTETS(""), "delay", "60", "", NULL, NULL },
	{ "an empty line", OCTETS("\n"), "delay", "60", "", NULL, NULL },
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
	{ "a byte order mark", OCTETS("\xef\xbb\xbf" "delay = 4m\n"),
	  "delay", "240", "t.conf:1", NULL, NULL },
	{ "a byte order mark and a comment",
	  OCTETS("\xef\xbb\xbf" "# x\r\ndelay = 4m\r\n"),
	  "delay", "240", "t.conf:2", NULL, NULL },
	{ "only a byte order mark", OCTETS("\xef\xbb\xbf"), "delay", "60", "",
	  NULL, NULL },
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
	{ "upper case", OCTETS("Delay = 4m\n"), "delay", "60", "",
	  "t.conf:1: ", "unknown option \"Delay\"" },
	{ "a bad value", OCTETS("\n\ndelay = soon\n"), "delay", "60", "",
	  "t.conf:3: delay: ", SOON },
	{ "a bad value, CRLF", OCTETS("\r\n\r\ndelay = soon\r\n"), "delay", "60", "",
	  "t.conf:3: delay: ", SOON },
	{ "a bad value, last line", OCTETS("keep = 36d\ndelay = soon"),
	  "keep", "3110400", "t.conf:1", "t.conf:2: delay: ", SOON },
	{ "a bad list of addresses", OCTETS("listen = unix:/a\nuser =\n"),
	  "listen", "(/a)", "t.conf:1", "t.conf:2: user: ", "the value is empty" },
	{ "a bad address keeps the good ones", OCTETS("listen = unix:/a, here\n"),
	  "listen", "(127.0.0.1|10023)(/run/tardigrey/policy.sock)", "",
	  "t.conf:1: listen: ", "not an endpoint: \"here\"" },
	{ "a comment after the value", OCTETS("delay = 4m # minutes\n"),
	  "delay", "60", "", "t.conf:1: delay: ", "not a duration: \"4m # minutes\"" },
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
	{ "a byte order mark later", OCTETS("\n\xef\xbb\xbf" "delay = 4m\n"),
	  "delay", "60", "", "t.conf:2: ", "unknown option \"\xef\xbb\xbf" "delay\"" },
	{ "two byte order marks", OCTETS("\xef\xbb\xbf\xef\xbb\xbf" "delay = 4m\n"),
	  "delay", "60", "", "t.conf:1: ", "unknown option \"\xef\xbb\xbf" "delay\"" },
	{ "a part of a byte order mark", OCTETS("\xef\xbb"), "delay", "60", "",
	  "t.conf:1: ", LINE },

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
	  "t.conf:2: ", LONG },
	{ "a line too long, no newline", OCTETS("# " X1000 X100 X100 X10 X10 X10
	  X10 X10 X10 X10 "12345678"), NULL, NULL, NULL,
	  "t.conf:1: ", LONG },
	{ "a value too long", OCTETS("user = u\ndatabase = sqlite:/" X1000
	  "123456789012345678\n"), "user", "u", "t.conf:1",
	  "t.conf:2: database: ", "(write at most 1023 octets)" },
};

/* Control characters other than a tab. A carriage return is allowed only at the
 * end of a line. */
static const char controls[] =
	"\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0d\x0e\x0f\x7f"
	"\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f";

/* clang-format on */

static int
parse(struct config *config, const char *text, size_t text_n, struct err *err)
{
	/* Allocated with its exact size: a sanitizer reports reads beyond it.
	 */
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
	char got[VALUE_TEXT_SIZE];
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

/* The command line may set an option that the file sets, and the reverse. */
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

/* Files with names that begin alike are different files. */
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

/* With a file name of any length, the message has the line number, and an
 * option that is set twice is an error. */
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
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_controls),
	    cmocka_unit_test(test_two_sources),
	    cmocka_unit_test(test_two_files),
	    cmocka_unit_test(test_long_file_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
