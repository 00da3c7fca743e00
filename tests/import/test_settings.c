/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "import/milter_settings.h"
#include "import/postgrey_settings.h"
#include "import/sqlgrey_settings.h"

typedef int translate_fn(const char *text,
    void (*put)(void *arg, const char *line), void *arg, struct err *err);

struct translation {
	const char *text, *expected;
};

static void
add_line(void *arg, const char *line)
{
	char *out = arg;

	strcat(out, line);
	strcat(out, "\n");
}

static void
assert_translations(translate_fn *translate, const struct translation *rows,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char out[2000] = "";
		struct err err;

		assert_int_equal(translate(rows[i].text, add_line, out, &err),
		    0);
		assert_string_equal(out, rows[i].expected);
	}
}

static void
assert_refusals(translate_fn *translate, const struct translation *rows,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char out[2000] = "";
		struct err err;

		assert_int_equal(translate(rows[i].text, add_line, out, &err),
		    -1);
		assert_string_equal(err.text, rows[i].expected);
	}
}

static void
test_milter(void **state)
{
	static const struct translation rows[] = {
	    {"", ""},
	    {"# comment\n\npidfile \"/run/p\"\nquiet\ndumpfreq 10m\n", ""},
	    {"subnetmatch /24\nsubnetmatch6 /64\ngreylist 30m\nautowhite 3d\n"
	     "timeout 5d\n",
		"delay = 30m\ndelay_suspicious = 30m\nretry_window = 5d\n"
		"keep = 3d\nipv4_prefix = 24\nipv6_prefix = 64\n"},
	    /* A number without a unit is seconds. */
	    {"greylist 1800\nautowhite 86400\ntimeout 432000\n"
	     "racl greylist rcpt b@example.org delay 90\n",
		"# tardigrey greylist add recipient 'b@example.org' --delay "
		"90s\n"
		"delay = 1800s\ndelay_suspicious = 1800s\n"
		"retry_window = 432000s\nkeep = 86400s\n"},
	    {"greylist 0", "delay = 0s\ndelay_suspicious = 0s\n"},
	    /* No duration, or one that our option refuses. */
	    {"greylist soon\nautowhite -1\ntimeout 5y\ngreylist 10m now\n"
	     "autowhite 0\ntimeout 0s\ngreylist\n"
	     "racl greylist default delay \"1m x\"\n",
		"# no equal of: greylist soon\n"
		"# no equal of: autowhite -1\n"
		"# no equal of: timeout 5y\n"
		"# no equal of: greylist 10m now\n"
		"# no equal of: autowhite 0\n"
		"# no equal of: timeout 0s\n"
		"# no equal of: greylist\n"
		"# no equal of: racl greylist default delay 1m x\n"},
	    {"racl greylist rcpt a@b.example delay \"1m; echo INJECTED\"",
		"# no equal of: racl greylist rcpt a@b.example delay 1m; echo "
		"INJECTED\n"},
	    /* Each option is written once. The default entry counts more than
	     * the lines before the entries. */
	    {"greylist 10m\nautowhite 1d\nautowhite 2d\nsubnetmatch /20\n"
	     "racl greylist default delay 30m autowhite 3d\nsubnetmatch /24\n",
		"delay = 30m\ndelay_suspicious = 30m\nkeep = 3d\n"
		"ipv4_prefix = 24\n"},
	    {"racl greylist default delay 30m\ngreylist 10m\n",
		"delay = 30m\ndelay_suspicious = 30m\n"},
	    /* The first default entry counts. */
	    {"racl whitelist default\nracl whitelist default\n",
		"# no equal of: racl whitelist default\n"
		"greylist_recipients = listed\n"},
	    {"racl greylist default\nracl whitelist default\n",
		"# no equal of: racl whitelist default\n"},
	    /* An identifier; keywords in capitals, and with a colon. */
	    {"racl \"rule-1\" whitelist addr 192.0.2.9\n"
	     "RACL WhiteList Domain example.com\nGreyList: 10m\n"
	     "racl \"rule-2\" greylist default delay 1h\n"
	     "racl \"rule-3\" blacklist addr 192.0.2.9\nQuiet\n"
	     "racl \"rule-4\"\nracl \"whitelist\" addr 192.0.2.9\n",
		"# tardigrey whitelist add client '192.0.2.9'\n"
		"# tardigrey whitelist add client 'example.com'\n"
		"# no equal of: racl rule-3 blacklist addr 192.0.2.9\n"
		"# no equal of: racl rule-4\n"
		"# no equal of: racl whitelist addr 192.0.2.9\n"
		"delay = 1h\ndelay_suspicious = 1h\n"},
	    /* What is lost of an entry is said. */
	    {"racl greylist addr 198.51.100.0/24 delay 5m\n"
	     "racl whitelist from a@example.net autowhite 3d\n"
	     "racl greylist rcpt b@example.org delay 5m autowhite 3d\n",
		"# no equal of: delay 5m, in: racl greylist addr "
		"198.51.100.0/24 delay 5m\n"
		"# tardigrey greylist add client '198.51.100.0/24'\n"
		"# no equal of: autowhite 3d, in: racl whitelist from "
		"a@example.net autowhite 3d\n"
		"# tardigrey whitelist add sender 'a@example.net'\n"
		"# no equal of: autowhite 3d, in: racl greylist rcpt "
		"b@example.org delay 5m autowhite 3d\n"
		"# tardigrey greylist add recipient 'b@example.org' --delay "
		"5m\n"},
	    {"racl greylist list \"us\" delay 5m\n"
	     "racl greylist list \"them\" delay 5m\n"
	     "list \"us\" rcpt { a@example.org }\n"
	     "List \"them\" Addr { 192.0.2.1 }\n",
		"# tardigrey greylist add recipient 'a@example.org' --delay "
		"5m\n"
		"# no equal of: delay 5m, in: racl greylist list them delay "
		"5m\n"
		"# tardigrey greylist add client '192.0.2.1'\n"},
	    {"racl greylist default delay 1h autowhite 3d",
		"delay = 1h\ndelay_suspicious = 1h\nkeep = 3d\n"},
	    {"racl whitelist default", "greylist_recipients = listed\n"},
	    {"acl whitelist addr 10.0.0.0/8\nacl whitelist from a@example.net\n"
	     "acl whitelist domain example.com # why\n",
		"# tardigrey whitelist add client '10.0.0.0/8'\n"
		"# tardigrey whitelist add sender 'a@example.net'\n"
		"# tardigrey whitelist add client 'example.com'\n"},
	    /* It ignores the bits after the prefix. */
	    {"acl whitelist addr 127.0.0.1/8\n"
	     "acl whitelist addr 2001:db8::1/32\n"
	     "acl whitelist addr 192.0.2.1/33\nacl whitelist domain /^a.8$/\n",
		"# tardigrey whitelist add client '127.0.0.0/8'\n"
		"# tardigrey whitelist add client '2001:db8::/32'\n"
		"# tardigrey whitelist add client '192.0.2.1/33'\n"
		"# tardigrey whitelist add client '/^a.8$/'\n"},
	    /* A regex may contain all but an end of line, and a slash only
	     * after a backslash. */
	    {"racl whitelist list \"some\"\n"
	     "list \"some\" domain { \\\n"
	     "\t/^dsl[0-9]{1,3}\\./ \\\n"
	     "\t/a b#c/ /d\\/e/ \\\n"
	     "\tgood.example\\\n"
	     "\t/f}\\/\\\n"
	     "}\n",
		"# tardigrey whitelist add client '/^dsl[0-9]{1,3}\\./'\n"
		"# no equal of the pattern /a b#c/\n"
		"# tardigrey whitelist add client '/d\\/e/'\n"
		"# tardigrey whitelist add client 'good.example'\n"
		"# tardigrey whitelist add client '/f}\\/'\n"},
	    /* A prefix is no regex. */
	    {"subnetmatch /24 # or/and /20/\nsubnetmatch6 /64\n",
		"ipv4_prefix = 24\nipv6_prefix = 64\n"},
	    /* After a backslash, the rest of the line is ignored. */
	    {"racl whitelist list \"ours\"\n"
	     "list \"ours\" addr { \\ no } more\n"
	     "\t192.0.2.1/32 \\ moveon.org (unique sender)\n"
	     "\t192.0.2.2/32 \\ \\ twice\n"
	     "}\n"
	     "racl whitelist \\ from a@example.net\n"
	     "\trcpt b@example.org # why \\\n"
	     "quiet \\",
		"# tardigrey whitelist add client '192.0.2.1/32'\n"
		"# tardigrey whitelist add client '192.0.2.2/32'\n"
		"# tardigrey whitelist add recipient 'b@example.org'\n"},
	    {"racl greylist rcpt b@example.org delay 15m",
		"# tardigrey greylist add recipient 'b@example.org' --delay "
		"15m\n"},
	    /* Whitelists count for a recipient with a setting. */
	    {"racl greylist rcpt b@example.org",
		"# tardigrey greylist add recipient 'b@example.org' --all\n"},
	    {"racl whitelist rcpt b@example.org\nracl greylist from a@example.net",
		"# tardigrey whitelist add recipient 'b@example.org'\n"
		"# tardigrey greylist add sender 'a@example.net'\n"},
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
		"# no equal of: autowhite 3d, in: racl greylist list us delay "
		"30m autowhite 3d\n"
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
	static const struct translation refused[] = {
	    {"quiet\n{ 192.0.2.1 }\n",
		"2: not a line of greylist.conf; it begins with {"},
	};

	(void)state;
	assert_translations(milter_settings_translate, rows, ARRAY_LEN(rows));
	assert_refusals(milter_settings_translate, refused, ARRAY_LEN(refused));
}

static void
test_postgrey(void **state)
{
	static const struct translation rows[] = {
	    {"POSTGREY_OPTS=\"\"", ""},
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
	    /* By subnet is our default. */
	    {"POSTGREY_OPTS=\"--lookup-by-subnet --delay=9\"",
		"delay = 9s\ndelay_suspicious = 9s\n"},
	    /* A part of an option of ours. */
	    {"POSTGREY_OPTS=\"--greylist-action=DEFER\"",
		"# postgrey's --greylist-action=DEFER: see the action of the "
		"option reply\n"},
	    {"POSTGREY_OPTS=\"--greylist-action 421 --delay=9\"",
		"# postgrey's --greylist-action=421: see the action of the "
		"option reply\n"
		"delay = 9s\ndelay_suspicious = 9s\n"},
	    /* The last value counts. */
	    {"POSTGREY_OPTS=\"--delay=1 --delay=2\"",
		"delay = 2s\ndelay_suspicious = 2s\n"},
	};
	static const struct translation refused[] = {
	    {"\nPOSTGREY_OPTS=\"$A --delay=3\"",
		"2: POSTGREY_OPTS: write the value as one text in quotes, "
		"without $ and backslashes"},
	    {"",
		"1: no line sets POSTGREY_OPTS or POSTGREY_TEXT; write the "
		"options of postgrey as POSTGREY_OPTS=\"...\""},
	    {"# POSTGREY_OPTS\n#POSTGREY_OPTS=--delay=9\n"
	     "OPTIONS=\"--delay=60\"\nPOSTGREY_OPTS_2=--delay=8\n",
		"4: no line sets POSTGREY_OPTS or POSTGREY_TEXT; write the "
		"options of postgrey as POSTGREY_OPTS=\"...\""},
	    {"POSTGREY_OPTS=\"--delay\"", "1: --delay has no value"},
	    {"POSTGREY_OPTS=\"--delay --inet=3\"", "1: --delay has no value"},
	    {"POSTGREY_OPTS=\"--greylist-action\"",
		"1: --greylist-action has no value"},
	    {"POSTGREY_OPTS=\"delay=3\"",
		"1: \"delay=3\" is not an option of postgrey"},
	};

	(void)state;
	assert_translations(postgrey_settings_translate, rows, ARRAY_LEN(rows));
	assert_refusals(postgrey_settings_translate, refused,
	    ARRAY_LEN(refused));
}

static void
test_sqlgrey(void **state)
{
	static const struct translation rows[] = {
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
	    /* A part of an option of ours, or one that does the same. */
	    {"reject_code = 451\nreject_first_attempt = delay\n"
	     "reject_early_reconnect = immed\n",
		"# sqlgrey's reject_code = 451: see the action of the option "
		"reply\n"
		"# sqlgrey's reject_first_attempt = delay: see the action of "
		"the option reply\n"
		"# sqlgrey's reject_early_reconnect = immed: see the action of "
		"the option reply\n"},
	    {"discrimination = on\ndiscrimination_add_rulenr = on",
		"# sqlgrey's discrimination = on: see greylist = suspicious\n"
		"# no equal of sqlgrey's discrimination_add_rulenr\n"},
	    {"discrimination = off", ""},
	    {"db_type = mysql", "# no equal of sqlgrey's db_type\n"},
	    /* The last value counts, and inet before unix. */
	    {"awl_age = 60\ninet = 1\n awl_age=30 # less\ninet=2\n",
		"keep = 30d\nlisten = inet:127.0.0.1:2\n"},
	    {"unix = /run/s\ninet = 2501\n", "listen = inet:127.0.0.1:2501\n"},
	};
	static const struct translation refused[] = {
	    {"= 1", "1: not a line of sqlgrey.conf; write NAME = VALUE"},
	    {"# a\ninet 2501\n",
		"2: not a line of sqlgrey.conf; write NAME = VALUE"},
	};

	(void)state;
	assert_translations(sqlgrey_settings_translate, rows, ARRAY_LEN(rows));
	assert_refusals(sqlgrey_settings_translate, refused,
	    ARRAY_LEN(refused));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_milter),
	    cmocka_unit_test(test_postgrey),
	    cmocka_unit_test(test_sqlgrey),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
