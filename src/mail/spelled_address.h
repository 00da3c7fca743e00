/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_SPELLED_ADDRESS_H
#define TARDIGREY_MAIL_SPELLED_ADDRESS_H

#include <stdbool.h>

#include "base/netaddr.h"

/*
 * spelled_address: whether a host name contains the address of the client.
 *
 * IPv4: three octets in a row, decimal or hexadecimal, in one of the usual
 * orders, with or without leading zeros and separators. Two octets are not
 * enough: hosts of Microsoft, Amazon SES and Mailgun have two in their names.
 * IPv6: three groups in a row, or six hexadecimal digits in a row. Groups and
 * digits that are 0 do not count.
 */

/* The name is in lower case. No name contains an address of NETADDR_NONE. */
bool spelled_address(const char *name, const struct netaddr *client);

/* The values of digits, plus 16; 0 for another character. */
extern const unsigned char hex_digits[256];

/* The value of a hexadecimal digit, or 16 for another character. */
static inline unsigned
hex_digit(char c)
{
	return hex_digits[(unsigned char)c] ^ 16U;
}

#endif
