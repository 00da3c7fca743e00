/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/memory.h"

#include <stdlib.h>
#include <string.h>

#include "tools/complain.h"

#define ROOM_MIN 16 /* a power of two */

_Noreturn void
memory_out(void)
{
	complain("out of memory");
	exit(EXIT_FAILURE);
}

void *
memory_alloc(size_t n, size_t size)
{
	void *memory = calloc(n > 0 ? n : 1, size);

	if (memory == NULL)
		memory_out();
	return memory;
}

void *
memory_grow(void *items, size_t n, size_t size)
{
	size_t room = n == 0 ? ROOM_MIN : 2 * n;

	/* The array is full only if n is 0, 16, 32, 64, ... */
	if (n != 0 && (n < ROOM_MIN || (n & (n - 1)) != 0))
		return items;
	items = reallocarray(items, room, size);
	if (items == NULL)
		memory_out();
	return items;
}

char *
memory_copy(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(memory_alloc(size, 1), text, size);
}
