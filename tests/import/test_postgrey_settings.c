/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "import/postgrey_settings.h"

static void
add_line(void *arg, const char *line)
{
	char *out = arg;

	strcat(out, line);
	strcat(out, "\n");
}

static void
test_options(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
	    {"", ""},
	    /* Debian's file */
	    {"# postgrey startup options, created for Debian\n"
	     "\n"
	     "POSTGREY_OPTS=\"--inet=10023\"\n"
	     "#POSTGREY_TEXT=\"Your customized rejection message here\"\n",
		"listen = inet:127.0.0.1:10023\n"},
	    {"POSTGREY_OPTS=\"--unix=/run/p --inet 192.0.2.1:10023\"",
		"listen = unix:/run/p, inet:192.0.2.1:10023\n"},
	    {"POSTGREY_OPTS='-u /run/p -i 10023'",
		"listen = unix:/run/p, inet:127.0.0.1:10023\n"},
	    {"POSTGREY_OPTS=--delay=60",
		"delay = 60s\ndelay_suspicious = 60s\n"},
	    {"POSTGREY_OPTS=\"--delay=60 --max-age=30 --retry-window=4\"",
		"delay = 60s\ndelay_suspicious = 60s\nretry_window = 4d\nkeep = 30d\n"},
	    {"POSTGREY_OPTS=\"--retry-window=36h\"", "retry_window = 36h\n"},
	    {"POSTGREY_OPTS=\"--auto-whitelist-clients=3\"",
		"auto_whitelist_after = 3\n"},
	    {"POSTGREY_OPTS=\"--lookup-by-host\"",
		"ipv4_prefix = 32\nipv6_prefix = 128\n"},
	    {"POSTGREY_OPTS=\"--ipv4cidr=20 --ipv6cidr=56\"",
		"ipv4_prefix = 20\nipv6_prefix = 56\n"},
	    {"POSTGREY_OPTS=\"--whitelist-clients=/a --whitelist-clients /b "
	     "--whitelist-recipients=/c\"",
		"whitelist_clients = /a, /b\nwhitelist_recipients = /c\n"},
	    {"POSTGREY_TEXT=\"Later, %s seconds\"",
		"reply = DEFER_IF_PERMIT 4.2.0 Later, %s seconds\n"},
	    /* What has no equal is said. */
	    {"POSTGREY_OPTS=\"--privacy --user postgrey --delay=9 --exim\"",
		"# no equal of postgrey's --privacy\n"
		"# no equal of postgrey's --user\n"
		"# no equal of postgrey's --exim\n"
		"delay = 9s\ndelay_suspicious = 9s\n"},
	    /* The last value counts. */
	    {"POSTGREY_OPTS=\"--delay=1 --delay=2\"",
		"delay = 2s\ndelay_suspicious = 2s\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char out[2000] = "";
		struct err err;

		assert_int_equal(postgrey_settings_translate(rows[i].text,
				     add_line, out, &err),
		    0);
		assert_string_equal(out, rows[i].expected);
	}
}

static void
test_wrong(void **state)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
	    {"\nPOSTGREY_OPTS=\"$A --delay=3\"",
		"2: POSTGREY_OPTS: write the value as one text in quotes, "
		"without $ and backslashes"},
	    {"POSTGREY_OPTS=\"--delay\"", "1: --delay has no value"},
	    {"POSTGREY_OPTS=\"--delay --inet=3\"", "1: --delay has no value"},
	    {"POSTGREY_OPTS=\"delay=3\"",
		"1: \"delay=3\" is not an option of postgrey"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char out[2000] = "";
		struct err err;

		assert_int_equal(postgrey_settings_translate(rows[i].text,
				     add_line, out, &err),
		    -1);
		assert_string_equal(err.text, rows[i].error);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_options),
	    cmocka_unit_test(test_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
