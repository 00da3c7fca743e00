/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/redis/redis_slot.h"

#include <stdint.h>
#include <string.h>

/* CRC-16 with the polynomial 0x1021, as XMODEM. */
static unsigned
crc16(const char *octets, size_t n)
{
	unsigned crc = 0;

	for (size_t i = 0; i < n; i++) {
		crc ^= (unsigned)(uint8_t)octets[i] << 8;
		for (int bit = 0; bit < 8; bit++)
			crc =
			    (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
		crc &= 0xffff;
	}
	return crc;
}

/* Only the part between the first "{" and the next "}" counts, unless it is
 * empty. */
unsigned
redis_slot(const char *name, size_t n)
{
	const char *open = memchr(name, '{', n), *close = NULL;

	if (open != NULL)
		close = memchr(open, '}', n - (size_t)(open - name));
	if (close != NULL && close > open + 1)
		return crc16(open + 1, (size_t)(close - open - 1)) %
		    REDIS_SLOTS;
	return crc16(name, n) % REDIS_SLOTS;
}
