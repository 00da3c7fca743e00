/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The key of a triplet by network. [C8, C9] */
#include "test.h"

#include <string.h>

#include "decide/key.h"
#include "mail/sender_key.h"

/* clang-format off */
static const struct {
	const char *name;
	unsigned ipv4_bits, ipv6_bits;
	const char *address, *sender, *recipient;
	const char *want_client, *want_sender, *want_recipient;
} keys[] = {
	/* The network. [C8] */
	{ "defaults, IPv4", 24, 64, "192.0.2.77", "a@example.net", "b@example.org",
	  "192.0.2.0/24", "a@example.net", "b@example.org" },
	{ "defaults, IPv6", 24, 64, "2001:db8:1:2:3:4:5:6", "a@b", "c@d",
	  "2001:db8:1:2::/64", "a@b", "c@d" },
	{ "mapped is IPv4", 24, 64, "::ffff:192.0.2.77", "a@b", "c@d",
	  "192.0.2.0/24", "a@b", "c@d" },
	{ "IPv4 exact", 32, 64, "192.0.2.77", "a@b", "c@d",
	  "192.0.2.77/32", "a@b", "c@d" },
	{ "IPv4 /8", 8, 128, "192.0.2.77", "a@b", "c@d",
	  "192.0.0.0/8", "a@b", "c@d" },
	{ "IPv4 /27", 27, 64, "192.0.2.77", "a@b", "c@d",
	  "192.0.2.64/27", "a@b", "c@d" },
	{ "IPv6 exact", 24, 128, "2001:DB8::ABCD", "a@b", "c@d",
	  "2001:db8::abcd/128", "a@b", "c@d" },
	{ "IPv6 /16", 32, 16, "2001:db8::abcd", "a@b", "c@d",
	  "2001::/16", "a@b", "c@d" },
	{ "IPv6 /48", 24, 48, "2001:db8:1:2:3:4:5:6", "a@b", "c@d",
	  "2001:db8:1::/48", "a@b", "c@d" },

	/* Case. [C9] */
	{ "upper case", 24, 64, "192.0.2.1", "Foo.Bar@EXAMPLE.Net", "User@LAB.Example",
	  "192.0.2.0/24", "foo.bar@example.net", "user@lab.example" },
	{ "neighbours of the letters", 24, 64, "192.0.2.1", "@[`{AZaz", "@[`{AZaz",
	  "192.0.2.0/24", "@[`{azaz", "@[`{azaz" },
	{ "8-bit octets are not letters", 24, 64, "192.0.2.1",
	  "\xc3\x84@\xc1\xda\xff", "\xe4\x80\xc0@X",
	  "192.0.2.0/24", "\xc3\x84@\xc1\xda\xff", "\xe4\x80\xc0@x" },
	{ "blanks and controls stay", 24, 64, "192.0.2.1", " A\tB \x01@c ", "\"X Y\"@z",
	  "192.0.2.0/24", " a\tb \x01@c ", "\"x y\"@z" },

	/* The null sender. [C10] */
	{ "null sender", 24, 64, "192.0.2.1", "", "b@example.org",
	  "192.0.2.0/24", "<>", "b@example.org" },
	{ "qmail's double bounce", 24, 64, "192.0.2.1", "#@[]", "b@example.org",
	  "192.0.2.0/24", "<>", "b@example.org" },
	{ "longer than a double bounce", 24, 64, "192.0.2.1", "#@[]x", "b@c",
	  "192.0.2.0/24", "#@[]x", "b@c" },
	{ "shorter than a double bounce", 24, 64, "192.0.2.1", "#@[", "b@c",
	  "192.0.2.0/24", "#@[", "b@c" },
	{ "a double bounce as the recipient", 24, 64, "192.0.2.1", "a", "#@[]",
	  "192.0.2.0/24", "a", "#@[]" },
	{ "no recipient", 24, 64, "192.0.2.1", "a@example.net", "",
	  "192.0.2.0/24", "a@example.net", "" },
};

static const struct key base = {KEY_TRIPLET_NETWORK, "192.0.2.0/24", "a@b", "c@d" };

/* Keys that differ from "base" in one detail. */
static const struct {
	const char *name;
	struct key key;
} others[] = {
	{ "another network", { KEY_TRIPLET_NETWORK, "192.0.3.0/24", "a@b", "c@d" } },
	{ "another prefix", { KEY_TRIPLET_NETWORK, "192.0.2.0/25", "a@b", "c@d" } },
	{ "another sender", { KEY_TRIPLET_NETWORK, "192.0.2.0/24", "a@c", "c@d" } },
	{ "another recipient", { KEY_TRIPLET_NETWORK, "192.0.2.0/24", "a@b", "c@e" } },
	{ "longer recipient", { KEY_TRIPLET_NETWORK, "192.0.2.0/24", "a@b", "c@d." } },
	{ "shorter recipient", { KEY_TRIPLET_NETWORK, "192.0.2.0/24", "a@b", "c@" } },
	{ "an octet moved to the sender", { KEY_TRIPLET_NETWORK, "192.0.2.0/24", "a@bc", "@d" } },
	{ "an octet moved to the recipient", { KEY_TRIPLET_NETWORK, "192.0.2.0/24", "a@", "bc@d" } },
	{ "an octet moved to the client", { KEY_TRIPLET_NETWORK, "192.0.2.0/24a", "@b", "c@d" } },
	{ "an octet taken from the client", { KEY_TRIPLET_NETWORK, "192.0.2.0/2", "4a@b", "c@d" } },
	{ "all in one part", { KEY_TRIPLET_NETWORK, "192.0.2.0/24a@bc@d", "", "" } },
	{ "all in the last part", { KEY_TRIPLET_NETWORK, "", "", "192.0.2.0/24a@bc@d" } },
	{ "swapped", { KEY_TRIPLET_NETWORK, "192.0.2.0/24", "c@d", "a@b" } },
	{ "another kind", { KEY_TRIPLET_POOL, "192.0.2.0/24", "a@b", "c@d" } },
	{ "empty", { KEY_TRIPLET_NETWORK, "", "", "" } },
};
/* clang-format on */

static void
key(size_t i, struct request *request, struct key *out)
{
	struct key_rules rules = {keys[i].ipv4_bits, keys[i].ipv6_bits, 0, 0};

	request_clear(request);
	assert_int_equal(netaddr_parse(keys[i].address, &request->client), 0);
	strcpy(request->sender, keys[i].sender);
	strcpy(request->recipient, keys[i].recipient);
	key_of_network(request, &rules, out);
}

static void
test_keys(void **state)
{
	static struct request request;
	static struct key got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		key(i, &request, &got);
		if (strcmp(got.client, keys[i].want_client) != 0 ||
		    strcmp(got.sender, keys[i].want_sender) != 0 ||
		    strcmp(got.recipient, keys[i].want_recipient) != 0)
			fail_msg("%s: got (%s, %s, %s)", keys[i].name,
			    got.client, got.sender, got.recipient);
		/* The request keeps its case, for the log. [C9] */
		assert_string_equal(request.sender, keys[i].sender);
		assert_string_equal(request.recipient, keys[i].recipient);
	}
}

/* The longest addresses are shortened. Their last octet counts. [C20] */
static void
test_longest(void **state)
{
	static struct request request;
	static struct key a, b;
	struct key_rules rules = {24, 64, 0, 0};

	(void)state;
	request_clear(&request);
	netaddr_parse("192.0.2.1", &request.client);
	memset(request.sender, 'S', REQUEST_ADDRESS_MAX);
	memset(request.recipient, 'R', REQUEST_ADDRESS_MAX);
	request.sender[REQUEST_ADDRESS_MAX] = '\0';
	request.recipient[REQUEST_ADDRESS_MAX] = '\0';
	key_of_network(&request, &rules, &a);
	assert_int_equal(strlen(a.sender), KEY_TEXT_MAX);
	assert_int_equal(strlen(a.recipient), KEY_TEXT_MAX);
	request.recipient[REQUEST_ADDRESS_MAX - 1] = 'x';
	key_of_network(&request, &rules, &b);
	assert_false(key_equal(&a, &b));
	assert_true(key_hash(&a) != key_hash(&b));
}

/* A request with the sender of a key finds the key, although the rules would
 * change a sender that looks like this one. */
static void
test_shortened_sender(void **state)
{
	static struct request request;
	static struct key a, b;
	struct key_rules rules = {24, 64,
	    SENDER_EXTENSION | SENDER_BATV | SENDER_SRS | SENDER_VERP, 0};

	(void)state;
	request_clear(&request);
	netaddr_parse("192.0.2.1", &request.client);
	memset(request.sender, 'a', 150);
	memcpy(request.sender, "bounces-", 8);
	strcpy(request.sender + 150, "@example.net");
	strcpy(request.recipient, "b@example.org");
	key_of_network(&request, &rules, &a);
	assert_int_equal(strlen(a.sender), KEY_TEXT_MAX);
	strcpy(request.sender, a.sender);
	key_of_network(&request, &rules, &b);
	assert_string_equal(a.sender, b.sender);
	request.sender[40] = '-'; /* not a digest */
	key_of_network(&request, &rules, &b);
	assert_string_not_equal(request.sender, b.sender);
}

static const uint8_t secret[KEYED_HASH_SECRET_SIZE] = "0123456789abcde";

/* Databases keep this hash. */
static void
test_keyed_hash_stays(void **state)
{
	static const uint8_t other[KEYED_HASH_SECRET_SIZE] = "1";

	(void)state;
	assert_true(key_keyed_hash(secret, &base) ==
	    UINT64_C(0x632e597b7502ee5e));
	assert_true(key_keyed_hash(other, &base) !=
	    key_keyed_hash(secret, &base));
}

static void
test_others_differ(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (key_equal(&base, &others[i].key) ||
		    key_equal(&others[i].key, &base))
			fail_msg("%s: equal", others[i].name);
		if (key_hash(&base) == key_hash(&others[i].key) ||
		    key_keyed_hash(secret, &base) ==
			key_keyed_hash(secret, &others[i].key))
			fail_msg("%s: the same hash", others[i].name);
	}
}

/* Two keys are equal if their texts are equal. The octets after the NUL do not
 * matter. */
static void
test_octets_after_the_nul(void **state)
{
	static struct key used;

	(void)state;
	memset(&used, 'x', sizeof(used));
	used.kind = base.kind;
	strcpy(used.client, base.client);
	strcpy(used.sender, base.sender);
	strcpy(used.recipient, base.recipient);
	assert_true(key_equal(&base, &used));
	assert_true(key_equal(&used, &used));
	assert_true(key_hash(&base) == key_hash(&used));
	assert_true(key_keyed_hash(secret, &base) ==
	    key_keyed_hash(secret, &used));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_longest),
	    cmocka_unit_test(test_shortened_sender),
	    cmocka_unit_test(test_keyed_hash_stays),
	    cmocka_unit_test(test_others_differ),
	    cmocka_unit_test(test_octets_after_the_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
