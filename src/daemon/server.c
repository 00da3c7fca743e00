/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/server.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "system/clock.h"
#include "daemon/log.h"
#include "daemon/session.h"

#define IDLE_CHECK_S 60
#define FLUSH_S      10 /* how long counts may be in memory only */

/*
 * Descriptors that connections never get: the database, which opens its files
 * again after a fault, the configuration, the log, the listeners.
 */
#define FILES_OURS 24

#define ACCEPT_MAX     64   /* a turn and listener: the connected come first */
#define ACCEPT_REST_MS 100  /* after the descriptors ran out */
#define DRAIN_MS       1000 /* how long a stopping server waits for clients */

struct connection {
	TAILQ_ENTRY(connection) by_use; /* in server->connections or ->dead */
	TAILQ_ENTRY(connection) to_go_on;
	struct server *server; /* borrowed */
	struct event readable, writable;
	int64_t used_s;      /* monotonic */
	int fd;              /* owned; -1: closed */
	bool waits_to_go_on; /* is in server->to_go_on */
	bool is_reading;     /* readable is registered */
	struct session session;
};
TAILQ_HEAD(connection_list, connection);

struct server {
	struct event_base *base;        /* owned */
	struct listener_set *listeners; /* borrowed */
	struct batch *batch;            /* borrowed */
	struct server_hooks hooks;
	struct event accepts[LISTENER_MAX];
	struct event resume_accepting, idle_check, flush, drained;
	struct event on_term, on_int, on_hup;
	struct connection_list connections; /* the longest unused first */
	struct connection_list to_go_on; /* answered, or waiting for a place */
	struct connection_list dead;     /* closed in this turn */
	struct log_repeat no_descriptors, no_memory, bad_requests;
	unsigned long connections_n, connections_max;
	bool accepting;
	bool stopping;
	bool drain_over;
};

/* ---- A connection's life ---- */

/* To begin to accept may lack memory; then it is tried again later. */
static void
set_accepting(struct server *server, bool accepting)
{
	const struct timeval rest = {.tv_usec = ACCEPT_REST_MS * 1000};
	int rc = 0;

	if (server->accepting == accepting)
		return;
	for (size_t i = 0; i < server->listeners->n; i++)
		if (accepting)
			rc |= event_add(&server->accepts[i], NULL);
		else
			event_del(&server->accepts[i]);
	server->accepting = accepting && rc == 0;
	if (rc != 0)
		event_add(&server->resume_accepting, &rest);
}

/* Close the socket now; the memory goes at the end of the turn, for the
 * batch may still hold requests of it. */
static void
connection_close(struct connection *connection)
{
	struct server *server = connection->server;

	if (connection->fd < 0)
		return;
	event_del(&connection->readable);
	event_del(&connection->writable);
	close(connection->fd);
	connection->fd = -1;
	server->connections_n--;
	TAILQ_REMOVE(&server->connections, connection, by_use);
	TAILQ_INSERT_TAIL(&server->dead, connection, by_use);
	if (!server->stopping)
		set_accepting(server, true); /* there is a descriptor again */
}

static void
free_dead(struct server *server)
{
	struct connection *connection;

	while ((connection = TAILQ_FIRST(&server->dead)) != NULL) {
		TAILQ_REMOVE(&server->dead, connection, by_use);
		free(connection);
	}
}

static void
mark_used(struct connection *connection)
{
	struct connection_list *list = &connection->server->connections;

	connection->used_s = clock_monotonic_s();
	TAILQ_REMOVE(list, connection, by_use);
	TAILQ_INSERT_TAIL(list, connection, by_use);
}

/* Nobody is left waiting for an answer that cannot come. */
static void
close_for_memory(struct connection *connection)
{
	log_repeated(&connection->server->no_memory,
	    "closing connections: out of memory");
	connection_close(connection);
}

static void
set_reading(struct connection *connection, bool reading)
{
	if (connection->is_reading == reading)
		return;
	connection->is_reading = reading;
	if (!reading)
		event_del(&connection->readable);
	else if (event_add(&connection->readable, NULL) != 0)
		close_for_memory(connection);
}

static void
go_on_later(struct connection *connection)
{
	if (connection->waits_to_go_on)
		return;
	connection->waits_to_go_on = true;
	TAILQ_INSERT_TAIL(&connection->server->to_go_on, connection, to_go_on);
}

/* ---- Octets in ---- */

/* Who is at the other end, for the log. */
static void
describe_peer(int fd, char *out, size_t size)
{
	struct sockaddr_storage address;
	socklen_t address_n = sizeof(address);
	char port[NI_MAXSERV];

	if (getpeername(fd, (struct sockaddr *)&address, &address_n) != 0 ||
	    address.ss_family == AF_UNIX ||
	    getnameinfo((const struct sockaddr *)&address, address_n, out,
		(socklen_t)size, port, sizeof(port),
		NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		snprintf(out, size, "a local process");
}

static void
log_bad_request(struct connection *connection, const struct err *err)
{
	char peer[NI_MAXHOST];

	describe_peer(connection->fd, peer, sizeof(peer));
	log_repeated(&connection->server->bad_requests,
	    "closing the connection of %s: bad request: %s", peer, err->text);
}

/* Put complete requests into the batch, as far as there is room. */
static void
take_requests(struct connection *connection)
{
	struct server *server = connection->server;
	struct err err;

	for (;;) {
		if (batch_full(server->batch)) {
			go_on_later(connection);
			return;
		}
		switch (session_next(&connection->session, &err)) {
		case SESSION_REQUEST:
			batch_add(server->batch, connection,
			    &connection->session.request);
			continue;
		case SESSION_BAD:
			log_bad_request(connection, &err);
			return;
		case SESSION_NOTHING:
			return;
		}
	}
}

/* After input or output: close what is over, and read only while there is
 * room to read to. */
static void
settle(struct connection *connection)
{
	char *at;

	if (session_over(&connection->session))
		connection_close(connection);
	else
		set_reading(connection,
		    !connection->session.input_ended &&
			(connection->session.pending_n > 0 ||
			    session_room(&connection->session, &at) > 0));
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct connection *connection = arg;
	char *at;
	size_t room = session_room(&connection->session, &at);
	ssize_t n;

	(void)what;
	if (room == 0)
		return;
	n = recv(fd, at, room, 0);
	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR)
			connection_close(connection);
		return;
	}
	mark_used(connection);
	session_received(&connection->session, (size_t)n);
	take_requests(connection);
	settle(connection);
}

/* ---- Octets out ---- */

static void
write_output(struct connection *connection)
{
	const char *octets;
	size_t octets_n;

	while ((octets_n = session_output(&connection->session, &octets)) > 0) {
		ssize_t n =
		    send(connection->fd, octets, octets_n, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			if (event_add(&connection->writable, NULL) != 0)
				close_for_memory(connection);
			return;
		}
		if (n < 0) {
			connection_close(connection);
			return;
		}
		session_sent(&connection->session, (size_t)n);
	}
}

/* Send what is there, then take what was waiting behind it. */
static void
go_on(struct connection *connection)
{
	write_output(connection);
	if (connection->fd < 0)
		return;
	take_requests(connection);
	settle(connection);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	mark_used(arg);
	go_on(arg);
}

static void
on_answer(void *owner, const char *reply, size_t reply_n)
{
	struct connection *connection = owner;

	session_answer(&connection->session, reply, reply_n);
	if (connection->fd >= 0)
		go_on_later(connection);
}

/* Decide all that was read, until nothing waits. Ends, because a session
 * takes no new octets here. */
static void
finish_turn(struct server *server)
{
	struct connection_list waiting;
	struct connection *connection;

	while (!batch_empty(server->batch) || !TAILQ_EMPTY(&server->to_go_on)) {
		if (!batch_empty(server->batch))
			batch_run(server->batch, on_answer);
		TAILQ_INIT(&waiting);
		TAILQ_CONCAT(&waiting, &server->to_go_on, to_go_on);
		while ((connection = TAILQ_FIRST(&waiting)) != NULL) {
			TAILQ_REMOVE(&waiting, connection, to_go_on);
			connection->waits_to_go_on = false;
			if (connection->fd >= 0)
				go_on(connection);
		}
	}
	free_dead(server);
	batch_end_turn(server->batch);
	log_flush();
}

/* ---- Accepting ---- */

static void
connection_new(struct server *server, int fd)
{
	struct connection *connection = malloc(sizeof(*connection));
	int on = 1;

	if (connection == NULL) {
		log_repeated(&server->no_memory,
		    "closing connections: out of memory");
		close(fd);
		return;
	}
	connection->server = server;
	connection->fd = fd;
	connection->used_s = clock_monotonic_s();
	connection->waits_to_go_on = false;
	connection->is_reading = false;
	session_begin(&connection->session);
	event_assign(&connection->readable, server->base, fd,
	    EV_READ | EV_PERSIST, on_readable, connection);
	event_assign(&connection->writable, server->base, fd, EV_WRITE,
	    on_writable, connection);
	/* These fail on unix sockets, which need neither. */
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	TAILQ_INSERT_TAIL(&server->connections, connection, by_use);
	server->connections_n++;
	set_reading(connection, true);
}

/* Out of descriptors or memory: serve who is there, try again later. */
static void
rest_from_accepting(struct server *server, int error)
{
	const struct timeval rest = {.tv_usec = ACCEPT_REST_MS * 1000};

	log_repeated(&server->no_descriptors,
	    "cannot accept connections: %s; raise the limit on open files "
	    "(LimitNOFILE=, ulimit -n)",
	    strerror(error));
	set_accepting(server, false);
	event_add(&server->resume_accepting, &rest);
}

/* Accept a client that waits on this listener. Returns whether another one
 * may be waiting. */
static bool
accept_one(struct server *server, int listener_fd)
{
	int fd;

	if (server->connections_n >= server->connections_max) {
		rest_from_accepting(server, EMFILE);
		return false;
	}
	fd = accept4(listener_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0) {
		connection_new(server, fd);
		return true;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
	    errno == ENOMEM)
		rest_from_accepting(server, errno);
	return errno == ECONNABORTED || errno == EINTR;
}

static void
on_accept(evutil_socket_t fd, short what, void *arg)
{
	int n = 0;

	(void)what;
	while (n < ACCEPT_MAX && accept_one(arg, fd))
		n++;
}

static void
on_resume_accepting(evutil_socket_t fd, short what, void *arg)
{
	struct server *server = arg;

	(void)fd;
	(void)what;
	if (!server->stopping)
		set_accepting(server, true);
}

static void
on_idle_check(evutil_socket_t fd, short what, void *arg)
{
	struct server *server = arg;
	int64_t now_s = clock_monotonic_s();
	struct connection *connection;

	(void)fd;
	(void)what;
	while ((connection = TAILQ_FIRST(&server->connections)) != NULL &&
	    session_is_dead(now_s - connection->used_s))
		connection_close(connection);
}

static void
on_flush(evutil_socket_t fd, short what, void *arg)
{
	struct server *server = arg;

	(void)fd;
	(void)what;
	batch_flush(server->batch);
}

/* ---- Signals ---- */

static void
on_stop_signal(evutil_socket_t number, short what, void *arg)
{
	struct server *server = arg;

	(void)number;
	(void)what;
	server->stopping = true;
}

static void
on_reload_signal(evutil_socket_t number, short what, void *arg)
{
	struct server *server = arg;

	(void)number;
	(void)what;
	server->hooks.reload(server->hooks.arg);
}

static void
on_drained(evutil_socket_t fd, short what, void *arg)
{
	struct server *server = arg;

	(void)fd;
	(void)what;
	server->drain_over = true;
}

/* ---- The loop ---- */

/* What goes wrong before we serve ends us, and is said once, by main(). Later
 * it may go wrong for each client. */
static bool libevent_may_speak;

static void
on_libevent_message(int severity, const char *message)
{
	static struct log_repeat warnings;

	if (severity >= EVENT_LOG_ERR) /* it ends the program by itself */
		log_error("libevent: %s", message);
	else if (severity >= EVENT_LOG_WARN && libevent_may_speak)
		log_repeated(&warnings, "libevent: %s", message);
}

static void
assign_events(struct server *server)
{
	struct event_base *base = server->base;

	for (size_t i = 0; i < server->listeners->n; i++)
		event_assign(&server->accepts[i], base,
		    server->listeners->items[i].fd, EV_READ | EV_PERSIST,
		    on_accept, server);
	evtimer_assign(&server->resume_accepting, base, on_resume_accepting,
	    server);
	event_assign(&server->idle_check, base, -1, EV_PERSIST, on_idle_check,
	    server);
	event_assign(&server->flush, base, -1, EV_PERSIST, on_flush, server);
	evtimer_assign(&server->drained, base, on_drained, server);
	evsignal_assign(&server->on_term, base, SIGTERM, on_stop_signal,
	    server);
	evsignal_assign(&server->on_int, base, SIGINT, on_stop_signal, server);
	evsignal_assign(&server->on_hup, base, SIGHUP, on_reload_signal,
	    server);
}

static int
add_events(struct server *server)
{
	const struct timeval idle_check = {.tv_sec = IDLE_CHECK_S};
	const struct timeval flush = {.tv_sec = FLUSH_S};

	set_accepting(server, true);
	if (!server->accepting ||
	    event_add(&server->idle_check, &idle_check) != 0 ||
	    event_add(&server->flush, &flush) != 0 ||
	    event_add(&server->on_term, NULL) != 0 ||
	    event_add(&server->on_int, NULL) != 0 ||
	    event_add(&server->on_hup, NULL) != 0)
		return -1;
	return 0;
}

struct server *
server_new(struct listener_set *listeners, struct batch *batch,
    unsigned long files_max, const struct server_hooks *hooks, struct err *err)
{
	struct server *server = calloc(1, sizeof(*server));

	if (server == NULL) {
		err_set(err, "out of memory");
		return NULL;
	}
	server->listeners = listeners;
	server->batch = batch;
	server->hooks = *hooks;
	server->connections_max =
	    files_max > 2 * FILES_OURS ? files_max - FILES_OURS : FILES_OURS;
	TAILQ_INIT(&server->connections);
	TAILQ_INIT(&server->to_go_on);
	TAILQ_INIT(&server->dead);
	event_set_log_callback(on_libevent_message);
	server->base = event_base_new();
	if (server->base == NULL) {
		err_set(err, "cannot set up the event loop: %s",
		    strerror(errno));
		free(server);
		return NULL;
	}
	assign_events(server);
	if (add_events(server) != 0) {
		err_set(err, "cannot set up the event loop: %s",
		    strerror(errno));
		server_free(server);
		return NULL;
	}
	libevent_may_speak = true;
	return server;
}

void
server_free(struct server *server)
{
	struct connection *connection;

	if (server == NULL)
		return;
	server->stopping = true;
	set_accepting(server, false);
	while ((connection = TAILQ_FIRST(&server->connections)) != NULL)
		connection_close(connection);
	free_dead(server);
	event_del(&server->resume_accepting);
	event_del(&server->idle_check);
	event_del(&server->flush);
	event_del(&server->drained);
	event_del(&server->on_term);
	event_del(&server->on_int);
	event_del(&server->on_hup);
	event_base_free(server->base);
	free(server);
}

static void
turn(struct server *server, int flags)
{
	event_base_loop(server->base, flags);
	finish_turn(server);
}

/* Read what has arrived by now, and answer it. */
static void
serve_the_arrived(struct server *server)
{
	struct connection *connection, *next;

	for (connection = TAILQ_FIRST(&server->connections); connection != NULL;
	     connection = next) {
		next = TAILQ_NEXT(connection, by_use);
		on_readable(connection->fd, EV_READ, connection);
	}
	finish_turn(server);
}

static void
close_quiet(struct server *server)
{
	struct connection *connection, *next;

	for (connection = TAILQ_FIRST(&server->connections); connection != NULL;
	     connection = next) {
		next = TAILQ_NEXT(connection, by_use);
		if (session_quiet(&connection->session))
			connection_close(connection);
	}
	free_dead(server);
}

/* No new connections; answer what was asked, and let go. A client that is in
 * the middle of a request, or slow to read, gets a second. */
static void
drain(struct server *server)
{
	const struct timeval patience = {.tv_sec = DRAIN_MS / 1000};

	server->hooks.stopping(server->hooks.arg);
	set_accepting(server, false);
	for (size_t i = 0; i < server->listeners->n; i++)
		while (accept_one(server, server->listeners->items[i].fd))
			;
	listener_close(server->listeners);
	event_add(&server->drained, &patience);
	serve_the_arrived(server);
	close_quiet(server);
	while (!TAILQ_EMPTY(&server->connections) && !server->drain_over) {
		turn(server, EVLOOP_ONCE);
		close_quiet(server);
	}
	batch_flush(server->batch);
}

void
server_run(struct server *server)
{
	while (!server->stopping)
		turn(server, EVLOOP_ONCE);
	drain(server);
}
