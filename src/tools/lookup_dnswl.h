/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_LOOKUP_DNSWL_H
#define TARDIGREY_TOOLS_LOOKUP_DNSWL_H

#include <stdbool.h>

#include "base/netaddr.h"

/* lookup_dnswl: whether a DNS whitelist (RFC 5782) lists a client. */

/*
 * True if the zone has an address 127.0.x.y for the client, with y from 1 to 3:
 * the trust low, medium or high of list.dnswl.org. Other addresses are errors,
 * such as 127.0.0.255 for too many questions. Returns false on any error. Waits
 * for DNS.
 */
bool lookup_dnswl_lists(const struct netaddr *client, const char *zone);

#endif
