/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The store reaches the server by its unix socket. */
#include "store/server.h"

#include <stdio.h>

const char *
server_transport_lacks(const char *program)
{
	(void)program;
	return NULL;
}

int
server_transport(char arguments[SERVER_ARGUMENTS_SIZE])
{
	snprintf(server_uri, sizeof(server_uri), "redis+unix:%s",
	    server_socket);
	arguments[0] = '\0';
	return 0;
}
