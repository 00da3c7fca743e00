/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_SQLGREY_H
#define TARDIGREY_IMPORT_SQLGREY_H

#include "import/foreign.h"

/*
 * sqlgrey: the records of sqlgrey(1). Its tables:
 *
 *   connect      sender_name, sender_domain, src, rcpt, first_seen: triplets
 *                that wait
 *   from_awl     sender_name, sender_domain, src, first_seen, last_seen: a
 *                client that has retried for a sender
 *   domain_awl   sender_domain, src, first_seen, last_seen: a client that has
 *                retried for two senders of a domain
 *
 * src is an address, or the first three numbers of an IPv4 address. The parts
 * of the null sender are "-undef-".
 */

/* A waiting triplet from the columns of "connect". Returns FOREIGN_TAKEN and
 * sets *out, or returns the reason why the record cannot be used. */
enum foreign_result sqlgrey_triplet(const char *sender_name,
    const char *sender_domain, const char *src, const char *rcpt,
    int64_t first_seen_s, struct foreign *out);

/* A client that has retried. retries_n counts 1 for each row of from_awl, and 2
 * for each row of domain_awl. Returns as above. */
enum foreign_result sqlgrey_client(const char *src, int64_t first_seen_s,
    int64_t last_seen_s, int64_t retries_n, struct foreign *out);

#endif
