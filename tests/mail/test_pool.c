/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The pool of a client, by the public suffix list of the library. */
#include "test.h"

#include <stdbool.h>
#include <string.h>

#include "mail/pool.h"

#define L50 "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghij"
#define L63 L50 "abcdefghijabc"

/* The longest host name: 253 octets. */
#define LONGEST L63 "." L63 "." L63 "." L50 "abc.example"

/* clang-format off */
static const struct {
	const char *name;
	const char *pool; /* NULL: no pool */
} rows[] = {
	/* Big senders. */
	{ "mail-am6eur05on2045.outbound.protection.outlook.com",
	  "outlook.com" },
	{ "mail-wr1-f54.google.com", "google.com" },
	{ "a8-45.smtp-out.amazonses.com", "amazonses.com" },
	{ "o1.ptr1234.sendgrid.net", "sendgrid.net" },
	{ "m42-5.mailgun.net", "mailgun.net" },
	{ "mail132-5.atl131.mandrillapp.com", "mandrillapp.com" },
	{ "eu-smtp-delivery-123.mimecast.com", "mimecast.com" },
	{ "spruce-goose-ac.twitter.com", "twitter.com" },
	{ "mout.gmx.net", "gmx.net" },
	/* Public suffixes of more than one label. */
	{ "mail.example.co.uk", "example.co.uk" },
	{ "smtp1.mail.example.com.br", "example.com.br" },
	{ "mx.example.ne.jp", "example.ne.jp" },
	{ "mx.city.kawasaki.jp", "city.kawasaki.jp" },
	{ "example.kawasaki.jp", NULL },
	{ "mx.a.example.kawasaki.jp", "a.example.kawasaki.jp" },
	{ "mx.www.ck", "www.ck" },
	{ "mx.a.b.ck", "a.b.ck" },
	/* The private section: each customer is a pool. */
	{ "mail.someone.github.io", "someone.github.io" },
	{ "a.someone.blogspot.com", "someone.blogspot.com" },
	{ "mail.shop.myshopify.com", "shop.myshopify.com" },
	{ "mta.app.herokuapp.com", "app.herokuapp.com" },
	/* The domain can be the name of a host. */
	{ "example.com", "example.com" },
	{ "example.co.uk", "example.co.uk" },
	/* A public suffix cannot be registered. */
	{ "com", NULL },
	{ "co.uk", NULL },
	{ "github.io", NULL },
	{ "herokuapp.com", NULL },
	{ "localhost", NULL },
	/* Case. */
	{ "Mail.EXAMPLE.Co.Uk", "example.co.uk" },
	/* An unknown top-level domain is a public suffix. */
	{ "mx1.corp.internal", "corp.internal" },
	{ "relay.lan", "relay.lan" },
	{ "internal", NULL },
	{ "mx.example.newtld", "example.newtld" },
	/* A-labels. */
	{ "mail.xn--bcher-kva.example", "xn--bcher-kva.example" },
	{ "mx.example.xn--p1ai", "example.xn--p1ai" },
	{ "mx.example.xn--55qx5d.cn", "example.xn--55qx5d.cn" },
	/* Generic names: the host alone. */
	{ "c-73-162-12-34.hsd1.ca.comcast.net",
	  "c-73-162-12-34.hsd1.ca.comcast.net" },
	{ "DHCP-7.example.com", "dhcp-7.example.com" },
	{ "vmi123456.contaboserver.net", "vmi123456.contaboserver.net" },
	/* Names that contain the address. */
	{ "ec2-198-51-100-7.eu-west-1.compute.amazonaws.com", NULL },
	{ "ip7.ip-198-51-100.eu", NULL },
	{ "198-51-100-7.example.com", NULL },
	/* Text that is no host name. */
	{ "", NULL },
	{ "unknown", NULL },
	{ ".", NULL },
	{ "..", NULL },
	{ ".example.com", NULL },
	{ "mail..example.com", NULL },
	{ "mail.example.com.", NULL },
	{ "mail.example.com..", NULL },
	{ "192.0.2.1", NULL },
	{ "192.0.2", NULL },
	{ "[192.0.2.1]", NULL },
	{ "2001:db8::1", NULL },
	{ "mail.example.123", NULL },
	{ "b\xc3\xbc" "cher.example.com", NULL },
	{ "mail.b\xc3\xbc" "cher.example", NULL },
	{ "\xff\xff.example.com", NULL },
	{ "mail.example.com\xff", NULL },
	{ "mail example.com", NULL },
	{ "mail.example.com ", NULL },
	{ "mail.example.com\t", NULL },
	{ "mail.example.com\r", NULL },
	{ "mail.example.com/x", NULL },
	{ "a@example.com", NULL },
	{ "*.example.com", NULL },
	{ "%s.example.com", NULL },
	/* Odd names that are accepted. */
	{ "mail_1.example.com", "example.com" },
	{ "-.example.com", "example.com" },
	{ "mail.3com.com", "3com.com" },
	/* Lengths. */
	{ L63 ".example.com", "example.com" },
	{ L63 "a.example.com", NULL },
	{ "mail." L63 ".com", L63 ".com" },
	{ LONGEST, L50 "abc.example" },
	{ "a" LONGEST, NULL },
	{ "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.example.co.uk",
	  "example.co.uk" },
};
/* clang-format on */

static struct request
request_from(const char *name)
{
	struct request request;

	request_clear(&request);
	assert_int_equal(netaddr_parse("198.51.100.7", &request.client), 0);
	assert_true(strlen(name) <= REQUEST_TEXT_MAX);
	strcpy(request.client_name, name);
	request.client_name_confirmed = true;
	return request;
}

static void
test_rows(void **state)
{
	char pool[POOL_SIZE];

	(void)state;
	assert_int_equal(strlen(LONGEST), 253);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct request request = request_from(rows[i].name);
		bool found;

		strcpy(pool, "untouched");
		found = pool_of(&request, pool);
		if (found != (rows[i].pool != NULL))
			fail_msg("%s: %s", rows[i].name, found ? pool : "none");
		if (strcmp(pool, found ? rows[i].pool : "untouched") != 0)
			fail_msg("%s: got %s", rows[i].name, pool);
		/* The request keeps its name. */
		assert_string_equal(request.client_name, rows[i].name);
	}
}

static void
test_not_confirmed(void **state)
{
	struct request request = request_from("mail.example.com");
	char pool[POOL_SIZE] = "untouched";

	(void)state;
	request.client_name_confirmed = false;
	assert_false(pool_of(&request, pool));
	assert_string_equal(pool, "untouched");
	request.client_name_confirmed = true;
	assert_true(pool_of(&request, pool));
	assert_string_equal(pool, "example.com");
}

/* A name is generic only for a client with the address in the name. */
static void
test_address(void **state)
{
	struct request request = request_from("mail-51-100-7.example.com");
	char pool[POOL_SIZE];

	(void)state;
	assert_false(pool_of(&request, pool));
	assert_int_equal(netaddr_parse("192.0.2.1", &request.client), 0);
	assert_true(pool_of(&request, pool));
	assert_int_equal(netaddr_parse("2001:db8::1", &request.client), 0);
	assert_true(pool_of(&request, pool));
	request.client = (struct netaddr){.family = NETADDR_NONE};
	assert_true(pool_of(&request, pool));
}

/* Any octet at any place in the name: a pool is still the end of the name. */
static void
test_any_octet(void **state)
{
	(void)state;
	for (unsigned at = 0; at < strlen("mail.example.com"); at++) {
		for (unsigned octet = 1; octet < 256; octet++) {
			struct request request =
			    request_from("mail.example.com");
			char pool[POOL_SIZE];
			size_t pool_n;

			request.client_name[at] = (char)octet;
			if (!pool_of(&request, pool))
				continue;
			pool_n = strlen(pool);
			assert_true(octet < 128 && pool_n <= 16);
		}
	}
}

static void
test_pool_of_domain(void **state)
{
	static const struct {
		const char *domain, *pool; /* NULL: no pool */
	} domains[] = {
	    {"example.com", "example.com"},
	    {"Mail.EXAMPLE.com", "example.com"},
	    {"host-192-0-2-1.example.com", "example.com"},
	    {"someone.github.io", "someone.github.io"},
	    {"github.io", NULL},
	    {"com", NULL},
	    {"", NULL},
	    {"[192.0.2.1]", NULL},
	    {"192.0.2.1", NULL},
	    {"example..com", NULL},
	    {"ex\xc3\xa4mple.com", NULL},
	    {LONGEST L63, NULL},
	};
	char pool[POOL_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(domains); i++) {
		bool has_pool = pool_of_domain(domains[i].domain, pool);

		if (has_pool != (domains[i].pool != NULL) ||
		    (has_pool && strcmp(pool, domains[i].pool) != 0))
			fail_msg("%s: got %s", domains[i].domain,
			    has_pool ? pool : "none");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_not_confirmed),
	    cmocka_unit_test(test_address),
	    cmocka_unit_test(test_any_octet),
	    cmocka_unit_test(test_pool_of_domain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
