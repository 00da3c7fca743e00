/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_SOCKET_DIRECTORY_H
#define TARDIGREY_SYSTEM_SOCKET_DIRECTORY_H

#include "base/err.h"

/* socket_directory: the directory of a unix socket. */

/* Check that not every account can write to the directory of the path: another
 * account could replace the socket. A directory that does not exist is fine,
 * because a service manager can create it at the start. Returns 0, or -1 with a
 * sentence. */
int socket_directory_check(const char *path, struct err *err);

#endif
