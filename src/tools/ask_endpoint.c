/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/ask_endpoint.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* Returns a descriptor, or -1 with the reason in errno. */
static int
connect_to(const struct sockaddr *address, socklen_t address_n)
{
	const struct timeval timeout = {.tv_sec = ASK_TIMEOUT_S};
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int error;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	if (connect(fd, address, address_n) == 0)
		return fd;
	error = errno == EINPROGRESS ? ETIMEDOUT : errno;
	close(fd);
	errno = error;
	return -1;
}

/* If the daemon listens on all addresses, the first one is this host. */
static int
connect_inet(const struct endpoint *endpoint, struct err *err)
{
	const struct addrinfo hints = {
	    .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct addrinfo *addresses;
	int fd = -1;
	int rc = getaddrinfo(endpoint->host[0] != '\0' ? endpoint->host : NULL,
	    endpoint->port, &hints, &addresses);

	if (rc != 0) {
		err_set(err, "%s", gai_strerror(rc));
		return -1;
	}
	for (const struct addrinfo *a = addresses; a != NULL && fd < 0;
	     a = a->ai_next)
		fd = connect_to(a->ai_addr, a->ai_addrlen);
	if (fd < 0)
		err_set(err, "%s", strerror(errno));
	freeaddrinfo(addresses);
	return fd;
}

static int
connect_endpoint(const struct endpoint *endpoint, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if (endpoint->kind == ENDPOINT_INET)
		return connect_inet(endpoint, err);
	strcpy(address.sun_path, endpoint->path);
	fd = connect_to((const struct sockaddr *)&address, sizeof(address));
	if (fd < 0)
		err_set(err, "%s", strerror(errno));
	return fd;
}

static int
exchange(int fd, const char *question, const char *end, char *out, size_t size,
    struct err *err)
{
	size_t n = 0, question_n = strlen(question);

	if (send(fd, question, question_n, MSG_NOSIGNAL) != (ssize_t)question_n)
		return err_set(err, "%s", strerror(errno));
	out[0] = '\0';
	while (n + 1 < size && strstr(out, end) == NULL) {
		ssize_t some_n = recv(fd, out + n, size - 1 - n, 0);

		if (some_n < 0)
			return err_set(err, "%s",
			    errno == EAGAIN ? "no answer within 5 seconds"
					    : strerror(errno));
		if (some_n == 0)
			break;
		n += (size_t)some_n;
		out[n] = '\0';
	}
	return n > 0 ? 0 : err_set(err, "the connection was closed");
}

int
ask_endpoint(const struct endpoint *endpoint, const char *question,
    const char *end, char *out, size_t size, struct err *err)
{
	int fd = connect_endpoint(endpoint, err);
	char text[ENDPOINT_TEXT_SIZE];
	int rc = -1;

	if (fd >= 0) {
		rc = exchange(fd, question, end, out, size, err);
		close(fd);
	}
	if (rc == 0)
		return 0;
	endpoint_text(endpoint, text);
	return err_prefix(err, "%s", text);
}
