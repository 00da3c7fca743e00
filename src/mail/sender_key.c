/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/sender_key.h"

#include <string.h>

#include "base/lowercase.h"
#include "mail/sender_batv.h"
#include "mail/sender_srs.h"
#include "mail/sender_text.h"
#include "mail/sender_verp.h"

#define NULL_SENDER "<>"

/* Remove the extension (RFC 5233) of an address. */
static bool
remove_extension(char *address)
{
	char *end = text_local_end(address);
	char *plus = memchr(address, '+', (size_t)(end - address));

	if (plus == NULL || plus == address)
		return false;
	text_cut(plus, end);
	return true;
}

/* Apply the first rule that changes the address. Every change makes the address
 * shorter, or leaves fewer letters and digits: the repetition ends.
 *
 * If an SRS address cannot be undone, no later rule applies: a "+" may be part
 * of its hash. Extensions are last: a "+" may be part of a token. */
static bool
apply_one(char *address, unsigned rules)
{
	if (address[0] == '"')
		return false;
	if ((rules & SENDER_SRS) != 0 && sender_undo_srs(address))
		return true;
	if ((rules & SENDER_BATV) != 0 && sender_remove_batv(address))
		return true;
	if (sender_is_srs(address))
		return false;
	return ((rules & SENDER_VERP) != 0 && sender_mask_verp(address)) ||
	    ((rules & SENDER_EXTENSION) != 0 && remove_extension(address));
}

#define QMAIL_DOUBLE_BOUNCE "#@[]"

bool
sender_is_null(const char *sender)
{
	return sender[0] == '\0' || strcmp(sender, QMAIL_DOUBLE_BOUNCE) == 0;
}

void
sender_key(const char *sender, unsigned rules,
    char out[REQUEST_ADDRESS_MAX + 1])
{
	lowercase(sender, out);
	while (apply_one(out, rules))
		;
	if (sender_is_null(out))
		strcpy(out, NULL_SENDER);
}
