/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_LOOP_H
#define TARDIGREY_DAEMON_LOOP_H

#include "base/err.h"
#include "daemon/dispatcher.h"
#include "daemon/listener.h"

/*
 * loop: waits for events, and lets each part of the daemon do its share of a
 * turn. A turn reads all that has arrived, hands one batch to the checker, and
 * sends the replies that are there.
 */

struct loop_hooks {
	void (*reload)(void *arg); /* SIGHUP */
	void (*stopping)(void
		*arg); /* SIGTERM or SIGINT, before anything else */
	void *arg;     /* borrowed */
};

struct loop;

/* The listeners and the dispatcher are borrowed. files_max is the limit on
 * descriptors of the process. Returns NULL and an error if it fails. The
 * caller frees the loop. */
struct loop *loop_new(struct listener_set *listeners,
    struct dispatcher *dispatcher, unsigned long files_max,
    const struct loop_hooks *hooks, struct err *err);
void loop_free(struct loop *loop);

/*
 * Serve until SIGTERM or SIGINT. Then close the listeners, answer every
 * complete request, and wait up to a second for clients that have sent a part
 * of a request or have not read their replies. Returns when all is answered
 * and counted.
 */
void loop_run(struct loop *loop);

#endif
