/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_PASSED_SOCKET_H
#define TARDIGREY_DAEMON_PASSED_SOCKET_H

#include <stdbool.h>

#include "base/err.h"
#include "config/endpoint.h"

/*
 * passed_socket: the sockets that systemd has opened (sd_listen_fds(3)). They
 * are descriptors from PASSED_SOCKET_FIRST on.
 */

#define PASSED_SOCKET_FIRST 3 /* SD_LISTEN_FDS_START */

/* Return their number, and remove it from the environment. */
int passed_sockets_n(void);

/* Check that a descriptor is a listening stream socket, and prepare it. Returns
 * 0, or -1 and an error. */
int passed_socket_check(int fd, struct err *err);

/* Whether a socket listens to this port on every address; *out is then the
 * endpoint that means this socket. */
bool passed_socket_is_everywhere(int fd, const char *port,
    struct endpoint *out);

#endif
