/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_REDIS_REDIS_FORMAT_H
#define TARDIGREY_STORE_REDIS_REDIS_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/*
 * redis_format: commands in the form of the protocol. hiredis has a function
 * for this, which took a quarter of the daemon's time.
 */

/* Text that grows. The caller frees octets. */
struct redis_text {
	char *octets; /* owned */
	size_t n, size;
};

/* Append a command. Each word of the format is an argument. It may contain %s,
 * %lld, and %b, which takes a pointer and a size_t. Returns 0, or -1 without
 * memory; then the text is as before. */
int redis_format(struct redis_text *text, const char *format, va_list ap);

#endif
