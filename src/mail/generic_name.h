/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_GENERIC_NAME_H
#define TARDIGREY_MAIL_GENERIC_NAME_H

#include <stdbool.h>

#include "base/netaddr.h"

/*
 * generic_name: whether a host name was made by a machine for whoever gets the
 * address: nobody's own, so its domain says nothing about the client.
 *
 * It is generic when it
 * - spells the client's address: three octets in a row of IPv4, decimal or
 *   hexadecimal, in one of the orders in use, padded or not, with or without
 *   something between them; six hexadecimal digits other than 0 or three
 *   groups other than 0 of IPv6. Two octets of IPv4 are not enough: hosts of
 *   Microsoft, Amazon SES and Mailgun carry two;
 * - has four numbers up to 255 in a row (another address of the client), or
 *   twelve hexadecimal digits (a MAC address, an instance);
 * - ends like the default names of a cloud or a hoster;
 * - has, in front of its domain, a word of access networks ("dynamic", "adsl",
 *   "cable"), or a weaker one ("pool", "static", "vps") and none of mail
 *   servers ("mail", "smtp").
 *
 * When in doubt it is generic: that costs the client an identity that it can
 * do without, and the other error makes the customers of a provider one
 * client.
 */

/* Any text is safe; one longer than a host name is generic. */
bool generic_name(const char *name, const struct netaddr *client);

#endif
