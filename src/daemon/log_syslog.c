/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/log_syslog.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "system/clock.h"

#define CONNECT_EVERY_MS 1000

static struct sockaddr_un address;
static int socket_fd = -1;
static int64_t next_connect_ms; /* monotonic */

/* Connect to the syslog daemon, at most once a second. Returns true if the
 * socket is connected now. A datagram socket can be connected any number of
 * times. */
static bool
connect_again(void)
{
	int64_t now_ms = clock_monotonic_ms();

	if (now_ms < next_connect_ms)
		return false;
	next_connect_ms = now_ms + CONNECT_EVERY_MS;
	if (socket_fd < 0)
		socket_fd = socket(AF_UNIX,
		    SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	return socket_fd >= 0 &&
	    connect(socket_fd, (const struct sockaddr *)&address,
		sizeof(address)) == 0;
}

bool
log_syslog_open(const char *path)
{
	log_syslog_close();
	address = (struct sockaddr_un){.sun_family = AF_UNIX};
	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	next_connect_ms = 0;
	return connect_again() || errno != EPROTOTYPE;
}

void
log_syslog_close(void)
{
	if (socket_fd >= 0)
		close(socket_fd);
	socket_fd = -1;
}

static enum log_sent
try_to_send(const char *line, size_t n)
{
	if (send(socket_fd, line, n, MSG_NOSIGNAL) >= 0)
		return LOG_SENT;
	return errno == EMSGSIZE ? LOG_REFUSED : LOG_NOT_NOW;
}

enum log_sent
log_syslog_send(const char *line, size_t n)
{
	enum log_sent sent = try_to_send(line, n);

	if (sent == LOG_NOT_NOW && connect_again())
		sent = try_to_send(line, n);
	return sent;
}
