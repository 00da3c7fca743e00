/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_SENDER_SRS_H
#define TARDIGREY_MAIL_SENDER_SRS_H

#include <stdbool.h>

#include "mail/sender_text.h"

/*
 * sender_srs: addresses that a forwarder rewrote (Mengwong et al., "The Sender
 * Rewriting Scheme", 2003): "SRS0=HASH=TT=domain=local@forwarder". Hash and
 * timestamp change.
 */

/* True if the address, in lower case, begins like SRS0 or SRS1. */
static inline bool
sender_is_srs(const char *address)
{
	return (text_starts_with(address, "srs0") ||
		   text_starts_with(address, "srs1")) &&
	    text_is_one_of(address[4], "=+-");
}

/* Replace an address in lower case by the address that the forwarder rewrote.
 * Returns false if it cannot be undone. The result is never longer. */
bool sender_undo_srs(char *address);

#endif
