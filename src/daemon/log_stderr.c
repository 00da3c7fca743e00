/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/log_stderr.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX 65536 /* octets of one write to a file */

static int own_fd = -1; /* owned; non-blocking; -1: use stderr */
static bool is_file;

void
log_stderr_open(void)
{
	char path[64];
	struct stat status;
	int fd = fileno(stderr);

	log_stderr_close();
	if (fstat(fd, &status) != 0)
		return;
	is_file = S_ISREG(status.st_mode);
	if (!S_ISFIFO(status.st_mode) && !isatty(fd))
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own_fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

void
log_stderr_close(void)
{
	if (own_fd >= 0)
		close(own_fd);
	own_fd = -1;
	is_file = false;
}

bool
log_stderr_is_journal(void)
{
	const char *value = getenv("JOURNAL_STREAM");
	char names[64];
	struct stat status;

	if (value == NULL || fstat(fileno(stderr), &status) != 0)
		return false;
	snprintf(names, sizeof(names), "%ju:%ju", (uintmax_t)status.st_dev,
	    (uintmax_t)status.st_ino);
	return strcmp(value, names) == 0;
}

size_t
log_stderr_max(void)
{
	return is_file ? FILE_MAX : PIPE_BUF;
}

static bool
has_room(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};

	return poll(&poll_fd, 1, 0) == 1 && (poll_fd.revents & POLLOUT) != 0;
}

size_t
log_stderr_write(const char *octets, size_t n)
{
	int fd = own_fd >= 0 ? own_fd : fileno(stderr);
	ssize_t written_n;

	if (own_fd < 0 && !is_file && !has_room(fd))
		return 0;
	written_n = write(fd, octets, n);
	return written_n > 0 ? (size_t)written_n : 0;
}
