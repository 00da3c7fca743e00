/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/acceptor.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "daemon/log.h"

/* Descriptors that connections and listeners do not use. They are for the log,
 * the configuration, the list files, tardigrey-lookup, and the database, which
 * is opened again after a failure. */
#define FILES_KEPT 24

#define ACCEPT_MAX 64  /* of one listener in one turn of the loop */
#define PAUSE_MS   100 /* when descriptors or memory have run out */

struct acceptor {
	struct listener_set *listeners;  /* borrowed */
	struct connections *connections; /* borrowed */
	struct event acceptable[LISTENER_MAX];
	struct event pause_over;
	bool accepting; /* the events "acceptable" are added */
	bool stopped;
	size_t connections_max;
	size_t paused_at_n; /* open connections when the last pause began */
	struct log_repeat out_of_files;
};

static void
begin_pause(struct acceptor *acceptor)
{
	const struct timeval pause = {.tv_usec = PAUSE_MS * 1000};

	for (size_t i = 0; i < acceptor->listeners->n; i++)
		event_del(&acceptor->acceptable[i]);
	acceptor->accepting = false;
	acceptor->paused_at_n = connections_n(acceptor->connections);
	event_add(&acceptor->pause_over, &pause);
}

/* Accept again. Returns 0, or -1 if there is no memory; then the pause begins
 * again. */
static int
end_pause(struct acceptor *acceptor)
{
	int rc = 0;

	for (size_t i = 0; i < acceptor->listeners->n; i++)
		rc |= event_add(&acceptor->acceptable[i], NULL);
	if (rc != 0) {
		begin_pause(acceptor);
		return -1;
	}
	acceptor->accepting = true;
	return 0;
}

/* Pause because descriptors or memory have run out. */
static void
pause_for(struct acceptor *acceptor, int error)
{
	log_repeated(&acceptor->out_of_files, "cannot accept connections: %s%s",
	    strerror(error),
	    error == EMFILE ? "; raise the limit on open files "
			      "(LimitNOFILE=, ulimit -n)"
			    : "");
	begin_pause(acceptor);
}

/* Accept one connection of this listener. Returns whether another one may be
 * waiting. */
static bool
accept_one(struct acceptor *acceptor, int listener_fd)
{
	int fd;

	if (connections_n(acceptor->connections) >= acceptor->connections_max) {
		pause_for(acceptor, EMFILE);
		return false;
	}
	fd = accept4(listener_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0) {
		connections_add(acceptor->connections, fd);
		return true;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
	    errno == ENOMEM)
		pause_for(acceptor, errno);
	return errno == ECONNABORTED || errno == EINTR;
}

static void
on_acceptable(evutil_socket_t fd, short what, void *arg)
{
	int n = 0;

	(void)what;
	while (n < ACCEPT_MAX && accept_one(arg, fd))
		n++;
}

static void
on_pause_over(evutil_socket_t fd, short what, void *arg)
{
	struct acceptor *acceptor = arg;

	(void)fd;
	(void)what;
	if (!acceptor->accepting)
		end_pause(acceptor);
}

struct acceptor *
acceptor_new(struct event_base *base, struct listener_set *listeners,
    struct connections *connections, unsigned long files_max, struct err *err)
{
	struct acceptor *acceptor = calloc(1, sizeof(*acceptor));

	if (acceptor == NULL) {
		err_no_memory(err);
		return NULL;
	}
	acceptor->listeners = listeners;
	acceptor->connections = connections;
	acceptor->connections_max = files_max > FILES_KEPT + listeners->n
	    ? files_max - FILES_KEPT - listeners->n
	    : 1;
	for (size_t i = 0; i < listeners->n; i++)
		event_assign(&acceptor->acceptable[i], base,
		    listeners->items[i].fd, EV_READ | EV_PERSIST, on_acceptable,
		    acceptor);
	evtimer_assign(&acceptor->pause_over, base, on_pause_over, acceptor);
	if (end_pause(acceptor) == 0)
		return acceptor;
	err_set(err, "cannot set up the event loop: %s", strerror(errno));
	acceptor_free(acceptor);
	return NULL;
}

static void
stop_events(struct acceptor *acceptor)
{
	acceptor->stopped = true;
	for (size_t i = 0; i < acceptor->listeners->n; i++)
		event_del(&acceptor->acceptable[i]);
	event_del(&acceptor->pause_over);
	acceptor->accepting = false;
}

void
acceptor_free(struct acceptor *acceptor)
{
	if (acceptor == NULL)
		return;
	stop_events(acceptor);
	free(acceptor);
}

void
acceptor_end_turn(struct acceptor *acceptor)
{
	if (!acceptor->accepting && !acceptor->stopped &&
	    connections_n(acceptor->connections) < acceptor->paused_at_n)
		end_pause(acceptor);
}

void
acceptor_stop(struct acceptor *acceptor)
{
	for (size_t i = 0; i < acceptor->listeners->n; i++)
		while (accept_one(acceptor, acceptor->listeners->items[i].fd))
			;
	stop_events(acceptor);
	listener_close(acceptor->listeners);
}
