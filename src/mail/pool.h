/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_POOL_H
#define TARDIGREY_MAIL_POOL_H

#include <stdbool.h>

#include "mail/client_class.h"
#include "mail/request.h"

/*
 * pool: the domain of a client's host name.
 *
 * A big sender can retry from another network, but all its hosts have names in
 * one domain. The pool is the registrable domain of client_name, by the public
 * suffix list with its private section: outlook.com, example.co.uk,
 * shop.myshopify.com.
 *
 * If the name is generic, its domain says nothing. Then the host is a pool of
 * its own, named by its whole name: its IPv6 address and its IPv4 address are
 * one client. A name that contains the address of the client has no such pool,
 * because no other address has the name. So most bots cause no second record.
 */

#define POOL_SIZE 256 /* a host name has 253 octets at most */

/*
 * A suspicious client may be authorised to send the mail of the sender's
 * domain. All suspicious clients that are authorised for one domain form a
 * pool, which takes precedence over the pool of a host. Its text is this octet
 * and the domain: @example.net.
 */
#define POOL_BY_SENDER '@'

/*
 * Write the pool of the client in lower case and return true. Return false, and
 * leave "out" alone, if the client has no pool: its name is not confirmed, is
 * not a host name (an address, an empty label, not ASCII), contains the address
 * of the client, or is a public suffix.
 *
 * A top-level domain that is not in the public suffix list is a public suffix.
 * This is a rule of the list. So the pool of mx.corp.internal is corp.internal.
 * The administrator's own DNS can confirm such a name. Public DNS can confirm
 * it if the top-level domain is newer than the list.
 *
 * Allocates nothing.
 */
bool pool_of(const struct request *request, char out[POOL_SIZE]);

/* The same for a client of this class. */
bool pool_of_class(const struct request *request,
    enum client_class client_class, char out[POOL_SIZE]);

/* Write the domain of the sender in lower case. Returns false if the sender has
 * no domain that is a host name; "out" is then undefined. */
bool pool_sender_domain(const struct request *request, char out[POOL_SIZE]);

/* Write the pool that a mail domain has if its hosts are named after it: the
 * registrable domain of the domain, in lower case. Returns false, and leaves
 * "out" alone, if there is none: an address literal, a public suffix. */
bool pool_of_domain(const char *domain, char out[POOL_SIZE]);

#endif
