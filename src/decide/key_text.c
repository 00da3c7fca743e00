/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/key_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"

/* Most domains are shorter than the end, so they remain whole. */
#define BEGIN_N  40
#define DIGEST_N 16
#define END_N    (KEY_TEXT_MAX - BEGIN_N - DIGEST_N - 2)

void
key_text(const char *address, char out[KEY_TEXT_SIZE])
{
	size_t n = strlen(address);

	if (n <= KEY_TEXT_MAX)
		memcpy(out, address, n + 1);
	else
		snprintf(out, KEY_TEXT_SIZE, "%.*s~%016" PRIx64 "~%s", BEGIN_N,
		    address, hash_end(hash_text(HASH_BEGIN, address)),
		    address + n - END_N);
}

bool
key_text_is_shortened(const char *text)
{
	const char *digest = text + BEGIN_N + 1;

	return strlen(text) == KEY_TEXT_MAX && digest[-1] == '~' &&
	    strspn(digest, "0123456789abcdef") == DIGEST_N &&
	    digest[DIGEST_N] == '~';
}
