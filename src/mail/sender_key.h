/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_SENDER_KEY_H
#define TARDIGREY_MAIL_SENDER_KEY_H

#include <stdbool.h>

#include "mail/request.h"

/*
 * sender_key: the envelope sender in the form for keys (decide/key.h), without
 * the parts that change from message to message.
 *
 * Some senders change their address with every message, or even with every
 * attempt. They would be deferred for ever (RFC 6647 4.2). The rules remove the
 * parts that change, but only if the address has the form of such a sender:
 * anna1@ and anna2@ stay two senders. Keys are for comparisons. Log lines,
 * lists and replies use the sender as it was sent.
 *
 * A quoted local part is only changed to lower case. The rules are repeated
 * until nothing changes, so that the key of a key is the same key.
 */

enum sender_rule {
	SENDER_EXTENSION = 1, /* user+extension@domain: user@domain */
	SENDER_BATV = 2,      /* remove tags (mail/sender_batv.h) */
	SENDER_SRS = 4,       /* undo rewriting (mail/sender_srs.h) */
	SENDER_VERP = 8,      /* "#" for numbers (mail/sender_verp.h) */
};

#define SENDER_ALL 15U

/* True for the null sender as it is sent: "", or "#@[]", which qmail uses for
 * double bounces. */
bool sender_is_null(const char *sender);

/* Write the key of a sender of up to REQUEST_ADDRESS_MAX octets. "rules" are
 * bits of enum sender_rule. ASCII letters become lower case. The key of the
 * null sender is "<>"; no other key is longer than its sender. */
void sender_key(const char *sender, unsigned rules,
    char out[REQUEST_ADDRESS_MAX + 1]);

#endif
