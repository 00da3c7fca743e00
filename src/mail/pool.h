/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_POOL_H
#define TARDIGREY_MAIL_POOL_H

#include <stdbool.h>

#include "mail/request.h"

/*
 * pool: the hosts that one sender sends from, by the domain of their names.
 *
 * A big sender retries from another network, but its hosts are called alike.
 * The pool is the registrable domain of client_name by the public suffix list,
 * with its private section: outlook.com, example.co.uk, shop.myshopify.com.
 */

#define POOL_SIZE 256 /* a host name has 253 octets at most */

/*
 * Whether the client has a pool, and which, in lower case. It has none when
 * its name is not confirmed, is no host name (an address, an empty label, more
 * than ASCII), is a public suffix, or is generic (mail/generic_name.h).
 *
 * A top-level domain that the list does not know counts as a public suffix, as
 * the list says: mx.corp.internal is in corp.internal. A name below it is
 * confirmed only where the administrator's own DNS does so, and data older than
 * a new top-level domain still answers right.
 *
 * "out" is untouched when there is none. Nothing is allocated.
 */
bool pool_of(const struct request *request, char out[POOL_SIZE]);

#endif
