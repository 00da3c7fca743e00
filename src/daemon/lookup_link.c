/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/lookup_link.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/listener.h"
#include "daemon/log.h"
#include "service/lookup_table.h"

#define ANSWER_SIZE 64  /* of a line, with its newline */
#define PAUSE_MS    100 /* when descriptors or memory have run out */

struct peer {
	struct lookup_link *link;
	int fd; /* owned; -1: none */
	bool is_busy;
	struct event event;
};

struct lookup_link {
	struct event_base *base;       /* borrowed */
	struct dispatcher *dispatcher; /* borrowed */
	struct listener_set sockets;   /* one */
	struct event acceptable;       /* not persistent */
	struct event pause_over;
	struct peer peers[LOOKUP_PEERS_MAX];
	char queue[LOOKUP_QUEUE][LOOKUP_LINE_SIZE]; /* a ring */
	size_t first, n;
	struct log_repeat full, broken, out_of_files;
};

/* ---- Peers ---- */

static void
disconnect(struct peer *peer)
{
	event_del(&peer->event);
	close(peer->fd);
	peer->fd = -1;
	peer->is_busy = false;
}

static void
disconnect_for(struct peer *peer, const char *why)
{
	log_repeated(&peer->link->broken,
	    "disconnected a process of tardigrey-lookup that %s", why);
	disconnect(peer);
}

/* Wait for octets, and for an answer only LOOKUP_PATIENCE_S. */
static void
await(struct peer *peer)
{
	const struct timeval patience = {.tv_sec = LOOKUP_PATIENCE_S};

	if (event_add(&peer->event, peer->is_busy ? &patience : NULL) != 0)
		disconnect(peer);
}

/* The socket of an idle peer is empty, so a line fits. */
static void
ask(struct peer *peer, const char *question)
{
	size_t n = strlen(question);

	if (send(peer->fd, question, n, MSG_NOSIGNAL) != (ssize_t)n) {
		disconnect(peer);
		return;
	}
	peer->is_busy = true;
	event_del(&peer->event); /* a new timeout */
	await(peer);
}

static void
ask_next(struct peer *peer)
{
	struct lookup_link *link = peer->link;

	if (link->n == 0 || peer->fd < 0 || peer->is_busy)
		return;
	ask(peer, link->queue[link->first]);
	link->first = (link->first + 1) % LOOKUP_QUEUE;
	link->n--;
}

/* A peer sends one line for each question, and nothing else. */
static void
read_answer(struct peer *peer)
{
	char line[ANSWER_SIZE];
	ssize_t n = recv(peer->fd, line, sizeof(line), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		await(peer);
		return;
	}
	if (n <= 0) {
		disconnect(peer); /* it has ended */
		return;
	}
	if (!peer->is_busy || line[n - 1] != '\n' ||
	    memchr(line, '\n', (size_t)n) != &line[n - 1] ||
	    memchr(line, '\0', (size_t)n) != NULL) {
		disconnect_for(peer, "sent a line that is no answer");
		return;
	}
	line[n - 1] = '\0';
	dispatcher_add_lookup_answer(peer->link->dispatcher, line);
	peer->is_busy = false;
	await(peer);
	ask_next(peer);
}

static void
on_peer(evutil_socket_t fd, short what, void *arg)
{
	struct peer *peer = arg;

	(void)fd;
	if ((what & EV_TIMEOUT) != 0)
		disconnect_for(peer, "did not answer in time");
	else
		read_answer(peer);
}

static struct peer *
free_peer(struct lookup_link *link)
{
	for (size_t i = 0; i < LOOKUP_PEERS_MAX; i++)
		if (link->peers[i].fd < 0)
			return &link->peers[i];
	return NULL;
}

static void
add_peer(struct lookup_link *link, int fd)
{
	struct peer *peer = free_peer(link);

	if (peer == NULL) {
		close(fd);
		return;
	}
	peer->fd = fd;
	event_assign(&peer->event, link->base, fd, EV_READ, on_peer, peer);
	await(peer);
	ask_next(peer);
}

/* The connection that cannot be accepted stays readable, so do not look at the
 * socket during the pause. */
static void
pause_for(struct lookup_link *link, int error)
{
	const struct timeval pause = {.tv_usec = PAUSE_MS * 1000};

	log_repeated(&link->out_of_files,
	    "cannot accept a process of tardigrey-lookup: %s", strerror(error));
	event_add(&link->pause_over, &pause);
}

static void
on_acceptable(evutil_socket_t listener_fd, short what, void *arg)
{
	struct lookup_link *link = arg;
	int fd = accept4(listener_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)what;
	if (fd >= 0)
		add_peer(link, fd);
	else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
	    errno == ENOMEM) {
		pause_for(link, errno);
		return;
	}
	event_add(&link->acceptable, NULL);
}

static void
on_pause_over(evutil_socket_t fd, short what, void *arg)
{
	struct lookup_link *link = arg;

	(void)fd;
	(void)what;
	event_add(&link->acceptable, NULL);
}

/* ---- Questions ---- */

static bool
is_connected(const struct lookup_link *link)
{
	for (size_t i = 0; i < LOOKUP_PEERS_MAX; i++)
		if (link->peers[i].fd >= 0)
			return true;
	return false;
}

static void
enqueue(struct lookup_link *link, const char *question, size_t n)
{
	char *place = link->queue[(link->first + link->n) % LOOKUP_QUEUE];

	if (link->n == LOOKUP_QUEUE) {
		log_repeated(&link->full,
		    "tardigrey-lookup is too slow: dropped a question");
		return;
	}
	snprintf(place, LOOKUP_LINE_SIZE, "%.*s", (int)n, question);
	link->n++;
}

void
lookup_link_send(void *arg, const char *questions, size_t n)
{
	struct lookup_link *link = arg;
	const char *end = questions + n;

	if (!is_connected(link)) {
		link->n = 0;
		return;
	}
	while (questions < end) {
		const char *line_end =
		    memchr(questions, '\n', (size_t)(end - questions));
		size_t line_n = (size_t)(line_end + 1 - questions);

		enqueue(link, questions, line_n);
		questions += line_n;
	}
	for (size_t i = 0; i < LOOKUP_PEERS_MAX; i++)
		ask_next(&link->peers[i]);
}

/* ---- New and free ---- */

static int
set_up(struct lookup_link *link, const char *path, struct err *err)
{
	if (listener_open_private(path, &link->sockets, err) != 0)
		return err_prefix(err, "lookup");
	event_assign(&link->acceptable, link->base, link->sockets.items[0].fd,
	    EV_READ, on_acceptable, link);
	evtimer_assign(&link->pause_over, link->base, on_pause_over, link);
	return event_add(&link->acceptable, NULL) == 0 ? 0 : err_no_memory(err);
}

struct lookup_link *
lookup_link_new(struct event_base *base, const char *path,
    struct dispatcher *dispatcher, struct err *err)
{
	struct lookup_link *link = calloc(1, sizeof(*link));

	if (link == NULL) {
		err_no_memory(err);
		return NULL;
	}
	link->base = base;
	link->dispatcher = dispatcher;
	for (size_t i = 0; i < LOOKUP_PEERS_MAX; i++)
		link->peers[i] = (struct peer){.link = link, .fd = -1};
	if (set_up(link, path, err) == 0)
		return link;
	listener_close(&link->sockets);
	free(link);
	return NULL;
}

void
lookup_link_free(struct lookup_link *link)
{
	if (link == NULL)
		return;
	for (size_t i = 0; i < LOOKUP_PEERS_MAX; i++)
		if (link->peers[i].fd >= 0)
			disconnect(&link->peers[i]);
	event_del(&link->acceptable);
	event_del(&link->pause_over);
	listener_close(&link->sockets);
	free(link);
}
