/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_POOL_H
#define TARDIGREY_MAIL_POOL_H

#include <stdbool.h>

#include "mail/request.h"

/*
 * pool: the domain of a client's host name.
 *
 * A big sender can retry from another network, but all its hosts have names in
 * one domain. The pool is the registrable domain of client_name, by the public
 * suffix list with its private section: outlook.com, example.co.uk,
 * shop.myshopify.com.
 */

#define POOL_SIZE 256 /* a host name has 253 octets at most */

/*
 * Write the pool of the client in lower case and return true. Return false, and
 * leave "out" alone, if the client has no pool: its name is not confirmed, is
 * not a host name (an address, an empty label, not ASCII), is generic
 * (mail/generic_name.h), or is a public suffix.
 *
 * A top-level domain that is not in the public suffix list is a public suffix.
 * This is a rule of the list. So the pool of mx.corp.internal is corp.internal.
 * The administrator's own DNS can confirm such a name. Public DNS can confirm
 * it if the top-level domain is newer than the list.
 *
 * Allocates nothing.
 */
bool pool_of(const struct request *request, char out[POOL_SIZE]);

/* Write the pool that a mail domain has if its hosts are named after it: the
 * registrable domain of the domain, in lower case. Returns false, and leaves
 * "out" alone, if there is none: an address literal, a public suffix. */
bool pool_of_domain(const char *domain, char out[POOL_SIZE]);

#endif
