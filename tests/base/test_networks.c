/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "base/networks.h"

/* clang-format off */
static const struct {
	const char *address;
	bool inside; /* 127.0.0.0/8, ::1/128, 192.0.2.64/27, 2001:db8:8000::/33 */
} cases[] = {
	{ "127.0.0.1", true },
	{ "127.255.255.255", true },
	{ "::ffff:127.0.0.1", true },
	{ "126.255.255.255", false },
	{ "128.0.0.0", false },
	{ "::1", true },
	{ "::2", false },
	{ "192.0.2.64", true },
	{ "192.0.2.95", true },
	{ "192.0.2.63", false },
	{ "192.0.2.96", false },
	{ "2001:db8:8000::", true },
	{ "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true },
	{ "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff", false },
	{ "2001:db9:8000::", false },
	{ "7f00::1", false }, /* its first octets are 127.0.0.0 */
	{ "unknown", false },
};
/* clang-format on */

static void
add(struct networks *networks, const char *address, unsigned prefix_bits)
{
	struct network *network = &networks->items[networks->n++];

	assert_int_equal(netaddr_parse(address, &network->address), 0);
	network->prefix_bits = prefix_bits;
}

static void
test_cases(void **state)
{
	struct networks networks = {.n = 0};

	(void)state;
	add(&networks, "127.0.0.0", 8);
	add(&networks, "::1", 128);
	add(&networks, "192.0.2.64", 27);
	add(&networks, "2001:db8:8000::", 33);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct netaddr address = {.family = NETADDR_NONE};

		netaddr_parse(cases[i].address, &address);
		if (networks_have(&networks, &address) != cases[i].inside)
			fail_msg("%s", cases[i].address);
	}
}

static void
test_none(void **state)
{
	const struct networks networks = {.n = 0};
	struct netaddr address;

	(void)state;
	netaddr_parse("127.0.0.1", &address);
	assert_false(networks_have(&networks, &address));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
