/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/connection.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/session.h"
#include "system/clock.h"

TAILQ_HEAD(connection_list, connection);

struct connection {
	TAILQ_ENTRY(connection) all; /* in connections->open or ->closed */
	TAILQ_ENTRY(connection) queued;
	struct connection_list *queue;   /* the list of "queued"; NULL: none */
	struct connections *connections; /* borrowed */
	struct event readable, writable;
	int fd;              /* owned; -1: closed */
	bool is_reading;     /* the event "readable" is added */
	int64_t used_s;      /* monotonic */
	uint64_t failures_n; /* dispatcher_failures_n() at the last read */
	struct session session;
};

struct connections {
	struct event_base *base;       /* borrowed */
	struct dispatcher *dispatcher; /* borrowed */
	struct connection_list open;
	struct connection_list closed;   /* but not yet freed */
	struct connection_list for_room; /* waiting for room in the batch */
	struct connection_list answered; /* with replies to send */
	size_t open_n;
	struct log_repeat no_memory, bad_requests;
	char octets[SESSION_INPUT_SIZE]; /* read last; see session_received() */
};

/* ---- Queues, use, closing ---- */

static void
leave_queue(struct connection *connection)
{
	if (connection->queue != NULL)
		TAILQ_REMOVE(connection->queue, connection, queued);
	connection->queue = NULL;
}

/* A connection is in one queue at most. */
static void
enter_queue(struct connection *connection, struct connection_list *queue)
{
	if (connection->queue == queue)
		return;
	leave_queue(connection);
	TAILQ_INSERT_TAIL(queue, connection, queued);
	connection->queue = queue;
}

static void
mark_used(struct connection *connection)
{
	connection->used_s = clock_monotonic_s();
}

/* Close the socket. The memory is freed by connections_free_closed(). */
static void
close_connection(struct connection *connection)
{
	struct connections *connections = connection->connections;

	if (connection->fd < 0)
		return;
	event_del(&connection->readable);
	event_del(&connection->writable);
	close(connection->fd);
	connection->fd = -1;
	leave_queue(connection);
	connections->open_n--;
	TAILQ_REMOVE(&connections->open, connection, all);
	TAILQ_INSERT_TAIL(&connections->closed, connection, all);
}

static void
log_no_memory(struct connections *connections)
{
	log_repeated(&connections->no_memory,
	    "closing connections: out of memory");
}

/* An event could not be added. The connection would hang, so close it. */
static void
close_for_memory(struct connection *connection)
{
	log_no_memory(connection->connections);
	close_connection(connection);
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

/* ---- Octets in ---- */

/* The address of the peer, for the log. */
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
	log_repeated(&connection->connections->bad_requests,
	    "closing the connection of %s: bad request: %s", peer, err->text);
}

/* Put complete requests into the batch. If it is full, wait for room. */
static void
take_requests(struct connection *connection)
{
	struct connections *connections = connection->connections;
	struct dispatcher *dispatcher = connections->dispatcher;
	struct request *place;
	struct err err;

	while (session_has_input(&connection->session)) {
		if (dispatcher_full(dispatcher)) {
			enter_queue(connection, &connections->for_room);
			return;
		}
		place = dispatcher_place(dispatcher);
		switch (session_next(&connection->session, place, &err)) {
		case SESSION_REQUEST:
			dispatcher_add(dispatcher, connection, place,
			    connection->failures_n);
			continue;
		case SESSION_BAD:
			log_bad_request(connection, &err);
			return;
		case SESSION_NOTHING:
			return;
		}
	}
}

/*
 * Call this after input or output. Closes the connection if the session is
 * over, or else starts or stops reading. While requests are unanswered there is
 * no room, but the event "readable" stays added. This saves two system calls,
 * because most mail servers send nothing before they have their replies.
 */
static void
update(struct connection *connection)
{
	struct session *session = &connection->session;

	if (session_over(session))
		close_connection(connection);
	else
		set_reading(connection,
		    session_may_read(session) ||
			(session->pending_n > 0 && !session->input_ended));
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct connection *connection = arg;
	char *octets = connection->connections->octets;
	ssize_t n;

	(void)what;
	if (!session_may_read(&connection->session)) {
		/* update() starts reading again */
		set_reading(connection, false);
		return;
	}
	n = recv(fd, octets, SESSION_INPUT_SIZE, 0);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		close_connection(connection);
	if (n < 0)
		return;
	mark_used(connection);
	connection->failures_n =
	    dispatcher_failures_n(connection->connections->dispatcher);
	session_received(&connection->session, octets, (size_t)n);
	take_requests(connection);
	session_keep_input(&connection->session);
	update(connection);
}

/* ---- Octets out ---- */

static void
send_output(struct connection *connection)
{
	const char *octets;
	size_t octets_n;

	while ((octets_n = session_output(&connection->session, &octets)) > 0) {
		ssize_t n =
		    send(connection->fd, octets, octets_n, MSG_NOSIGNAL);

		if (n >= 0) {
			session_sent(&connection->session, (size_t)n);
		} else if (errno == EAGAIN) {
			if (event_add(&connection->writable, NULL) != 0)
				close_for_memory(connection);
			return;
		} else if (errno != EINTR) {
			close_connection(connection);
			return;
		}
	}
}

/* Send the replies, then take requests that were read but not taken. */
static void
go_on(struct connection *connection)
{
	leave_queue(connection);
	send_output(connection);
	if (connection->fd < 0)
		return;
	take_requests(connection);
	update(connection);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	mark_used(arg);
	go_on(arg);
}

void
connections_answer(void *owner, const char *reply, size_t reply_n)
{
	struct connection *connection = owner;

	session_answer(&connection->session, reply, reply_n);
	if (connection->fd >= 0)
		enter_queue(connection, &connection->connections->answered);
}

/* First serve the connections that wait for room: they have waited longest. */
bool
connections_go_on(struct connections *connections)
{
	struct connection *connection;
	bool went_on = false;

	while (!dispatcher_full(connections->dispatcher) &&
	    (connection = TAILQ_FIRST(&connections->for_room)) != NULL) {
		go_on(connection);
		went_on = true;
	}
	while ((connection = TAILQ_FIRST(&connections->answered)) != NULL) {
		go_on(connection);
		went_on = true;
	}
	return went_on;
}

/* ---- All connections ---- */

struct connections *
connections_new(struct event_base *base, struct dispatcher *dispatcher)
{
	struct connections *connections = calloc(1, sizeof(*connections));

	if (connections == NULL)
		return NULL;
	connections->base = base;
	connections->dispatcher = dispatcher;
	TAILQ_INIT(&connections->open);
	TAILQ_INIT(&connections->closed);
	TAILQ_INIT(&connections->for_room);
	TAILQ_INIT(&connections->answered);
	return connections;
}

static void
free_closed(struct connections *connections, bool all)
{
	struct connection *connection, *next;

	for (connection = TAILQ_FIRST(&connections->closed); connection != NULL;
	     connection = next) {
		next = TAILQ_NEXT(connection, all);
		if (connection->session.pending_n > 0 && !all)
			continue;
		TAILQ_REMOVE(&connections->closed, connection, all);
		free(connection);
	}
}

void
connections_free_closed(struct connections *connections)
{
	free_closed(connections, false);
}

/* Close each connection for which is_due() is true. */
static void
close_each(struct connections *connections,
    bool (*is_due)(const struct connection *connection))
{
	struct connection *connection, *next;

	for (connection = TAILQ_FIRST(&connections->open); connection != NULL;
	     connection = next) {
		next = TAILQ_NEXT(connection, all);
		if (is_due(connection))
			close_connection(connection);
	}
	connections_free_closed(connections);
}

void
connections_free(struct connections *connections)
{
	struct connection *connection;

	if (connections == NULL)
		return;
	while ((connection = TAILQ_FIRST(&connections->open)) != NULL)
		close_connection(connection);
	free_closed(connections, true);
	free(connections);
}

size_t
connections_n(const struct connections *connections)
{
	return connections->open_n;
}

void
connections_add(struct connections *connections, int fd)
{
	struct connection *connection = malloc(sizeof(*connection));
	int on = 1;

	if (connection == NULL) {
		log_no_memory(connections);
		close(fd);
		return;
	}
	connection->connections = connections;
	connection->fd = fd;
	connection->queue = NULL;
	connection->is_reading = false;
	connection->used_s = clock_monotonic_s();
	session_begin(&connection->session);
	event_assign(&connection->readable, connections->base, fd,
	    EV_READ | EV_PERSIST, on_readable, connection);
	event_assign(&connection->writable, connections->base, fd, EV_WRITE,
	    on_writable, connection);
	/* For TCP. On a unix socket these calls do nothing. */
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	TAILQ_INSERT_TAIL(&connections->open, connection, all);
	connections->open_n++;
	set_reading(connection, true);
}

static bool
is_idle(const struct connection *connection)
{
	return session_is_dead(clock_monotonic_s() - connection->used_s);
}

void
connections_close_idle(struct connections *connections)
{
	close_each(connections, is_idle);
}

/* ---- When the daemon stops ---- */

void
connections_read_all(struct connections *connections)
{
	struct connection *connection, *next;

	for (connection = TAILQ_FIRST(&connections->open); connection != NULL;
	     connection = next) {
		next = TAILQ_NEXT(connection, all);
		on_readable(connection->fd, EV_READ, connection);
	}
}

static bool
is_quiet(const struct connection *connection)
{
	return session_quiet(&connection->session);
}

void
connections_close_quiet(struct connections *connections)
{
	close_each(connections, is_quiet);
}

static bool
is_answered(const struct connection *connection)
{
	return connection->session.pending_n == 0 && connection->queue == NULL;
}

void
connections_close_answered(struct connections *connections)
{
	close_each(connections, is_answered);
}
