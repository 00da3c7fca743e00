/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "bench/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static int
parse_local(const char *path, struct bench_address *out)
{
	if (strlen(path) >= sizeof(out->local.sun_path))
		return -1;
	out->local = (struct sockaddr_un){.sun_family = AF_UNIX};
	strcpy(out->local.sun_path, path);
	out->family = AF_UNIX;
	out->n = sizeof(out->local);
	return 0;
}

static int
parse_ipv4(const char *text, struct bench_address *out)
{
	char address[INET_ADDRSTRLEN];
	unsigned short port;

	out->ipv4 = (struct sockaddr_in){.sin_family = AF_INET};
	if (sscanf(text, "%15[0-9.]:%hu", address, &port) != 2 ||
	    inet_pton(AF_INET, address, &out->ipv4.sin_addr) != 1)
		return -1;
	out->ipv4.sin_port = htons(port);
	out->family = AF_INET;
	out->n = sizeof(out->ipv4);
	return 0;
}

int
bench_address_parse(const char *text, struct bench_address *out)
{
	if (strncmp(text, "unix:", 5) == 0)
		return parse_local(text + 5, out);
	if (strncmp(text, "inet:", 5) == 0)
		return parse_ipv4(text + 5, out);
	return -1;
}
