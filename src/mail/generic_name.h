/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_GENERIC_NAME_H
#define TARDIGREY_MAIL_GENERIC_NAME_H

#include <stdbool.h>

#include "base/netaddr.h"

/*
 * generic_name: whether a provider generated the host name for a customer. The
 * domain of such a name belongs to the provider and says nothing about the
 * client.
 *
 * A name is generic if it
 * - contains the client's address (mail/spelled_address.h);
 * - has four numbers up to 255 in a row (another address of the client), or
 *   twelve hexadecimal digits in a row (a MAC address, a UUID);
 * - ends like the default names of a cloud or a hoster, or has words of access
 *   lines in front of its domain (mail/generic_words.h).
 *
 * In doubt, a name is generic. Then the client only has no pool. The opposite
 * error would treat all customers of a provider as one client.
 */

/* Any text is allowed. A text that is longer than a host name is generic. */
bool generic_name(const char *client_name, const struct netaddr *client);

#endif
