/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/loop.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/acceptor.h"
#include "daemon/connection.h"
#include "daemon/entries_reader.h"
#include "daemon/log.h"
#include "daemon/lookup_link.h"

#define IDLE_CHECK_S 60
#define FLUSH_S      10 /* a crash loses the counts of up to this time */
#define DRAIN_S      1  /* how long a stopping daemon waits for clients */

struct loop {
	struct event_base *base;         /* owned */
	struct connections *connections; /* owned */
	struct acceptor *acceptor;       /* owned */
	struct lookup_link *lookup;      /* owned; NULL: none */
	struct entries_reader *entries;  /* owned */
	struct dispatcher *dispatcher;   /* borrowed */
	struct loop_hooks hooks;
	struct event checker_done, idle_check, flush, drain_end, log_retry,
	    more_work, alive;
	struct event on_term, on_int, on_hup;
	struct event reload_done; /* assigned while reload_fd is not -1 */
	int reload_fd;
	bool stopping;
	bool drain_is_over;
};

static struct timeval
time_of_ms(int ms)
{
	return (struct timeval){
	    .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

/* ---- Events ---- */

static void
on_checker_done(evutil_socket_t fd, short what, void *arg)
{
	struct loop *loop = arg;

	(void)fd;
	(void)what;
	dispatcher_take_back(loop->dispatcher);
}

static void
on_idle_check(evutil_socket_t fd, short what, void *arg)
{
	struct loop *loop = arg;

	(void)fd;
	(void)what;
	connections_close_idle(loop->connections);
}

static void
on_flush(evutil_socket_t fd, short what, void *arg)
{
	struct loop *loop = arg;

	(void)fd;
	(void)what;
	dispatcher_flush(loop->dispatcher);
}

static void
on_alive(evutil_socket_t fd, short what, void *arg)
{
	struct loop *loop = arg;

	(void)fd;
	(void)what;
	loop->hooks.alive(loop->hooks.arg);
}

static void
on_drain_end(evutil_socket_t fd, short what, void *arg)
{
	struct loop *loop = arg;

	(void)fd;
	(void)what;
	loop->drain_is_over = true;
}

/* The end of the turn writes the log, or goes on with the maintenance. */
static void
on_end_of_turn(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
}

static void
on_stop_signal(evutil_socket_t number, short what, void *arg)
{
	struct loop *loop = arg;

	(void)number;
	(void)what;
	loop->stopping = true;
}

static void watch_reload(struct loop *loop, int fd);

static void
on_reload_done(evutil_socket_t fd, short what, void *arg)
{
	struct loop *loop = arg;

	(void)fd;
	(void)what;
	event_del(&loop->reload_done);
	watch_reload(loop, loop->hooks.reloaded(loop->hooks.arg));
}

/* If there is no memory for the event, wait for the settings here. */
static void
watch_reload(struct loop *loop, int fd)
{
	for (; fd >= 0; fd = loop->hooks.reloaded(loop->hooks.arg)) {
		event_assign(&loop->reload_done, loop->base, fd, EV_READ,
		    on_reload_done, loop);
		if (event_add(&loop->reload_done, NULL) == 0)
			break;
	}
	loop->reload_fd = fd;
}

static void
on_reload_signal(evutil_socket_t number, short what, void *arg)
{
	struct loop *loop = arg;
	int fd;

	(void)number;
	(void)what;
	fd = loop->hooks.reload(loop->hooks.arg);
	if (fd >= 0)
		watch_reload(loop, fd);
}

/* Whether to log the warnings of libevent. Not until loop_new() has succeeded:
 * it returns the same errors itself. */
static bool warnings_are_logged;

static void
on_libevent_message(int severity, const char *message)
{
	static struct log_repeat warnings;

	if (severity >= EVENT_LOG_ERR) /* libevent then ends the program */
		log_error("libevent: %s", message);
	else if (severity >= EVENT_LOG_WARN && warnings_are_logged)
		log_repeated(&warnings, "libevent: %s", message);
}

/* ---- New and free ---- */

static void
assign_events(struct loop *loop)
{
	struct event_base *base = loop->base;

	event_assign(&loop->checker_done, base, dispatcher_fd(loop->dispatcher),
	    EV_READ | EV_PERSIST, on_checker_done, loop);
	event_assign(&loop->idle_check, base, -1, EV_PERSIST, on_idle_check,
	    loop);
	event_assign(&loop->flush, base, -1, EV_PERSIST, on_flush, loop);
	event_assign(&loop->alive, base, -1, EV_PERSIST, on_alive, loop);
	evtimer_assign(&loop->drain_end, base, on_drain_end, loop);
	evtimer_assign(&loop->log_retry, base, on_end_of_turn, loop);
	evtimer_assign(&loop->more_work, base, on_end_of_turn, loop);
	evsignal_assign(&loop->on_term, base, SIGTERM, on_stop_signal, loop);
	evsignal_assign(&loop->on_int, base, SIGINT, on_stop_signal, loop);
	evsignal_assign(&loop->on_hup, base, SIGHUP, on_reload_signal, loop);
}

static int
add_events(struct loop *loop)
{
	const struct timeval idle_check = {.tv_sec = IDLE_CHECK_S};
	const struct timeval flush = {.tv_sec = FLUSH_S};
	const struct timeval alive = time_of_ms(loop->hooks.alive_every_ms);

	if (dispatcher_fd(loop->dispatcher) >= 0 &&
	    event_add(&loop->checker_done, NULL) != 0)
		return -1;
	if (loop->hooks.alive_every_ms > 0 &&
	    event_add(&loop->alive, &alive) != 0)
		return -1;
	if (event_add(&loop->idle_check, &idle_check) != 0 ||
	    event_add(&loop->flush, &flush) != 0 ||
	    event_add(&loop->on_term, NULL) != 0 ||
	    event_add(&loop->on_int, NULL) != 0 ||
	    event_add(&loop->on_hup, NULL) != 0)
		return -1;
	return 0;
}

static int
set_up(struct loop *loop, struct listener_set *listeners,
    unsigned long files_max, struct err *err)
{
	event_set_log_callback(on_libevent_message);
	loop->base = event_base_new();
	if (loop->base == NULL)
		return err_set(err, "cannot set up the event loop: %s",
		    strerror(errno));
	assign_events(loop);
	if (add_events(loop) != 0)
		return err_set(err, "cannot set up the event loop: %s",
		    strerror(errno));
	loop->connections = connections_new(loop->base, loop->dispatcher);
	if (loop->connections == NULL)
		return err_no_memory(err);
	loop->acceptor = acceptor_new(loop->base, listeners, loop->connections,
	    files_max, err);
	if (loop->acceptor == NULL)
		return -1;
	loop->entries = entries_reader_new(loop->base, loop->dispatcher, err);
	return loop->entries != NULL ? 0 : -1;
}

/* The descriptors that are left for clients if tardigrey-lookup has its own. */
static unsigned long
without_lookup(unsigned long files_max, struct dispatcher *dispatcher)
{
	const unsigned long lookup_n = LOOKUP_PEERS_MAX + 1;

	if (dispatcher_settings(dispatcher)->config.lookup[0] == '\0' ||
	    files_max < ACCEPTOR_FILES_MIN)
		return files_max;
	if (files_max < ACCEPTOR_FILES_MIN + lookup_n)
		return ACCEPTOR_FILES_MIN;
	return files_max - lookup_n;
}

struct loop *
loop_new(struct listener_set *listeners, struct dispatcher *dispatcher,
    unsigned long files_max, const struct loop_hooks *hooks, struct err *err)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (loop == NULL) {
		err_no_memory(err);
		return NULL;
	}
	loop->dispatcher = dispatcher;
	loop->reload_fd = -1;
	loop->hooks = *hooks;
	if (set_up(loop, listeners, without_lookup(files_max, dispatcher),
		err) != 0) {
		loop_free(loop);
		return NULL;
	}
	warnings_are_logged = true;
	return loop;
}

int
loop_serve_lookup(struct loop *loop, struct err *err)
{
	const char *path = dispatcher_settings(loop->dispatcher)->config.lookup;

	if (path[0] == '\0')
		return 0;
	loop->lookup = lookup_link_new(loop->base, path, loop->dispatcher, err);
	if (loop->lookup == NULL)
		return -1;
	dispatcher_set_lookup(loop->dispatcher, lookup_link_send, loop->lookup);
	return 0;
}

static void
delete_events(struct loop *loop)
{
	event_del(&loop->checker_done);
	event_del(&loop->idle_check);
	event_del(&loop->flush);
	event_del(&loop->alive);
	event_del(&loop->drain_end);
	event_del(&loop->log_retry);
	event_del(&loop->more_work);
	event_del(&loop->on_term);
	event_del(&loop->on_int);
	event_del(&loop->on_hup);
	if (loop->reload_fd >= 0)
		event_del(&loop->reload_done);
}

void
loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	acceptor_free(loop->acceptor);
	lookup_link_free(loop->lookup);
	entries_reader_free(loop->entries);
	connections_free(loop->connections);
	if (loop->base != NULL) {
		delete_events(loop);
		event_base_free(loop->base);
	}
	free(loop);
}

struct event_base *
loop_base(const struct loop *loop)
{
	return loop->base;
}

size_t
loop_connections_n(const struct loop *loop)
{
	return connections_n(loop->connections);
}

/* ---- Turns ---- */

/* Write the log, and come back later if its reader has not taken all lines. If
 * there is no memory for the timer, the next turn comes back. */
static void
write_log(struct loop *loop)
{
	int wait_ms = log_flush();
	const struct timeval wait = time_of_ms(wait_ms);

	if (wait_ms >= 0)
		event_add(&loop->log_retry, &wait);
}

/* In inline mode, repeat until all requests that were read are answered. This
 * ends, because connections do not read here. In worker mode, repeat until the
 * batch is full or no connection has a request for it. The log lines of a batch
 * follow its replies. */
static void
end_turn(struct loop *loop)
{
	bool went_on;

	do {
		dispatcher_hand_over(loop->dispatcher);
		went_on = connections_go_on(loop->connections);
		write_log(loop);
	} while (went_on);
	connections_free_closed(loop->connections);
	acceptor_end_turn(loop->acceptor);
	if (dispatcher_end_turn(loop->dispatcher))
		event_active(&loop->more_work, EV_TIMEOUT, 0);
	entries_reader_end_turn(loop->entries);
}

static void
turn(struct loop *loop)
{
	event_base_loop(loop->base, EVLOOP_ONCE);
	end_turn(loop);
}

static void
close_what_may_close(struct loop *loop)
{
	if (loop->drain_is_over)
		connections_close_answered(loop->connections);
	else
		connections_close_quiet(loop->connections);
}

static void
drain(struct loop *loop)
{
	const struct timeval patience = {.tv_sec = DRAIN_S};

	loop->hooks.stopping(loop->hooks.arg);
	acceptor_stop(loop->acceptor);
	if (event_add(&loop->drain_end, &patience) != 0)
		loop->drain_is_over = true;
	connections_read_all(loop->connections);
	end_turn(loop);
	close_what_may_close(loop);
	while (connections_n(loop->connections) > 0 ||
	    !dispatcher_is_idle(loop->dispatcher)) {
		turn(loop);
		close_what_may_close(loop);
	}
	dispatcher_finish(loop->dispatcher);
	log_flush();
}

void
loop_run(struct loop *loop)
{
	end_turn(loop);
	while (!loop->stopping)
		turn(loop);
	drain(loop);
}
