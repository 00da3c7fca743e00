/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_LOOKUP_SPF_H
#define TARDIGREY_TOOLS_LOOKUP_SPF_H

#include <stdbool.h>

#include "base/netaddr.h"

/* lookup_spf: whether the SPF record (RFC 7208) of a domain lets a client send
 * its mail. The library libspf2 reads and evaluates the record. */

/* Allocate what the library needs. Returns 0, or -1 when memory is short. */
int lookup_spf_begin(void);

/*
 * True if the result for mail from the domain is "pass". Returns false for any
 * other result and for any error. Also returns false if the record lets every
 * host send, because its "pass" says nothing. Waits for DNS.
 */
bool lookup_spf_passes(const struct netaddr *client, const char *domain);

#endif
