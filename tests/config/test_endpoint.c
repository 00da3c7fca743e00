/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The sockets that a daemon listens on. [C35] */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "config/endpoint.h"

/* clang-format off */

/* "want" is "PATH" or "HOST PORT" for each endpoint of the text. */
static const struct {
	const char *name, *text;
	const char *want[4];
} good[] = {
	{ "unix", "unix:/run/tardigrey/policy.sock", { "/run/tardigrey/policy.sock" } },
	{ "unix, shortest", "unix:/", { "/" } },
	{ "unix, colons in the path", "unix:/a:b:1", { "/a:b:1" } },
	{ "IPv4", "inet:127.0.0.1:10023", { "127.0.0.1 10023" } },
	{ "IPv6", "inet:[::1]:10023", { "::1 10023" } },
	{ "IPv6, long", "inet:[2001:db8:1:2:3:4:5:6]:25", { "2001:db8:1:2:3:4:5:6 25" } },
	{ "IPv6, zone", "inet:[fe80::1%eth0]:25", { "fe80::1%eth0 25" } },
	{ "IPv4 in brackets", "inet:[127.0.0.1]:25", { "127.0.0.1 25" } },
	{ "a name", "inet:localhost:10023", { "localhost 10023" } },
	{ "every address", "inet:*:10023", { " 10023" } },
	{ "first port", "inet:h:1", { "h 1" } },
	{ "last port", "inet:h:65535", { "h 65535" } },
	{ "comma", "unix:/a,unix:/b", { "/a", "/b" } },
	{ "comma and blank", "inet:127.0.0.1:1, unix:/b", { "127.0.0.1 1", "/b" } },
	{ "blanks", "unix:/a  unix:/b\tunix:/c", { "/a", "/b", "/c" } },
	{ "at both ends", " ,\tunix:/a, ,\t ", { "/a" } },
	{ "twice the same", "unix:/a unix:/a", { "/a", "/a" } },
	{ "four", "unix:/a inet:*:1 inet:[::]:2 inet:b:3",
	  { "/a", " 1", ":: 2", "b 3" } },
};

#define NONE     "no endpoint (write unix:/PATH or inet:HOST:PORT)"
#define FORM     "not an endpoint: \""
#define PATH     "not an absolute path: \""
#define PORT     "no valid port in \""
#define BRACKETS "IPv6 address without brackets: \""
#define HOST     "the host must have 1 to 255 octets (write *"

static const struct {
	const char *name, *text;
	const char *want; /* how the message begins */
} bad[] = {
	{ "nothing", "", NONE },
	{ "only separators", " ,\t, ", NONE },
	{ "no kind", "127.0.0.1:10023", FORM },
	{ "only a path", "/run/policy.sock", FORM },
	{ "only a port", "10023", FORM },
	{ "unknown kind", "tcp:127.0.0.1:10023", FORM },
	{ "upper case", "INET:127.0.0.1:10023", FORM },
	{ "kind without colon", "unix", FORM },
	{ "blank after the kind", "inet: 127.0.0.1:10023", PORT },
	{ "unix, nothing", "unix:", PATH },
	{ "unix, relative", "unix:private/greylist", PATH },
	{ "unix, dot", "unix:./greylist", PATH },
	{ "inet, nothing", "inet:", PORT },
	{ "no port", "inet:127.0.0.1", PORT },
	{ "only a port, inet", "inet:10023", PORT },
	{ "empty port", "inet:127.0.0.1:", PORT },
	{ "port 0", "inet:h:0", PORT },
	{ "port 65536", "inet:h:65536", PORT },
	{ "port 99999", "inet:h:99999", PORT },
	{ "port of six digits", "inet:h:100000", PORT },
	{ "port of many digits", "inet:h:4294967297", PORT },
	{ "negative port", "inet:h:-1", PORT },
	{ "port with a sign", "inet:h:+25", PORT },
	{ "port by name", "inet:h:smtp", PORT },
	{ "port with rest", "inet:h:25x", PORT },
	{ "IPv6, no port", "inet:[::1]", PORT },
	{ "IPv6 without brackets", "inet:::1:10023", BRACKETS },
	{ "IPv6 without brackets, no port", "inet:2001:db8::25", BRACKETS },
	{ "bracket not closed", "inet:[::1:10023", BRACKETS },
	{ "bracket not opened", "inet:::1]:10023", BRACKETS },
	{ "no host", "inet::10023", HOST },
	{ "no host in brackets", "inet:[]:10023", HOST },
	{ "the second is bad", "unix:/a, unix:b", PATH },
	{ "the third is bad", "unix:/a, inet:b:1, c", FORM },
};

/* A list of n sockets; a socket path of n octets; a host of n octets. */
static const struct {
	const char *name;
	const char *start, *end;
	size_t n;
	const char *want; /* NULL: accepted */
} limits[] = {
	{ "longest path", "unix:/", "", ENDPOINT_PATH_SIZE - 2, NULL },
	{ "path too long", "unix:/", "", ENDPOINT_PATH_SIZE - 1,
	  "the socket path is too long (write at most 107 octets)" },
	{ "path far too long", "unix:/", "", 2000, "the endpoint is too long" },
	{ "longest host", "inet:", ":10023", ENDPOINT_HOST_SIZE - 1, NULL },
	{ "host too long", "inet:", ":10023", ENDPOINT_HOST_SIZE, HOST },
	{ "host far too long", "inet:", ":10023", 2000,
	  "the endpoint is too long" },
};
/* clang-format on */

static void
describe(const struct endpoint *endpoint, char *out, size_t size)
{
	if (endpoint->kind == ENDPOINT_UNIX)
		snprintf(out, size, "%s", endpoint->path);
	else
		snprintf(out, size, "%s %s", endpoint->host, endpoint->port);
}

static void
check_good(size_t row)
{
	struct endpoint_list list;
	struct err err;
	char got[ENDPOINT_HOST_SIZE + 32];
	size_t n = 0;

	memset(&list, 0xa5, sizeof(list));
	if (endpoint_list_parse(good[row].text, &list, &err) != 0)
		fail_msg("%s: %s", good[row].name, err.text);
	while (n < ARRAY_LEN(good[row].want) && good[row].want[n] != NULL)
		n++;
	if (list.n != n)
		fail_msg("%s: got %zu", good[row].name, list.n);
	for (size_t i = 0; i < n; i++) {
		describe(&list.items[i], got, sizeof(got));
		if (strcmp(got, good[row].want[i]) != 0)
			fail_msg("%s: got \"%s\"", good[row].name, got);
	}
}

static void
test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		check_good(i);
}

static void
test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct endpoint_list list;
		struct err err = {""};

		if (endpoint_list_parse(bad[i].text, &list, &err) != -1)
			fail_msg("%s: accepted", bad[i].name);
		if (strncmp(err.text, bad[i].want, strlen(bad[i].want)) != 0)
			fail_msg("%s: got \"%s\"", bad[i].name, err.text);
	}
}

static void
test_limits(void **state)
{
	char text[4096];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		struct endpoint_list list;
		struct err err = {""};
		const char *want = limits[i].want != NULL ? limits[i].want : "";

		snprintf(text, sizeof(text), "%s%0*d%s", limits[i].start,
		    (int)limits[i].n, 0, limits[i].end);
		if (endpoint_list_parse(text, &list, &err) !=
			(limits[i].want == NULL ? 0 : -1) ||
		    strncmp(err.text, want, strlen(want)) != 0)
			fail_msg("%s: got \"%s\"", limits[i].name, err.text);
	}
}

static void
test_how_many(void **state)
{
	char text[1024] = "";
	struct endpoint_list list;
	struct err err;

	(void)state;
	for (int i = 0; i < ENDPOINT_MAX; i++)
		strcat(text, "unix:/a ");
	assert_int_equal(endpoint_list_parse(text, &list, &err), 0);
	assert_int_equal(list.n, ENDPOINT_MAX);
	strcat(text, "unix:/a");
	assert_int_equal(endpoint_list_parse(text, &list, &err), -1);
	assert_string_equal(err.text, "too many endpoints (write at most 16)");
}

/* What endpoint_text() writes is what endpoint_list_parse() reads. */
static void
test_text(void **state)
{
	static const char *const texts[] = {"unix:/run/a:b",
	    "inet:127.0.0.1:10023", "inet:[::1]:10023", "inet:[::]:1",
	    "inet:[fe80::1%eth0]:25", "inet:mx.example:65535", "inet:*:10023"};
	char text[ENDPOINT_TEXT_SIZE], longest[ENDPOINT_TEXT_SIZE];
	struct endpoint_list list;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_int_equal(endpoint_list_parse(texts[i], &list, &err), 0);
		endpoint_text(&list.items[0], text);
		assert_string_equal(text, texts[i]);
	}
	snprintf(longest, sizeof(longest), "inet:[:%0*d]:65535",
	    ENDPOINT_HOST_SIZE - 2, 0);
	assert_int_equal(endpoint_list_parse(longest, &list, &err), 0);
	endpoint_text(&list.items[0], text);
	assert_string_equal(text, longest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_how_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
