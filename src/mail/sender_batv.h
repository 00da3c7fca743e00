/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_SENDER_BATV_H
#define TARDIGREY_MAIL_SENDER_BATV_H

#include <stdbool.h>

/*
 * sender_batv: tags of BATV (draft-levine-smtp-batv), "prvs=TAG=user@domain",
 * and of similar schemes. A tag changes every day or with every message.
 */

/* Remove a tag from an address in lower case. Returns false if it has none. */
bool sender_remove_batv(char *address);

#endif
