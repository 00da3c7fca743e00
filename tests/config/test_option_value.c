/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The text of a value, by the type of the option. [C2, C27, C29] */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "config/value_text.h"

/* Check that the value is accepted, and that its text and origin are stored.
 * "value" is the parsed value that is expected; NULL: any. */
static void
check_set(const char *name, const char *text, const char *value)
{
	static struct config config;
	struct err err = {""};
	size_t i = row_of(name);
	char got[VALUE_TEXT_SIZE];

	config_defaults(&config);
	if (config_set(&config, name, text, "here", &err) != 0)
		fail_msg("%s = \"%s\": %s", name, text, err.text);
	assert_string_equal(config.given[i].text, text);
	assert_string_equal(config.given[i].origin, "here");
	value_text(&config, i, got, sizeof(got));
	if (value != NULL && strcmp(got, value) != 0)
		fail_msg("%s = \"%s\": got %s", name, text, got);
}

/* Check that the value is refused and that no option changes. The message must
 * begin with "here: NAME: " and contain "gist". */
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
	{ "max_waiting", "1k", "1000" },
	{ "max_waiting", "17M", "17000000" },
	{ "max_waiting", "1G", "1000000000" },
	{ "max_waiting", "1000000000", "1000000000" },
	{ "max_database_size", "0", "0" },
	{ "max_database_size", "20G", "20000000000" },
	{ "max_database_size", "1000000G", "1000000000000000" },
	{ "record_cache", "0", "0" },
	{ "record_cache", "64M", "64000000" },
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
	{ "own_networks", "", "" },
	{ "own_networks", "192.0.2.0/24", "(192.0.2.0/24)" },
	{ "own_networks", "192.0.2.1 , 192.0.2,2001:DB8::/32 ",
	  "(192.0.2.1/32)(192.0.2.0/24)(2001:db8::/32)" },
	{ "mode", "enforce", "0" },
	{ "mode", "shadow", "9223372036854775807" },
	{ "mode", "shadow until 2027-01-31", "1801353600" },
	{ "own_networks", "10.0.0.0/8 2001::/16", "(10.0.0.0/8)(2001::/16)" },
	{ "own_networks", "::ffff:127.0.0.1", "(127.0.0.1/32)" },
	{ "reply", "450 4.7.0 Later", "450 4.7.0 Later" },
	{ "reply", "defer 4.7.0 Later", "DEFER 4.7.0 Later" },
	{ "pid_file", "/run/x.pid", "/run/x.pid" },
	{ "pid_file", "relative", "relative" }, /* config_check() refuses it */
};

#define SPAN  "not a duration: \""
#define RANGE "out of range: \""
#define UNITS " (write a number with the unit "
#define MODE  "not an octal mode: \""
#define DIGIT "not a number: \""

static const struct {
	const char *name, *text, *gist;
} refused[] = {
	{ "listen", "", "no endpoint (write unix:/PATH or inet:HOST:PORT)" },
	{ "listen", "10023", "not an endpoint: \"10023\" (write unix:/PATH" },
	{ "listen", "unix:/a, unix:b", "not an absolute path: \"b\"" },
	{ "listen", "inet:h:0", "PORT from 1 to 65535)" },
	{ "socket_mode", "", MODE "\" (write 0000 to 0777)" },
	{ "socket_mode", "0888", MODE },
	{ "socket_mode", "rw", MODE },
	{ "socket_mode", "0x1ff", MODE },
	{ "socket_mode", "-1", MODE },
	{ "socket_mode", "666 ", MODE },
	{ "socket_mode", "7777777777777777777777777", MODE },
	{ "socket_mode", "02000000000000000000000", MODE },
	{ "user", "", "the value is empty" },
	{ "database", "", "the value is empty" },
	{ "delay", "", SPAN "\"" UNITS "s, m, h, d or w, such as 60s)" },
	{ "delay", "3", SPAN "3\"" UNITS },
	{ "delay", "300", SPAN },
	{ "delay", "3 m", SPAN },
	{ "delay", "-3m", SPAN },
	{ "delay", "3minutes", SPAN },
	{ "delay", "1h30m", SPAN },
	{ "delay", "500ms", SPAN }, /* seconds are whole */
	{ "delay", "1001ms", SPAN },
	{ "delay", "9223372036854775807ms", SPAN },
	{ "delay", "99999999999999999999999w", SPAN },
	{ "retry_window", "0", RANGE "0\" (write 1s to 30d)" },
	{ "retry_window", "31d", RANGE "31d\" (write 1s to 30d)" },
	{ "keep", "0", RANGE "0\" (write 1s to 3650d)" },
	{ "keep", "522w", RANGE },
	{ "max_waiting", "2G", RANGE "2G\" (write 1000 to 1000000000)" },
	{ "max_waiting", "1000001k", RANGE },
	{ "max_waiting", "1000000000G", RANGE },
	{ "max_waiting", "999999999999999999M", RANGE },
	{ "max_waiting", "0k", RANGE },
	{ "max_database_size", "1000001G", RANGE },
	{ "max_database_size", "1000000000000000G", RANGE },
	{ "record_cache", "2G", RANGE "2G\" (write 0 to 1000000000)" },
	{ "max_waiting", "k", DIGIT },
	{ "max_waiting", "4m", DIGIT },
	{ "max_waiting", "4kk", DIGIT },
	{ "max_waiting", "4 k", DIGIT },
	{ "max_waiting", "4kB", DIGIT },
	{ "ipv4_prefix", "", DIGIT "\" (write digits; k, M or G" },
	{ "ipv4_prefix", "/24", DIGIT "/24\"" },
	{ "ipv4_prefix", "24.0", DIGIT },
	{ "ipv4_prefix", "-24", DIGIT },
	{ "ipv4_prefix", "+24", DIGIT },
	{ "ipv4_prefix", " 24", DIGIT },
	{ "ipv4_prefix", "24 ", DIGIT },
	{ "ipv4_prefix", "0x18", DIGIT },
	{ "ipv4_prefix", "4294967320", RANGE }, /* 2^32 + 24 */
	{ "ipv4_prefix", "18446744073709551640", RANGE },
	{ "ipv6_prefix", "129", RANGE "129\" (write 16 to 128)" },
	{ "mode", "", "unknown value: \"\" (write enforce, shadow, or shadow until" },
	{ "mode", "Enforce", "a date such as 2027-01-31)" },
	{ "mode", "enforc", "unknown value: \"enforc\"" },
	{ "mode", "0", "unknown value: \"0\"" },
	{ "mode", "shadow until", "unknown value: \"shadow until\"" },
	{ "mode", "shadow until 2027-02-29", "unknown value" },
	{ "mode", "shadow  until 2027-02-28", "unknown value" },
	{ "mode", "enforce until 2027-02-28", "unknown value" },
	{ "on_failure", "dunno", "(write pass, tempfail or close)" },
	{ "durability", "yes", "(write normal, full or off)" },
	{ "on_corruption", "yes", "(write replace or refuse)" },
	{ "log", "file", "(write syslog or stderr)" },
	{ "store_timeout", "0", RANGE "0\" (write 1ms to 10s)" },
	{ "store_timeout", "250",
	  SPAN "250\"" UNITS "ms, s, m, h, d or w, such as 250ms)" },
	{ "store_timeout", "1m", RANGE },
	{ "normalise_sender", "", "empty (write none, or some of: extension batv srs verp)" },
	{ "normalise_sender", "none batv", "unknown word: \"none\"" },
	{ "normalise_sender", "BATV", "unknown word: \"BATV\" (write none, or" },
	{ "pools", "1", "(write no or yes)" },
	{ "whitelist_clients", "a", "not an absolute path: \"a\"" },
	{ "whitelist_clients", "/a b/c", "not an absolute path: \"b/c\"" },
	{ "greylist_senders", "/1,/2,/3,/4,/5,/6,/7,/8,/9,/a,/b,/c,/d,/e,/f,/g,/h",
	  "too many files (write at most 16)" },
	{ "greylist_recipients", "some", "(write all or listed)" },
	{ "own_networks", "localhost",
	  "not an address or a network: \"localhost\" (write it like" },
	{ "own_networks", "127.0.0.0/33", "network: \"127.0.0.0/33\" (write" },
	{ "own_networks", "/lan/", "not an address or a network: \"/lan/\"" },
	{ "own_networks", "::1 10.0.0.1/24",
	  "not a network: \"10.0.0.1/24\" (write 10.0.0.0/24)" },
	{ "own_networks", "0.0.0.0/0",
	  "too large: \"0.0.0.0/0\" (write a prefix of at least /8)" },
	{ "own_networks", "8.0.0.0/7", "at least /8)" },
	{ "own_networks", "2000::/15", "at least /16)" },
	{ "reply", "", "(write ACTION 4.Y.Z TEXT; ACTION is" },
	{ "reply", "450", "(write ACTION 4.Y.Z TEXT; ACTION is" },
	{ "reply", "OK 4.2.0 x", "(write ACTION 4.Y.Z TEXT; ACTION is" },
	{ "reply", "450 5.7.1 x", "(write ACTION 4.Y.Z TEXT; ACTION is" },
	{ "reply", "450 4.2.0 gr\xc3\xbc\xc3\x9f", "not printable ASCII" },
	{ "reply", "450 4.2.0 %d", "unknown placeholder: \"%d\" (write %s, %i" },
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

/* A number as text, with the unit of the row. */
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
		check_refused(row->name, text, "(write ");
}

/* A value of n octets. The max of a row includes the NUL. */
static void
check_octets(const struct option_row *row, size_t n)
{
	char text[VALUE_TEXT_SIZE], gist[64];

	memset(text, 'x', n);
	text[n] = '\0';
	snprintf(gist, sizeof(gist), "(write at most %lld octets)",
	    (long long)row->max - 1);
	if (n < (size_t)row->min)
		check_refused(row->name, text, "the value is empty");
	else if (n < (size_t)row->max)
		check_set(row->name, text, text);
	else
		check_refused(row->name, text, gist);
}

/* Set every option to min - 1, min, max and max + 1. */
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
		case OPTION_SIZE:
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
		case OPTION_MODE:
		case OPTION_WORDS:
		case OPTION_ENDPOINTS:
		case OPTION_REPLY:
		case OPTION_FILES:
		case OPTION_NETWORKS:
			break;
		}
	}
}

static void
test_networks_limit(void **state)
{
	char text[CONFIG_VALUE_SIZE] = "";

	(void)state;
	for (int i = 0; i < NETWORKS_MAX; i++)
		strcat(text, "10.0.0.1 ");
	check_set("own_networks", text, NULL);
	strcat(text, "10.0.0.1");
	check_refused("own_networks", text,
	    "too many networks (write at most 64)");
}

/* No option takes a value that is longer than CONFIG_VALUE_SIZE. */
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
	check_refused("listen", text, "(write at most 1023 octets)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_accepted),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_ranges),
	    cmocka_unit_test(test_networks_limit),
	    cmocka_unit_test(test_longest_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
