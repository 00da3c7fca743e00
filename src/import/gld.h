/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_GLD_H
#define TARDIGREY_IMPORT_GLD_H

#include "import/sql_program.h"

/*
 * gld: the records of gld, the greylist daemon of Debian's postfix-gld. Its
 * tables:
 *
 *   greylist    ip, sender, recipient, first, last, n: a triplet, the Unix
 *               seconds of its first and last attempt, and 1 plus its passes.
 *               With LIGHTGREY the address ends with 0.
 *   whitelist   mail: an address of a sender, @domain, an address of a client,
 *               or its first three numbers
 */

extern const struct sql_program gld_program;

#endif
