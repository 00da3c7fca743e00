/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_LOWERCASE_H
#define TARDIGREY_BASE_LOWERCASE_H

/*
 * lowercase: changes ASCII letters to lower case, for keys and comparisons
 * only. Log lines and replies keep the case of the request (RFC 5321 2.4).
 */

/* Copy "from" to "to" in lower case. Octets other than ASCII letters stay the
 * same. "to" has room for the whole text, and may be "from". */
void lowercase(const char *from, char *to);

#endif
