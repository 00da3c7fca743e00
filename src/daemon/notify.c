/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/notify.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define READY_PATIENCE_S 1

static int notify_fd = -1;
static struct sockaddr_un manager;
static socklen_t manager_n; /* 0: there is no manager */

/* Find out the address of the service manager. */
static void
find_manager(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t path_n = path != NULL ? strlen(path) : 0;

	if (path_n < 2 || path_n >= sizeof(manager.sun_path))
		return;
	manager.sun_family = AF_UNIX;
	memcpy(manager.sun_path, path, path_n);
	if (manager.sun_path[0] == '@')
		manager.sun_path[0] = '\0'; /* an abstract socket */
	manager_n =
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path_n);
}

static int
connect_to_manager(void)
{
	return connect(notify_fd, (const struct sockaddr *)&manager, manager_n);
}

/* The sandbox allows an abstract socket only if we are connected to it. */
void
notify_open(void)
{
	const struct timeval patience = {.tv_sec = READY_PATIENCE_S};

	find_manager();
	if (manager_n == 0)
		return;
	notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (notify_fd < 0)
		return;
	setsockopt(notify_fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
	    sizeof(patience));
	connect_to_manager();
}

/* If the manager does not read, the message is lost. If the send fails
 * otherwise, connect again: the manager may have a new socket. */
static void
send_state(const char *state, int flags)
{
	size_t n = strlen(state);

	flags |= MSG_NOSIGNAL;
	if (notify_fd < 0)
		return;
	if (send(notify_fd, state, n, flags) < 0 && errno != EAGAIN &&
	    connect_to_manager() == 0)
		(void)!send(notify_fd, state, n, flags);
}

/* The daemon must answer mail servers, so it does not wait for the manager. */
static void
notify(const char *state)
{
	send_state(state, MSG_DONTWAIT);
}

/* The first READY waits: without it the manager stops the daemon. The daemon
 * does not answer yet. */
void
notify_ready(void)
{
	static bool is_known;

	send_state("READY=1", is_known ? MSG_DONTWAIT : 0);
	is_known = true;
}

void
notify_reloading(void)
{
	notify("RELOADING=1");
}

void
notify_stopping(void)
{
	notify("STOPPING=1");
}

void
notify_alive(void)
{
	notify("WATCHDOG=1");
}

/* A number of the environment; 0 if it is not set or not a number. */
static long
number_of(const char *name)
{
	const char *text = getenv(name);

	return text != NULL ? strtol(text, NULL, 10) : 0;
}

int
notify_alive_every_ms(void)
{
	long us = number_of("WATCHDOG_USEC"), pid = number_of("WATCHDOG_PID");

	if (us <= 0 || (pid != 0 && pid != (long)getpid()))
		return 0;
	return us / 2000 > INT_MAX ? INT_MAX : us < 2000 ? 1 : (int)(us / 2000);
}
