/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Defaults, settings and checks of several options. [C2, C8] */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "config/value_text.h"

/* clang-format off */

/* The parsed defaults. A guard compares the manual with the table. */
static const struct {
	const char *name, *value;
} defaults[] = {
	{ "listen", "(127.0.0.1|10023)(/run/tardigrey/policy.sock)" },
	{ "socket_mode", "438" }, /* 0666 */
	{ "socket_group", "" },
	{ "user", "tardigrey" },
	{ "database", "sqlite:/var/lib/tardigrey/tardigrey.db" },
	{ "database_password_file", "" },
	{ "database_tls_ca_file", "" },
	{ "database_tls_cert_file", "" },
	{ "database_tls_key_file", "" },
	{ "database_fallback", "" },
	{ "delay", "60" },
	{ "delay_suspicious", "240" },
	{ "greylist", "0" },
	{ "retry_window", "86400" },
	{ "keep", "3024000" },
	{ "ipv4_prefix", "24" },
	{ "ipv6_prefix", "64" },
	{ "pools", "1" },
	{ "trust_client_name", "0" },
	{ "normalise_sender", "15" },
	{ "auto_whitelist_after", "2" },
	{ "auto_whitelist_spacing", "600" },
	{ "spf_pass_at_once", "0" },
	{ "correspondents", "1" },
	{ "correspondents_keep", "5184000" },
	{ "once_per_message", "1" },
	{ "null_sender", "0" },
	{ "stress", "0" },
	{ "own_networks", "(127.0.0.0/8)(::1/128)" },
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
	{ "max_waiting", "4000000" },
	{ "max_waiting_per_address", "2000" },
	{ "max_known", "20000000" },
	{ "max_correspondents", "1000000" },
	{ "max_database_size", "0" },
	{ "record_cache", "8000000" },
	{ "on_corruption", "0" },
	{ "decisions_keep", "604800" },
	{ "max_decisions", "1000000" },
	{ "http", "" },
	{ "http_allow", "" },
	{ "log", "0" },
	{ "log_format", "0" },
	{ "log_never_returned", "1" },
	{ "sandbox", "1" },
	{ "lookup", "" },
	{ "lookup_dnswl", "" },
	{ "pid_file", "" },
};

/* config_check() compares options, and names the line of one of them. */
static const struct {
	const char *what, *text;
	const char *want; /* NULL: accepted */
} orders[] = {
	{ "the defaults", "", NULL },
	{ "http on loopback", "http = inet:127.0.0.2:1 inet:[::1]:2 inet:localhost:3 unix:/a\n", NULL },
	{ "http on the network", "\nhttp = inet:127.0.0.1:1, inet:192.0.2.1:99\n",
	  "t.conf:2: http: other hosts can connect to inet:192.0.2.1:99 (write "
	  "inet:127.0.0.1:99, or name the networks of the clients in http_allow)" },
	{ "http on all addresses", "http = inet:*:99\n",
	  "t.conf:1: http: other hosts can connect to inet:*:99 (write "
	  "inet:127.0.0.1:99, or name the networks of the clients in http_allow)" },
	{ "http on IPv6", "http = inet:[2001:db8::1]:99\n",
	  "t.conf:1: http: other hosts can connect to inet:[2001:db8::1]:99 (write "
	  "inet:127.0.0.1:99, or name the networks of the clients in http_allow)" },
	{ "http on a name", "http = inet:mx.example:99\n",
	  "t.conf:1: http: other hosts can connect to inet:mx.example:99 (write "
	  "inet:127.0.0.1:99, or name the networks of the clients in http_allow)" },
	{ "http with http_allow", "http = inet:*:99\nhttp_allow = 192.0.2.0/24\n", NULL },
	{ "window above delay", "delay = 1h\nretry_window = 3601s\n", NULL },
	{ "window is delay", "\ndelay = 1h\nretry_window = 1h\n",
	  "t.conf:3: retry_window (1h) must be longer than delay (1h)" },
	{ "window is delay, in another unit",
	  "retry_window = 60m\n\ndelay = 1h\n",
	  "t.conf:1: retry_window (60m) must be longer than delay (1h)" },
	{ "window below delay", "delay = 1h\nretry_window = 59m\n",
	  "t.conf:2: retry_window (59m) must be longer than delay (1h)" },
	{ "only delay is set", "# x\ndelay = 1d\n",
	  "t.conf:2: retry_window (1d) must be longer than delay (1d)" },
	{ "only the window is set", "# x\n# x\nretry_window = 60s\n",
	  "t.conf:3: retry_window (60s) must be longer than delay (60s)" },
	{ "window below the longer delay", "retry_window = 4m\n",
	  "t.conf:1: retry_window (4m) must be longer than delay_suspicious (4m)" },
	{ "only the longer delay is set", "\ndelay_suspicious = 1d\n",
	  "t.conf:2: retry_window (1d) must be longer than delay_suspicious (1d)" },
	{ "delay is the longer one", "delay = 5m\n", NULL },
	{ "no delay", "delay = 0\ndelay_suspicious = 0\nretry_window = 1s\n",
	  NULL },
	{ "keep is the window", "retry_window = 30d\nkeep = 30d\n", NULL },
	{ "keep above the window", "retry_window = 1h\nkeep = 3601s\n", NULL },
	{ "keep below the window", "retry_window = 2d\n\nkeep = 1d\n",
	  "t.conf:3: keep (1d) must be at least retry_window (2d)" },
	{ "keep a second below the window", "keep = 86399s\n",
	  "t.conf:1: keep (86399s) must be at least retry_window (1d)" },
	{ "only keep is set", "\n\n\nkeep = 1h\n",
	  "t.conf:4: keep (1h) must be at least retry_window (1d)" },
	{ "the first fault is reported", "keep = 1h\nretry_window = 1m\n",
	  "t.conf:2: retry_window (1m) must be longer than delay (60s)" },
	{ "least size", "max_database_size = 10M\n", NULL },
	{ "too small", "\nmax_database_size = 9999k\n",
	  "t.conf:2: max_database_size: too small: \"9999k\" (write 0 for no limit, or at least 10M)" },
	{ "absolute pid_file", "pid_file = /p\n", NULL },
	{ "no pid_file", "pid_file =\n", NULL },
	{ "relative password file", "database_password_file = p\n",
	  "t.conf:1: database_password_file: not an absolute path: \"p\"" },
	{ "relative CA file", "database_tls_ca_file = p\n",
	  "t.conf:1: database_tls_ca_file: not an absolute path: \"p\"" },
	{ "relative certificate file",
	  "database_tls_key_file = /k\ndatabase_tls_cert_file = p\n",
	  "t.conf:2: database_tls_cert_file: not an absolute path: \"p\"" },
	{ "relative key file", "database_tls_key_file = p\n",
	  "t.conf:1: database_tls_key_file: not an absolute path: \"p\"" },
	{ "certificate without key", "\ndatabase_tls_cert_file = /c\n",
	  "t.conf:2: database_tls_cert_file: needs database_tls_key_file too" },
	{ "key without certificate", "database_tls_key_file = /k\n",
	  "t.conf:1: database_tls_key_file: needs database_tls_cert_file too" },
	{ "certificate and key",
	  "database_tls_key_file = /k\ndatabase_tls_cert_file = /c\n", NULL },
	{ "relative pid_file", "delay = 4m\npid_file = p\n",
	  "t.conf:2: pid_file: not an absolute path: \"p\"" },
};
/* clang-format on */

/* Every default is accepted and has the value in the table above. */
static void
test_defaults(void **state)
{
	static struct config config, again;
	struct err err = {""};
	char got[VALUE_TEXT_SIZE];

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

/* The table above has every option. */
static void
test_defaults_are_all_here(void **state)
{
	(void)state;
	assert_int_equal(ARRAY_LEN(defaults), CONFIG_OPTIONS);
	for (size_t i = 0; i < CONFIG_OPTIONS; i++)
		assert_string_equal(defaults[i].name, config_row(i)->name);
}

/* A second value replaces the first, also if it is shorter. */
static void
test_set_again(void **state)
{
	static struct config config;
	struct err err;
	char got[VALUE_TEXT_SIZE];

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

static void
parse(struct config *config, const char *text)
{
	struct err err;

	config_defaults(config);
	if (config_parse(config, text, strlen(text), "t.conf", &err) != 0)
		fail_msg("%s", err.text);
}

static void
test_orders(void **state)
{
	static struct config config;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		struct err err = {""};
		const char *want = orders[i].want != NULL ? orders[i].want : "";

		parse(&config, orders[i].text);
		if (config_check(&config, &err) !=
			(orders[i].want == NULL ? 0 : -1) ||
		    strcmp(err.text, want) != 0)
			fail_msg("%s: got \"%s\"", orders[i].what, err.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_defaults_are_all_here),
	    cmocka_unit_test(test_set_again),
	    cmocka_unit_test(test_unknown_option),
	    cmocka_unit_test(test_orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
