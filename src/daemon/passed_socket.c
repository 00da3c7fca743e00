/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/passed_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int
passed_sockets_n(void)
{
	const char *pid = getenv("LISTEN_PID"), *n = getenv("LISTEN_FDS");
	int passed_n = 0;

	if (pid != NULL && n != NULL && atol(pid) == (long)getpid())
		passed_n = atoi(n);
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return passed_n;
}

int
passed_socket_check(int fd, struct err *err)
{
	int listening = 0, type = 0;
	socklen_t size = sizeof(int);

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 ||
	    type != SOCK_STREAM || !listening)
		return err_set(err,
		    "descriptor %d (LISTEN_FDS) is not a listening stream "
		    "socket; use ListenStream= in the socket unit",
		    fd);
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 ||
	    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) != 0)
		return err_set(err, "descriptor %d (LISTEN_FDS): %s", fd,
		    strerror(errno));
	return 0;
}

bool
passed_socket_is_everywhere(int fd, const char *port, struct endpoint *out)
{
	struct sockaddr_storage bound;
	socklen_t bound_n = sizeof(bound);

	*out = (struct endpoint){.kind = ENDPOINT_INET};
	return getsockname(fd, (struct sockaddr *)&bound, &bound_n) == 0 &&
	    getnameinfo((struct sockaddr *)&bound, bound_n, out->host,
		sizeof(out->host), out->port, sizeof(out->port),
		NI_NUMERICHOST | NI_NUMERICSERV) == 0 &&
	    strcmp(out->port, port) == 0 &&
	    (strcmp(out->host, "::") == 0 || strcmp(out->host, "0.0.0.0") == 0);
}
