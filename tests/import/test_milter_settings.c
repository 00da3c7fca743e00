/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "import/milter_settings.h"

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
	    {"# comment\n\npidfile \"/run/p\"\nquiet\ndumpfreq 10m\n", ""},
	    {"subnetmatch /24\nsubnetmatch6 /64\ngreylist 30m\nautowhite 3d\n"
	     "timeout 5d\n",
		"ipv4_prefix = 24\nipv6_prefix = 64\ndelay = 30m\n"
		"delay_suspicious = 30m\nkeep = 3d\nretry_window = 5d\n"},
	    {"racl greylist default delay 1h autowhite 3d",
		"delay = 1h\ndelay_suspicious = 1h\nkeep = 3d\n"},
	    {"racl whitelist default", "greylist_recipients = listed\n"},
	    {"acl whitelist addr 10.0.0.0/8\nacl whitelist from a@example.net\n"
	     "acl whitelist domain example.com # why\n",
		"# tardigrey whitelist add client '10.0.0.0/8'\n"
		"# tardigrey whitelist add sender 'a@example.net'\n"
		"# tardigrey whitelist add client 'example.com'\n"},
	    {"racl greylist rcpt b@example.org delay 15m",
		"# tardigrey greylist add recipient 'b@example.org' --delay "
		"15m\n"},
	    /* A list may follow its use. Comments follow backslashes. */
	    {"racl whitelist list \"my friends\"\n"
	     "list \"my friends\" addr {   \\\n"
	     "\t192.0.2.0/24    \\ # one\n"
	     "\t198.51.100.7/32 \\ # two\n"
	     "}\n",
		"# tardigrey whitelist add client '192.0.2.0/24'\n"
		"# tardigrey whitelist add client '198.51.100.7/32'\n"},
	    {"list \"us\" rcpt { a@example.org b@example.org }\n"
	     "racl greylist list \"us\" delay 30m autowhite 3d\n",
		"# tardigrey greylist add recipient 'a@example.org' --delay "
		"30m\n"
		"# tardigrey greylist add recipient 'b@example.org' --delay "
		"30m\n"},
	    /* What has no equal is said. */
	    {"racl greylist list \"none\"\nracl blacklist addr 192.0.2.1\n"
	     "racl whitelist addr 192.0.2.1 from a@example.net\n"
	     "peer 192.0.2.17\nacl continue\n",
		"# no equal of: racl greylist list none\n"
		"# no equal of: racl blacklist addr 192.0.2.1\n"
		"# no equal of: racl whitelist addr 192.0.2.1 from "
		"a@example.net\n"
		"# no equal of: peer 192.0.2.17\n"
		"# no equal of: acl continue\n"},
	    {"racl whitelist from \"o'hara@example.net\"",
		"# no equal of the pattern o'hara@example.net\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char out[2000] = "";
		struct err err;

		assert_int_equal(milter_settings_translate(rows[i].text,
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
	assert_int_equal(milter_settings_translate("quiet\n{ 192.0.2.1 }\n",
			     add_line, out, &err),
	    -1);
	assert_string_equal(err.text,
	    "2: not a line of greylist.conf; it begins with {");
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
