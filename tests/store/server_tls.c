/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/server_tls.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

unsigned server_tls_port;
char server_tls_folder[64];

const char *
server_transport_lacks(const char *program)
{
	char command[200];

	if (system("openssl version >/dev/null 2>&1") != 0)
		return "no openssl";
	/* A server with TLS complains that it has no port at all. */
	snprintf(command, sizeof(command),
	    "! %s --port 0 --tls-port 0 2>&1 | grep -q tls-port", program);
	return system(command) == 0 ? NULL : "the server has no TLS";
}

unsigned
server_tls_free_port(void)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	unsigned port = 0;

	if (bind(fd, (struct sockaddr *)&address, size) == 0 &&
	    getsockname(fd, (struct sockaddr *)&address, &size) == 0)
		port = ntohs(address.sin_port);
	close(fd);
	return port;
}

static void
remove_certificates(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", server_tls_folder);
	if (system(command) != 0)
		puts("# the certificates remain");
}

static int
make_certificates(void)
{
	char command[600];

	if (server_tls_folder[0] != '\0')
		return 0;
	strcpy(server_tls_folder, "/tmp/tardigrey-test-XXXXXX");
	if (mkdtemp(server_tls_folder) == NULL)
		return -1;
	atexit(remove_certificates);
	snprintf(command, sizeof(command), "sh %s/tests/store/certificates %s",
	    getenv("srcdir") != NULL ? getenv("srcdir") : ".",
	    server_tls_folder);
	return system(command) == 0 ? 0 : -1;
}

int
server_transport(char arguments[SERVER_ARGUMENTS_SIZE])
{
	char ca[100];

	if (make_certificates() != 0)
		return -1;
	server_tls_port = server_tls_free_port();
	snprintf(ca, sizeof(ca), "%s/ca.pem", server_tls_folder);
	setenv("SSL_CERT_FILE", ca, 1);
	snprintf(server_uri, sizeof(server_uri), "rediss://localhost:%u",
	    server_tls_port);
	snprintf(arguments, SERVER_ARGUMENTS_SIZE,
	    "--bind 127.0.0.1 --tls-port %u --tls-auth-clients no "
	    "--tls-ca-cert-file %s --tls-cert-file %s/good.pem "
	    "--tls-key-file %s/key.pem",
	    server_tls_port, ca, server_tls_folder, server_tls_folder);
	return 0;
}
