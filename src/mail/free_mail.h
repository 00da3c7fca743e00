/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_FREE_MAIL_H
#define TARDIGREY_MAIL_FREE_MAIL_H

#include <stdbool.h>

/*
 * free_mail: the domains of large providers that give an address to everybody,
 * and the pools from which each of them sends.
 *
 * Everybody knows such addresses, and many who are not the provider use one as
 * the sender: forwarders, forms, hosters' customers, spammers. So if a pool has
 * retried mail from such a domain, this says nothing about its next mail from
 * it, unless the pool is the provider's own.
 */

/* True if the domain of a sender belongs to a provider in the table, and the
 * pool is not one of that provider. Both are in lower case. */
bool free_mail_is_foreign(const char *domain, const char *pool);

#endif
