/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_SQLGREY_H
#define TARDIGREY_IMPORT_SQLGREY_H

#include "import/sql_program.h"

/*
 * sqlgrey: the records of sqlgrey(1). Its tables:
 *
 *   connect        sender_name, sender_domain, src, rcpt, first_seen: triplets
 *                  that wait
 *   from_awl       sender_name, sender_domain, src, first_seen, last_seen: a
 *                  client that has retried for a sender; counts as 1 retry
 *   domain_awl     sender_domain, src, first_seen, last_seen: a client that has
 *                  retried for two senders of a domain; counts as 2 retries
 *   optout_email, optout_domain, optin_email, optin_domain: recipients that are
 *                  not greylisted, and recipients that are
 *
 * src is an address, the first three numbers of an IPv4 address, or the first
 * four groups of an IPv6 address that is made from a hardware address (EUI-64).
 * The parts of the null sender are "-undef-".
 */

extern const struct sql_program sqlgrey_program;

#endif
