/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_HOST_NAME_H
#define TARDIGREY_MAIL_HOST_NAME_H

#include <stdbool.h>

/* True if the text has the form of a host name, in any case: labels of letters,
 * digits, hyphens and underscores, with dots between them. The last label has a
 * letter: 192.0.2.1 is not a host name. A name may be longer than the 253
 * octets of RFC 1035. */
bool is_host_name(const char *text);

#endif
