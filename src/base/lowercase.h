/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_LOWERCASE_H
#define TARDIGREY_BASE_LOWERCASE_H

/*
 * fold: ASCII letters in lower case, for keys and comparisons only: what is
 * logged or answered keeps its case (RFC 5321 2.4). Other octets stay.
 */

/* Fold "from" into "to", which has room for it and may be the same. */
void lowercase(const char *from, char *to);

#endif
