/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_DECIMAL_H
#define TARDIGREY_BASE_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

/*
 * decimal: numbers as text, as snprintf() writes "%lld". For the texts that
 * each request needs: snprintf() takes five times as many instructions.
 */

#define DECIMAL_SIZE 21 /* "-9223372036854775808" and a NUL */

/* Write the number and a NUL. Returns the number of octets before the NUL. */
size_t decimal_format(int64_t number, char out[DECIMAL_SIZE]);

#endif
