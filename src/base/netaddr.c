/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "base/netaddr.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

/* The first 96 bits of IPv6 addresses that end in an IPv4 address. */
static const uint8_t ipv4_prefixes[][12] = {
    {[10] = 0xff, [11] = 0xff}, /* ::ffff:0:0/96, mapped: RFC 4291 2.5.5.2 */
    {[8] = 0xff, [9] = 0xff},   /* ::ffff:0:0:0/96, translated: RFC 2765 */
    {0x00, 0x64, 0xff, 0x9b},   /* 64:ff9b::/96, NAT64: RFC 6052 2.1 */
};
#define IPV4_PREFIXES (sizeof(ipv4_prefixes) / sizeof(ipv4_prefixes[0]))

static bool
ends_in_ipv4(const uint8_t octets[16])
{
	for (size_t i = 0; i < IPV4_PREFIXES; i++)
		if (memcmp(octets, ipv4_prefixes[i],
			sizeof(ipv4_prefixes[i])) == 0)
			return true;
	return false;
}

static struct netaddr
from_ipv6(const uint8_t octets[16])
{
	struct netaddr address = {.family = NETADDR_IPV6};

	if (ends_in_ipv4(octets)) {
		address.family = NETADDR_IPV4;
		memcpy(address.octets, octets + 12, 4);
	} else {
		memcpy(address.octets, octets, 16);
	}
	return address;
}

int
netaddr_parse(const char *text, struct netaddr *out)
{
	uint8_t octets[16];

	if (inet_pton(AF_INET, text, octets) == 1) {
		*out = (struct netaddr){.family = NETADDR_IPV4};
		memcpy(out->octets, octets, 4);
		return 0;
	}
	if (inet_pton(AF_INET6, text, octets) == 1) {
		*out = from_ipv6(octets);
		return 0;
	}
	return -1;
}

/* Parse a number of at most three digits, without zeros before it. */
static int
parse_prefix(const char *text, unsigned max, unsigned *out)
{
	unsigned bits = 0;
	size_t n = 0;

	for (; n < 3 && text[n] >= '0' && text[n] <= '9'; n++)
		bits = 10 * bits + (unsigned)(text[n] - '0');
	if (n == 0 || text[n] != '\0' || bits > max ||
	    (n > 1 && text[0] == '0'))
		return -1;
	*out = bits;
	return 0;
}

int
netaddr_parse_network(const char *text, struct netaddr *address_out,
    unsigned *prefix_bits_out)
{
	size_t n = strcspn(text, "/");
	char written[NETADDR_TEXT_SIZE];
	struct netaddr address;
	unsigned max, skipped, bits;

	if (n >= sizeof(written))
		return -1;
	memcpy(written, text, n);
	written[n] = '\0';
	if (netaddr_parse(written, &address) != 0)
		return -1;
	max = strchr(written, ':') != NULL ? 128 : 32;
	skipped = max - netaddr_bits(address.family);
	bits = max;
	if (text[n] == '/' &&
	    (parse_prefix(text + n + 1, max, &bits) != 0 || bits < skipped))
		return -1;
	*address_out = address;
	*prefix_bits_out = bits - skipped;
	return 0;
}

bool
netaddr_is_loopback(const struct netaddr *address)
{
	static const uint8_t ipv6[16] = {[15] = 1};

	if (address->family == NETADDR_IPV4)
		return address->octets[0] == 127;
	return address->family == NETADDR_IPV6 &&
	    memcmp(address->octets, ipv6, sizeof(ipv6)) == 0;
}

unsigned
netaddr_bits(enum netaddr_family family)
{
	switch (family) {
	case NETADDR_IPV4:
		return 32;
	case NETADDR_IPV6:
		return 128;
	case NETADDR_NONE:
		break;
	}
	return 0;
}

struct netaddr
netaddr_network(struct netaddr address, unsigned prefix_bits)
{
	unsigned octets_n = netaddr_bits(address.family) / 8;

	for (unsigned i = prefix_bits / 8; i < octets_n; i++) {
		unsigned keep_bits = i == prefix_bits / 8 ? prefix_bits % 8 : 0;

		address.octets[i] &= (uint8_t)(0xff00 >> keep_bits);
	}
	return address;
}

/* Write a decimal number without leading zeros. Returns the end. */
static char *
put_number(char *out, unsigned number)
{
	if (number >= 100)
		*out++ = (char)('0' + number / 100);
	if (number >= 10)
		*out++ = (char)('0' + number / 10 % 10);
	*out++ = (char)('0' + number % 10);
	return out;
}

static void
format_ipv4(const uint8_t octets[4], char *out)
{
	for (int i = 0; i < 4; i++) {
		out = put_number(out, octets[i]);
		*out++ = i < 3 ? '.' : '\0';
	}
}

void
netaddr_format(const struct netaddr *address, char out[NETADDR_TEXT_SIZE])
{
	out[0] = '\0';
	if (address->family == NETADDR_IPV4)
		format_ipv4(address->octets, out);
	else if (address->family == NETADDR_IPV6)
		inet_ntop(AF_INET6, address->octets, out, NETADDR_TEXT_SIZE);
}

void
netaddr_format_host(const struct netaddr *address,
    char out[NETADDR_PREFIX_SIZE])
{
	if (address->family == NETADDR_IPV6)
		netaddr_format_network(address, NETADDR_IPV6_HOST_BITS, out);
	else
		netaddr_format(address, out);
}

void
netaddr_format_network(const struct netaddr *address, unsigned prefix_bits,
    char out[NETADDR_PREFIX_SIZE])
{
	struct netaddr network = netaddr_network(*address, prefix_bits);
	unsigned bits = netaddr_bits(address->family);
	char *end;

	netaddr_format(&network, out);
	end = out + strlen(out);
	*end++ = '/';
	*put_number(end, prefix_bits < bits ? prefix_bits : bits) = '\0';
}
