/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Addresses and their networks. [C8] */
#include "test.h"

#include <string.h>

#include "base/netaddr.h"

#define V4 NETADDR_IPV4
#define V6 NETADDR_IPV6

/* clang-format off */
static const struct {
	const char *text;
	enum netaddr_family family;
	const char *canonical;
} good[] = {
	{ "192.0.2.1", V4, "192.0.2.1" },
	{ "0.0.0.0", V4, "0.0.0.0" },
	{ "255.255.255.255", V4, "255.255.255.255" },
	{ "2001:db8::1", V6, "2001:db8::1" },
	{ "::", V6, "::" },
	{ "::1", V6, "::1" },
	/* RFC 5952: lower case, no leading zeros, the longest run of zeros,
	 * the first of two equal ones, and never for a single zero. */
	{ "2001:0DB8:0:0:0:0:0:1", V6, "2001:db8::1" },
	{ "2001:db8:0000:0000:0001::", V6, "2001:db8:0:0:1::" },
	{ "2001:db8:0:0:1:0:0:1", V6, "2001:db8::1:0:0:1" },
	{ "2001:db8:0:1:1:1:1:1", V6, "2001:db8:0:1:1:1:1:1" },
	{ "FE80::ABCD", V6, "fe80::abcd" },
	{ "1:2:3:4:5:6:7:8", V6, "1:2:3:4:5:6:7:8" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", V6,
	  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "64:ff9b::192.0.2.1", V4, "192.0.2.1" },
	/* Every spelling of an IPv4-mapped address is IPv4. [C8] */
	{ "::ffff:1.2.3.4", V4, "1.2.3.4" },
	{ "::ffff:102:304", V4, "1.2.3.4" },
	{ "::FFFF:1.2.3.4", V4, "1.2.3.4" },
	{ "0:0:0:0:0:ffff:1.2.3.4", V4, "1.2.3.4" },
	{ "0000:0000:0000:0000:0000:ffff:0102:0304", V4, "1.2.3.4" },
	{ "::ffff:0:0", V4, "0.0.0.0" },
	{ "::ffff:ffff:ffff", V4, "255.255.255.255" },
	/* Addresses next to the mapped range are IPv6. */
	{ "::fffe:102:304", V6, "::fffe:102:304" },
	{ "::1:ffff:102:304", V6, "::1:ffff:102:304" },
	{ "1::ffff:102:304", V6, "1::ffff:102:304" },
	{ "::ffff:0:102:304", V4, "1.2.3.4" },
	{ "::ffff:0:1.2.3.4", V4, "1.2.3.4" },
	{ "64:ff9b::1.2.3.4", V4, "1.2.3.4" },
	{ "64:ff9b::ffff:ffff", V4, "255.255.255.255" },
	{ "64:ff9b:1::102:304", V6, "64:ff9b:1::102:304" },
	{ "64:ff9b::1:102:304", V6, "64:ff9b::1:102:304" },
	{ "64:ff9c::102:304", V6, "64:ff9c::102:304" },
	{ "::102:304", V6, "::1.2.3.4" },
};

static const struct {
	const char *name, *text;
} bad[] = {
	{ "nothing", "" },
	{ "Postfix does not know", "unknown" },
	{ "a host name", "mail.example.net" },
	{ "three parts", "1.2.3" },
	{ "five parts", "1.2.3.4.5" },
	{ "one number", "2130706433" },
	{ "hexadecimal", "0x7f.0.0.1" },
	{ "leading zero", "01.2.3.4" },
	{ "256", "256.1.1.1" },
	{ "negative", "1.2.3.-4" },
	{ "empty part", "1..3.4" },
	{ "dot at the end", "1.2.3.4." },
	{ "blank before", " 1.2.3.4" },
	{ "blank after", "1.2.3.4 " },
	{ "newline after", "1.2.3.4\n" },
	{ "prefix", "1.2.3.4/24" },
	{ "port", "1.2.3.4:25" },
	{ "brackets", "[::1]" },
	{ "IPv4 in brackets", "[1.2.3.4]" },
	{ "address literal", "IPv6:2001:db8::1" },
	{ "zone by name", "fe80::1%eth0" },
	{ "zone by number", "fe80::1%1" },
	{ "empty zone", "fe80::1%" },
	{ "IPv6 prefix", "2001:db8::/32" },
	{ "two runs of zeros", "1::2::3" },
	{ "three colons", "2001:db8:::1" },
	{ "one colon", ":" },
	{ "seven groups", "1:2:3:4:5:6:7" },
	{ "nine groups", "1:2:3:4:5:6:7:8:9" },
	{ "five digits", "12345::" },
	{ "not hexadecimal", "g::1" },
	{ "mapped, three parts", "::ffff:1.2.3" },
	{ "mapped, 256", "::ffff:1.2.3.256" },
	{ "a name of octets", "\xff\xfe" },
};

static const struct {
	const char *text;
	unsigned prefix_bits;
	const char *network;
} networks[] = {
	{ "255.255.255.255", 0, "0.0.0.0/0" },
	{ "255.255.255.255", 1, "128.0.0.0/1" },
	{ "255.255.255.255", 7, "254.0.0.0/7" },
	{ "255.255.255.255", 8, "255.0.0.0/8" },
	{ "255.255.255.255", 9, "255.128.0.0/9" },
	{ "255.255.255.255", 23, "255.255.254.0/23" },
	{ "255.255.255.255", 24, "255.255.255.0/24" },
	{ "255.255.255.255", 31, "255.255.255.254/31" },
	{ "255.255.255.255", 32, "255.255.255.255/32" },
	{ "255.255.255.255", 33, "255.255.255.255/32" },
	{ "255.255.255.255", 128, "255.255.255.255/32" },
	{ "255.255.255.255", 4294967295U, "255.255.255.255/32" },
	{ "192.0.2.255", 24, "192.0.2.0/24" },
	{ "192.0.3.0", 24, "192.0.3.0/24" },
	{ "::ffff:192.0.2.255", 24, "192.0.2.0/24" },
	{ "::ffff:192.0.2.255", 64, "192.0.2.255/32" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0, "::/0" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1, "8000::/1" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 63,
	  "ffff:ffff:ffff:fffe::/63" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 64,
	  "ffff:ffff:ffff:ffff::/64" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65,
	  "ffff:ffff:ffff:ffff:8000::/65" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 127,
	  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 128,
	  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 129,
	  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128" },
	{ "2001:db8:1:2:3:4:5:6", 64, "2001:db8:1:2::/64" },
	{ "2001:db8:1:2:3:4:5:6", 56, "2001:db8:1::/56" },
	{ "2001:db8::1", 128, "2001:db8::1/128" },
};
/* clang-format on */

static void
check_good(const char *text, enum netaddr_family family, const char *canonical)
{
	struct netaddr address, again;
	char got[NETADDR_TEXT_SIZE];

	if (netaddr_parse(text, &address) != 0)
		fail_msg("\"%s\": refused", text);
	if (address.family != family)
		fail_msg("\"%s\": family %d", text, (int)address.family);
	netaddr_format(&address, got);
	if (strcmp(got, canonical) != 0)
		fail_msg("\"%s\": got \"%s\"", text, got);
	/* Equal addresses are equal values: no octet is left unset. */
	memset(&again, 0xa5, sizeof(again));
	assert_int_equal(netaddr_parse(canonical, &again), 0);
	assert_memory_equal(address.octets, again.octets, sizeof(again.octets));
}

static void
test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		check_good(good[i].text, good[i].family, good[i].canonical);
}

static void
test_bad(void **state)
{
	struct netaddr address, before;

	(void)state;
	memset(&before, 0xa5, sizeof(before));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		memcpy(&address, &before, sizeof(address));
		if (netaddr_parse(bad[i].text, &address) != -1)
			fail_msg("%s: accepted", bad[i].name);
		if (memcmp(&address, &before, sizeof(address)) != 0)
			fail_msg("%s: the result was touched", bad[i].name);
	}
}

static void
test_networks(void **state)
{
	struct netaddr address;
	char got[NETADDR_PREFIX_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(networks); i++) {
		assert_int_equal(netaddr_parse(networks[i].text, &address), 0);
		netaddr_format_network(&address, networks[i].prefix_bits, got);
		if (strcmp(got, networks[i].network) != 0)
			fail_msg("%s/%u: got %s", networks[i].text,
			    networks[i].prefix_bits, got);
	}
}

static unsigned
bit(const struct netaddr *address, unsigned i)
{
	return address->octets[i / 8] >> (7 - i % 8) & 1;
}

/* Every prefix of both families keeps its bits and clears the others. */
static void
test_every_prefix(void **state)
{
	static const char *const texts[] = {"255.255.255.255", "170.85.170.85",
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "a5a5:5a5a:a5a5:5a5a:a5a5:5a5a:a5a5:5a5a"};
	struct netaddr address, network;

	(void)state;
	for (size_t t = 0; t < ARRAY_LEN(texts); t++) {
		unsigned bits;

		assert_int_equal(netaddr_parse(texts[t], &address), 0);
		bits = netaddr_bits(address.family);
		for (unsigned n = 0; n <= bits + 9; n++) {
			network = netaddr_network(address, n);
			assert_int_equal(network.family, address.family);
			for (unsigned i = 0; i < bits; i++)
				if (bit(&network, i) !=
				    (i < n ? bit(&address, i) : 0))
					fail_msg("%s/%u: bit %u", texts[t], n,
					    i);
		}
	}
}

static void
test_none(void **state)
{
	struct netaddr none = {.family = NETADDR_NONE};
	char text[NETADDR_TEXT_SIZE] = "x", network[NETADDR_PREFIX_SIZE];

	(void)state;
	netaddr_format(&none, text);
	assert_string_equal(text, "");
	netaddr_format_network(&none, 24, network);
	assert_string_equal(network, "/0");
	assert_int_equal(netaddr_network(none, 24).family, NETADDR_NONE);
}

static void
test_bits(void **state)
{
	(void)state;
	assert_int_equal(netaddr_bits(NETADDR_NONE), 0);
	assert_int_equal(netaddr_bits(NETADDR_IPV4), 32);
	assert_int_equal(netaddr_bits(NETADDR_IPV6), 128);
}

static void
test_loopback(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {{"127.0.0.1", true}, {"127.255.0.9", true},
	    {"128.0.0.1", false}, {"::1", true}, {"::2", false}, {"::", false},
	    {"::ffff:127.0.0.1", true}, {"1::1", false}};
	struct netaddr address = {.family = NETADDR_NONE};

	(void)state;
	assert_false(netaddr_is_loopback(&address));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(netaddr_parse(rows[i].text, &address), 0);
		if (netaddr_is_loopback(&address) != rows[i].want)
			fail_msg("%s", rows[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_networks),
	    cmocka_unit_test(test_every_prefix),
	    cmocka_unit_test(test_none),
	    cmocka_unit_test(test_bits),
	    cmocka_unit_test(test_loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
