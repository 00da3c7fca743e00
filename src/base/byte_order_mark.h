/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_BYTE_ORDER_MARK_H
#define TARDIGREY_BASE_BYTE_ORDER_MARK_H

#include <stddef.h>

/* byte_order_mark: some editors begin a text with the character U+FEFF in
 * UTF-8. */

/* Return the number of octets of the mark at the beginning of a text of n
 * octets: 3, or 0 if there is none. */
size_t byte_order_mark_n(const char *text, size_t n);

#endif
