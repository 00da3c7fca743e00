/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_NETADDR_H
#define TARDIGREY_BASE_NETADDR_H

#include <stdbool.h>
#include <stdint.h>

/*
 * netaddr: an IPv4 or IPv6 address as a value.
 *
 * An IPv6 address that ends in an IPv4 address becomes that IPv4 address:
 * ::ffff:192.0.2.1 (mapped), ::ffff:0:192.0.2.1 (translated), and
 * 64:ff9b::192.0.2.1 (NAT64). So one host is one client, and all of IPv4 is not
 * one /64.
 */

enum netaddr_family { NETADDR_NONE, NETADDR_IPV4, NETADDR_IPV6 };

struct netaddr {
	enum netaddr_family family;
	uint8_t octets[16]; /* network order; IPv4 uses the first four */
};

#define NETADDR_TEXT_SIZE   46 /* INET6_ADDRSTRLEN */
#define NETADDR_PREFIX_SIZE 50 /* the same with "/128" */

/* An IPv6 host is a /64: RFC 4291 2.5.4, one link, often one customer of a
 * provider. */
#define NETADDR_IPV6_HOST_BITS 64

/* Parse a literal address without brackets, zone or prefix. Returns 0, or
 * returns -1 and leaves *out alone if the text is no address ("unknown", "", a
 * host name). */
int netaddr_parse(const char *text, struct netaddr *out);

/* Parse ADDRESS or ADDRESS/BITS. An IPv4-mapped network is IPv4:
 * ::ffff:192.0.2.0/120 is 192.0.2.0/24. Bits after the prefix stay. Returns 0,
 * or returns -1 and leaves the outputs alone. */
int netaddr_parse_network(const char *text, struct netaddr *address_out,
    unsigned *prefix_bits_out);

/* True for 127.0.0.0/8 and ::1. */
bool netaddr_is_loopback(const struct netaddr *address);

/* Number of bits in an address of this family: 32, 128, or 0 for none. */
unsigned netaddr_bits(enum netaddr_family family);

/* Clear all bits after the first prefix_bits. A prefix_bits above the length of
 * the address changes nothing. */
struct netaddr netaddr_network(struct netaddr address, unsigned prefix_bits);

/* Canonical text (RFC 5952); "" for NETADDR_NONE. */
void netaddr_format(const struct netaddr *address, char out[NETADDR_TEXT_SIZE]);

/* Text for one host: an IPv4 address, or the /64 of an IPv6 address. */
void netaddr_format_host(const struct netaddr *address,
    char out[NETADDR_PREFIX_SIZE]);

/* Canonical text of the network of the address: "192.0.2.0/24". */
void netaddr_format_network(const struct netaddr *address, unsigned prefix_bits,
    char out[NETADDR_PREFIX_SIZE]);

#endif
