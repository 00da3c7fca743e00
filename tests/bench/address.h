/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BENCH_ADDRESS_H
#define TARDIGREY_BENCH_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

/* address: the socket of a server, in the form of the option "listen". */

struct bench_address {
	int family;
	socklen_t n;
	union {
		struct sockaddr generic;
		struct sockaddr_un local;
		struct sockaddr_in ipv4;
	};
};

/* Parse "unix:/PATH" or "inet:IPV4-ADDRESS:PORT". Returns 0 or -1. */
int bench_address_parse(const char *text, struct bench_address *out);

#endif
