/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Whose pool a host belongs to. */
#include "test.h"

#include <string.h>

#include "core/pool.h"

#define L63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* clang-format off */
static const struct {
	const char *name, *pool; /* NULL: none */
} rows[] = {
	{ "mx.example.org", "example.org" },
	{ "MX.Example.ORG", "example.org" },
	{ "example.org", "example.org" },
	{ "a.b.c.d.example.org", "example.org" },
	{ "mx.example.co.uk", "example.co.uk" },
	{ "mx.example.com.br", "example.com.br" },
	{ "mx.city.kawasaki.jp", "city.kawasaki.jp" },
	{ "mx.xn--mnchen-3ya.de", "xn--mnchen-3ya.de" },
	/* The private section: each customer is a pool of its own. */
	{ "mx.joe.github.io", "joe.github.io" },
	{ "mx.joe.blogspot.com", "joe.blogspot.com" },
	{ "mx.joe.herokuapp.com", "joe.herokuapp.com" },
	/* A suffix alone is nobody's. */
	{ "org", NULL },
	{ "co.uk", NULL },
	{ "github.io", NULL },
	/* Top-level domains that are none. */
	{ "mx.example.internal", NULL },
	{ "mx.lan", NULL },
	{ "localhost", NULL },
	/* Odd names. */
	{ "", NULL },
	{ ".", NULL },
	{ "mx.example.org.", NULL },
	{ ".example.org", NULL },
	{ "mx..example.org", NULL },
	{ "mx example.org", NULL },
	{ "mx/example.org", NULL },
	{ "m\xc3\xbcnchen.de", NULL },
	{ "[192.0.2.1]", NULL },
	{ "192.0.2.1", NULL },
	{ L63 ".example.org", "example.org" },
	{ L63 "a.example.org", NULL },
	{ L63 "." L63 "." L63 ".example.org", "example.org" },
	{ L63 "." L63 "." L63 "." L63, NULL },
	/* Machines' names. */
	{ "dyn.example.org", NULL },
	{ "dhcp-7.lab.example.org", NULL },
	{ "mx.dyn.com", "dyn.com" },
	{ "mx.poolsupply.com", "poolsupply.com" },
};
/* clang-format on */

static void
set_request(struct request *request, const char *name)
{
	request_clear(request);
	strcpy(request->client_name, name);
	request->client_name_confirmed = true;
	netaddr_parse("198.51.100.200", &request->client);
}

static void
test_rows(void **state)
{
	static struct request request;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char pool[POOL_SIZE] = "untouched";
		bool got;

		set_request(&request, rows[i].name);
		got = pool_of(&request, pool);
		if (got != (rows[i].pool != NULL) ||
		    strcmp(pool, got ? rows[i].pool : "untouched") != 0)
			fail_msg("%s: %s", rows[i].name, pool);
	}
}

static void
test_confirmed_only(void **state)
{
	static struct request request;
	char pool[POOL_SIZE];

	(void)state;
	set_request(&request, "mx.example.org");
	request.client_name_confirmed = false;
	assert_false(pool_of(&request, pool));
	request_trust_client_name(&request);
	assert_true(pool_of(&request, pool));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_confirmed_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
