/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_KEY_TEXT_H
#define TARDIGREY_DECIDE_KEY_TEXT_H

#include <stdbool.h>

/*
 * key_text: shortens long addresses for keys, so that every record takes little
 * space.
 *
 * An address of more than KEY_TEXT_MAX octets becomes a text of KEY_TEXT_MAX
 * octets: its first octets, "~", a digest of the whole address in hexadecimal,
 * "~", and its last octets. An administrator can still recognise it.
 *
 * The digest is the hash of base/hash.h. It need not resist an attacker who
 * looks for another address with the same digest. The key also has the whole
 * client, and the sender address of mail is not verified (RFC 5321 7.1). So
 * this client could just as well send with the first address.
 */

#define KEY_TEXT_MAX  128
#define KEY_TEXT_SIZE (KEY_TEXT_MAX + 1)

/* Copy an address, and shorten it if it is too long. It must be in lower case.
 * The result does not change if it is shortened again. */
void key_text(const char *address, char out[KEY_TEXT_SIZE]);

/* True if a text has the form that key_text() gives to long addresses. */
bool key_text_is_shortened(const char *text);

#endif
