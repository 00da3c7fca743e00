/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_LOOP_H
#define TARDIGREY_DAEMON_LOOP_H

#include "base/err.h"
#include "daemon/dispatcher.h"
#include "daemon/listener.h"

/*
 * loop: waits for events, and calls the other parts of the daemon. A turn reads
 * the requests that have arrived, hands a batch to the checker, and sends the
 * replies that have come back.
 */

struct loop_hooks {
	/* SIGHUP: begin to read the settings again. Returns a descriptor that
	 * becomes readable when they have been read, or -1 for none. */
	int (*reload)(void *arg);
	/* That descriptor is readable. Returns the next one, or -1. */
	int (*reloaded)(void *arg);
	void (*stopping)(void *arg); /* SIGTERM or SIGINT */
	void *arg;                   /* borrowed */
	/* Called every alive_every_ms while the loop turns; 0: never. */
	void (*alive)(void *arg);
	int alive_every_ms;
};

struct loop;
struct event_base;

/* The listeners and the dispatcher are borrowed. files_max is the largest
 * number of descriptors that the process may have. Returns NULL and an error if
 * it fails. The caller frees the loop. */
struct loop *loop_new(struct listener_set *listeners,
    struct dispatcher *dispatcher, unsigned long files_max,
    const struct loop_hooks *hooks, struct err *err);
void loop_free(struct loop *loop);

/* For other parts of the daemon that wait for events. Borrowed. */
struct event_base *loop_base(const struct loop *loop);

/* The number of open connections of mail servers. */
size_t loop_connections_n(const struct loop *loop);

/* Also serve tardigrey-lookup, if the option lookup names a socket. Call this
 * as the account of the daemon: only this account can connect to the socket.
 * loop_free() removes it. Returns 0, or -1 and an error. */
int loop_serve_lookup(struct loop *loop, struct err *err);

/*
 * Serve until SIGTERM or SIGINT. Then close the listeners, answer every
 * complete request, and wait up to a second for clients that have sent a part
 * of a request or have not read their replies. Returns when every request has
 * been answered, and the hits and the hourly statistics are in the store.
 */
void loop_run(struct loop *loop);

#endif
