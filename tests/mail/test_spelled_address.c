/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Every way to write any address in a host name. test_generic_name.c has names
 * as they are in use. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "mail/spelled_address.h"

/* No name contains an address of NETADDR_NONE. */
static void
test_no_address(void **state)
{
	struct netaddr none = {.family = NETADDR_NONE};

	(void)state;
	assert_false(spelled_address("0-0-0.example.com", &none));
	assert_false(spelled_address("", &none));
}

static void
test_hex_digit(void **state)
{
	static const char digits[] = "0123456789abcdef";

	(void)state;
	for (unsigned i = 0; i < 16; i++)
		assert_int_equal(hex_digit(digits[i]), i);
	for (int c = 0; c < 256; c++)
		if (c == 0 || strchr(digits, c) == NULL)
			assert_int_equal(hex_digit((char)c), 16);
}

static uint32_t random_state = 20260101;

static unsigned
below(unsigned limit)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % limit;
}

static struct netaddr
random_address(enum netaddr_family family)
{
	struct netaddr address = {.family = family};

	for (unsigned i = 0; i < netaddr_bits(family) / 8; i++)
		address.octets[i] = (uint8_t)below(256);
	return address;
}

static void
append(char *name, size_t name_size, const char *text)
{
	size_t name_n = strlen(name);

	snprintf(name + name_n, name_size - name_n, "%s", text);
}

/* clang-format off */
static const struct {
	bool hexadecimal;
	int digits_n; /* at least */
	bool joins;   /* units need no separator */
	bool words;   /* words may be separators */
} styles[] = {
	{ false, 1, true, true },
	{ false, 2, true, true },
	{ false, 3, true, true },
	{ true, 2, true, false },
	{ true, 1, false, false },
};
static const char *const separators[] = {
	"-", ".", "_", "", ".dynamic.", "x", "-to-",
};
static const unsigned spelled_orders[][4] = {
	{ 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 2, 3, 0, 1 },
};
static const char *const fronts[] = {
	"", "host-", "q", "node.", "x7-", "ip",
};
/* clang-format on */

static void
check_spelling(const struct netaddr *address, unsigned style,
    const char *separator, const unsigned *order, unsigned first, unsigned last)
{
	char name[128] = "", unit[16];

	append(name, sizeof(name), fronts[below(ARRAY_LEN(fronts))]);
	for (unsigned i = first; i <= last; i++) {
		snprintf(unit, sizeof(unit),
		    styles[style].hexadecimal ? "%0*x" : "%0*u",
		    styles[style].digits_n,
		    (unsigned)address->octets[order[i]]);
		append(name, sizeof(name), i > first ? separator : "");
		append(name, sizeof(name), unit);
	}
	append(name, sizeof(name), ".example.com");
	if (!spelled_address(name, address))
		fail_msg("%s [%u.%u.%u.%u]: not found", name,
		    address->octets[0], address->octets[1], address->octets[2],
		    address->octets[3]);
}

static void
check_spellings(const struct netaddr *address, unsigned style, unsigned s)
{
	if (separators[s][0] == '\0' && !styles[style].joins)
		return;
	if (s > 3 && !styles[style].words)
		return;
	for (unsigned o = 0; o < ARRAY_LEN(spelled_orders); o++) {
		const unsigned *order = spelled_orders[o];

		check_spelling(address, style, separators[s], order, 0, 3);
		check_spelling(address, style, separators[s], order, 0, 2);
		check_spelling(address, style, separators[s], order, 1, 3);
	}
}

static void
test_every_spelling(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 2000; n++) {
		struct netaddr address = random_address(NETADDR_IPV4);

		for (unsigned style = 0; style < ARRAY_LEN(styles); style++) {
			for (unsigned s = 0; s < ARRAY_LEN(separators); s++)
				check_spellings(&address, style, s);
		}
	}
}

/* The first nibbles of an IPv6 address, in either direction. */
static void
spell_nibbles(const struct netaddr *address, unsigned nibbles_n, bool backwards,
    const char *separator, char *name, size_t name_size)
{
	char unit[2] = "";

	name[0] = '\0';
	for (unsigned i = 0; i < nibbles_n; i++) {
		unsigned at = backwards ? nibbles_n - 1 - i : i;
		unsigned octet = address->octets[at / 2];

		unit[0] =
		    "0123456789abcdef"[at % 2 == 0 ? octet / 16 : octet % 16];
		append(name, name_size, i > 0 ? separator : "p");
		append(name, name_size, unit);
	}
	append(name, name_size, ".example.com");
}

static void
spell_groups(const struct netaddr *address, unsigned groups_n, int digits_n,
    char *name, size_t name_size)
{
	char unit[8];

	name[0] = '\0';
	for (unsigned i = 0; i < groups_n; i++) {
		snprintf(unit, sizeof(unit), "%0*x", digits_n,
		    address->octets[2 * i] * 256U + address->octets[2 * i + 1]);
		append(name, name_size, unit);
		append(name, name_size, "-");
	}
	append(name, name_size, "x.example.com");
}

static void
check_ipv6(const struct netaddr *address, const char *name)
{
	char text[NETADDR_TEXT_SIZE];

	netaddr_format(address, text);
	if (!spelled_address(name, address))
		fail_msg("%s [%s]: not found", name, text);
}

static void
test_every_ipv6_spelling(void **state)
{
	char name[128];

	(void)state;
	for (unsigned n = 0; n < 2000; n++) {
		struct netaddr address = random_address(NETADDR_IPV6);

		/* Like assigned addresses: 2a..:, with zeros in the middle. */
		address.octets[0] = 0x2a;
		memset(address.octets + 8, 0, below(8));
		for (unsigned i = 16; i <= 32; i += 8) {
			spell_nibbles(&address, i, false, "", name,
			    sizeof(name));
			check_ipv6(&address, name);
			spell_nibbles(&address, i, true, ".", name,
			    sizeof(name));
			check_ipv6(&address, name);
			spell_groups(&address, i / 4, 1, name, sizeof(name));
			check_ipv6(&address, name);
			spell_groups(&address, i / 4, 4, name, sizeof(name));
			check_ipv6(&address, name);
		}
	}
}

/* Names of big senders have other numbers and two octets of the address. The
 * address is rarely found in them. */
static void
test_no_accidents(void **state)
{
	unsigned accidents_n = 0;
	char name[128];

	(void)state;
	for (unsigned n = 0; n < 100000; n++) {
		struct netaddr address = random_address(NETADDR_IPV4);

		snprintf(name, sizeof(name),
		    n % 2 == 0 ? "mail-am%ueur%02uon%u%u.example.com"
			       : "e%u.us-%u.a%u-%u.example.com",
		    below(10), below(20), address.octets[2], address.octets[3]);
		accidents_n += spelled_address(name, &address);
	}
	/* One in 256: the number in front is equal to the third octet. */
	assert_in_range(accidents_n, 0, 600);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_no_address),
	    cmocka_unit_test(test_hex_digit),
	    cmocka_unit_test(test_every_spelling),
	    cmocka_unit_test(test_every_ipv6_spelling),
	    cmocka_unit_test(test_no_accidents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
