/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The text of a pattern, parsed, and its canonical spelling. */
#include "test.h"

#include <string.h>

#include "lists/pattern.h"

#define C LIST_CLIENT
#define S LIST_SENDER
#define R LIST_RECIPIENT

#define HOST_BITS  1
#define TWO_OCTETS 2

#define L63  "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg"
#define N255 L63 "." L63 "." L63 "." L63

/* clang-format off */
static const struct {
	enum list_kind kind;
	const char *text;
	enum pattern_type type;
	const char *want;
	unsigned flags;
} accepted[] = {
	/* Addresses. */
	{ C, "192.0.2.1", PATTERN_NETWORK, "192.0.2.1", 0 },
	{ C, "0.0.0.0", PATTERN_NETWORK, "0.0.0.0", 0 },
	{ C, "255.255.255.255", PATTERN_NETWORK, "255.255.255.255", 0 },
	{ C, "2001:db8::1", PATTERN_NETWORK, "2001:db8::1", 0 },
	{ C, "2001:DB8:0:0:0:0:0:ABCD", PATTERN_NETWORK, "2001:db8::abcd", 0 },
	{ C, "::1", PATTERN_NETWORK, "::1", 0 },
	{ C, "::", PATTERN_NETWORK, "::", 0 },
	{ C, "::ffff:192.0.2.1", PATTERN_NETWORK, "192.0.2.1", 0 },
	{ C, "::FFFF:c000:201", PATTERN_NETWORK, "192.0.2.1", 0 },
	{ C, "::192.0.2.1", PATTERN_NETWORK, "::192.0.2.1", 0 },
	{ C, "::ffff:0:192.0.2.1", PATTERN_NETWORK, "192.0.2.1", 0 },
	{ C, "64:ff9b::192.0.2.0/120", PATTERN_NETWORK, "192.0.2.0/24", 0 },

	/* Networks. */
	{ C, "192.0.2.0/24", PATTERN_NETWORK, "192.0.2.0/24", 0 },
	{ C, "192.0.2.1/32", PATTERN_NETWORK, "192.0.2.1", 0 },
	{ C, "192.0.2.0/31", PATTERN_NETWORK, "192.0.2.0/31", 0 },
	{ C, "128.0.0.0/1", PATTERN_NETWORK, "128.0.0.0/1", 0 },
	{ C, "0.0.0.0/0", PATTERN_NETWORK, "0.0.0.0/0", 0 },
	{ C, "10.0.0.0/8", PATTERN_NETWORK, "10.0.0.0/8", 0 },
	{ C, "2001:db8::/32", PATTERN_NETWORK, "2001:db8::/32", 0 },
	{ C, "2001:DB8::/32", PATTERN_NETWORK, "2001:db8::/32", 0 },
	{ C, "2001:db8::1/128", PATTERN_NETWORK, "2001:db8::1", 0 },
	{ C, "::/0", PATTERN_NETWORK, "::/0", 0 },
	{ C, "::/96", PATTERN_NETWORK, "::/96", 0 },
	{ C, "::ffff:192.0.2.0/120", PATTERN_NETWORK, "192.0.2.0/24", 0 },
	{ C, "::ffff:192.0.2.1/128", PATTERN_NETWORK, "192.0.2.1", 0 },
	{ C, "::ffff:0.0.0.0/96", PATTERN_NETWORK, "0.0.0.0/0", 0 },

	/* Host bits after the prefix. */
	{ C, "192.0.2.77/24", PATTERN_NETWORK, "192.0.2.0/24", HOST_BITS },
	{ C, "192.0.2.1/0", PATTERN_NETWORK, "0.0.0.0/0", HOST_BITS },
	{ C, "192.0.2.1/31", PATTERN_NETWORK, "192.0.2.0/31", HOST_BITS },
	{ C, "192.0.2.128/24", PATTERN_NETWORK, "192.0.2.0/24", HOST_BITS },
	{ C, "192.0.2.128/25", PATTERN_NETWORK, "192.0.2.128/25", 0 },
	{ C, "2001:db8::1/64", PATTERN_NETWORK, "2001:db8::/64", HOST_BITS },
	{ C, "2001:db8:8000::/33", PATTERN_NETWORK, "2001:db8:8000::/33", 0 },
	{ C, "2001:db8:8000::/32", PATTERN_NETWORK, "2001:db8::/32", HOST_BITS },
	{ C, "::1/0", PATTERN_NETWORK, "::/0", HOST_BITS },
	{ C, "::ffff:192.0.2.77/120", PATTERN_NETWORK, "192.0.2.0/24", HOST_BITS },
	{ C, "::ffff:192.0.2.77/96", PATTERN_NETWORK, "0.0.0.0/0", HOST_BITS },

	/* The first two or three octets. */
	{ C, "192.0.2", PATTERN_NETWORK, "192.0.2.0/24", 0 },
	{ C, "255.255.255", PATTERN_NETWORK, "255.255.255.0/24", 0 },
	{ C, "0.0.0", PATTERN_NETWORK, "0.0.0.0/24", 0 },
	{ C, "192.168", PATTERN_NETWORK, "192.168.0.0/16", TWO_OCTETS },
	{ C, "255.255", PATTERN_NETWORK, "255.255.0.0/16", TWO_OCTETS },
	{ C, "0.0", PATTERN_NETWORK, "0.0.0.0/16", TWO_OCTETS },

	/* Host names. */
	{ C, "mx.example.org", PATTERN_DOMAIN, "mx.example.org", 0 },
	{ C, "MX.Example.ORG", PATTERN_DOMAIN, "mx.example.org", 0 },
	{ C, "localhost", PATTERN_DOMAIN, "localhost", 0 },
	{ C, "org", PATTERN_DOMAIN, "org", 0 },
	{ C, "unknown", PATTERN_DOMAIN, "unknown", 0 },
	{ C, "_spf-a.example.org", PATTERN_DOMAIN, "_spf-a.example.org", 0 },
	{ C, "1.2.3.4.example.org", PATTERN_DOMAIN, "1.2.3.4.example.org", 0 },
	{ C, "2.example.org2", PATTERN_DOMAIN, "2.example.org2", 0 },
	{ C, "3com", PATTERN_DOMAIN, "3com", 0 },
	{ C, "1-2.example", PATTERN_DOMAIN, "1-2.example", 0 },
	{ C, "xn--bcher-kva.example", PATTERN_DOMAIN, "xn--bcher-kva.example", 0 },
	{ C, N255, PATTERN_DOMAIN, N255, 0 },
	{ C, ".example.org", PATTERN_SUBDOMAINS, ".example.org", 0 },
	{ C, "*.example.org", PATTERN_SUBDOMAINS, ".example.org", 0 },
	{ C, "*.EXAMPLE.org", PATTERN_SUBDOMAINS, ".example.org", 0 },
	{ C, "." N255, PATTERN_SUBDOMAINS, "." N255, 0 },
	{ C, "*." N255, PATTERN_SUBDOMAINS, "." N255, 0 },

	/* Mail addresses. */
	{ S, "user@example.org", PATTERN_ADDRESS, "user@example.org", 0 },
	{ R, "User@EXAMPLE.Org", PATTERN_ADDRESS, "user@example.org", 0 },
	{ R, "user+ext@example.org", PATTERN_ADDRESS, "user+ext@example.org", 0 },
	{ S, "a@b@example.org", PATTERN_ADDRESS, "a@b@example.org", 0 },
	{ S, "user@localhost", PATTERN_ADDRESS, "user@localhost", 0 },
	{ S, "user@[192.0.2.1]", PATTERN_ADDRESS, "user@[192.0.2.1]", 0 },
	{ S, "user@[IPv6:2001:DB8::1]", PATTERN_ADDRESS,
	  "user@[ipv6:2001:db8::1]", 0 },
	{ S, "\xc3\x84@\xc3\x84.example", PATTERN_ADDRESS,
	  "\xc3\x84@\xc3\x84.example", 0 },
	{ S, "!#$%&'*/=?^_`{|}~-@a.b", PATTERN_ADDRESS,
	  "!#$%&'*/=?^_`{|}~-@a.b", 0 },
	{ S, "us*er@example.org", PATTERN_ADDRESS, "us*er@example.org", 0 },
	{ S, "\"*\"@example.org", PATTERN_ADDRESS, "\"*\"@example.org", 0 },
	{ S, "a,b@example.org", PATTERN_ADDRESS, "a,b@example.org", 0 },
	{ S, "\"a@b,c\"@example.org", PATTERN_ADDRESS,
	  "\"a@b,c\"@example.org", 0 },
	{ S, "user@10.0.0.1", PATTERN_ADDRESS, "user@10.0.0.1", 0 },
	{ R, "user@", PATTERN_USER, "user@", 0 },
	{ S, "POSTMASTER@", PATTERN_USER, "postmaster@", 0 },
	{ S, "user+Ext@", PATTERN_USER, "user+ext@", 0 },
	{ S, "a@b@", PATTERN_USER, "a@b@", 0 },
	{ R, "example.org", PATTERN_DOMAIN, "example.org", 0 },
	{ S, "Example.ORG", PATTERN_DOMAIN, "example.org", 0 },
	{ S, "\xc3\x84.EXAMPLE", PATTERN_DOMAIN, "\xc3\x84.example", 0 },
	{ S, "\xff", PATTERN_DOMAIN, "\xff", 0 },
	{ R, N255, PATTERN_DOMAIN, N255, 0 },
	{ R, ".example.org", PATTERN_SUBDOMAINS, ".example.org", 0 },
	{ S, "*.example.org", PATTERN_SUBDOMAINS, ".example.org", 0 },
	{ S, "<>", PATTERN_NULL_SENDER, "<>", 0 },

	/* Regular expressions stay as written. */
	{ C, "/^MX[0-9]+\\.Example\\.org$/", PATTERN_REGEX,
	  "/^MX[0-9]+\\.Example\\.org$/", 0 },
	{ S, "/a/b/", PATTERN_REGEX, "/a/b/", 0 },
	{ R, "///", PATTERN_REGEX, "///", 0 },
	{ R, "/@/", PATTERN_REGEX, "/@/", 0 },
	{ C, "/1/", PATTERN_REGEX, "/1/", 0 },
	{ C, "/\xc3\x84/", PATTERN_REGEX, "/\xc3\x84/", 0 },
	{ C, "/(/", PATTERN_REGEX, "/(/", 0 }, /* compiled by list_add() */
};

static const struct {
	enum list_kind kind;
	const char *text, *gist;
} refused[] = {
	{ C, "", "the pattern is empty" },
	{ R, "", "the pattern is empty" },
	{ C, "a b", "has a blank or a control character" },
	{ C, " a", "has a blank or a control character" },
	{ R, "a@b\t", "has a blank or a control character" },
	{ R, "a\x7f@b", "has a blank or a control character" },
	{ S, "/a b/", "has a blank or a control character" },
	{ S, "/a\nb/", "has a blank or a control character" },

	/* Parts of addresses that are not allowed. */
	{ C, "192", "a single octet is not a network" },
	{ C, "192", "(write 192.0.0.0/8)" },
	{ C, "1", "a single octet is not a network" },
	{ C, "192.", "(write it without the dot)" },
	{ C, "192.168.", "(write it without the dot)" },
	{ C, "192.0.2.", "(write it without the dot)" },
	{ C, "192.0.2.1.", "(write it without the dot)" },
	{ C, ".", "(write it without the dot)" },
	{ C, "..", "(write it without the dot)" },
	{ C, ".192.168", "192.0.2.0/24" },
	{ C, "*.192.168", "not a client pattern" }, /* .192.168 is refused too */
	{ C, "*.1", "not a client pattern" },
	{ C, "2001:db8", "2001:db8::/32" },
	{ C, "2001:db8:", "2001:db8::/32" },
	{ C, "2001:", "2001:db8::/32" },
	{ C, "[2001:db8::1]", "2001:db8::/32" },
	{ C, "fe80::1%eth0", "2001:db8::/32" },
	{ C, "192.0.2.1:25", "192.0.2.0/24" },

	/* Numbers out of range, or too many numbers. */
	{ C, "192.0.2.256", "192.0.2.0/24" },
	{ C, "192.0.2.1.1", "192.0.2.0/24" },
	{ C, "192.0.256", "192.0.2.0/24" },
	{ C, "192.256", "192.0.2.0/24" },
	{ C, "1000.2.3", "192.0.2.0/24" },
	{ C, "1..2", "192.0.2.0/24" },
	/* Longer than the text of an address. */
	{ C, "1.1111111111111111111111111111111111111111111", "192.0.2.0/24" },
	{ C, "192.0.2.01", "192.0.2.0/24" },
	{ C, "192.0.02", "192.0.2.0/24" },
	{ C, "192.0.2.0/33", "192.0.2.0/24" },
	{ C, "192.0.2.0/024", "192.0.2.0/24" },
	{ C, "192.0.2.0/", "192.0.2.0/24" },
	{ C, "192.0.2.0/24/", "192.0.2.0/24" },
	{ C, "192.0.2.0/24/24", "192.0.2.0/24" },
	{ C, "192.0.2.0/255.255.255.0", "192.0.2.0/24" },
	{ C, "192.0.2.0/4294967320", "192.0.2.0/24" },
	{ C, "192.0.2/24", "192.0.2.0/24" },
	{ C, "10/8", "192.0.2.0/24" },
	{ C, "2001:db8::/129", "2001:db8::/32" },
	{ C, "2001:db8::/", "2001:db8::/32" },
	{ C, "2001:db8::/-1", "2001:db8::/32" },
	{ C, "2001:db8::/+1", "2001:db8::/32" },
	{ C, "::ffff:192.0.2.0/24", "2001:db8::/32" },
	{ C, "::ffff:192.0.2.0/95", "2001:db8::/32" },
	{ C, "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc:dddd",
	  "2001:db8::/32" },

	/* Ranges. */
	{ C, "10.0.0.1-10.0.0.5", "(write a network like 192.0.2.0/24)" },
	{ C, "10.0.0.0-255", "(write a network like 192.0.2.0/24)" },
	{ C, "10.0.0-5", "(write a network like 192.0.2.0/24)" },
	{ C, "10-20", "(write a network like 192.0.2.0/24)" },
	{ C, ".10.0.0.1-5", "(write a network like 192.0.2.0/24)" },
	{ C, "192.0.2a", "(write a network like 192.0.2.0/24)" },
	{ C, "mx.example.1", "(write a network like 192.0.2.0/24)" },

	/* Names. */
	{ C, "example.org.", "(write it without the dot)" },
	{ C, "example..org", "a host or domain name" },
	{ C, "..example.org", "a host or domain name" },
	{ C, "*..example.org", "a host or domain name" },
	{ C, "*", "a host or domain name" },
	{ C, "*.", "(write it without the dot)" },
	{ C, "*example.org", "a host or domain name" },
	{ C, "mx.*.org", "a host or domain name" },
	{ C, "a/b", "a host or domain name" },
	{ C, "mx.example.org/24", "a host or domain name" },
	{ C, "a,b", "a host or domain name" },
	{ C, "user@example.org", "a host or domain name" },
	{ C, "<>", "a host or domain name" },
	{ C, "b\xc3\xbc" "cher.example", "not ASCII: \"b\xc3\xbc" "cher.example\" (write its xn--" },
	{ C, N255 "h", "a host or domain name" },
	{ R, N255 "h", "user@domain" },
	{ S, "example.org.", "(write it without the dot)" },
	{ S, "user@example.org.", "(write it without the dot)" },
	{ S, "example..org", "user@domain, user@, a domain" },
	{ S, "@example.org", "user@domain, user@, a domain" },
	{ S, "@", "user@domain, user@, a domain" },
	{ S, "user@.example.org", "user@domain, user@, a domain" },
	{ S, "user@*.example.org", "user@domain, user@, a domain" },
	{ S, "user@*", "user@domain, user@, a domain" },
	{ S, "*", "user@domain, user@, a domain" },
	{ S, "<user@example.org>", "user@domain, user@, a domain" },
	{ R, "<>", "user@domain, user@, a domain" },
	{ S, "192.0.2.0/24", "user@domain, user@, a domain" },
	{ S, "2001:db8::1", "user@domain, user@, a domain" },

	/* Wildcards, and two addresses. */
	{ S, "*@example.org", "\"*@example.org\" (write example.org)" },
	{ R, "*@Example.org", "\"*@Example.org\" (write Example.org)" },
	{ R, "user*@example.org", "/^user.*@example\\.org$/" },
	{ R, "*user@example.org", "/^user.*@example\\.org$/" },
	{ S, "**@example.org", "/^user.*@example\\.org$/" },
	{ S, "*@[192.0.2.1]", "/^user.*@example\\.org$/" },
	{ S, "*@", "/^user.*@example\\.org$/" },
	{ S, "user*@", "/^user.*@example\\.org$/" },
	{ S, "a@b.example,c@d.example", "(write one pattern for each address)" },
	{ S, "a@b.example;c@", "(write one pattern for each address)" },
	{ R, "a@b.example,@d.example", "(write one pattern for each address)" },

	{ C, "/", "between two slashes" },
	{ C, "//", "between two slashes" },
	{ R, "/a", "between two slashes" },
	{ R, "/a/i", "between two slashes" },
	{ S, "/user@example.org", "between two slashes" },
};
/* clang-format on */

static void
check_again(enum list_kind kind, const struct pattern *first)
{
	struct pattern again;
	struct err err;

	if (pattern_parse(kind, first->text, &again, &err) != 0)
		fail_msg("%s: %s", first->text, err.text);
	assert_int_equal(again.type, first->type);
	assert_string_equal(again.text, first->text);
	assert_int_equal(again.prefix_bits, first->prefix_bits);
	assert_int_equal(again.network.family, first->network.family);
	assert_memory_equal(again.network.octets, first->network.octets, 16);
	assert_false(again.had_host_bits || again.was_two_octets);
}

static void
test_accepted(void **state)
{
	struct pattern got;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(accepted); i++) {
		unsigned flags;

		memset(&got, 'x', sizeof(got));
		if (pattern_parse(accepted[i].kind, accepted[i].text, &got,
			&err) != 0)
			fail_msg("%s: %s", accepted[i].text, err.text);
		flags = (got.had_host_bits ? HOST_BITS : 0U) |
		    (got.was_two_octets ? TWO_OCTETS : 0U);
		if (got.type != accepted[i].type ||
		    strcmp(got.text, accepted[i].want) != 0 ||
		    flags != accepted[i].flags)
			fail_msg("%s: got %s, type %d, flags %u",
			    accepted[i].text, got.text, (int)got.type, flags);
		check_again(accepted[i].kind, &got);
	}
}

static void
test_refused(void **state)
{
	struct pattern got, before;
	struct err err;

	(void)state;
	memset(&before, 'x', sizeof(before));
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		int rc;

		memcpy(&got, &before, sizeof(got));
		strcpy(err.text, "unset");
		rc =
		    pattern_parse(refused[i].kind, refused[i].text, &got, &err);
		if (rc == 0)
			fail_msg("%s: taken as %s", refused[i].text, got.text);
		if (strstr(err.text, refused[i].gist) == NULL)
			fail_msg("%s: %s", refused[i].text, err.text);
		assert_memory_equal(&got, &before, sizeof(got));
	}
}

/* The longest pattern fits into struct pattern. */
static void
test_longest(void **state)
{
	char text[PATTERN_SIZE + 1];
	struct pattern got;
	struct err err;

	(void)state;
	memset(text, 'U', sizeof(text));
	memcpy(text + PATTERN_SIZE - 3, "@b", 3);
	assert_int_equal(pattern_parse(R, text, &got, &err), 0);
	assert_int_equal(strlen(got.text), PATTERN_SIZE - 1);
	memcpy(text + PATTERN_SIZE - 3, "@bc", 4);
	assert_int_equal(pattern_parse(R, text, &got, &err), -1);
	assert_non_null(strstr(err.text, "at most 511 octets"));
	text[0] = '/';
	memcpy(text + PATTERN_SIZE - 3, "U/", 3);
	assert_int_equal(pattern_parse(C, text, &got, &err), 0);
	assert_string_equal(got.text, text);
}

static void
test_kind_words(void **state)
{
	enum list_kind kind;

	(void)state;
	for (int i = 0; i < LIST_KINDS; i++) {
		assert_int_equal(list_kind_parse(list_kind_word((enum list_kind)
							 i),
				     &kind),
		    0);
		assert_int_equal(kind, i);
	}
	assert_int_equal(list_kind_parse("clients", &kind), -1);
	assert_int_equal(list_kind_parse("", &kind), -1);
	assert_int_equal(list_kind_parse("Client", &kind), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_accepted),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_longest),
	    cmocka_unit_test(test_kind_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
