/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_SENDER_KEY_H
#define TARDIGREY_MAIL_SENDER_KEY_H

#include <stdbool.h>

#include "mail/request.h"

/*
 * sender: the key that an envelope sender is remembered by.
 *
 * Some senders change their address from message to message, or even from one
 * attempt to the next, and would be greylisted for ever (RFC 6647 4.2). The
 * rules take out what changes, and only where the address says that it is of
 * such a kind: two people whose addresses differ in digits stay two. The key
 * is for comparisons; what is logged, listed or answered is the sender.
 *
 * A quoted local part is only folded. The rules are repeated until nothing
 * changes, so the key of a key is that key.
 */

enum sender_rule {
	/* "user+extension@domain" is "user@domain". */
	SENDER_EXTENSION = 1,
	/* BATV tags and their relatives, "prvs=TAG=user@domain", go. */
	SENDER_BATV = 2,
	/* A forwarder's SRS address is the one that it stands for. */
	SENDER_SRS = 4,
	/* Numbers and tokens beside a mark of VERP are "#". */
	SENDER_VERP = 8,
};

#define SENDER_ALL 15U

/* True for the null sender as it was sent: "", and "#@[]", which qmail uses for
 * double bounces. */
bool sender_is_null(const char *sender);

/* The key of a sender of up to REQUEST_ADDRESS_MAX octets under some rules:
 * ASCII letters in lower case; "<>" for the null sender
 * (sender_is_null()). Never longer than the sender, but for that. */
void sender_key(const char *sender, unsigned rules,
    char out[REQUEST_ADDRESS_MAX + 1]);

#endif
