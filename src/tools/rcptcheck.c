/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * rcptcheck: tardigrey-rcptcheck(8) asks the daemon over its socket.
 * qmail-smtpd starts it for every recipient of every message, so it is small
 * and links no library except the C library. To decide without a daemon, it
 * runs the larger program tardigrey-rcptcheck-direct, which links SQLite.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tools/qmail.h"

#define PROGRAM "tardigrey-rcptcheck"

/* The socket gets no number below this one. If descriptor 1, 2 or 4 is closed,
 * it must stay closed, or its output would go to the socket. */
#define FD_LOWEST 10

static int
connect_daemon(const struct rcptcheck *check)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int low_fd, fd;

	if (strlen(check->socket_path) >= sizeof(address.sun_path))
		qmail_fail(check, "%s: the path of the socket is too long",
		    check->socket_path);
	strcpy(address.sun_path, check->socket_path);
	low_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	fd = low_fd < 0 ? -1 : fcntl(low_fd, F_DUPFD_CLOEXEC, FD_LOWEST);
	if (fd < 0)
		qmail_fail(check, "cannot create a socket: %s",
		    strerror(errno));
	close(low_fd);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) !=
	    0)
		qmail_fail(check, "cannot connect to the daemon at %s: %s",
		    check->socket_path, strerror(errno));
	return fd;
}

static void
send_all(const struct rcptcheck *check, int fd, const char *octets, size_t n)
{
	while (n > 0) {
		ssize_t sent_n = send(fd, octets, n, MSG_NOSIGNAL);

		if (sent_n < 0)
			qmail_fail(check, "cannot write to %s: %s",
			    check->socket_path, strerror(errno));
		octets += sent_n;
		n -= (size_t)sent_n;
	}
}

/* Read until the empty line or the end, or until the buffer is full. */
static size_t
receive_reply(const struct rcptcheck *check, int fd, char *reply, size_t size)
{
	size_t n = 0;

	while (n < size && (n < 2 || memcmp(reply + n - 2, "\n\n", 2) != 0)) {
		ssize_t some_n = recv(fd, reply + n, size - n, 0);

		if (some_n < 0)
			qmail_fail(check, "cannot read from %s: %s",
			    check->socket_path, strerror(errno));
		if (some_n == 0)
			break;
		n += (size_t)some_n;
	}
	return n;
}

/* The parent process is the qmail-smtpd of this SMTP session, also if a script
 * runs this program with exec. */
static void
read_instance(struct rcptcheck *check)
{
	char path[32], stat[1024];
	int pid = (int)getppid(), fd;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = read(fd, stat, sizeof(stat));
	close(fd);
	if (n > 0)
		rcptcheck_set_instance(check, pid, stat, (size_t)n);
}

static _Noreturn void
ask_daemon(struct rcptcheck *check)
{
	char request[RCPTCHECK_REQUEST_MAX], reply[1024];
	size_t n;
	int fd;

	read_instance(check);
	n = rcptcheck_request(check, request);
	if (n == 0)
		qmail_fail(check,
		    "the envelope contains a newline or is too long");
	fd = connect_daemon(check);
	send_all(check, fd, request, n);
	n = receive_reply(check, fd, reply, sizeof(reply));
	if (n == 0)
		qmail_fail(check,
		    "the daemon at %s closed the connection without an answer",
		    check->socket_path);
	qmail_answer(check, reply, n);
}

/* Run tardigrey-rcptcheck-direct. It is in the folder of this program, both in
 * a build and after the installation. */
static _Noreturn void
become_direct(const struct rcptcheck *check, char **argv)
{
	static const char suffix[] = "-direct";
	char path[PATH_MAX + sizeof(suffix)];
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX);

	if (n < 0 || n >= PATH_MAX)
		qmail_fail(check, "cannot find the folder of this program: %s",
		    strerror(errno));
	memcpy(path + n, suffix, sizeof(suffix));
	qmail_disarm();
	execv(path, argv);
	qmail_fail(check, "cannot run %s: %s", path, strerror(errno));
}

int
main(int argc, char **argv)
{
	struct rcptcheck check;

	qmail_begin(argc, argv, PROGRAM, &check);
	if (check.database[0] != '\0')
		become_direct(&check, argv);
	ask_daemon(&check);
}
