/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BASE_URI_H
#define TARDIGREY_BASE_URI_H

#include <stdbool.h>
#include <stddef.h>

/* uri: the password in a URI of the form SCHEME://USER:PASSWORD@HOST. */

/* Copy a URI with "***" in place of its password. Cuts the copy if there is no
 * room. Returns whether there was a password. */
bool uri_mask_password(const char *uri, char *out, size_t size);

#endif
