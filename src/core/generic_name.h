/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_CORE_GENERIC_NAME_H
#define TARDIGREY_CORE_GENERIC_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "core/netaddr.h"

/*
 * generic_name: whether a host name was made by a machine for an address, and
 * so says nothing about who sends: the names of dial-up lines, mobile phones
 * and rented machines. Behind the domain of such a name are strangers.
 *
 * A name is generic if it spells its address, or at least three octets of it
 * one after the other (two are too few: hosts of Microsoft and Amazon carry
 * them); or if a word of its host part says so, such as "dyn" or "pool".
 * To be wrong this way costs a sender its pool, and a retry is recognised by
 * its network only; to be wrong the other way would make one client of all
 * customers of a provider.
 */

/* "name" is folded; its first host_n octets are below the registrable
 * domain. */
bool generic_name(const char *name, size_t host_n,
    const struct netaddr *client);

#endif
