/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_SERVER_TLS_H
#define TARDIGREY_TESTS_SERVER_TLS_H

#include "store/server.h"

/*
 * server_tls: the store reaches the server by TLS on loopback. The script
 * "certificates" makes the certificates, once for all tests of a program. Their
 * CA is trusted as if it was one of the system.
 */

/* The port, and the folder of the certificates. */
extern unsigned server_tls_port;
extern char server_tls_folder[64];

/* A port of loopback that nobody uses. */
unsigned server_tls_free_port(void);

#endif
