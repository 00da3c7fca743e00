/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * null_server: answers DUNNO to every text that ends in an empty line. Its rate
 * is that of a policy server with plain libevent events and no work to do. The
 * rates of other servers are divided by it.
 *
 *   null_server unix:/PATH | inet:ADDRESS:PORT
 *
 * Runs until it is killed.
 */
#include <event2/event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/address.h"

#define BACKLOG 4096

static const char reply[] = "action=DUNNO\n\n";

struct connection {
	struct event *readable; /* owned */
	bool line_is_empty;     /* the current line, so far */
};

static void
connection_end(struct connection *connection)
{
	close(event_get_fd(connection->readable));
	event_free(connection->readable);
	free(connection);
}

static unsigned
count_requests(struct connection *connection, const char *octets, size_t n)
{
	const char *end = octets + n, *newline;
	unsigned requests_n = 0;

	while ((newline = memchr(octets, '\n', (size_t)(end - octets))) !=
	    NULL) {
		requests_n += newline == octets && connection->line_is_empty;
		connection->line_is_empty = true;
		octets = newline + 1;
	}
	if (octets < end)
		connection->line_is_empty = false;
	return requests_n;
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct connection *connection = arg;
	char octets[4096];
	ssize_t n = recv(fd, octets, sizeof(octets), 0);

	(void)what;
	if (n <= 0) {
		connection_end(connection);
		return;
	}
	for (unsigned requests_n =
		 count_requests(connection, octets, (size_t)n);
	     requests_n > 0; requests_n--)
		if (send(fd, reply, sizeof(reply) - 1, MSG_NOSIGNAL) < 0)
			return; /* the next recv() also fails */
}

static void
on_accept(evutil_socket_t listener, short what, void *arg)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)what;
	if (fd < 0 || connection == NULL) {
		perror("null_server: accept");
		exit(EXIT_FAILURE);
	}
	connection->readable =
	    event_new(arg, fd, EV_READ | EV_PERSIST, on_readable, connection);
	event_add(connection->readable, NULL);
}

int
main(int argc, char **argv)
{
	struct event_base *base = event_base_new();
	struct bench_address address;
	int fd;

	if (argc != 2 || bench_address_parse(argv[1], &address) != 0) {
		fputs("usage: null_server unix:/PATH | inet:ADDRESS:PORT\n",
		    stderr);
		return 2;
	}
	if (address.family == AF_UNIX)
		unlink(address.local.sun_path);
	fd = socket(address.family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, &address.generic, address.n) != 0 ||
	    listen(fd, BACKLOG) != 0) {
		perror("null_server: bind");
		return EXIT_FAILURE;
	}
	evutil_make_socket_nonblocking(fd);
	event_add(event_new(base, fd, EV_READ | EV_PERSIST, on_accept, base),
	    NULL);
	return event_base_dispatch(base) == 0 ? 0 : EXIT_FAILURE;
}
