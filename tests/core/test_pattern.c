/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* What a pattern is: tardigrey-lists(5), PATTERNS. */
#include "test.h"

#include <string.h>

#include "core/pattern.h"

#define C LIST_CLIENT
#define S LIST_SENDER
#define R LIST_RECIPIENT

#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

/* clang-format off */
static const struct {
	enum list_kind kind;
	const char *text;
	enum pattern_type type;
	const char *want; /* the canonical text; NULL: as it was */
	bool host_bits, two_octets;
} good[] = {
	/* Addresses and networks. */
	{ C, "192.0.2.1", PATTERN_NETWORK, NULL, false, false },
	{ C, "192.0.2.1/32", PATTERN_NETWORK, "192.0.2.1", false, false },
	{ C, "192.0.2.0/24", PATTERN_NETWORK, NULL, false, false },
	{ C, "192.0.2.77/24", PATTERN_NETWORK, "192.0.2.0/24", true, false },
	{ C, "192.0.2", PATTERN_NETWORK, "192.0.2.0/24", false, false },
	{ C, "192.168", PATTERN_NETWORK, "192.168.0.0/16", false, true },
	{ C, "0.0.0.0/0", PATTERN_NETWORK, NULL, false, false },
	{ C, "255.255.255.255", PATTERN_NETWORK, NULL, false, false },
	{ C, "10.0.0.0/8", PATTERN_NETWORK, NULL, false, false },
	{ C, "10.0.0.1/31", PATTERN_NETWORK, "10.0.0.0/31", true, false },
	{ C, "2001:db8::1", PATTERN_NETWORK, NULL, false, false },
	{ C, "2001:DB8:0:0::1/128", PATTERN_NETWORK, "2001:db8::1", false, false },
	{ C, "2001:db8::/32", PATTERN_NETWORK, NULL, false, false },
	{ C, "2001:db8::1/32", PATTERN_NETWORK, "2001:db8::/32", true, false },
	{ C, "::/0", PATTERN_NETWORK, NULL, false, false },
	{ C, "::1", PATTERN_NETWORK, NULL, false, false },
	{ C, "::ffff:192.0.2.1", PATTERN_NETWORK, "192.0.2.1", false, false },
	{ C, "::ffff:192.0.2.0/120", PATTERN_NETWORK, "192.0.2.0/24", false, false },
	{ C, "::ffff:0.0.0.0/96", PATTERN_NETWORK, "0.0.0.0/0", false, false },

	/* Names. */
	{ C, "example.org", PATTERN_DOMAIN, NULL, false, false },
	{ C, "MX1.Example.ORG", PATTERN_DOMAIN, "mx1.example.org", false, false },
	{ C, "localhost", PATTERN_DOMAIN, NULL, false, false },
	{ C, "_mta.a-b.example", PATTERN_DOMAIN, NULL, false, false },
	{ C, "1und1.de", PATTERN_DOMAIN, NULL, false, false },
	{ C, "126.com", PATTERN_DOMAIN, NULL, false, false },
	{ C, "xn--mnchen-3ya.example", PATTERN_DOMAIN, NULL, false, false },
	{ C, ".example.org", PATTERN_SUBDOMAINS, NULL, false, false },
	{ C, "*.Example.org", PATTERN_SUBDOMAINS, ".example.org", false, false },
	{ R, "example.org", PATTERN_DOMAIN, NULL, false, false },
	{ S, ".example.org", PATTERN_SUBDOMAINS, NULL, false, false },
	{ S, "192.0.2.1", PATTERN_DOMAIN, NULL, false, false },
	{ R, "m\xc3\xbcnchen.Example", PATTERN_DOMAIN, "m\xc3\xbcnchen.example",
	  false, false },

	/* Mail addresses. */
	{ R, "Joe@Example.org", PATTERN_ADDRESS, "joe@example.org", false, false },
	{ S, "joe+news@example.org", PATTERN_ADDRESS, NULL, false, false },
	{ S, "a@b@example.org", PATTERN_ADDRESS, NULL, false, false },
	{ R, "\"a\"@example.org", PATTERN_ADDRESS, NULL, false, false },
	{ R, "joe@[192.0.2.1]", PATTERN_ADDRESS, NULL, false, false },
	{ R, "Postmaster@", PATTERN_USER, "postmaster@", false, false },
	{ S, "<>", PATTERN_NULL_SENDER, NULL, false, false },

	/* Regular expressions keep their case. */
	{ C, "/^MX\\D+/", PATTERN_REGEX, NULL, false, false },
	{ R, "/a/b/", PATTERN_REGEX, NULL, false, false },
};

static const struct {
	enum list_kind kind;
	const char *text, *gist;
} bad[] = {
	{ C, "", "without blanks" },
	{ C, "a b", "without blanks" },
	{ C, "a\tb", "without blanks" },
	{ C, "a\x7f", "without blanks" },
	{ C, "10", "write 10.0.0.0/8" },
	{ C, "192.168.", "without the dot at its end" },
	{ C, "192.0.2.", "without the dot at its end" },
	{ C, "192.0.2.1.", "without the dot at its end" },
	{ C, "192.0.2.256", "expected an address" },
	{ C, "192.0.2.1.1", "expected an address" },
	{ C, "192..2", "expected an address" },
	{ C, "300.1", "expected an address" },
	{ C, "192.0.2.0/33", "expected an address" },
	{ C, "192.0.2.0/", "expected an address" },
	{ C, "192.0.2.0/024", "expected an address" },
	{ C, "192.0.2.0/-1", "expected an address, a network" },
	{ C, "192.0.2/24", "expected an address" },
	{ C, "192.0.2.0/24/8", "expected an address" },
	{ C, "2001:db8::/129", "expected an address" },
	{ C, "2001:db8:::1", "expected an address" },
	{ C, "::ffff:192.0.2.0/24", "expected an address" },
	{ C, "fe80::1%eth0", "expected an address" },
	{ C, "example.org.", "without the dot at its end" },
	{ C, "example..org", "expected an address, a network" },
	{ C, ".", "dot at its end" },
	{ C, "*.", "dot at its end" },
	{ C, "*", "expected an address" },
	{ C, "mx*.example.org", "expected an address" },
	{ C, "joe@example.org", "expected an address" },
	{ C, "m\xc3\xbcnchen.example", "in ASCII (its xn-- form)" },
	{ C, "<>", "expected an address" },
	{ R, "<>", "expected user@domain" },
	{ R, "@example.org", "expected user@domain" },
	{ R, "@", "expected user@domain" },
	{ R, "joe@example..org", "expected user@domain" },
	{ R, "joe@example.org.", "without the dot" },
	{ R, "joe@exa mple.org", "without blanks" },
	{ C, "/", "between two slashes" },
	{ C, "//", "between two slashes" },
	{ C, "/a", "between two slashes" },
	{ C, X50 X50 X50 X50 X50 X50, "expected an address" },
	{ R, X50 X50 X50 X50 X50 X50 X50 X50 X50 X50 "@example.org",
	  "at most 511 octets" },
};
/* clang-format on */

static void
test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		const char *want =
		    good[i].want != NULL ? good[i].want : good[i].text;
		struct pattern got, again;
		struct err err;

		if (pattern_parse(good[i].kind, good[i].text, &got, &err) != 0)
			fail_msg("%s: %s", good[i].text, err.text);
		if (got.type != good[i].type || strcmp(got.text, want) != 0 ||
		    got.had_host_bits != good[i].host_bits ||
		    got.was_two_octets != good[i].two_octets)
			fail_msg("%s: type %d, %s, %d %d", good[i].text,
			    got.type, got.text, got.had_host_bits,
			    got.was_two_octets);
		if (pattern_parse(good[i].kind, got.text, &again, &err) != 0 ||
		    again.type != got.type ||
		    again.prefix_bits != got.prefix_bits ||
		    strcmp(again.text, got.text) != 0 ||
		    memcmp(&again.network, &got.network, sizeof(got.network)) !=
			0)
			fail_msg("%s: not the same again", good[i].text);
	}
}

static void
test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct pattern got = {.text = "untouched"};
		struct err err = {""};

		if (pattern_parse(bad[i].kind, bad[i].text, &got, &err) != -1)
			fail_msg("%s: accepted as %s", bad[i].text, got.text);
		assert_string_equal(got.text, "untouched");
		if (strstr(err.text, bad[i].gist) == NULL)
			fail_msg("%s: %s", bad[i].text, err.text);
	}
}

static void
test_kinds(void **state)
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
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
