/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "import/sqlgrey_settings.h"

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
		const char *text, *wanted;
	} rows[] = {
	    {"", ""},
	    {"# loglevel = 2\n\n  \n", ""},
	    {"inet = 2501    # bind to localhost\n",
		"listen = inet:127.0.0.1:2501\n"},
	    {"inet = 192.0.2.1:2501", "listen = inet:192.0.2.1:2501\n"},
	    {"unix=/run/s", "listen = unix:/run/s\n"},
	    {"reconnect_delay = 5\nmax_connect_age = 24\nawl_age = 60\n"
	     "group_domain_level = 10\n",
		"delay = 5m\ndelay_suspicious = 5m\nretry_window = 24h\n"
		"keep = 60d\nauto_whitelist_after = 10\n"},
	    {"greymethod = full", "ipv4_prefix = 32\nipv6_prefix = 128\n"},
	    {"greymethod = smart\noptmethod = optout\nprepend = 1", ""},
	    {"optmethod = optin\nprepend = 0",
		"greylist_recipients = listed\nheader = no\n"},
	    {"greymethod = new", "# no equal of sqlgrey's greymethod\n"},
	    {"db_type = mysql", "# no equal of sqlgrey's db_type\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char out[1000] = "";
		struct err err;

		assert_int_equal(sqlgrey_settings_translate(rows[i].text,
				     add_line, out, &err),
		    0);
		assert_string_equal(out, rows[i].wanted);
	}
}

static void
test_error(void **state)
{
	char out[1000] = "";
	struct err err;

	(void)state;
	assert_int_equal(sqlgrey_settings_translate("# a\ninet 2501\n",
			     add_line, out, &err),
	    -1);
	assert_string_equal(err.text,
	    "2: not a line of sqlgrey.conf; write NAME = VALUE");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_options),
	    cmocka_unit_test(test_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
