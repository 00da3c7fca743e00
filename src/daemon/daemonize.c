/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/daemonize.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void
daemonize_hold_signals(int how)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(how, &signals, NULL);
}

/* In the parent: exit with success when the child serves, or as the child does
 * when it ends. The child writes an octet when it serves. The pipe closes when
 * the child ends. */
static _Noreturn void
wait_for_child(pid_t pid, int fd)
{
	char octet;
	int status;

	daemonize_hold_signals(SIG_UNBLOCK);
	if (read(fd, &octet, 1) == 1)
		_exit(EXIT_SUCCESS);
	if (waitpid(pid, &status, 0) == pid && WIFEXITED(status))
		_exit(WEXITSTATUS(status));
	_exit(EXIT_FAILURE);
}

int
daemonize_detach(int *ready_fd, struct err *err)
{
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return err_set(err, "cannot create a pipe: %s",
		    strerror(errno));
	pid = fork();
	if (pid < 0)
		return err_set(err, "cannot fork: %s", strerror(errno));
	if (pid > 0) {
		close(fds[1]);
		wait_for_child(pid, fds[0]);
	}
	close(fds[0]);
	*ready_fd = fds[1];
	setsid();
	if (chdir("/") != 0)
		return err_set(err, "cannot change to the directory /: %s",
		    strerror(errno));
	return 0;
}

void
daemonize_ready(int ready_fd, bool keeps_stderr)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null_fd >= 0) {
		dup2(null_fd, STDIN_FILENO);
		dup2(null_fd, STDOUT_FILENO);
		if (!keeps_stderr)
			dup2(null_fd, STDERR_FILENO);
		close(null_fd);
	}
	(void)!write(ready_fd, "", 1);
	close(ready_fd);
}

static int
write_text(int fd, const char *text)
{
	size_t n = strlen(text);

	if (write(fd, text, n) != (ssize_t)n) {
		close(fd);
		return -1;
	}
	return close(fd);
}

int
daemonize_write_pid(const char *path, struct err *err)
{
	char text[32];
	int fd;

	snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	/* We may be root: do not follow a link that another user has made, and
	 * do not wait for the reader of a pipe. */
	fd = open(path,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
	    0644);
	if (fd >= 0 && write_text(fd, text) == 0)
		return 0;
	err_set(err, "pid_file %s: %s", path, strerror(errno));
	if (fd >= 0)
		unlink(path);
	return -1;
}
