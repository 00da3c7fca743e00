/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_MEMORY_H
#define TARDIGREY_TOOLS_MEMORY_H

#include <stddef.h>

/* memory: allocations that end the program when memory is short. The caller
 * frees the results. */

_Noreturn void memory_out(void);

/* An array of n items, all zero. */
void *memory_alloc(size_t n, size_t size);

/* Make room for one more item in an array of n items. Begin with NULL and 0. A
 * full array gets twice the size. Returns the array, which may have moved. */
void *memory_grow(void *items, size_t n, size_t size);

char *memory_copy(const char *text);

#endif
