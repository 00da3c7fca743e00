/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_CORE_POOL_H
#define TARDIGREY_CORE_POOL_H

#include <stdbool.h>

#include "core/request.h"

/*
 * pool: the hosts of one sender, whatever their addresses, by the registrable
 * domain of their confirmed name: the public suffix list with its private
 * section, as compiled into libpsl. The only file that knows libpsl.
 */

#define POOL_SIZE 256 /* a domain name (RFC 1035 2.3.4), with its NUL */

/* The pool of a client; false if its name is not confirmed, is generic
 * (core/generic_name.h), or is no domain name below a public suffix that is
 * listed. Out is folded. */
bool pool_of(const struct request *request, char out[POOL_SIZE]);

#endif
