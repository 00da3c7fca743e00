/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_FREE_MAIL_H
#define TARDIGREY_MAIL_FREE_MAIL_H

#include <stdbool.h>

/*
 * free_mail: the domains of large providers that give an address to everybody,
 * and the pools from which each of them sends.
 *
 * Other hosts also send mail with such senders: forwarders, web forms,
 * customers of hosting companies, spammers. So if a pool has retried mail from
 * such a domain, this says nothing about the next mail from the domain, unless
 * the pool belongs to the provider.
 */

/* True if everybody can have an address in the domain (in lower case). */
bool free_mail_has_domain(const char *domain);

/* True if the domain of a sender belongs to a provider in the table, and the
 * pool is not one of that provider. Both are in lower case. */
bool free_mail_is_foreign(const char *domain, const char *pool);

#endif
